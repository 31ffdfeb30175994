-- what reaches out of a tenant's schema
CREATE ROLE port_ops LOGIN IN ROLE tenancy_admin;
CREATE ROLE port_login LOGIN;
CREATE ROLE port_other;
CREATE TABLE public.port_countries (code text PRIMARY KEY);
CREATE TYPE public.port_level AS ENUM ('low', 'high');
CREATE FUNCTION public.port_next(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1 + 1;
CREATE COLLATION public.port_order (provider = libc, locale = 'C');
GRANT REFERENCES ON public.port_countries TO tenancy_tenant;
SELECT p.slug FROM unnest(ARRAY['port-plain', 'port-acme', 'port-beta']) s, tenancy.provision(s) p;

-- a schema that stands by itself: everything refers to itself and to what every database has
SET search_path = tenant_port_plain;
CREATE TYPE state AS ENUM ('open', 'done');
CREATE DOMAIN amount AS numeric CHECK (VALUE >= 0);
CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL);
CREATE TABLE orders (id serial PRIMARY KEY, customer int REFERENCES customers, total amount, state state DEFAULT 'open',
                     tenant_id uuid DEFAULT tenancy.current_tenant_id());
CREATE INDEX ON orders (abs(customer));
CREATE VIEW open_orders AS SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total := coalesce(NEW.total, 0); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (tenant_id = tenancy.current_tenant_id());
CREATE STATISTICS both_columns ON customer, state FROM orders;
RESET search_path;
\c - port_ops
SELECT * FROM tenancy.check_portable('port-plain');

-- one that does not
\c - postgres
SET search_path = tenant_port_acme;
CREATE TABLE invoices (id int PRIMARY KEY, country text REFERENCES public.port_countries, level public.port_level,
                       number int DEFAULT public.port_next(1), sorted text COLLATE public.port_order);
CREATE VIEW summary AS SELECT c.code FROM public.port_countries c;
CREATE TABLE own_name (a text DEFAULT 'tenant_port_acme', CHECK (a <> 'see TENANT_PORT_ACME.a'));
CREATE VIEW own_name_too AS SELECT 'tenant_port_acme.invoices'::text AS t;
CREATE FUNCTION other() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM "public".port_countries c WHERE c.code <> '' $$;
CREATE FUNCTION beta() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE tenant_port_beta.t'; END $$;
CREATE FUNCTION built(slug text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('DROP TABLE tenant_%s.t', slug); END $$;
CREATE FUNCTION harmless(tenant_id int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN tenant_id; END $$;
CREATE FUNCTION path() RETURNS int LANGUAGE sql SET search_path = tenant_port_acme AS 'SELECT 1';
CREATE TABLE granted (a int, b int);
GRANT SELECT ON granted TO port_other;
GRANT UPDATE (b) ON granted TO port_other;
ALTER TABLE granted ENABLE ROW LEVEL SECURITY;
CREATE POLICY theirs ON granted TO port_other USING (true);
CREATE TABLE published (a int);
SET client_min_messages = error;
CREATE PUBLICATION port_publication FOR TABLE published;
RESET client_min_messages;
CREATE FOREIGN DATA WRAPPER port_wrapper;
CREATE SERVER port_server FOREIGN DATA WRAPPER port_wrapper;
CREATE FOREIGN TABLE far (a int) SERVER port_server;
CREATE TABLE taken (a int);
ALTER TABLE taken OWNER TO port_other;
CREATE VIEW public.port_report AS SELECT a FROM tenant_port_acme.published;
RESET search_path;
SELECT lo_create(4711) > 0 AS made;
ALTER LARGE OBJECT 4711 OWNER TO tenant_port_acme;
ALTER ROLE tenant_port_acme SET work_mem = '8MB';
GRANT tenant_port_acme TO port_login;
\c - port_ops
SELECT * FROM tenancy.check_portable('port-acme') ORDER BY object COLLATE "C", problem COLLATE "C";

-- a schema that kept its owner
\c - postgres
CREATE SCHEMA tenant_port_kept AUTHORIZATION port_other;
CREATE TABLE tenant_port_kept.t (a int);
SELECT slug FROM tenancy.adopt('tenant_port_kept', keep_owner => true);
SELECT * FROM tenancy.check_portable('port-kept');

SELECT tenancy.check_portable('nobody');
SELECT tenancy.check_portable('Nobody');
SELECT tenancy.check_portable(NULL);
SET tenancy.tenant = 'port-acme';
SELECT tenancy.check_portable('port-acme');
RESET tenancy.tenant;

DROP VIEW public.port_report;
DROP PUBLICATION port_publication;
DROP FOREIGN DATA WRAPPER port_wrapper CASCADE;
REASSIGN OWNED BY port_other TO postgres;
CALL tenancy.drop_many(ARRAY['port-plain', 'port-acme', 'port-beta', 'port-kept']);
DROP OWNED BY port_other;
DROP TABLE public.port_countries;
DROP FUNCTION public.port_next(int);
DROP TYPE public.port_level;
DROP COLLATION public.port_order;
DROP ROLE port_ops, port_login, port_other;
