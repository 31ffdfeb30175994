# Attacks on quotas: what a tenant that may do nothing, or nothing more, tries nevertheless.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('quota_attacks');
my $admin = session($node);
make_tenants($admin, 'acme');
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', "ALTER ROLE shop SET tenancy.rebind = 'transaction'";

sub bound
{
	return session($node, user => 'shop', options => '-c tenancy.tenant=acme');
}

# Sets a limit of acme; undef takes it away.
sub limit
{
	my ($kind, $hard) = @_;
	$admin->value("SELECT tenancy.set_quota('acme', '$kind', NULL, " . (defined $hard ? $hard : 'NULL') . ')');
	return;
}

sub is_exhausted
{
	my ($result, $kind, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_refusal($result, '53400', "quota \"$kind\" of tenant \"acme\" is exhausted", $name);
}

# Tells whether a result has no error.
sub went
{
	my ($result, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($result->{errors}[0] ? $result->{errors}[0]{M} : 'no error', 'no error', $name);
}

# --- functions that the planner runs

my $session = bound();
went($session->query(q{
	CREATE TABLE folded (x text);
	CREATE FUNCTION run(q text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$ BEGIN EXECUTE q; RETURN 'done'; END $$;
	CREATE FUNCTION fold(q text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
		$$ DECLARE r text; BEGIN SELECT run(q) INTO r; RETURN r; END $$;
	CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO folded VALUES ('late'); RETURN NULL; END $$;
	CREATE TABLE deferred (x int);
	CREATE CONSTRAINT TRIGGER late AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()}),
	'functions for the planner');
my $insert = q{INSERT INTO folded VALUES ('planned')};
for my $kind ('statements_per_minute', 'concurrent_statements')
{
	limit($kind, undef);
	$session->query('BEGIN; INSERT INTO deferred VALUES (1)');
	$session->parse("early $kind", q{SELECT set_config('x.y', fold($1), false)})->parse("plain $kind", q{SELECT set_config('x.y', $1, $2)})->sync;
	limit($kind, 0);
	went($session->query('COMMIT'), "$kind: a commit goes, with its triggers");
	is_exhausted($session->query("SELECT set_config('x.y', fold(\$q\$$insert\$q\$), false)"), $kind, 'no function in an argument');
	is_exhausted($session->parse('', q{SELECT set_config('x.y', fold($1), false)})->bind('', '', $insert)->sync, $kind,
		'nor by the extended protocol, when it is bound');
	is_exhausted($session->bind('', "early $kind", $insert)->sync, $kind, 'nor of what was parsed before');
	went($session->bind('', "plain $kind", '2MB', 't')->execute('')->sync, 'parameters are allowed');
	went($session->extended(q{SELECT set_config('x.y', $1::varchar, $2)}, '2MB', 't'), 'whatever their type');
	limit($kind, undef);
}
limit('concurrent_statements', 1);
$session->query('BEGIN');
went($session->call_function(1598), 'a call by the fast-path protocol');
gives($session, "SELECT fold('SELECT 1')", 'done', 'has left its place when the next statement is planned');
$session->query('ROLLBACK');
$session->query('BEGIN; SELECT 1; SAVEPOINT s');
limit('concurrent_statements', 0);
is_exhausted($session->query('SELECT 1'), 'concurrent_statements', 'a limit that is set in a transaction is seen');
$session->query('ROLLBACK TO s');
limit('concurrent_statements', 1);
gives($session, 'SELECT 1', '1', 'and that it is raised as well');
$session->query('ROLLBACK');
limit('concurrent_statements', undef);
gives($session, 'SELECT x, count(*) FROM folded GROUP BY x', 'late|2', 'nothing was written but by the triggers');

# --- storage that nobody else can see yet

$admin->query('SELECT tenancy.measure_storage()');
limit('storage_bytes', $admin->value("SELECT tenancy.schema_size('acme')") + 1000000);
my $fill = 'INSERT INTO hidden SELECT repeat(\'x\', 1000) FROM generate_series(1, 2000)';
went($session->query('BEGIN; CREATE TABLE hidden (x text)'), 'a table of an open transaction');
went($session->query($fill), 'takes what there is room for');
is_exhausted($session->query($fill), 'storage_bytes', 'and no more');
$session->query('ROLLBACK; CREATE TABLE hidden (x text)');
went($session->query("BEGIN; TRUNCATE hidden; $fill; SAVEPOINT s"), 'one that is truncated');
is_exhausted($session->query($fill), 'storage_bytes', 'neither, in a savepoint');
$session->query('ROLLBACK');
is_exhausted($session->query("DO \$\$ BEGIN CREATE TABLE inner_one (x text); INSERT INTO inner_one SELECT repeat('x', 1000) FROM generate_series(1, 2000);
	BEGIN INSERT INTO inner_one VALUES ('x'); EXCEPTION WHEN division_by_zero THEN NULL; END; END \$\$"), 'storage_bytes', 'nor in a function');
went($session->query("BEGIN; SAVEPOINT s; CREATE TABLE undone (x text); INSERT INTO undone SELECT repeat('x', 1000) FROM generate_series(1, 2000); ROLLBACK TO s"),
	'a table that is taken back');
went($session->query("INSERT INTO hidden VALUES ('x'); COMMIT"), 'is not counted');
went($session->query('CREATE TABLE parts (x text) PARTITION BY LIST (x); CREATE INDEX ON parts (x)'), 'an index of no table');
limit('storage_bytes', 0);
is_exhausted($session->query("ALTER TABLE parts ATTACH PARTITION hidden DEFAULT"), 'storage_bytes', 'is not built by ATTACH PARTITION');
limit('storage_bytes', undef);

$session->close;
$node->stop;
done_testing();
