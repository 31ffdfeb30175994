-- What all tenants share, and the roles.  Run once, by the superuser, in database app.
CREATE EXTENSION tenancy;
CREATE ROLE app LOGIN IN ROLE tenancy_app;
CREATE ROLE reporting;

-- Extensions of contrib, those that this PostgreSQL has.
SELECT format('CREATE EXTENSION %I SCHEMA public', name)
  FROM pg_available_extensions
 WHERE name IN ('btree_gist', 'citext', 'fuzzystrmatch', 'hstore', 'intarray', 'ltree', 'pg_trgm', 'pgcrypto',
                'postgres_fdw', 'tablefunc', 'unaccent', 'uuid-ossp')
 ORDER BY name
\gexec

CREATE TYPE public.continent AS ENUM ('europe', 'asia', 'africa');
CREATE DOMAIN public.country_code AS text CHECK (VALUE ~ '^[A-Z]{2}$');
CREATE TABLE public.countries (code public.country_code PRIMARY KEY, name text NOT NULL, continent public.continent);
INSERT INTO public.countries VALUES ('NL', 'Netherlands', 'europe'), ('JP', 'Japan', 'asia'), ('KE', 'Kenya', 'africa');
COMMENT ON TABLE public.countries IS 'shared by all tenants';
CREATE VIEW public.european_countries AS SELECT code, name FROM public.countries WHERE continent = 'europe';
CREATE FUNCTION public.country_name(country text) RETURNS text LANGUAGE sql STABLE
	AS 'SELECT name FROM public.countries WHERE code = country';
CREATE FUNCTION public.add_tax(amount numeric, rate numeric DEFAULT 0.21) RETURNS numeric LANGUAGE sql IMMUTABLE
	AS 'SELECT round(amount * (1 + rate), 2)';
GRANT SELECT ON public.countries, public.european_countries TO tenancy_tenant, tenancy_app;
GRANT REFERENCES ON public.countries TO tenancy_tenant, tenancy_app;
ANALYZE public.countries;

CREATE PUBLICATION changes FOR TABLE public.countries;
CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'warehouse');
GRANT USAGE ON FOREIGN SERVER warehouse TO tenancy_tenant, tenancy_app;
