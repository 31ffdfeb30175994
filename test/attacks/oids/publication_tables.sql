-- What a publication publishes.
SELECT 'LEARNED ' || relid::regclass FROM pg_get_publication_tables('canary_publication');
