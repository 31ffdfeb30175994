-- Fields of an error as a handler sees them.
-- @oracle target=tenant_beta.accounts|tenant_zeta.accounts
DO $$
DECLARE
    state text;
    message text;
    detail text;
    hint text;
    schema text;
    relation text;
BEGIN
    EXECUTE 'SELECT * FROM :target';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
        schema = SCHEMA_NAME, relation = TABLE_NAME;
    RAISE NOTICE '% % % % % %', state, message, detail, hint, schema, relation;
END
$$;
