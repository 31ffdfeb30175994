-- \d of a composite type
\d address
\d+ address
