# Clones, by a witness that knows nothing of them: pg_dump prints the same of the template and
# of the clone, rows and values of sequences included.  First for a schema with every kind of
# object, then after each of many changes of a template that the session remembers, then for
# schemas of Debian packages, which others wrote.
use strict;
use warnings;

use File::Temp;
use FindBin;
use lib "$FindBin::RealBin/lib";
use DebianPackages;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;
use Witness;

my $node = preloaded_node('clone');
my $admin = session($node);
my $folder = File::Temp->newdir('tenancy-clone.XXXXXX', TMPDIR => 1);
$admin->query($_)
	for 'CREATE ROLE ops LOGIN IN ROLE tenancy_admin', 'CREATE ROLE reader', 'CREATE ROLE "Odd Role"',
	'CREATE TABLE shared_things (id int PRIMARY KEY, name text)', 'GRANT SELECT, REFERENCES ON shared_things TO tenancy_tenant',
	q(CREATE FUNCTION shared_default() RETURNS text LANGUAGE sql AS 'SELECT ''shared''');

# Operators are no superusers.  One session for all clones, which remembers templates.
my $ops = session($node, user => 'ops');

# Runs SQL as a tenant's role, in its schema; returns what went wrong.
sub run_as_tenant
{
	my ($slug, $sql) = @_;
	my ($output, $errors);
	my $schema = schema_of($slug);
	$sql =~ s/\btenant_self\b/$schema/g;
	$node->psql('postgres', "SET client_min_messages = error; SET ROLE $schema; SET search_path = $schema, public;\n$sql",
		stdout => \$output, stderr => \$errors, on_error_stop => 1);
	return $errors;
}

# Makes a tenant from SQL.
sub make_template
{
	my ($slug, $sql, $what) = @_;
	$admin->query("SELECT tenancy.provision('$slug')");
	return is(run_as_tenant($slug, $sql), '', "$what: a tenant has it");
}

# Runs a statement of the operator; returns the messages of its warnings.
sub succeeds
{
	my ($sql, $name) = @_;
	my $result = $ops->query($sql);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($result->{errors}[0] ? "$result->{errors}[0]{M} $result->{errors}[0]{D}" : '', '', $name);
	return map { $_->{M} } @{ $result->{notices} };
}

# --- every kind of object

my $rows = q{
	INSERT INTO accounts (name, email, amount, mood, moods, home, share, number) VALUES
		('a', 'ann@home', 2, 'meh', '{sad,meh}', row('x', 'y', '{happy}'), 12.5, 3), ('b', 'bob@home', 7, NULL, NULL, NULL, NULL, 2000);
	INSERT INTO orders (account) SELECT id FROM accounts;
	INSERT INTO events VALUES (1, '2025-05-05', 'a', NULL), (2, '2020-01-01', 'b', 1), (3, '2025-06-06', 'zzz', 2);
	INSERT INTO event_notes VALUES (2, '2020-01-01', 'b'), (NULL, NULL, NULL);
	INSERT INTO hashed SELECT g, 'x' || g FROM generate_series(1, 10) g;
	INSERT INTO of_address VALUES ('street', 'zip', '{sad}');
	INSERT INTO nulls VALUES (1, 2);
	INSERT INTO on_index VALUES (1);
	INSERT INTO parrots (id, name, legs, wings, owner, words) VALUES (1, 'p', 2, 2, 'o', 'w');
	INSERT INTO animals VALUES (1, 'a', 4);
	INSERT INTO cats VALUES (4, 'x', 'n', 9);
	INSERT INTO nothing_in_it DEFAULT VALUES;
	INSERT INTO scratch (a) VALUES (1);
	INSERT INTO "Select" VALUES (1, 'a', 'b', 2, 3, 4);
	REFRESH MATERIALIZED VIEW summed;
	CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 100) AS t, ARRAY[g, g] AS a FROM generate_series(1, 3000) g;
	ALTER TABLE big ADD added text DEFAULT 'missing';
};
my $everything = slurp_file("$FindBin::RealBin/../description/everything.sql");
(my $granted = $everything) =~ s/^REVOKE ALL ON nothing_in_it .*$//m;
make_template('every', "$granted\n$rows", 'every kind');
my $structure = dump_of($node, 'every');
my $all = dump_of($node, 'every', '--inserts');
ok($structure =~ /CREATE TABLE/ && $all =~ /ann\@home/, 'pg_dump prints it');

is_deeply([ succeeds("SELECT tenancy.clone('every', 'every-copy')", 'every kind is cloned') ], [], 'and nothing is left out');
same_dump(dump_of($node, 'every-copy'), $structure, 'the structure is the same');
gives($admin, 'SELECT count(*) FROM tenant_every_copy.accounts', '0', 'without rows');
gives($admin, 'SELECT last_value, is_called FROM tenant_every_copy.numbers EXCEPT SELECT last_value, is_called FROM tenant_every.numbers', '',
	'with the values of sequences');
succeeds("SELECT tenancy.clone('every', 'every-full', with_data => true)", 'the same with rows');
same_dump(dump_of($node, 'every-full', '--inserts'), $all, 'structure, rows and sequences are the same');
succeeds("SELECT tenancy.provision('every-like', template => 'every')", 'provision takes a template');
same_dump(dump_of($node, 'every-like'), $structure, 'with the same outcome');
gives($admin, "SELECT count(*) FROM tenancy.drift('every', ARRAY['every-copy', 'every-full', 'every-like'])", '0', 'there is no drift');
gives($admin, "SELECT string_agg(DISTINCT relowner::regrole::text, ',') FROM pg_class WHERE relnamespace = 'tenant_every_copy'::regnamespace",
	'tenant_every_copy', 'all is the new tenant\'s');
# The constructors of range types are the bootstrap superuser's.
gives($admin, "SELECT DISTINCT prosrc FROM pg_proc WHERE pronamespace = 'tenant_every_copy'::regnamespace AND proowner <> 'tenant_every_copy'::regrole
	AND prosrc NOT LIKE '%range_constructor%'", '', 'functions too');
my $casts = "SELECT count(*) FROM pg_cast c JOIN pg_type t ON t.oid IN (c.castsource, c.casttarget) WHERE c.oid >= 16384 AND t.typnamespace::regnamespace::text =";
is($admin->value("$casts 'tenant_every_copy'"), $admin->value("$casts 'tenant_every'"), 'casts came along, which pg_dump leaves out');

# The clone stands alone, and one can be made of it.
succeeds("SELECT tenancy.clone('every-full', 'every-second', true)", 'a clone is cloned');
gives($admin, "SELECT slug FROM tenancy.drop('every')", 'every', 'the template can be dropped');
gives($admin, "SELECT slug FROM tenancy.drop('every-copy')", 'every-copy', 'and a clone');
same_dump(dump_of($node, 'every-second', '--inserts'), $all, 'the clone of the clone is the same still');
is(run_as_tenant('every-second', q{
	INSERT INTO accounts (name, email, amount, number) VALUES ('c', 'cat@home', 2, 3000);
	INSERT INTO orders (account) SELECT id FROM accounts WHERE name = 'c';
	REFRESH MATERIALIZED VIEW summed;
	SELECT * FROM secured, grouped, on_function, summed;
	CALL tidy(1);
}), '', 'and works');

# --- a template that the session remembers, and that others change

make_template('model', q{
	CREATE TYPE mood AS ENUM ('sad', 'happy');
	CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
	CREATE TYPE pair AS (a int, b mood);
	CREATE SEQUENCE numbers;
	CREATE TABLE accounts (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email email, mood mood DEFAULT 'sad', number int);
	CREATE TABLE orders (id int PRIMARY KEY, account int REFERENCES accounts, note text);
	CREATE TABLE events (at date) PARTITION BY RANGE (at);
	CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
	CREATE VIEW joined AS SELECT a.id, t.name FROM accounts a JOIN public.shared_things t USING (id);
	CREATE VIEW calls AS SELECT public.shared_default() AS d;
	CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM orders;
	CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
	CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING;
	CREATE POLICY mine ON orders USING (true);
	CREATE STATISTICS related ON id, number FROM accounts;
	CREATE INDEX orders_account ON orders (account);
	GRANT SELECT ON orders TO reader;
}, 'a template');
$admin->query('CREATE ROLE renamed_role; GRANT SELECT ON tenant_model.accounts TO renamed_role; CREATE ROLE late_role;
	CREATE TYPE public.shared_mood AS ENUM (\'a\', \'b\'); CREATE VIEW tenant_model.moods AS SELECT \'a\'::public.shared_mood AS m');
succeeds("SELECT tenancy.provision('first', template => 'model')", 'it is read');
my $count = 0;
my $seen = '';
for my $change (
	'COMMENT ON TABLE tenant_model.orders IS \'new\'', 'COMMENT ON COLUMN tenant_model.orders.note IS \'new\'',
	'COMMENT ON INDEX tenant_model.orders_account IS \'new\'', 'COMMENT ON CONSTRAINT orders_pkey ON tenant_model.orders IS \'new\'',
	'COMMENT ON TABLE tenant_model.orders IS \'newer\'', 'COMMENT ON SCHEMA tenant_model IS \'new\'',
	'ALTER TYPE tenant_model.mood ADD VALUE \'meh\'', 'ALTER TYPE tenant_model.mood RENAME VALUE \'sad\' TO \'blue\'',
	'ALTER TYPE tenant_model.pair ADD ATTRIBUTE c int', 'ALTER DOMAIN tenant_model.email ADD CHECK (VALUE <> \'\')',
	'ALTER DOMAIN tenant_model.email SET DEFAULT \'a@b\'', 'ALTER SEQUENCE tenant_model.numbers INCREMENT 7',
	'ALTER SEQUENCE tenant_model.numbers OWNED BY tenant_model.orders.id', 'SELECT nextval(\'tenant_model.numbers\')',
	'ALTER TABLE tenant_model.orders ADD extra int', 'ALTER TABLE tenant_model.orders RENAME extra TO more',
	'ALTER TABLE tenant_model.orders ALTER more SET DEFAULT 5', 'ALTER TABLE tenant_model.orders ALTER more SET DEFAULT 6',
	'ALTER TABLE tenant_model.orders ALTER more SET STATISTICS 5', 'ALTER TABLE tenant_model.orders SET (fillfactor = 50)',
	'ALTER TABLE tenant_model.orders ADD CONSTRAINT positive CHECK (more > 0)', 'ALTER TABLE tenant_model.orders RENAME CONSTRAINT positive TO above',
	'ALTER TABLE tenant_model.orders DROP CONSTRAINT orders_account_fkey', 'ALTER TABLE tenant_model.orders ALTER note SET STORAGE EXTERNAL',
	'ALTER TABLE tenant_model.accounts ALTER id SET INCREMENT 5', 'CREATE INDEX another ON tenant_model.accounts (number)',
	'ALTER INDEX tenant_model.another SET (fillfactor = 60)', 'CLUSTER tenant_model.accounts USING another',
	'ALTER TABLE tenant_model.orders REPLICA IDENTITY FULL', 'DROP INDEX tenant_model.another',
	'CREATE TABLE tenant_model.events_2 PARTITION OF tenant_model.events FOR VALUES FROM (\'2026-01-01\') TO (\'2027-01-01\')',
	'ALTER TABLE tenant_model.events DETACH PARTITION tenant_model.events_1', 'CREATE TABLE tenant_model.heir () INHERITS (tenant_model.orders)',
	'ALTER TABLE tenant_model.heir NO INHERIT tenant_model.orders', 'ALTER TABLE tenant_model.orders DISABLE TRIGGER touched',
	'ALTER TRIGGER touched ON tenant_model.orders RENAME TO touching', 'ALTER TABLE tenant_model.orders DISABLE RULE quiet',
	'ALTER TABLE tenant_model.orders ENABLE ROW LEVEL SECURITY', 'ALTER POLICY mine ON tenant_model.orders USING (id > 0)',
	'ALTER POLICY mine ON tenant_model.orders RENAME TO ours', 'ALTER POLICY ours ON tenant_model.orders TO late_role', 'DROP POLICY ours ON tenant_model.orders',
	'CREATE OR REPLACE FUNCTION tenant_model.touch() RETURNS trigger LANGUAGE plpgsql AS \'BEGIN RETURN OLD; END\'',
	'ALTER FUNCTION tenant_model.touch() SECURITY DEFINER', 'CREATE FUNCTION tenant_model.new() RETURNS int LANGUAGE sql AS \'SELECT 1\'',
	'GRANT EXECUTE ON FUNCTION tenant_model.new() TO reader', 'REVOKE SELECT ON tenant_model.orders FROM reader',
	'GRANT UPDATE (note) ON tenant_model.orders TO reader', 'ALTER ROLE renamed_role RENAME TO other_role',
	'ALTER DEFAULT PRIVILEGES FOR ROLE tenant_model IN SCHEMA tenant_model GRANT SELECT ON TABLES TO reader',
	'ALTER DEFAULT PRIVILEGES FOR ROLE tenant_model IN SCHEMA tenant_model GRANT SELECT ON TABLES TO late_role',
	'ALTER TABLE public.shared_things RENAME name TO label', 'ALTER FUNCTION public.shared_default() RENAME TO other_default',
	'ALTER TYPE public.shared_mood RENAME VALUE \'a\' TO \'z\'', 'ALTER TABLE public.shared_things RENAME TO common_things',
	'CREATE OR REPLACE VIEW tenant_model.calls AS SELECT 1::text AS d', 'ALTER VIEW tenant_model.joined SET (security_barrier)',
	'ALTER VIEW tenant_model.joined RENAME COLUMN name TO called', 'REFRESH MATERIALIZED VIEW tenant_model.counted WITH NO DATA',
	'ALTER STATISTICS tenant_model.related SET STATISTICS 9', 'ALTER STATISTICS tenant_model.related RENAME TO relation',
	'CREATE OPERATOR tenant_model.### (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)', 'CREATE COLLATION tenant_model.c (LOCALE = \'C\')',
	'CREATE TEXT SEARCH CONFIGURATION tenant_model.ts (COPY = pg_catalog.english)',
	'ALTER TEXT SEARCH CONFIGURATION tenant_model.ts DROP MAPPING FOR url', 'DROP TABLE tenant_model.heir', 'ALTER TABLE tenant_model.orders RENAME TO purchases',
	'UPDATE pg_catalog.pg_class SET reloptions = \'{fillfactor=33}\' WHERE oid = \'tenant_model.accounts\'::regclass', 'DROP VIEW tenant_model.joined')
{
	my $done = $admin->query($change);
	die "$change: $done->{errors}[0]{M}" if @{ $done->{errors} };
	my $slug = 'model-' . ++$count;
	my $result = $ops->query("SELECT tenancy.provision('$slug', template => 'model')");
	my $error = $result->{errors}[0];
	# What pg_dump prints of sequences' values comes with --inserts only; of views that are not populated, with neither.
	my $expected = dump_of($node, 'model', '--inserts');
	my $same = $error ? fail("after: $change") : same_dump(dump_of($node, $slug, '--inserts'), $expected, "after: $change");
	diag("$error->{M} $error->{D}") if $error;
	ok($expected ne $seen, 'which pg_dump sees') unless $change =~ /^REFRESH/;
	$seen = $expected;
	$ops->query("SELECT tenancy.drop('$slug')");
	last unless $same;
}
gives($ops, "SELECT slug FROM tenancy.clone('model', 'unpopulated')", 'unpopulated', 'one more');
gives($admin, "SELECT relispopulated FROM pg_class WHERE oid = 'tenant_unpopulated.counted'::regclass", 'f', 'a view that is not populated stays so');

# What the transaction itself has changed, and what is rolled back again.
succeeds($_, $_)
	for 'BEGIN', "SELECT tenancy.provision('inner', template => 'unpopulated')", "SELECT tenancy.clone('inner', 'innermost')",
	"SELECT tenancy.drop('innermost')", "SELECT tenancy.clone('inner', 'innermost')", 'COMMIT';
same_dump(dump_of($node, 'innermost'), dump_of($node, 'unpopulated'), 'a clone of what the same transaction made');
$admin->query($_) for 'BEGIN', 'ALTER TABLE tenant_unpopulated.accounts ADD rolled_back int';
gives($admin, "SELECT slug FROM tenancy.clone('unpopulated', 'with-column')", 'with-column', 'a clone with a column');
$admin->query('ROLLBACK');
gives($admin, "SELECT slug FROM tenancy.clone('unpopulated', 'without-column')", 'without-column', 'after a rollback');
same_dump(dump_of($node, 'without-column'), dump_of($node, 'unpopulated'), 'nothing of it is remembered');

# --- constraints that are not valid, with comments

make_template('noted', q{
	CREATE TABLE late (a int, b int);
	INSERT INTO late VALUES (-1, -1);
	ALTER TABLE late ADD CONSTRAINT first CHECK (a > 0) NOT VALID, ADD CONSTRAINT second CHECK (b > 0) NOT VALID;
	COMMENT ON CONSTRAINT first ON late IS '1';
	COMMENT ON CONSTRAINT second ON late IS '2';
}, 'comments on late constraints');
succeeds("SELECT tenancy.clone('noted', 'noted-copy', true)", 'they are cloned');
same_dump(dump_of($node, 'noted-copy', '--inserts'), dump_of($node, 'noted', '--inserts'), 'and are the same');

# --- what newer majors keep of not-null constraints, and of partitioned tables

my $major = int($admin->value('SHOW server_version_num') / 10000);
SKIP:
{
	skip 'not-null constraints of domains and access methods of partitioned tables come with PostgreSQL 17', 8 if $major < 17;
	make_template('newer', q{
		CREATE DOMAIN required AS text CONSTRAINT must_be NOT NULL CHECK (VALUE <> '');
		CREATE DOMAIN simple AS int NOT NULL;
		COMMENT ON CONSTRAINT must_be ON DOMAIN required IS 'It must be.';
		CREATE TABLE typed (r required, s simple);
		INSERT INTO typed VALUES ('a', 1);
		CREATE TABLE halves (id int) PARTITION BY RANGE (id) USING heap;
		CREATE TABLE others (id int) PARTITION BY RANGE (id);
	}, 'newer kinds');
	succeeds("SELECT tenancy.clone('newer', 'newer-copy', true)", 'newer kinds are cloned');
	same_dump(dump_of($node, 'newer-copy', '--inserts'), dump_of($node, 'newer', '--inserts'), 'the clone is the same');
	my $names = 'SELECT t.typname, c.conname, obj_description(c.oid) FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid '
	  . "WHERE c.contype = 'n' AND t.typnamespace = 'tenant_newer_copy'::regnamespace ORDER BY 1";
	gives($admin, $names, "required|must_be|It must be.\nsimple|simple_not_null|", 'with the names of constraints of domains');
	gives($admin, "SELECT count(*) FROM tenancy.drift('newer', ARRAY['newer-copy'])", '0', 'there is no drift');
	succeeds($_, $_) for "SELECT tenancy.drop('newer-copy')", "SELECT tenancy.clone('newer', 'newer-copy')";
	$admin->query('ALTER DOMAIN tenant_newer_copy.required RENAME CONSTRAINT must_be TO has_to_be');
	gives($admin, "SELECT object FROM tenancy.drift('newer', ARRAY['newer-copy']) WHERE object LIKE 'domain%'", 'domain required',
		'drift sees another name');
}

SKIP:
{
	skip 'not-null constraints of tables have names and properties since PostgreSQL 18', 23 if $major < 18;
	make_template('strict', slurp_file("$FindBin::RealBin/../description/not_null.sql"), 'not-null constraints');
	my $strict = dump_of($node, 'strict', '--inserts');
	my $strict_structure = dump_of($node, 'strict');
	like($strict, qr/NO INHERIT.*NOT VALID/s, 'pg_dump prints them');
	succeeds("SELECT tenancy.clone('strict', 'strict-copy')", 'they are cloned');
	same_dump(dump_of($node, 'strict-copy'), $strict_structure, 'and are the same');
	succeeds("SELECT tenancy.clone('strict', 'strict-full', true)", 'with rows too, nulls among them');
	same_dump(dump_of($node, 'strict-full', '--inserts'), $strict, 'and the clone is the same');
	gives($admin, "SELECT * FROM tenancy.drift('strict', ARRAY['strict-copy', 'strict-full'])", '', 'there is no drift');
	my $constraints = sub {
		my $schema = schema_of($_[0]);
		return rows($admin->query("SELECT c.relname, k.conkey, k.conname, k.connoinherit, k.convalidated, k.conislocal, k.coninhcount, obj_description(k.oid)
			FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'n' AND c.relnamespace = '$schema'::regnamespace
			ORDER BY c.relname, k.conkey"));
	};
	is($constraints->('strict-copy'), $constraints->('strict'), 'the catalog says the same of the clone');
	is($constraints->('strict-full'), $constraints->('strict'), 'and of that with rows');
	is(run_as_tenant('strict-full', 'INSERT INTO heir (id, a, "B c") VALUES (7, 7, 7)'), '', 'a child without what is not inherited');
	like(run_as_tenant('strict-full', 'INSERT INTO loose VALUES (NULL, 1, 1, 1)'), qr/null value in column "a"/, 'new rows are checked');

	# Without rows, drift looks at each property.
	for my $change (
		[ 'ALTER TABLE owners RENAME CONSTRAINT owners_name_not_null TO other', 'column owners.name', 'not null by other' ],
		[ 'ALTER TABLE plain ALTER CONSTRAINT alone INHERIT', 'column plain.d', 'not null by alone' ],
		[ 'ALTER TABLE loose VALIDATE CONSTRAINT loose_b_not_null', 'column loose.b', 'not null' ])
	{
		my ($sql, $object, $is) = @$change;
		succeeds("SELECT tenancy.clone('strict', 'strict-other')", 'another clone');
		is(run_as_tenant('strict-other', $sql), '', $sql);
		like(rows($admin->query("SELECT object, difference FROM tenancy.drift('strict', ARRAY['strict-other'])")),
			qr/^\Q$object|nullability is $is, expected not null\E/m, 'is drift');
		succeeds("SELECT tenancy.drop('strict-other')", 'which goes');
	}
}

# --- schemas of Debian packages

fetch_packages($folder);
for my $model (
	[ 'pdns-backend-pgsql', 'usr/share/pdns-backend-pgsql/schema/schema.pgsql.sql' ],
	[ 'tt-rss', 'usr/share/tt-rss/schema/ttrss_schema_pgsql.sql' ],
	[ 'icinga2-ido-pgsql', 'usr/share/icinga2-ido-pgsql/schema/pgsql.sql' ])
{
	my ($package, $file) = @$model;
	make_template($package, of_package($folder, $package, $file), $package);
	succeeds("SELECT tenancy.clone('$package', '$package-copy', true)", "$package: it is cloned");
	same_dump(dump_of($node, "$package-copy", '--inserts'), dump_of($node, $package, '--inserts'), "$package: the clone is the same");
}

done_testing();
