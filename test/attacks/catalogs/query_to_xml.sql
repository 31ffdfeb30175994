-- query_to_xml(), ts_stat() and dblink over catalogs.
SELECT query_to_xml('SELECT nspname FROM pg_namespace', true, false, '');
SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', string_agg(nspname, '' '')) FROM pg_namespace');
