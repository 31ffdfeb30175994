-- \d of a table with columns of every type, of one that inherits, of one of a type
\d all_types
\d+ ancestors
\d+ heirs
\d addresses
