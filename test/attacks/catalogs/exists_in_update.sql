-- Catalogs within statements that write.
CREATE TABLE taken (n name);
INSERT INTO taken SELECT nspname FROM pg_namespace;
UPDATE taken SET n = (SELECT max(relname) FROM pg_class WHERE relname LIKE 'canary%') WHERE n = 'public';
DELETE FROM taken USING pg_namespace WHERE nspname <> 'tenant_' || 'beta' AND n <> nspname AND false;
MERGE INTO taken USING pg_namespace AS s ON n = s.nspname WHEN NOT MATCHED THEN INSERT VALUES (s.nspname);
TABLE taken;
