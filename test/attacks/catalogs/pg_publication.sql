-- Publications.
SELECT * FROM pg_publication_tables;
SELECT pubname FROM pg_publication;
SELECT 'LEARNED ' || pnnspid FROM pg_publication_namespace;
