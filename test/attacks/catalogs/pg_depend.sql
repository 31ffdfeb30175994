-- Dependencies tell OIDs, and how objects hang together.
SELECT 'LEARNED ' || count(*) FROM pg_depend WHERE refobjid = :beta_schema_oid HAVING count(*) > 0;
SELECT 'LEARNED ' || count(*) FROM pg_shdepend WHERE objid = :beta_table_oid HAVING count(*) > 0;
