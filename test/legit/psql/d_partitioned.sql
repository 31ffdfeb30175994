-- \d of partitioned tables and their partitions
\d events
\d+ events
\d+ events_2024_1
\d+ events_2024_2
\d events_2024_2_click
\d events_rest
\dP
\dPt+ events*
\dPn *
