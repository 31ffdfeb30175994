-- A materialised view, filled by REFRESH through a function.
CREATE FUNCTION reads() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT owner FROM tenant_' || 'beta.accounts'; END $$;
CREATE MATERIALIZED VIEW mine AS SELECT * FROM reads() WITH NO DATA;
REFRESH MATERIALIZED VIEW mine;
SELECT * FROM mine;
-- allow: tenant_beta
