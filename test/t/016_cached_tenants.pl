# A pooled backend that serves many tenants: the memory of its caches, with and without a bound.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $tenants = 200;
my $node = preloaded_node('cached');
my $admin = session($node);
$admin->query($_) for 'CREATE ROLE pool LOGIN IN ROLE tenancy_app', 'ALTER ROLE pool SET tenancy.rebind = transaction',
	'CREATE ROLE watcher LOGIN SUPERUSER', 'ALTER ROLE watcher SET tenancy.rebind = transaction';
for my $number (1 .. $tenants)
{
	my $schema = "tenant_t$number";
	my $result = $admin->query(
		"SELECT tenancy.provision('t$number');
		 CREATE TABLE $schema.owners (id int PRIMARY KEY, name text UNIQUE);
		 CREATE TABLE $schema.things (id int PRIMARY KEY, owner int REFERENCES $schema.owners, name text);
		 CREATE INDEX ON $schema.things (name);
		 CREATE VIEW $schema.report AS SELECT t.name, o.name AS owner FROM $schema.things t JOIN $schema.owners o ON o.id = t.owner;
		 INSERT INTO $schema.owners VALUES (1, 't$number')");
	die $result->{errors}[0]{M} if @{ $result->{errors} };
}

# Serves tenants, one transaction each; returns the bytes of the caches afterwards.
sub serve
{
	my ($session, $first, $last) = @_;
	for my $number ($first .. $last)
	{
		my $result = $session->query("BEGIN; SET LOCAL tenancy.tenant = 't$number';
			SELECT name FROM owners; SELECT count(*) FROM report; SELECT max(id) FROM things; COMMIT");
		die $result->{errors}[0]{M} if @{ $result->{errors} };
		die "t$number reads $result->{rows}[0][0]" if $result->{rows}[0][0] ne "t$number";
	}
	# By name: 18 has no column for the parent any more.
	my $bytes = $session->value("SELECT sum(total_bytes) FROM pg_backend_memory_contexts
		WHERE name IN ('CacheMemoryContext', 'index info', 'relation rules')");
	note "after $last tenants: $bytes bytes";
	return $bytes;
}

my $free = session($node, user => 'watcher');
is($free->value('SHOW tenancy.max_cached_tenants'), '0', 'there is no bound by default');
my $few = serve($free, 1, 20);
my $all = serve($free, 21, $tenants);
cmp_ok($all / $few, '>', 3, 'without a bound the caches grow with the tenants');
$free->close;

my $bounded = session($node, user => 'watcher', options => '-c tenancy.max_cached_tenants=20');
$few = serve($bounded, 1, 20);
my $some = serve($bounded, 21, $tenants);
cmp_ok($some / $few, '<', 1.5, 'with a bound they do not');
cmp_ok($some / $all, '<', 0.4, 'and take a fraction of the memory');
serve($bounded, $tenants - 10, $tenants) for 1 .. 3;
cmp_ok(serve($bounded, $tenants - 10, $tenants) / $some, '<', 1.5, 'serving the same tenants again changes nothing');

# What is open or kept survives the emptying of the caches, which comes with the third tenant.
$bounded->query("SET tenancy.max_cached_tenants = 2");
$bounded->query($_) for 'BEGIN', "SET LOCAL tenancy.tenant = 't1'";
$bounded->parse('named', 'SELECT name FROM owners')->sync;
$bounded->query('COMMIT');
serve($bounded, 1, 2);
$bounded->query($_) for 'BEGIN', "DECLARE c CURSOR FOR SELECT relname FROM pg_catalog.pg_class WHERE relname ~ '^pg_(am|database)\$' ORDER BY 1", 'FETCH c', 'SAVEPOINT s',
	"SELECT set_config('tenancy.tenant', 't3', true), count(*) FROM pg_catalog.pg_class";
gives($bounded, 'EXECUTE named', 't3', 'a binding within a query, with a cursor open');
gives($bounded, 'FETCH c', 'pg_database', 'the cursor goes on');
$bounded->query('ROLLBACK TO s');
gives($bounded, "SELECT set_config('tenancy.tenant', 't3', true)", 't3', 'and after a savepoint');
gives($bounded, 'EXECUTE named', 't3', 'the same again');
$bounded->query('COMMIT');
for my $number (4 .. 12)
{
	$bounded->query("BEGIN; SET LOCAL tenancy.tenant = 't$number'");
	is(rows($bounded->query('EXECUTE named')), "t$number", "a prepared statement reads t$number");
	$bounded->query('COMMIT');
}

# An attempt that fails does not count, and neither does a bound that is taken away.
$bounded->query("SET tenancy.tenant = 'nobody$_'") for 1 .. 5;
$bounded->query('SET tenancy.max_cached_tenants = 0');
serve($bounded, 13, 16);
$bounded->query('SET tenancy.max_cached_tenants = 1');
$few = serve($bounded, 17, 17);
cmp_ok(serve($bounded, 18, 40) / $few, '<', 1.5, 'a bound that is set anew holds from then on');

# Parallel workers take the binding as it is.
$bounded->query($_) for 'SET parallel_setup_cost = 0', 'SET parallel_tuple_cost = 0', 'SET min_parallel_table_scan_size = 0',
	'SET max_parallel_workers_per_gather = 2';
$bounded->query("BEGIN; SET LOCAL tenancy.tenant = 't41'");
gives($bounded, 'SELECT count(*), max(name) FROM owners', '1|t41', 'parallel workers run');
$bounded->query('COMMIT');

my $pool = session($node, user => 'pool');
refuses($pool, 'SET tenancy.max_cached_tenants = 1', '42501',
	'permission denied to set parameter "tenancy.max_cached_tenants"', 'who serves tenants does not set the bound');
$_->close for $bounded, $pool, $admin;
done_testing();
