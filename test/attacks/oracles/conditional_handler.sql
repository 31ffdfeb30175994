-- A handler for one condition alone: the class of the error is enough.
-- @oracle target=tenant_beta|tenant_zeta
DO $$
BEGIN
    EXECUTE 'SELECT * FROM :target.accounts';
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'refused';
WHEN undefined_table OR invalid_schema_name THEN
    RAISE NOTICE 'missing';
END
$$;
