-- \d without a name, and with S
\d
\d+
