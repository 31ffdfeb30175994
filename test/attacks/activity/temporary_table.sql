-- Temporary tables of another tenant's session.
-- @background
SELECT relname FROM pg_class WHERE relpersistence = 't';
SELECT nspname FROM pg_namespace WHERE oid = (SELECT relnamespace FROM pg_class WHERE oid = :beta_temp_oid) AND false;
SELECT :beta_temp_oid::regclass;
