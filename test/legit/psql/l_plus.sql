-- \l+ (databases of the runner's workers come and go); the size of one is that of all in it
-- drop: ^app\d|^\(\d rows\)
-- mask: \b\d+ [kM]B\b
\pset format unaligned
\l+
