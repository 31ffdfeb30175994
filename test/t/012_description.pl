# The description of a schema, by a witness that knows nothing of it: pg_dump prints the same
# of a tenant and of another one made from the first one's export.  First for a schema with
# every kind of object, then for schemas of Debian packages, which others wrote.
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

my $node = preloaded_node('description');
my $admin = session($node);
my $folder = File::Temp->newdir('tenancy-description.XXXXXX', TMPDIR => 1);

# Runs SQL as a tenant's role, in its schema; returns what went wrong.
sub run_as_tenant
{
	my ($slug, $sql) = @_;
	my ($output, $errors);
	my $schema = schema_of($slug);
	$node->psql('postgres', "SET client_min_messages = error; SET ROLE $schema; SET search_path = $schema;\n$sql",
		stdout => \$output, stderr => \$errors, on_error_stop => 1);
	return $errors;
}

# Makes a tenant from SQL, and another one from its export; all tests about the pair.
sub compare
{
	my ($slug, $what, $sql) = @_;
	$admin->query("SELECT tenancy.provision('$slug'), tenancy.provision('$slug-copy')");
	is(run_as_tenant($slug, $sql), '', "$what: a tenant has it");
	my $export = $admin->query("SELECT tenancy.export_ddl('$slug')");
	die $export->{errors}[0]{M} if @{ $export->{errors} };
	my $copy = "$slug-copy";
	is(run_as_tenant($copy, rows($export)), '', "$what: its export runs in the schema of another one");
	my $dump = dump_of($node, $slug);
	ok($dump =~ /CREATE TABLE/, "$what: pg_dump prints it");
	same_dump(dump_of($node, $copy), $dump, "$what: and the same of the other one");
	gives($admin, "SELECT tenancy.fingerprint('$slug') = tenancy.fingerprint('$slug-copy')", 't', "$what: the fingerprints are the same");
	gives($admin, "SELECT * FROM tenancy.drift('$slug', ARRAY['$slug-copy'])", '', "$what: there is no drift");
	gives($admin, "SELECT tenancy.export_ddl('$slug-copy') = replace(tenancy.export_ddl('$slug'), '\"$slug\"', '\"$slug-copy\"')", 't',
		"$what: the exports are the same");
	return map { $_->{M} } @{ $export->{notices} };
}

# --- every kind of object

$admin->query($_)
	for 'CREATE ROLE reader', 'CREATE ROLE "Odd Role"', 'CREATE TABLE shared_things (id int PRIMARY KEY)',
	'GRANT SELECT, REFERENCES ON shared_things TO tenancy_tenant',
	q(CREATE FUNCTION shared_default() RETURNS text LANGUAGE sql AS 'SELECT ''shared''');

my $everything = slurp_file("$FindBin::RealBin/../description/everything.sql");
(my $of_every = $everything) =~ s/tenant_self/tenant_every/g;
$of_every =~ s/^/SET search_path = tenant_every, public;\n/;
my @notices = compare('every', 'every kind', $of_every);
is_deeply(\@notices, [], 'nothing in the export names the schema');

# What pg_dump does not print with --schema.
my $casts = "SELECT count(*) FROM pg_cast c JOIN pg_type t ON t.oid IN (c.castsource, c.casttarget) WHERE c.oid >= 16384 AND t.typnamespace::regnamespace::text =";
is($admin->value("$casts 'tenant_every_copy'"), $admin->value("$casts 'tenant_every'"), 'casts came along');

# The copy stands alone: it works, and goes on working without its model.
gives($admin, "SELECT slug FROM tenancy.drop('every')", 'every', 'the first one can be dropped');
is(run_as_tenant('every-copy', q{
	INSERT INTO accounts (name, email, amount) VALUES ('a', 'ann@home', 2) RETURNING doubled;
	INSERT INTO orders (account) SELECT id FROM accounts;
	INSERT INTO events VALUES (1, '2025-05-05', 'a', NULL), (2, '2020-01-01', 'b', NULL);
	REFRESH MATERIALIZED VIEW summed;
	SELECT * FROM secured, grouped, on_function, summed;
	SELECT joined(name), how_many(*) FROM accounts;
	CALL tidy(1);
	SELECT to_tsvector('searching', 'cats and dogs');
}), '', 'the second one works without it');

# --- not-null constraints

SKIP:
{
	skip 'not-null constraints of tables have names and properties since PostgreSQL 18', 7 if $admin->value('SHOW server_version_num') < 180000;
	compare('strict', 'not-null', slurp_file("$FindBin::RealBin/../description/not_null.sql"));
}

# --- the schema's name where nothing can take it off

$admin->query("SELECT tenancy.provision('named')");
is(run_as_tenant('named', q{
	CREATE TABLE t (a int);
	CREATE TABLE pg_class (oid int PRIMARY KEY, a int REFERENCES tenant_named.pg_class);
	CREATE TYPE text AS ENUM ('x');
	CREATE TABLE u (a text, b tenant_named.text, c pg_catalog.text);
	CREATE VIEW pg_attribute AS SELECT * FROM tenant_named.pg_class;
	CREATE INDEX ON tenant_named.pg_class (a);
	CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = tenant_named AS 'SELECT count(*)::int FROM tenant_named.t';
	CREATE VIEW v AS SELECT 'tenant_named.t'::regclass, 'tenant_named.t' AS constant;
}), '', 'a schema with names of catalogs and its own name in strings');
my $named = $admin->query("SELECT tenancy.export_ddl('named')");
is_deeply([sort map { $_->{M} } @{ $named->{notices} }],
	[	'function f() names the schema "tenant_named"', 'index pg_class_a_idx names the schema "tenant_named"',
		'table pg_class names the schema "tenant_named"', 'table u names the schema "tenant_named"',
		'view pg_attribute names the schema "tenant_named"', 'view v names the schema "tenant_named"'
	], 'the export tells which objects name it') or diag(rows($named));
like(rows($named), qr/^-- names the schema of the tenant: view v\nCREATE VIEW v /m, 'and marks them');

# --- nothing of a tenant runs when it is described

$admin->query($_) for 'CREATE TABLE trapped (who text, what text)', 'GRANT INSERT ON trapped TO PUBLIC',
	"SELECT tenancy.provision('hostile')";
is(run_as_tenant('hostile', slurp_file("$FindBin::RealBin/../description/hostile.sql")), '', 'a schema that lies in wait');
gives($admin, 'SELECT count(*) FROM trapped', '0', 'nothing has run yet');
$admin->query("SELECT tenant_hostile.trap('try')");
gives($admin, 'SELECT what FROM trapped', 'try', 'the trap works');
$admin->query('TRUNCATE trapped');
my @described = map { "SELECT count(*) > 0 FROM $_" } "tenancy.export_ddl('hostile', true)", "tenancy.fingerprint('hostile')",
	"tenancy.drift('named', ARRAY['hostile'])", "tenancy.drift('hostile', ARRAY['named'])";
gives($admin, $_, 't', $_) for @described;
$admin->query('SET search_path = tenant_hostile, public, pg_catalog');
gives($admin, "SELECT pg_catalog.length(tenancy.export_ddl('hostile', true)) OPERATOR(pg_catalog.>) 0", 't', 'with the schema in front of the search path');
$admin->query('RESET search_path');
gives($admin, 'SELECT who, what FROM trapped', '', 'nobody was trapped');

# --- state

is(run_as_tenant('named', q{CREATE SEQUENCE s; SELECT nextval('s'), nextval('s'); CREATE SEQUENCE unused; CREATE SEQUENCE moved;
	ALTER SEQUENCE moved RESTART WITH 77; CREATE TABLE i (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO i DEFAULT VALUES;
	CREATE MATERIALIZED VIEW first AS SELECT count(*) FROM i; CREATE MATERIALIZED VIEW empty AS SELECT * FROM first WITH NO DATA;
	CREATE MATERIALIZED VIEW after_first AS SELECT * FROM first}), '', 'sequences that have been used');
my ($state) = rows($admin->query("SELECT tenancy.export_ddl('named', true)")) =~ /(SELECT pg_catalog.setval.*?)RESET/s;
is($state, <<'END', 'their values, and materialised views in order, come on request');
SELECT pg_catalog.setval('i_id_seq', 1, true);
SELECT pg_catalog.setval('moved', 77, false);
SELECT pg_catalog.setval('s', 2, true);
REFRESH MATERIALIZED VIEW first;
REFRESH MATERIALIZED VIEW after_first;
END
unlike(rows($admin->query("SELECT tenancy.export_ddl('named')")), qr/setval|REFRESH/, 'and not otherwise');

# --- schemas of Debian packages

fetch_packages($folder);
for my $model (
	[ 'pdns-backend-pgsql', 'usr/share/pdns-backend-pgsql/schema/schema.pgsql.sql' ],
	[ 'tt-rss', 'usr/share/tt-rss/schema/ttrss_schema_pgsql.sql' ],
	[ 'icinga2-ido-pgsql', 'usr/share/icinga2-ido-pgsql/schema/pgsql.sql' ],
	[ 'bacula-director-pgsql', 'usr/share/dbconfig-common/data/bacula-director-pgsql/install/pgsql' ],
	[	'kamailio-postgres-modules', map { "usr/share/kamailio/postgres/$_-create.sql" } 'standard', 'presence', 'topos', 'usrloc', 'rls' ])
{
	my ($package) = @$model;
	compare($package, $package, of_package($folder, @$model));
}

# DAViCal's schema begins with that of a library of its authors.
compare('davical', 'davical',
	of_package($folder, 'libawl-php', map { "usr/share/awl/dba/$_.sql" } 'schema-management', 'awl-tables')
	  . of_package($folder, 'davical', map { "usr/share/davical/dba/$_.sql" } 'davical', 'caldav_functions', 'rrule_functions'));

# --- the cost is the tenant's own

# Pages that a call reads, when its plans are there.
sub pages_of
{
	my ($call) = @_;
	$admin->query("SELECT $call") for 1 .. 3;
	my $plan = rows($admin->query("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) SELECT $call"));
	my ($pages) = $plan =~ /hit=(\d+)/;
	return $pages;
}

my @calls = map { "tenancy.$_('tt-rss')" } 'export_ddl', 'fingerprint';
$admin->query("SET client_min_messages = error");
my @alone = map { pages_of($_) } @calls;
$admin->query("SELECT count(tenancy.provision('crowd-' || i)) FROM generate_series(1, 300) i");
$admin->query("DO \$\$ BEGIN FOR i IN 1 .. 300 LOOP EXECUTE format('CREATE TABLE tenant_crowd_%s.t (id int PRIMARY KEY, a text, b text, c text)', i); END LOOP; END \$\$");
$admin->query('ANALYZE');
my @crowded = map { pages_of($_) } @calls;
for my $i (0 .. $#calls)
{
	cmp_ok($crowded[$i], '<=', 1.3 * $alone[$i], "$calls[$i] reads no more pages among 300 tenants ($alone[$i], $crowded[$i])");
}

$admin->close;
done_testing();
