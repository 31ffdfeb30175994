-- A connection back, which is not bound, reads the catalogs.
SELECT dblink_connect_u('back', 'host=:socket dbname=attack user=app');
SELECT * FROM dblink('back', 'SELECT nspname FROM pg_namespace') AS t (n text);
