-- An attribute added to a shared type changes another tenant's columns.
-- @session setup
CREATE TYPE public.both AS (a int);
ALTER TYPE public.both OWNER TO app;
CREATE TABLE tenant_beta.canary_typed OF public.both;
ALTER TABLE tenant_beta.canary_typed OWNER TO app;
-- @session attacker
ALTER TYPE public.both ADD ATTRIBUTE planted int CASCADE;
