-- A shared type dropped with CASCADE takes another tenant's column along.
-- @session setup
CREATE TYPE public.both AS ENUM ('a');
ALTER TYPE public.both OWNER TO app;
GRANT CREATE ON SCHEMA public TO app;
ALTER TABLE tenant_beta.accounts ADD kind public.both DEFAULT 'a';
-- @session attacker
DROP TYPE public.both CASCADE;
