# Parallel query in a bound session: workers are really used, give the right rows, refuse
# other tenants, and are no sessions of their own.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('parallel', 'max_worker_processes = 8', 'max_parallel_workers = 8',
	'max_parallel_workers_per_gather = 2', 'min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0',
	'parallel_tuple_cost = 0');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
for my $sql (
	'CREATE ROLE shop LOGIN IN ROLE tenancy_app', "ALTER ROLE shop SET tenancy.rebind = 'transaction'",
	# Whether a worker, or the leader, runs the function.
	q{CREATE FUNCTION public.in_worker() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
		AS $$ SELECT backend_type = 'parallel worker' FROM pg_stat_get_activity(pg_backend_pid()) $$},
	# What the counters say at that moment.
	q{CREATE FUNCTION public.sessions_now() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL SAFE SECURITY DEFINER
		AS $$ SELECT sessions FROM tenancy.stat_counters() WHERE schema_name = 'tenant_acme' $$},
	q{CREATE FUNCTION public.count_of(name text) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE
		AS $$ DECLARE n bigint; BEGIN EXECUTE 'SELECT count(*) FROM ' || name INTO n; RETURN n; END $$},
	'CREATE TABLE public.shared (tenant text, x int)', 'ALTER TABLE public.shared ENABLE ROW LEVEL SECURITY',
	'CREATE POLICY mine ON public.shared USING (tenant = tenancy.current_tenant())', 'GRANT SELECT ON public.shared TO tenancy_tenant',
	q{INSERT INTO public.shared SELECT CASE WHEN i % 3 = 0 THEN 'acme' ELSE 'beta' END, i FROM generate_series(1, 3000) i},
	map { my $tenant = $_; (
		"CREATE TABLE tenant_$tenant.big (owner text, x int)",
		"INSERT INTO tenant_$tenant.big SELECT '$tenant', i FROM generate_series(1, 3000) i",
		"CREATE TABLE tenant_$tenant.split (x int) PARTITION BY RANGE (x)",
		(map { "CREATE TABLE tenant_$tenant.split_$_ PARTITION OF tenant_$tenant.split FOR VALUES FROM (${_}000) TO (${_}999)" } 1 .. 3),
		"INSERT INTO tenant_$tenant.split SELECT 1000 * i + j FROM generate_series(1, 3) i, generate_series(0, 300) j",
		"ANALYZE tenant_$tenant.big", "ANALYZE tenant_$tenant.split") } ('acme', 'beta'))
{
	my $result = $admin->query($sql);
	die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
}
my $force = $admin->value("SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')");

# Expects that a query was run by workers.
sub uses_workers
{
	my ($session, $sql, $name) = @_;
	my $plan = rows($session->query("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $sql"));
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return like($plan, qr/Workers Launched: [1-9]/, $name);
}

# --- workers are used, and see the binding

my $session = session($node, user => 'shop');
for my $case (
	[ 'SET', "SET tenancy.tenant = 'acme'", '' ],
	[ 'SET LOCAL', "BEGIN; SET LOCAL tenancy.tenant = 'acme'", 'COMMIT' ],
	[ 'a savepoint', "BEGIN; SAVEPOINT s; SET LOCAL tenancy.tenant = 'acme'; SAVEPOINT t", 'COMMIT' ])
{
	my ($how, $begin, $end) = @$case;
	$session->query($begin);
	uses_workers($session, 'SELECT count(*) FROM big', "bound by $how: workers are used");
	gives($session, 'SELECT count(*), sum(x), min(owner), max(owner) FROM big', '3000|4501500|acme|acme',
		"bound by $how: they give the tenant's rows");
	gives($session, 'SELECT count(*) FROM big a JOIN big b USING (x)', '3000', "bound by $how: in a join");
	gives($session, 'SELECT count(*) FROM split', '903', "bound by $how: of partitions");
	gives($session, 'SELECT count(*), min(tenant), max(tenant) FROM shared', '1000|acme|acme',
		"bound by $how: row level security holds in workers");
	$session->query($end) if $end;
	$session->query("SET tenancy.tenant = ''");
}
$session->close;

$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
uses_workers($session, 'SELECT count(*) FROM big', 'bound at start-up: workers are used');
uses_workers($session, 'SELECT count(*) FROM shared', 'with row level security, too');
$session->query('SET parallel_leader_participation = off');
gives($session, 'SELECT bool_and(in_worker()), min(tenancy.current_tenant()), max(current_user), max(tenancy.current_tenant_id()::text)
	= tenancy.current_tenant_id()::text FROM big', 't|acme|tenant_acme|t', 'all is known in a worker');

# A prepared statement, by generic plan, from tenant to tenant.
$session->parse('counting', 'SELECT count(*), min(owner), max(owner) FROM big')->sync;
$session->query('EXECUTE counting') for 1 .. 6;
uses_workers($session, 'EXECUTE counting', 'a generic plan uses workers');
$session->query("SET tenancy.tenant = 'beta'");
gives($session, 'EXECUTE counting', '3000|beta|beta', "and reads the next tenant's rows");
$session->query("SET tenancy.tenant = 'acme'");
# A change of tenant takes back what the tenant has set.
$session->query('SET parallel_leader_participation = off');

# --- workers refuse

$admin->query('SELECT tenancy.reset_stats()');
my $denied = 'cross-tenant access to schema "tenant_beta" denied';
refuses($session, 'SELECT count(*) FROM tenant_beta.big', '42501', $denied, 'another tenant is refused by name');
# In a condition on rows, which is evaluated where the row is read.
my $in_one_row = "SELECT count(*) FROM big WHERE CASE WHEN x = 17 AND in_worker() THEN count_of('%s') ELSE 0 END > 0";
my $error = refuses($session, sprintf($in_one_row, 'tenant_beta.split'), '42501', $denied, 'and in a worker');
like($error->{W}, qr/parallel worker/, 'it really was one');
is($error->{s}, 'tenant_beta', 'the error keeps its fields');
is($error->{D}, 'The session is bound to tenant "acme".', 'and its detail');
gives($admin, q{SELECT slug, errors, attempts_made, attempts_received, binds FROM tenancy.stat_tenants WHERE slug IN ('acme', 'beta') ORDER BY slug},
	"acme|2|2|0|0\nbeta|0|0|2|0", 'each refusal and each error is counted once');
gives($session, sprintf($in_one_row, 'split'), '1', 'a worker reaches the own tenant');
refuses($session, "SELECT set_config('tenancy.tenant', 'beta', true) FROM big WHERE x = 1", '25001',
	'cannot bind tenant "beta" in this transaction', 'nothing can be bound amid a query');

# --- a worker is no session

gives($session, 'SELECT min(sessions_now()), max(sessions_now()), bool_and(in_worker()) FROM big', '1|1|t',
	'while workers run, there is one session');
gives($admin, "SELECT sessions, binds FROM tenancy.stat_tenants WHERE slug = 'acme'", '1|0', 'afterwards, too');
my $statements = $admin->value("SELECT statements FROM tenancy.stat_tenants WHERE slug = 'acme'");
gives($session, 'SELECT count(*) FROM big', '3000', 'a parallel query');
gives($admin, "SELECT statements - $statements FROM tenancy.stat_tenants WHERE slug = 'acme'", '1', 'is one statement');

# --- workers for everything

for my $mode ('on', 'regress')
{
	$session->query("SET $force = $mode");
	gives($session, 'SELECT owner, current_user, tenancy.current_tenant(), in_worker() FROM accounts', 'acme|tenant_acme|acme|t',
		"$force = $mode: a single row comes by a worker");
	refuses($session, 'SELECT * FROM tenant_beta.accounts', '42501', $denied, "$force = $mode: another tenant is refused");
	refuses($session, "SELECT count_of('tenant_beta.accounts')", '42501', $denied, "$force = $mode: in a function, too");
	gives($session, "SELECT slug FROM tenancy.tenants", 'acme', "$force = $mode: the registry shows the own row");
}

# A worker asks nothing anew: the session stays what it was admitted as.
$admin->query("SELECT tenancy.suspend('acme')");
refuses($session, 'SELECT count(*) FROM big', '55000', 'tenant "acme" is not active', 'suspension is seen in parallel mode');
$admin->query("SELECT tenancy.activate('acme')");
gives($session, 'SELECT count(*) FROM big', '3000', 'and its end');
$session->query("RESET $force");
$session->close;

# An unbound superuser, whom nothing is refused, uses workers as well.
uses_workers($admin, 'SELECT count(*) FROM tenant_beta.big', 'a superuser uses workers');
gives($admin, "SELECT sum(sessions) FROM tenancy.stat_tenants", '0', 'no session is left');
$admin->close;
done_testing();
