-- The schema of one tenant: some of every kind of object.  Run by the superuser as the
-- owner of the schema, with search_path set to the schema and public.

-- Types
CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'cancelled');
COMMENT ON TYPE order_status IS 'life of an order';
CREATE TYPE address AS (street text, house int, city text);
CREATE TYPE price_range AS RANGE (SUBTYPE = numeric);
CREATE DOMAIN email AS text CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%');
COMMENT ON DOMAIN email IS 'an address with an @';
CREATE DOMAIN quantity AS int DEFAULT 1 NOT NULL CHECK (VALUE > 0);
CREATE COLLATION by_code FROM "C";
CREATE TEXT SEARCH DICTIONARY plain_words (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION words (COPY = pg_catalog.english);
COMMENT ON TEXT SEARCH CONFIGURATION words IS 'for descriptions';

-- Sequences
CREATE SEQUENCE invoice_numbers START 1000 INCREMENT 10 MINVALUE 1000 MAXVALUE 999999 CYCLE;
CREATE SEQUENCE small_numbers AS smallint;
COMMENT ON SEQUENCE invoice_numbers IS 'printed on invoices';

-- Tables
CREATE TABLE accounts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name varchar(120) NOT NULL,
	mail email UNIQUE,
	home address,
	country public.country_code REFERENCES public.countries,
	balance numeric(12,2) NOT NULL DEFAULT 0,
	tags text[] NOT NULL DEFAULT '{}',
	settings jsonb,
	created_at timestamptz NOT NULL DEFAULT '2024-01-01 12:00+00',
	display text GENERATED ALWAYS AS (upper(name)) STORED,
	CONSTRAINT balance_in_range CHECK (balance > -10000)
);
COMMENT ON TABLE accounts IS 'who buys';
COMMENT ON COLUMN accounts.mail IS 'unique, may be missing';
COMMENT ON CONSTRAINT balance_in_range ON accounts IS 'limit of credit';
CREATE INDEX accounts_name_lower ON accounts (lower(name) text_pattern_ops);
CREATE INDEX accounts_tags ON accounts USING gin (tags);
CREATE INDEX accounts_rich ON accounts (balance DESC NULLS LAST) INCLUDE (name) WHERE balance > 100;
COMMENT ON INDEX accounts_rich IS 'for the quarterly report';

CREATE TABLE products (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	sku char(8) NOT NULL UNIQUE,
	title text NOT NULL,
	price numeric(10,2) NOT NULL CHECK (price >= 0),
	valid price_range,
	search tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.english', title)) STORED
);
CREATE INDEX products_search ON products USING gin (search);
CREATE INDEX products_price ON products USING brin (price) WITH (pages_per_range = 16);

CREATE TABLE orders (
	id serial PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts ON UPDATE CASCADE ON DELETE CASCADE,
	number int NOT NULL DEFAULT nextval('invoice_numbers'),
	status order_status NOT NULL DEFAULT 'new',
	placed date NOT NULL DEFAULT '2024-02-01',
	remark text COLLATE "C",
	CONSTRAINT orders_number UNIQUE (number) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON COLUMN orders.status IS 'see the type';
CREATE INDEX orders_account ON orders (account_id, placed DESC);
CREATE INDEX orders_status ON orders USING hash (status);

CREATE TABLE order_items (
	order_id int REFERENCES orders ON DELETE CASCADE,
	line smallint,
	product_id uuid NOT NULL REFERENCES products (id) ON DELETE RESTRICT,
	amount quantity,
	PRIMARY KEY (order_id, line)
);
CREATE TABLE shipments (
	id smallserial PRIMARY KEY,
	order_id int,
	line smallint,
	during tstzrange,
	FOREIGN KEY (order_id, line) REFERENCES order_items (order_id, line) MATCH FULL ON DELETE SET NULL
);
CREATE TABLE employees (
	id int PRIMARY KEY,
	name text NOT NULL,
	boss int REFERENCES employees DEFERRABLE
);
CREATE TABLE "Mixed Case" ("Id" int PRIMARY KEY, "select" text DEFAULT 'it''s', "a""b" int);
CREATE UNLOGGED TABLE scratch (k text PRIMARY KEY, v bytea) WITH (fillfactor = 70, autovacuum_enabled = off);
CREATE TABLE all_types (
	a smallint, b int, c bigint, d real, e double precision, f numeric, g money, h char(3), i varchar(10), j text,
	k bytea, l timestamp(3), m timestamptz, n date, o time, p timetz, q interval day to second, r boolean, s point, t box,
	u cidr, v inet, w macaddr, x bit(4), y bit varying(9), z uuid, aa xml, ab json, ac jsonb, ad int[], ae order_status,
	af address, ag price_range, ah email, ai int4range, aj tsvector, ak tsquery, al regclass, am oid, an name, ao order_status[],
	ap address[], aq email[], ar int4multirange
);
CREATE TABLE ancestors (id int PRIMARY KEY, label text CHECK (label <> ''));
CREATE TABLE heirs (extra int) INHERITS (ancestors);
CREATE TABLE addresses OF address (PRIMARY KEY (street, house));
CREATE FOREIGN TABLE stock (sku text OPTIONS (column_name 'article'), pieces int) SERVER warehouse OPTIONS (table_name 'stock');

-- Partitions
CREATE TABLE events (
	id bigint NOT NULL,
	at timestamp NOT NULL,
	kind text NOT NULL DEFAULT 'other',
	payload jsonb,
	PRIMARY KEY (id, at, kind)
) PARTITION BY RANGE (at);
CREATE TABLE events_2024_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE events_2024_2 PARTITION OF events FOR VALUES FROM ('2024-07-01') TO ('2025-01-01') PARTITION BY LIST (kind);
CREATE TABLE events_2024_2_click PARTITION OF events_2024_2 FOR VALUES IN ('click', 'tap');
CREATE TABLE events_2024_2_other PARTITION OF events_2024_2 DEFAULT;
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE INDEX events_kind ON events (kind);

-- Functions
CREATE FUNCTION full_price(price numeric, amount int) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT price * amount';
COMMENT ON FUNCTION full_price(numeric, int) IS 'without discount';
CREATE FUNCTION orders_of(account bigint) RETURNS SETOF orders LANGUAGE sql STABLE
	AS 'SELECT * FROM orders WHERE account_id = account ORDER BY id';
CREATE FUNCTION order_total(which int, OUT total numeric, OUT lines bigint) STABLE
BEGIN ATOMIC
	SELECT sum(full_price(p.price, i.amount)), count(*) FROM order_items i JOIN products p ON p.id = i.product_id
	 WHERE i.order_id = which;
END;
CREATE FUNCTION best_accounts(minimum numeric DEFAULT 0) RETURNS TABLE (account bigint, title text) LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN QUERY SELECT id, name::text FROM accounts WHERE balance >= minimum ORDER BY balance DESC, id;
END
$$;
CREATE FUNCTION joined(VARIADIC parts text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
	AS $$ SELECT array_to_string(parts, '-') $$;
CREATE FUNCTION slowly(n int) RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN n + 1; END';
CREATE PROCEDURE settle(which int, INOUT done boolean DEFAULT false) LANGUAGE plpgsql AS $$
BEGIN
	UPDATE orders SET status = 'paid' WHERE id = which AND status = 'new';
	done := FOUND;
END
$$;
CREATE AGGREGATE total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
COMMENT ON AGGREGATE total(numeric) IS 'sum, but 0 of nothing';
CREATE FUNCTION same_city(address, address) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).city = ($2).city';
CREATE OPERATOR ~~~ (FUNCTION = same_city, LEFTARG = address, RIGHTARG = address, COMMUTATOR = ~~~);
CREATE FUNCTION address_text(address) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT concat_ws(' ', ($1).street, ($1).house, ($1).city) $$;
CREATE CAST (address AS text) WITH FUNCTION address_text(address) AS ASSIGNMENT;

-- Triggers, rules, policies
CREATE TABLE order_log (n bigint GENERATED BY DEFAULT AS IDENTITY, order_id int, was order_status, becomes order_status);
CREATE FUNCTION log_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO order_log (order_id, was, becomes) VALUES (NEW.id, OLD.status, NEW.status);
	RETURN NEW;
END
$$;
CREATE TRIGGER log_status AFTER UPDATE OF status ON orders FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION log_order();
COMMENT ON TRIGGER log_status ON orders IS 'keeps the history';
CREATE FUNCTION check_mail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.mail := lower(NEW.mail); RETURN NEW; END';
CREATE TRIGGER lower_mail BEFORE INSERT OR UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION check_mail();
CREATE RULE keep_employees AS ON DELETE TO employees WHERE old.boss IS NULL DO INSTEAD NOTHING;
CREATE TABLE secrets (id int PRIMARY KEY, owner name NOT NULL DEFAULT current_user, body text);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY no_fives ON secrets AS RESTRICTIVE FOR SELECT USING (id % 5 <> 0);
CREATE POLICY own_secrets ON secrets USING (owner = current_user OR id > 100) WITH CHECK (id > 0);

-- Views
CREATE VIEW open_orders AS
	SELECT o.id, o.number, a.name AS account, o.status FROM orders o JOIN accounts a ON a.id = o.account_id
	 WHERE o.status IN ('new', 'paid');
COMMENT ON VIEW open_orders IS 'what is to do';
COMMENT ON COLUMN open_orders.account IS 'name, not number';
CREATE VIEW rich_accounts WITH (security_barrier) AS SELECT id, name, balance FROM accounts WHERE balance > 100 WITH LOCAL CHECK OPTION;
CREATE RECURSIVE VIEW chain (id, name, depth) AS
	SELECT id, name, 0 FROM employees WHERE boss IS NULL
	UNION ALL SELECT e.id, e.name, c.depth + 1 FROM employees e JOIN chain c ON c.id = e.boss;
CREATE VIEW european_accounts AS SELECT a.id, a.name, c.name AS country FROM accounts a JOIN public.european_countries c ON c.code = a.country;
CREATE VIEW my_tables AS
	SELECT c.relname, c.relkind FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm');
CREATE MATERIALIZED VIEW sales AS
	SELECT a.id, a.name, count(o.id) AS orders FROM accounts a LEFT JOIN orders o ON o.account_id = a.id GROUP BY a.id, a.name;
CREATE UNIQUE INDEX sales_id ON sales (id);
COMMENT ON MATERIALIZED VIEW sales IS 'refreshed at night';

-- Rows
INSERT INTO accounts (name, mail, home, country, balance, tags, settings)
	SELECT 'account ' || n, 'a' || n || '@example.org', ROW('Street', n, 'City ' || n % 3)::address, (ARRAY['NL', 'JP', 'KE'])[1 + n % 3],
	       n * 7.5, ARRAY['t' || n % 4, 'all'], jsonb_build_object('n', n, 'even', n % 2 = 0)
	  FROM generate_series(1, 50) AS n;
INSERT INTO products (id, sku, title, price, valid)
	SELECT md5(n::text)::uuid, 'P' || lpad(n::text, 7, '0'), (ARRAY['red chairs', 'running shoes', 'tables of oak'])[1 + n % 3], n, price_range(n, n + 10)
	  FROM generate_series(1, 30) AS n;
INSERT INTO orders (account_id, status, placed)
	SELECT 1 + n % 50, (ARRAY['new', 'paid', 'shipped', 'cancelled'])[1 + n % 4]::order_status, date '2024-02-01' + n
	  FROM generate_series(1, 200) AS n;
INSERT INTO order_items SELECT o, l, md5((1 + (o + l) % 30)::text)::uuid, l FROM generate_series(1, 200) AS o, generate_series(1, 2) AS l;
INSERT INTO shipments (order_id, line, during) SELECT o, 1, tstzrange('2024-03-01', '2024-03-02') FROM generate_series(1, 20) AS o;
INSERT INTO employees SELECT n, 'employee ' || n, NULLIF(n / 2, 0) FROM generate_series(1, 15) AS n;
INSERT INTO "Mixed Case" VALUES (1, DEFAULT, 2);
INSERT INTO all_types (a, b, c, j, ad, ae, af, ag, ah, al) VALUES (1, 2, 3, 'text', '{1,2}', 'paid', ROW('S', 1, 'C'), '[1,2)', 'x@y', 'accounts');
INSERT INTO ancestors VALUES (1, 'old');
INSERT INTO heirs VALUES (2, 'young', 3);
INSERT INTO events SELECT n, timestamp '2024-01-01' + n * interval '2 days', (ARRAY['click', 'tap', 'view'])[1 + n % 3], jsonb_build_object('n', n)
	FROM generate_series(1, 200) AS n;
INSERT INTO secrets (id, body) SELECT n, 'secret ' || n FROM generate_series(1, 10) AS n;
REFRESH MATERIALIZED VIEW sales;

-- Statistics, privileges, settings
CREATE STATISTICS accounts_stats (ndistinct, dependencies, mcv) ON country, balance FROM accounts;
COMMENT ON STATISTICS accounts_stats IS 'rich countries';
ALTER TABLE accounts ALTER COLUMN name SET STATISTICS 50;
ALTER TABLE accounts ALTER COLUMN settings SET STORAGE external;
ALTER TABLE orders CLUSTER ON orders_account;
ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_pkey;
GRANT SELECT, UPDATE (name) ON accounts TO reporting;
ALTER DEFAULT PRIVILEGES IN SCHEMA :"schema" GRANT SELECT ON TABLES TO reporting;
ALTER DEFAULT PRIVILEGES IN SCHEMA :"schema" GRANT EXECUTE ON FUNCTIONS TO reporting;
REVOKE EXECUTE ON PROCEDURE settle(int, boolean) FROM PUBLIC;
ANALYZE accounts, products, orders, order_items, shipments, employees, events, sales, all_types, "Mixed Case", ancestors, heirs;
