-- A schema that holds every kind of object that a tenant can have.  Run by the tenant's
-- role with the tenant's schema in front of the search path; the roles and the shared
-- schema are there (see 012_description.pl).

-- Types.
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
ALTER TYPE mood ADD VALUE 'meh' BEFORE 'happy';
CREATE TYPE nothing AS ENUM ();
CREATE TYPE address AS (street text COLLATE "C", zip varchar(10), moods mood[]);
CREATE TYPE empty_composite AS ();
COMMENT ON COLUMN address.zip IS 'postal code';
CREATE COLLATION german (LOCALE = 'C');
CREATE COLLATION unsteady (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE DOMAIN email AS varchar(80) COLLATE "C" DEFAULT 'a@b' NOT NULL CONSTRAINT has_at CHECK (VALUE ~ '@') CHECK (length(VALUE) > 2);
CREATE DOMAIN percent AS numeric(5, 2) DEFAULT 1.5;
ALTER DOMAIN percent ADD CONSTRAINT positive CHECK (VALUE >= 0) NOT VALID;
CREATE DOMAIN work_email AS email CHECK (VALUE !~ 'example');
COMMENT ON CONSTRAINT has_at ON DOMAIN email IS 'an @ sign';
CREATE FUNCTION float_difference(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float_difference, MULTIRANGE_TYPE_NAME = spans);
CREATE TYPE text_span AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops);
COMMENT ON TYPE mood IS 'how one feels';

-- Routines.
CREATE FUNCTION shout(what text DEFAULT 'x;y', VARIADIC more text[] DEFAULT '{}') RETURNS text
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER PARALLEL RESTRICTED COST 7 SET work_mem = '1MB' SET search_path = pg_catalog
AS $body$BEGIN RETURN upper(what) || '$function$ "quoted" ''text'' -- no comment'; END$body$;
CREATE FUNCTION pair(IN a int, OUT b int, OUT c text) LANGUAGE sql AS 'SELECT a, a::text';
CREATE FUNCTION many(n int) RETURNS TABLE (i int, m mood) LANGUAGE sql ROWS 10 AS $$SELECT g, 'sad'::mood FROM generate_series(1, n) g$$;
CREATE FUNCTION overloaded(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
CREATE FUNCTION overloaded(a text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE PROCEDURE tidy(INOUT n int, t text DEFAULT NULL) LANGUAGE plpgsql AS 'BEGIN n := n + 1; END';
CREATE FUNCTION moody(m mood) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN m = 'sad';
COMMENT ON FUNCTION overloaded(text) IS 'the one
with
text';
COMMENT ON PROCEDURE tidy(int, text) IS 'tidies';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE FUNCTION gather(state text, item text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT coalesce(state, '') || item$$;
CREATE FUNCTION ungather(state text, item text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT substr(state, 2)$$;
CREATE FUNCTION finish(state text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT state';
CREATE FUNCTION finish_ordered(state text, direct text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT state';
CREATE AGGREGATE joined(text) (SFUNC = gather, STYPE = text, SSPACE = 100, FINALFUNC = finish, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = gather,
	INITCOND = 'it''s', MSFUNC = gather, MINVFUNC = ungather, MSTYPE = text, MSSPACE = 50, MFINALFUNC = finish, MINITCOND = 'm', PARALLEL = SAFE);
CREATE AGGREGATE ordered(direct text ORDER BY item text) (SFUNC = gather, STYPE = text, FINALFUNC = finish_ordered);
CREATE AGGREGATE hypothetical(direct text ORDER BY item text) (SFUNC = gather, STYPE = text, FINALFUNC = finish_ordered, HYPOTHETICAL);
CREATE AGGREGATE how_many(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
COMMENT ON AGGREGATE how_many(*) IS 'counts';
COMMENT ON AGGREGATE ordered(text ORDER BY text) IS 'ordered';
CREATE AGGREGATE smallest(int) (SFUNC = int4smaller, STYPE = int, SORTOP = OPERATOR(pg_catalog.<));

-- Operators, some named like the server's own.
CREATE FUNCTION same_mood(a mood, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a::text = b';
CREATE FUNCTION same_text(a text, b mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT b::text = a';
CREATE FUNCTION other_mood(a mood, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a::text <> b';
CREATE OPERATOR === (FUNCTION = same_mood, LEFTARG = mood, RIGHTARG = text, COMMUTATOR = ===, NEGATOR = <<>>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR === (FUNCTION = same_text, LEFTARG = text, RIGHTARG = mood, COMMUTATOR = ===, HASHES, MERGES);
CREATE OPERATOR <<>> (FUNCTION = other_mood, LEFTARG = mood, RIGHTARG = text, NEGATOR = ===);
CREATE OPERATOR !!! (FUNCTION = moody, RIGHTARG = mood);
COMMENT ON OPERATOR !!!(NONE, mood) IS 'sad?';
CREATE FUNCTION to_address(t text) RETURNS address LANGUAGE sql IMMUTABLE AS 'SELECT row(t, NULL, NULL)::address';
CREATE CAST (text AS address) WITH FUNCTION to_address(text) AS ASSIGNMENT;
CREATE CAST (address AS mood) WITH INOUT;
COMMENT ON CAST (text AS address) IS 'a street';

-- Sequences.
CREATE SEQUENCE numbers AS smallint START 10 INCREMENT -3 MINVALUE -100 MAXVALUE 100 CACHE 5 CYCLE;
CREATE SEQUENCE "Odd ""Sequence";
COMMENT ON SEQUENCE numbers IS 'backwards';
SELECT nextval('numbers') \gset ignored_

-- Tables and columns.
CREATE TABLE accounts (
	id serial PRIMARY KEY,
	email email UNIQUE DEFERRABLE INITIALLY DEFERRED,
	name text COLLATE german NOT NULL DEFAULT 'x''y',
	bio text,
	mood mood DEFAULT 'sad',
	moods mood[] DEFAULT '{sad,"it''s ok"}',
	home address,
	number int DEFAULT nextval('numbers'),
	odd bigint DEFAULT nextval('"Odd ""Sequence"'),
	dropped int,
	share percent,
	created timestamptz DEFAULT now() - '1 day'::interval,
	shared_id int REFERENCES shared_things ON DELETE SET NULL,
	best_friend int CONSTRAINT friend REFERENCES accounts DEFERRABLE,
	token text DEFAULT shared_default(),
	amount numeric(10, 2) CONSTRAINT amount_positive CHECK (amount > 0) NO INHERIT,
	doubled numeric GENERATED ALWAYS AS (amount * 2) STORED,
	next int GENERATED ALWAYS AS (overloaded(1)) STORED,
	CONSTRAINT sane CHECK (moody(mood) OR number > 0),
	EXCLUDE USING gist (int4range(number, 1000) WITH &&) WHERE (number < 1000)
);
ALTER TABLE accounts DROP COLUMN dropped;
ALTER TABLE accounts ADD CONSTRAINT late_check CHECK (name <> '') NOT VALID;
ALTER TABLE accounts ADD CONSTRAINT late_fk FOREIGN KEY (best_friend) REFERENCES accounts (id) ON UPDATE CASCADE NOT VALID;
ALTER TABLE accounts ALTER bio SET STORAGE EXTERNAL, ALTER bio SET COMPRESSION pglz, ALTER bio SET STATISTICS 77, ALTER name SET (n_distinct = -0.5, n_distinct_inherited = 3);
ALTER TABLE accounts SET (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
COMMENT ON TABLE accounts IS 'it''s
two lines; DROP TABLE accounts; --';
COMMENT ON COLUMN accounts.email IS '"mail"';
COMMENT ON CONSTRAINT sane ON accounts IS 'sane';
CREATE TABLE orders (
	id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME order_numbers START 1000 INCREMENT 10 MINVALUE 10 CACHE 2 CYCLE),
	line smallint GENERATED BY DEFAULT AS IDENTITY,
	account int NOT NULL REFERENCES accounts ON DELETE CASCADE ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED,
	PRIMARY KEY (id, line) INCLUDE (account) WITH (fillfactor = 80)
) WITH (autovacuum_vacuum_scale_factor = 0.5);
ALTER TABLE accounts ADD last_order bigint, ADD last_line smallint;
ALTER TABLE accounts ADD CONSTRAINT circle FOREIGN KEY (last_order, last_line) REFERENCES orders MATCH FULL ON DELETE SET NULL (last_line);
ALTER TABLE orders REPLICA IDENTITY FULL;
CREATE UNLOGGED TABLE scratch (a int, b int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE nothing_in_it ();
CREATE TABLE of_address OF address (zip WITH OPTIONS NOT NULL DEFAULT '0', PRIMARY KEY (street));
CREATE TABLE nulls (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b));

-- Hostile names, and names of the server's own.
CREATE TABLE "Select" ("From" int PRIMARY KEY, "a""b" text, "c d" text CHECK ("c d" <> 'tenant'), "table" int, "ümlaut" int, "a.b" int);
CREATE TABLE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa63" ("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb63" int
	CONSTRAINT "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc63" CHECK ("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb63" > 0));
CREATE INDEX "i ""x' y" ON "Select" ("a""b") WHERE "c d" = '''"; --';
CREATE FUNCTION lower(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE EXCEPTION 'the tenant''s lower() was called'; END$$;
CREATE FUNCTION format(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE EXCEPTION 'the tenant''s format() was called'; END$$;
CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE EXCEPTION 'the tenant''s quote_ident() was called'; END$$;
CREATE FUNCTION trap(oid, oid) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE EXCEPTION 'the tenant''s operator was called'; END$$;
CREATE FUNCTION trap(name, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE EXCEPTION 'the tenant''s operator was called'; END$$;
CREATE FUNCTION trap(oid, int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE EXCEPTION 'the tenant''s operator was called'; END$$;
CREATE OPERATOR = (FUNCTION = trap, LEFTARG = oid, RIGHTARG = oid);
CREATE OPERATOR = (FUNCTION = trap, LEFTARG = name, RIGHTARG = text);
CREATE OPERATOR = (FUNCTION = trap, LEFTARG = oid, RIGHTARG = int);

-- Indexes.
CREATE UNIQUE INDEX accounts_lower ON accounts (pg_catalog.lower(name) text_pattern_ops DESC NULLS LAST, number) INCLUDE (bio) WHERE moody(mood);
CREATE INDEX accounts_gin ON accounts USING gin (moods) WITH (fastupdate = off);
CREATE INDEX accounts_expr ON accounts ((number + 1), (name || 'x'));
ALTER INDEX accounts_expr ALTER COLUMN 1 SET STATISTICS 33;
CREATE INDEX orders_account ON orders USING hash (account);
CREATE UNIQUE INDEX scratch_a ON scratch (a);
ALTER TABLE scratch ALTER a SET NOT NULL;
ALTER TABLE scratch REPLICA IDENTITY USING INDEX scratch_a;
ALTER TABLE scratch CLUSTER ON scratch_a;
CREATE UNIQUE INDEX fk_target ON nulls (a);
CREATE TABLE on_index (a int REFERENCES nulls (a));
COMMENT ON INDEX accounts_lower IS 'case';
CREATE STATISTICS account_stats (ndistinct, dependencies) ON name, number, (number + 1) FROM accounts;
ALTER STATISTICS account_stats SET STATISTICS 55;
COMMENT ON STATISTICS account_stats IS 'statistics';

-- Partitions of several levels.
CREATE TABLE events (id bigint, at date NOT NULL, kind text DEFAULT 'k', account int REFERENCES accounts) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (kind);
CREATE TABLE events_2025_a PARTITION OF events_2025 (CONSTRAINT own CHECK (id > 0)) FOR VALUES IN ('a', NULL);
CREATE TABLE events_2025_other PARTITION OF events_2025 DEFAULT;
CREATE TABLE events_old (kind text, id bigint, gone int, account int, at date NOT NULL DEFAULT '2000-01-01');
ALTER TABLE events_old DROP gone;
ALTER TABLE events_old ADD CONSTRAINT own_name_of_fk FOREIGN KEY (account) REFERENCES accounts;
ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
ALTER TABLE events ADD CONSTRAINT events_check CHECK (id < 1000000);
ALTER TABLE events ADD PRIMARY KEY (id, at, kind);
CREATE INDEX events_kind ON events (kind);
CREATE INDEX events_2025_a_own ON events_2025_a (id);
CREATE TABLE event_notes (id bigint, at date, kind text, FOREIGN KEY (id, at, kind) REFERENCES events);
CREATE TABLE hashed (a int, b text) PARTITION BY HASH (a, pg_catalog.lower(b));
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TRIGGER on_events AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE events_2025_a DISABLE TRIGGER on_events;
COMMENT ON TABLE events_old IS 'attached';

-- Inheritance.
CREATE TABLE animals (id int PRIMARY KEY, name text DEFAULT 'n' CHECK (name <> ''), legs int CHECK (legs > 0) NO INHERIT);
CREATE TABLE birds (wings int, CHECK (wings = 2)) INHERITS (animals);
CREATE TABLE pets (owner text);
CREATE TABLE parrots (words text) INHERITS (birds, pets);
ALTER TABLE parrots ALTER name SET DEFAULT 'polly', ALTER owner SET NOT NULL;
ALTER TABLE birds ALTER name DROP DEFAULT;
CREATE TABLE cats (legs int, extra text, name text, id int NOT NULL, CONSTRAINT animals_name_check CHECK (name <> ''));
ALTER TABLE cats INHERIT animals;

-- Views.
CREATE VIEW plain AS SELECT a.id, a.name, o.id AS order_id FROM accounts a JOIN orders o ON o.account = a.id;
CREATE VIEW secured WITH (security_barrier, security_invoker = true) AS SELECT id, name FROM plain WHERE name <> 'x';
CREATE VIEW checked AS SELECT a, b FROM scratch WHERE a > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW grouped AS SELECT id, name, count(*) AS n FROM accounts GROUP BY id;
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 10;
CREATE VIEW renamed AS SELECT 1 AS one, 'x'::text AS "Two";
ALTER VIEW renamed RENAME COLUMN one TO "O ne";
ALTER VIEW plain ALTER name SET DEFAULT 'v';
COMMENT ON VIEW plain IS 'plain';
COMMENT ON COLUMN plain.order_id IS 'of orders';
CREATE FUNCTION in_standard_sql(a mood) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM plain WHERE id IN (SELECT (many(3)).i); END;
CREATE VIEW on_function AS SELECT in_standard_sql('sad') AS n;
CREATE MATERIALIZED VIEW summed WITH (fillfactor = 50) AS SELECT account, count(*) AS n FROM orders GROUP BY account;
CREATE UNIQUE INDEX summed_account ON summed (account);
CREATE MATERIALIZED VIEW above AS SELECT s.n FROM summed s WITH NO DATA;
ALTER MATERIALIZED VIEW summed ALTER n SET STATISTICS 11;
COMMENT ON MATERIALIZED VIEW summed IS 'summed';
CREATE VIEW shared_view AS SELECT t.id FROM shared_things t;

-- Rules and triggers.
CREATE RULE on_update AS ON UPDATE TO plain WHERE new.id <> old.id DO INSTEAD UPDATE accounts SET name = new.name WHERE id = old.id;
CREATE RULE two AS ON DELETE TO scratch DO ALSO (DELETE FROM nulls; NOTIFY gone);
CREATE RULE disabled AS ON INSERT TO scratch DO NOTHING;
ALTER TABLE scratch DISABLE RULE disabled;
COMMENT ON RULE two ON scratch IS 'two';
CREATE TRIGGER before_update BEFORE UPDATE OF name, "email" ON accounts FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name) EXECUTE FUNCTION stamp('it''s', 'b');
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT OR UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE CONSTRAINT TRIGGER from_other AFTER DELETE ON accounts FROM orders FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER transition AFTER UPDATE ON orders REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION stamp();
CREATE TRIGGER truncated BEFORE TRUNCATE ON orders EXECUTE FUNCTION stamp();
CREATE TRIGGER instead INSTEAD OF INSERT ON plain FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE accounts DISABLE TRIGGER before_update;
ALTER TABLE orders ENABLE ALWAYS TRIGGER transition, ENABLE REPLICA TRIGGER truncated;
COMMENT ON TRIGGER before_update ON accounts IS 'off';

-- Text search.
CREATE TEXT SEARCH DICTIONARY stemmer (TEMPLATE = snowball, LANGUAGE = english, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION searching (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION searching ALTER MAPPING FOR asciiword, word WITH stemmer, simple;
ALTER TEXT SEARCH CONFIGURATION searching DROP MAPPING FOR url;
COMMENT ON TEXT SEARCH CONFIGURATION searching IS 'searching';
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE INDEX searched ON accounts USING gin (to_tsvector('searching'::regconfig, name));

-- Row security.
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON accounts USING (true);
CREATE POLICY restricted ON accounts AS RESTRICTIVE FOR UPDATE TO tenant_self, reader USING (name <> 'it''s' AND id IN (SELECT account FROM orders)) WITH CHECK (moody(mood));
CREATE POLICY adding ON accounts FOR INSERT TO reader WITH CHECK (name = current_user);
COMMENT ON POLICY everybody ON accounts IS 'all';
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;

-- Privileges.
GRANT SELECT, INSERT ON accounts TO reader WITH GRANT OPTION;
GRANT UPDATE (name, email), SELECT (id) ON accounts TO "Odd Role", PUBLIC;
GRANT ALL ON plain TO reader;
REVOKE DELETE, TRUNCATE ON orders FROM tenant_self;
GRANT USAGE ON SEQUENCE numbers TO reader;
GRANT EXECUTE ON FUNCTION shout(text, text[]) TO PUBLIC;
GRANT EXECUTE ON PROCEDURE tidy(int, text) TO reader;
REVOKE EXECUTE ON FUNCTION pair(int) FROM tenant_self;
GRANT EXECUTE ON FUNCTION joined(text), how_many() TO reader;
GRANT USAGE ON TYPE mood, email TO reader, PUBLIC;
REVOKE ALL ON nothing_in_it FROM tenant_self;
ALTER DEFAULT PRIVILEGES IN SCHEMA tenant_self GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA tenant_self GRANT EXECUTE ON FUNCTIONS TO "Odd Role" WITH GRANT OPTION;
GRANT CREATE ON SCHEMA tenant_self TO reader;
COMMENT ON SCHEMA tenant_self IS '100% of a tenant';
