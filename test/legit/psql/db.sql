-- \db: tablespaces; the size is that of all in it
-- mask: \b\d+ [kM]B\b
\db
\pset format unaligned
\db+ pg_default
