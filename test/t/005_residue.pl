# What one tenant leaves in a pooled session must not be there for the next: temporary
# objects, holdable cursors, sequence state, LISTEN, session advisory locks.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('residue');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
$admin->query($_) for 'CREATE ROLE single LOGIN IN ROLE tenancy_app', 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', "ALTER ROLE shop SET tenancy.rebind = 'transaction'",
  'GRANT CREATE ON SCHEMA public TO shop';
my $locks = 0;
my $neighbour = session($node, user => 'shop');
$neighbour->query("SET tenancy.tenant = 'acme'");

# One statement each, so that they also work where a statement is a transaction.
sub leave_behind
{
	my ($session) = @_;
	$locks++;
	for my $sql (
		'CREATE TEMP TABLE secrets AS SELECT owner FROM accounts', "CREATE FUNCTION pg_temp.trap() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		'DECLARE leftover CURSOR WITH HOLD FOR SELECT * FROM accounts', "SELECT nextval('numbers')", 'LISTEN gossip',
		"SELECT pg_advisory_lock($locks), pg_advisory_lock_shared($locks, 1)", 'PREPARE kept AS SELECT owner FROM accounts')
	{
		my $error = $session->query($sql)->{errors}[0];
		die "$sql: $error->{M}" if $error && $error->{C} ne '42P05';
	}
	return;
}

# Reads all of it in one statement, whoever the session works for.
my $inventory = q{SELECT (SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'),
	(SELECT count(*) FROM pg_proc WHERE proname = 'trap'), (SELECT count(*) FROM pg_cursors),
	(SELECT count(*) FROM pg_listening_channels()),
	(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())};

# Expects that nothing of that is there, by the session's and by others' view.
sub is_clean
{
	my ($session, $how) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	gives($session, $inventory, '0|0|0|0|0', "nothing is left $how");
	gives($admin, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", '0', "no lock is held $how");
	refuses($session, 'SELECT lastval()', '55000', 'lastval is not yet defined in this session', "lastval is undefined $how");
	refuses($session, 'FETCH ALL FROM leftover', '34000', 'cursor "leftover" does not exist', "there is no cursor $how");
	refuses($session, 'SELECT * FROM secrets', '42P01', 'relation "secrets" does not exist', "there is no temporary table $how");
	$neighbour->query('NOTIFY gossip');
	$admin->query('NOTIFY gossip');
	is(scalar(@{ $session->query('SELECT 1')->{notifications} }), 0, "nothing is heard $how");
	return;
}

my $session = session($node, user => 'shop');
$session->query("SET tenancy.tenant = 'acme'");
leave_behind($session);
gives($session, $inventory, '1|1|1|1|2', 'a session keeps what its tenant leaves');
gives($session, "SELECT lastval(), currval('numbers'); FETCH ALL FROM leftover", "1|1\nacme", 'and can use it');
$session->query("SET tenancy.tenant = 'acme'");
gives($session, $inventory, '1|1|1|1|2', 'it stays when the same tenant is bound again');
$neighbour->query('NOTIFY gossip');
is($session->query('SELECT 1')->{notifications}[0], 'gossip:', 'notifications of the tenant arrive');
$admin->query('NOTIFY gossip');
is(scalar(@{ $session->query('SELECT 1')->{notifications} }), 0, "others' do not");

# --- session to session

$session->query("SET tenancy.tenant = 'beta'");
is_clean($session, 'after SET to another tenant');
refuses($session, "SELECT currval('numbers')", '55000', 'currval of sequence "numbers" is not yet defined in this session',
	'nor is currval');
refuses($session, 'EXECUTE kept', '26000', 'prepared statement "kept" does not exist', 'a statement that SQL prepared is gone');

# By whichever way the binding ends, nothing is left for an unbound session nor for the next.
for my $statement ('RESET tenancy.tenant', 'RESET ALL', 'DISCARD ALL', "SET tenancy.tenant = ''",
	'SET tenancy.tenant TO DEFAULT', 'SELECT tenancy.unbind()', "SELECT set_config('tenancy.tenant', '', false)",
	"SELECT tenancy.bind('acme')", "SELECT set_config('tenancy.tenant', 'acme', false)")
{
	$session->query("SET tenancy.tenant = 'beta'");
	leave_behind($session);
	my $error = $session->query($statement)->{errors}[0];
	is($error ? $error->{M} : '', '', "$statement works");
	is_clean($session, "after $statement");
	$session->query("SET tenancy.tenant = 'acme'");
	gives($session, $inventory, '0|0|0|0|0', "nor for the next tenant after $statement");
}

# --- SET LOCAL

for my $end ('COMMIT', 'ROLLBACK', 'an error and ROLLBACK', 'COMMIT of an aborted transaction')
{
	$session->query("SET tenancy.tenant = ''");
	$session->query('BEGIN');
	$session->query("SET LOCAL tenancy.tenant = 'acme'");
	leave_behind($session);
	$session->query('SELECT 1/0') if $end =~ /error|aborted/;
	$session->query($end =~ /^COMMIT/ ? 'COMMIT' : 'ROLLBACK');
	gives($session, 'SELECT tenancy.current_tenant(), current_user', '|shop', "SET LOCAL ends by $end");
	is_clean($session, "after SET LOCAL and $end");
	$session->query("SET tenancy.tenant = 'beta'");
	gives($session, $inventory, '0|0|0|0|0', "nor for the next tenant after SET LOCAL and $end");
}

# A savepoint takes the binding back, and its transaction still leaves nothing.
$session->query("SET tenancy.tenant = ''");
$session->query($_) for 'BEGIN', 'SAVEPOINT s', "SET LOCAL tenancy.tenant = 'acme'", 'SELECT pg_advisory_lock(777)',
  "SELECT nextval('numbers')", 'ROLLBACK TO s', 'COMMIT';
gives($session, "SELECT tenancy.current_tenant() IS NULL, (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')",
	't|0', 'a binding that a savepoint took back leaves no lock');
refuses($session, 'SELECT lastval()', '55000', 'lastval is not yet defined in this session', 'nor sequence state');

# What a savepoint takes back was the tenant's nevertheless.
$session->query($_) for 'BEGIN', 'SAVEPOINT s', "SET LOCAL tenancy.tenant = 'acme'",
  "SELECT nextval('numbers'), pg_advisory_lock(778)", 'ROLLBACK TO s';
refuses($session, "SET LOCAL tenancy.tenant = 'beta'", '25001', 'cannot bind tenant "beta" in this transaction',
	'a transaction stays with the tenant of a savepoint that was taken back');
$session->query('ROLLBACK');
$session->query("SET tenancy.tenant = 'beta'");
gives($session, $inventory, '0|0|0|0|0', 'and leaves nothing to the next');
refuses($session, 'SELECT lastval()', '55000', 'lastval is not yet defined in this session', 'nor sequence state');
$session->query("SET tenancy.tenant = ''");

# Changes of tenant that fail leave all with the tenant that it belongs to.
$session->query("SET tenancy.tenant = 'acme'");
leave_behind($session);
refuses($session, "SET tenancy.tenant = 'nobody'", '42704', 'tenant "nobody" does not exist', 'a binding that fails');
gives($session, $inventory, '1|1|1|1|2', 'takes nothing from the tenant');
for my $failure ("SET tenancy.tenant = 'beta'; SELECT 1/0", "SET tenancy.tenant = 'beta'; SELECT * FROM nowhere",
	"SELECT * FROM accounts; SET tenancy.tenant = 'beta'")
{
	$session->query("SET tenancy.tenant = ''");
	$session->query("SET tenancy.tenant = 'acme'");
	leave_behind($session);
	ok(scalar(@{ $session->query($failure)->{errors} }), "$failure fails");
	is($session->parameter('tenancy.tenant'), 'acme', 'and leaves the session with its tenant');
	$session->query("SET tenancy.tenant = 'beta'");
	is_clean($session, "after $failure");
}

# A change that is taken back must not save a trap from being cleared away by the next one.
for my $failure ("SET tenancy.tenant = 'beta'; SELECT 1/0", "SELECT tenancy.bind('beta'); SELECT 1/0", "SET tenancy.tenant = ''; SELECT 1/0",
	'RESET ALL; SELECT 1/0', "SET tenancy.tenant = 'beta'; SELECT owner FROM accounts; SELECT 1/0", "BEGIN; ROLLBACK; SET tenancy.tenant = 'beta'; SELECT 1/0")
{
	$session->query("SET tenancy.tenant = 'acme'");
	$session->query("CREATE TEMP TABLE accounts AS SELECT 'trap' AS owner; GRANT ALL ON accounts TO PUBLIC");
	$session->query($failure);
	$session->query("SET tenancy.tenant = 'beta'");
	gives($session, 'SELECT owner FROM accounts', 'beta', "no trap is left by: $failure");
	$session->query('DISCARD ALL');
}

$session->query("SET tenancy.tenant = ''");
for my $work ('SELECT 1', 'SELECT owner FROM accounts', 'CREATE TEMP TABLE other (x int)')
{
	$session->query("CREATE TEMP TABLE accounts AS SELECT 'trap' AS owner; GRANT ALL ON accounts TO PUBLIC");
	$session->query($_) for 'BEGIN', 'SAVEPOINT s', "SET LOCAL tenancy.tenant = 'beta'", $work, 'ROLLBACK TO s', 'COMMIT';
	$session->query("SET tenancy.tenant = 'beta'");
	gives($session, 'SELECT owner FROM accounts', 'beta', "no trap is left by a savepoint and $work");
	$session->query('DISCARD ALL');
}

# --- what an unbound session leaves for a tenant to stumble over

$session->query("SET tenancy.tenant = ''");
refuses($session, "CREATE TEMP TABLE accounts AS SELECT 'false' AS owner", '42501',
	'the creation of temporary objects is not allowed while no tenant is bound', 'an unbound session of a pool makes no temporary tables');
refuses($session, 'PREPARE own AS SELECT 1', '42501', 'PREPARE is not allowed while no tenant is bound', 'and prepares nothing in SQL');
$session->query('LISTEN gossip');
$session->query("SET tenancy.tenant = 'acme'");
gives($session, $inventory, '0|0|0|0|0', 'what else it left is gone with the binding');
my $single = session($node, user => 'single');
$single->query("CREATE TEMP TABLE accounts AS SELECT 'false' AS owner");
gives($single, 'SELECT owner FROM accounts', 'false', 'one that will serve one tenant may have temporary tables');
$single->query("SET tenancy.tenant = 'acme'");
gives($single, 'SELECT owner FROM accounts', 'acme', "which are not in the tenant's way");
$single->close;

# --- without a statement in between, through the fast-path protocol

$session->query("SET tenancy.tenant = ''");
$session->query('SELECT 1');
$session->query("SET tenancy.tenant = 'acme'");
my $oid = $admin->value("SELECT 'pg_advisory_lock(bigint)'::regprocedure::oid");
$session->call_function($oid, 4711);
$session->query("SET tenancy.tenant = 'beta'");
gives($admin, 'SELECT pg_try_advisory_lock(4711)', 't', 'a lock taken by a fast-path call is left to nobody');

# --- prepared statements

my %statements = (
	relative => 'SELECT owner FROM accounts', absolute => 'SELECT owner FROM tenant_acme.accounts',
	writing => 'INSERT INTO accounts VALUES ($1)', casting => "SELECT 'accounts'::regclass::text", calling => "SELECT nextval('numbers')");

# Runs a statement that was prepared by the protocol.
sub run_prepared
{
	my ($name, @values) = @_;
	return $session->bind('', $name, @values)->execute('')->sync;
}

$session->query($_) for 'DEALLOCATE ALL', "SET tenancy.tenant = 'acme'";
$session->parse($_, $statements{$_}) for sort keys %statements;
$session->sync;
is_rows(run_prepared($_), $_ eq 'casting' ? 'accounts' : 'acme', "a prepared statement works: $_") for 'relative', 'absolute', 'casting';
# Six times, so that generic plans are made.
run_prepared($_) for ('relative', 'absolute') x 6;
$session->query("SET tenancy.tenant = 'beta'");
is_rows(run_prepared('relative'), 'beta', "in another tenant it reads that tenant's tables");
run_prepared('writing', 'written');
gives($session, 'SELECT owner FROM accounts ORDER BY 1', "beta\nwritten", 'and writes them');
gives($admin, "SELECT count(*) FROM tenant_acme.accounts", '1', 'and no others');
is_refusal(run_prepared('absolute'), '42501', 'cross-tenant access to schema "tenant_acme" denied',
	"one that names the other tenant's schema is refused");
refuses($session, 'EXECUTE absolute', '42501', 'cross-tenant access denied', 'also by EXECUTE');
refuses($session, 'EXPLAIN EXECUTE absolute', '42501', 'cross-tenant access denied',
	'as is to explain it');
refuses($session, 'CREATE TABLE stolen AS EXECUTE absolute', '42501', 'cross-tenant access denied',
	'or to write down what it gives');
$session->query("SET tenancy.tenant = ''");
is_refusal(run_prepared('absolute'), '42501', 'access to tenant schema "tenant_acme" denied: no tenant is bound',
	'or to run it unbound');
is_refusal(run_prepared('relative'), '42P01', 'relation "accounts" does not exist', 'the other one finds nothing unbound');
$session->query("SET tenancy.tenant = 'acme'");
is_rows(run_prepared($_), 'acme', "both work again for the tenant that prepared them: $_") for 'relative', 'absolute';

# --- statements that SQL prepared

my $gone = 'prepared statement "by_sql" does not exist';
$session->query("SET tenancy.tenant = 'beta'");
for my $change ("SET tenancy.tenant = 'acme'", "SELECT tenancy.bind('acme')", "SELECT set_config('tenancy.tenant', 'acme', false)", 'DISCARD ALL',
	"SET tenancy.tenant = ''; BEGIN; SET LOCAL tenancy.tenant = 'acme'", "SET tenancy.tenant = ''")
{
	$session->query($_) for "SET tenancy.tenant = 'beta'", 'PREPARE by_sql AS SELECT owner FROM accounts';
	is(rows($session->query('EXECUTE by_sql')), "beta\nwritten", 'a statement that SQL prepared');
	$session->query($_) for split(/; /, $change);
	refuses($session, 'EXECUTE by_sql', '26000', $gone, "is gone after $change");
	is($session->bind('', 'by_sql')->execute('')->sync->{errors}[0]{C}, '26000', 'for the protocol too');
	$session->query('ROLLBACK') if $change =~ /BEGIN/;
}
# A rollback takes the binding back, and not what was prepared meanwhile.
for my $back ('ROLLBACK', 'ROLLBACK TO a; COMMIT', 'SELECT 1/0; ROLLBACK')
{
	$session->query($_) for "SET tenancy.tenant = ''", 'BEGIN', 'SAVEPOINT a', "SET LOCAL tenancy.tenant = 'beta'", 'PREPARE by_sql AS SELECT current_user', split(/; /, $back);
	is($session->bind('', 'by_sql')->execute('')->sync->{errors}[0]{C}, '26000', "a statement that SQL prepared is gone after $back");
	refuses($session, 'EXECUTE by_sql', '26000', $gone, 'in SQL too');
}
# It may be what changes the tenant, and be explained while it does.
for my $run ('EXECUTE changing', 'EXPLAIN (ANALYZE, VERBOSE) EXECUTE changing')
{
	$single = session($node, user => 'single');
	$single->query("PREPARE changing AS SELECT tenancy.bind('acme') IS NOT NULL AS bound");
	is(join(q(), map { $_->{M} } @{ $single->query($run)->{errors} }), q(), "$run binds");
	refuses($single, 'EXECUTE changing', '26000', 'prepared statement "changing" does not exist', 'and is gone');
	$single->close;
}
$session->query("SET tenancy.tenant = 'acme'");
$session->query($_) for 'PREPARE mine AS SELECT owner FROM accounts', "SET tenancy.tenant = 'acme'", 'BEGIN', 'ROLLBACK';
is(rows($session->query('EXECUTE mine')), 'acme', 'the same tenant keeps his');
$session->query($_) for 'DEALLOCATE mine';
$session->parse('mine', 'SELECT owner FROM accounts')->sync;
$session->query("SET tenancy.tenant = 'beta'");
is(rows(run_prepared('mine')), "beta\nwritten", 'one that the protocol prepared in its place stays');
for (1 .. 300)
{
	$session->query($_) for "PREPARE many_$_ AS SELECT $_", $_ % 2 ? "DEALLOCATE many_$_" : 'SELECT 1';
}
is(rows($session->query('EXECUTE many_300')), '300', 'there may be many');
$session->query("SET tenancy.tenant = 'acme'");
gives($session, 'SELECT count(*) FROM pg_prepared_statements WHERE from_sql', '0', 'and all go');

$_->close for $session, $admin;
done_testing();
