# The counters: a full table, the gauge of sessions, what counts as statement and error,
# reset, and who may read.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('counters', 'tenancy.max_tenants = 2');
my $admin = session($node);
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE ops LOGIN IN ROLE tenancy_admin',
  'CREATE ROLE audit LOGIN IN ROLE tenancy_auditor', 'CREATE ROLE stranger LOGIN';

# Reads counters of a tenant, or of "(overflow)", "(unbound)".
sub counted
{
	my ($slug, $columns) = @_;
	return rows($admin->query("SELECT $columns FROM tenancy.stat_tenants WHERE slug = '$slug'"));
}

# Waits until so many sessions are bound: a backend goes some time after its client.
sub sessions_become
{
	my ($slug, $number, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok($node->poll_query_until('postgres',
			"SELECT sessions = $number FROM tenancy.stat_tenants WHERE slug = '$slug'"), $name);
}

sub bound
{
	my ($slug) = @_;
	return session($node, user => 'shop', options => "-c tenancy.tenant=$slug");
}

# --- what counts

make_tenants($admin, 'acme', 'beta');
$admin->query('SELECT tenancy.reset_stats()');
my $session = bound('acme');
is(counted('acme', 'statements, errors, attempts_made, attempts_received, binds, refused_binds, sessions'), '0|0|0|0|1|0|1',
	'a new session');

# Expects how many statements and errors some work counts for.
my ($statements, $errors) = (0, 0);
sub counts
{
	my ($name, $expected_statements, $expected_errors, $work) = @_;
	$work->();
	($statements, $errors) = ($statements + $expected_statements, $errors + $expected_errors);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(counted('acme', 'statements, errors'), "$statements|$errors", "$name: $expected_statements statements, $expected_errors errors");
	# A miscount is told once.
	($statements, $errors) = split /\|/, counted('acme', 'statements, errors');
	return;
}

$session->query('CREATE TABLE t (x int); CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS
	$$ BEGIN PERFORM 1; INSERT INTO t VALUES (1); UPDATE t SET x = 2; RETURN 1; END $$');
($statements, $errors) = split /\|/, counted('acme', 'statements, errors');
counts('SELECT', 1, 0, sub { $session->query('SELECT * FROM accounts') });
counts('INSERT', 1, 0, sub { $session->query('INSERT INTO t VALUES (1)') });
counts('INSERT ... RETURNING', 1, 0, sub { $session->query('INSERT INTO t VALUES (1) RETURNING x') });
counts('UPDATE that finds nothing', 1, 0, sub { $session->query('UPDATE t SET x = 2 WHERE x = 99') });
counts('a utility statement', 1, 0, sub { $session->query('CREATE INDEX ON t (x)') });
counts('COPY', 1, 0, sub { $session->query('COPY accounts TO STDOUT') });
counts('three at once', 3, 0, sub { $session->query('SELECT 1; INSERT INTO t VALUES (1); SELECT 2') });
counts('a function that runs others', 1, 0, sub { $session->query('SELECT f()') });
counts('DO that runs others', 1, 0, sub { $session->query('DO $$ BEGIN PERFORM f(); END $$') });
counts('PREPARE and EXECUTE', 2, 0, sub { $session->query('PREPARE p AS SELECT 1; EXECUTE p') });
counts('EXPLAIN ANALYZE', 1, 0, sub { $session->query('EXPLAIN ANALYZE SELECT 1') });
counts('extended SELECT', 1, 0, sub { $session->extended('SELECT $1::text', 'x') });
counts('extended INSERT', 1, 0, sub { $session->extended('INSERT INTO t VALUES ($1)', 3) });
counts('extended UPDATE', 1, 0, sub { $session->extended('UPDATE t SET x = 4 WHERE x = $1', 3) });
counts('extended INSERT ... RETURNING', 1, 0, sub { $session->extended('INSERT INTO t VALUES ($1) RETURNING x', 3) });
counts('extended utility statement', 1, 0, sub { $session->extended('ANALYZE t') });
counts('a portal read in parts', 1, 0, sub {
	$session->parse('', 'SELECT generate_series(1, 10)')->bind('', '')->execute('', 3)->execute('', 3)->execute('', 0)->sync;
});
counts('a syntax error', 0, 1, sub { $session->query('SELEC') });
counts('an error on the way', 1, 1, sub { $session->query('SELECT 1 / x FROM generate_series(0, 0) x') });
counts('an extended error', 0, 1, sub { $session->extended('SELECT * FROM nowhere') });
counts('a refusal', 0, 1, sub { $session->query('SELECT * FROM tenant_beta.accounts') });
counts('an error that is caught', 1, 0, sub {
	$session->query('DO $$ BEGIN PERFORM * FROM tenant_beta.accounts; EXCEPTION WHEN OTHERS THEN NULL; END $$');
});
is(counted('acme', 'attempts_made, attempts_received'), '2|0', 'both refusals are attempts of the one');
is(counted('beta', 'attempts_made, attempts_received'), '0|2', 'and at the other');
refuses($session, 'SET tenancy.track_statements = off', '42501', 'permission denied to set parameter "tenancy.track_statements"',
	'a tenant cannot stop the counting');
($statements, $errors) = split /\|/, counted('acme', 'statements, errors');

# Errors are counted where they go to the server's log.
$admin->query('ALTER ROLE shop SET log_min_messages = panic');
my $quiet = bound('acme');
counts('an error that is not logged', 0, 0, sub { $quiet->query('SELEC') });
$quiet->close;
$admin->query('ALTER ROLE shop RESET log_min_messages');
$admin->query('ALTER ROLE shop SET tenancy.track_statements = off');
$quiet = bound('acme');
counts('with tenancy.track_statements = off', 0, 0, sub { $quiet->query($_) for 'SELECT 1', 'ANALYZE t', 'SELEC' });
$quiet->query('SELECT * FROM tenant_beta.accounts');
is(counted('acme', 'attempts_made'), '3', 'attempts are counted nevertheless');
$quiet->close;
$admin->query('ALTER ROLE shop RESET tenancy.track_statements');
$session->close;

# --- the gauge of sessions

sessions_become('acme', 0, 'sessions that have said good-bye are gone');
my @sessions = map { bound('acme') } 1 .. 3;
is(counted('acme', 'sessions'), '3', 'three sessions');
$sessions[0]->close;
sessions_become('acme', 2, 'one says good-bye');
$sessions[1]->vanish;
sessions_become('acme', 1, 'one vanishes');
$admin->query('SELECT pg_terminate_backend(' . $sessions[2]->pid . ')');
sessions_become('acme', 0, 'one is terminated');

$session = bound('acme');
$session->query('BEGIN');
$session->query('SELECT * FROM accounts');
$admin->query('SELECT pg_terminate_backend(' . $session->pid . ')');
sessions_become('acme', 0, 'one is terminated in a transaction');
$session = session($node, user => 'shop');
$session->query('BEGIN');
$session->query("SET LOCAL tenancy.tenant = 'acme'");
is(counted('acme', 'sessions'), '1', 'a transaction bound by SET LOCAL counts');
$session->query('ROLLBACK');
is(counted('acme', 'sessions'), '0', 'until it ends');
$session->query('BEGIN');
$session->query("SET LOCAL tenancy.tenant = 'acme'");
$session->vanish;
sessions_become('acme', 0, 'or its client vanishes');

# A start-up that binds and then fails.
for my $startup ({ options => '-c tenancy.tenant=acme -c work_mem=nonsense' },
	{ options => '-c tenancy.tenant=acme', no_such_setting => 'x' },
	{ options => '-c tenancy.tenant=acme -c tenancy.tenant=nobody' })
{
	$session = Wire->connect($node, user => 'shop', %$startup);
	ok($session->{refusal}, 'a start-up that fails after it was bound');
	$session->vanish;
	sessions_become('acme', 0, 'leaves no session');
}
$session = session($node, user => 'shop');
$session->query("SET tenancy.tenant = 'acme'");
$session->query("SET tenancy.tenant = 'nobody'");
is(counted('acme', 'sessions'), '1', 'a failed change leaves the session counted');
$session->query("SET tenancy.tenant = ''");
is(counted('acme', 'sessions'), '0', 'unbinding takes it away');
$session->close;
is(counted('acme', 'binds'), '13', 'and each binding was counted once');

# --- a full table

$admin->query('SELECT tenancy.reset_stats()');
make_tenants($admin, 'third', 'fourth');
is(counted('(overflow)', 'statements, binds, sessions'), '0|0|0', 'there is an overflow row');
my ($third, $fourth) = (bound('third'), bound('fourth'));
gives($third, 'SELECT owner FROM accounts', 'third', 'a tenant without counters of its own works');
gives($fourth, 'SELECT owner FROM accounts', 'fourth', 'so does another');
refuses($third, 'SELECT * FROM tenant_fourth.accounts', '42501', 'cross-tenant access to schema "tenant_fourth" denied',
	'the guard holds');
is(counted('(overflow)', 'statements, errors, attempts_made, attempts_received, binds, sessions'), '2|1|1|1|2|2',
	'what they do is counted together');
is(counted('third', 'statements, binds, sessions'), '0|0|0', 'and not by tenant');
$session = bound('acme');
gives($session, 'SELECT owner FROM accounts', 'acme', 'the others');
is(counted('acme', 'statements, binds, sessions'), '1|1|1', 'keep theirs');
gives($admin, 'SELECT statements, errors, attempts_made, attempts_received, binds, sessions FROM tenancy.stat_totals', '3|1|1|1|3|3',
	'the totals have all of it');
gives($admin, q{SELECT labels->>'tenant_id', value FROM tenancy.metrics() WHERE name = 'tenant_active_sessions'
	AND value > 0 ORDER BY 1}, "(overflow)|2\nacme|1", 'so have the metrics');
$_->close for $third, $fourth, $session;
sessions_become('(overflow)', 0, 'the gauge of the overflow goes down');

# A dropped tenant makes room.
$admin->query("SELECT tenancy.drop('beta')");
$session = bound('third');
gives($session, 'SELECT owner FROM accounts', 'third', 'after a drop, a tenant that had no room');
is(counted('third', 'statements, binds, sessions'), '1|1|1', 'has some');
$session->close;
make_tenants($admin, 'beta');
$session = bound('beta');
gives($session, 'SELECT owner FROM accounts', 'beta', 'and the next one works');
is(counted('beta', 'statements, sessions'), '0|0', 'without counters of its own');
$session->close;

# --- reset, and who may

$session = bound('acme');
my $audit = session($node, user => 'audit');
my $app = session($node, user => 'shop');
my $stranger = session($node, user => 'stranger');
my $ops = session($node, user => 'ops');
for my $who ([ 'an auditor', $audit ], [ 'an operator', $ops ])
{
	my ($name, $reader) = @$who;
	gives($reader, "SELECT count(*) > 3 FROM tenancy.stat_tenants", 't', "$name reads tenancy.stat_tenants");
	gives($reader, "SELECT binds > 0 FROM tenancy.stat_totals", 't', "$name reads tenancy.stat_totals");
	gives($reader, 'SELECT count(*) > 0 FROM tenancy.metrics()', 't', "$name reads tenancy.metrics()");
	refuses($reader, 'SELECT * FROM tenant_acme.accounts', '42501', 'access to tenant schema "tenant_acme" denied: no tenant is bound',
		"$name reads no tenant's data");
}
for my $who ([ 'an application role', $app ], [ 'a bound session', $session ], [ 'a stranger', $stranger ])
{
	my ($name, $reader) = @$who;
	refuses($reader, 'SELECT * FROM tenancy.stat_tenants', '42501', 'permission denied for view stat_tenants',
		"$name does not read tenancy.stat_tenants");
	refuses($reader, 'SELECT * FROM tenancy.stat_totals', '42501', 'permission denied for view stat_totals', 'nor the totals');
	refuses($reader, 'SELECT * FROM tenancy.stat_counters()', '42501', 'permission denied for function stat_counters', 'nor what is below');
	refuses($reader, 'SELECT * FROM tenancy.metrics()', '42501', 'permission denied for function metrics', 'nor the metrics');
	refuses($reader, 'SELECT tenancy.reset_stats()', '42501', 'permission denied for function reset_stats', 'nor resets them');
}
refuses($audit, 'SELECT tenancy.reset_stats()', '42501', 'permission denied for function reset_stats', 'an auditor only looks');
gives($ops, 'SELECT tenancy.reset_stats(); SELECT statements + errors + attempts_made + attempts_received + binds + refused_binds, sessions
	FROM tenancy.stat_totals', "\n0|1", 'an operator resets all but the sessions that there are');
$session->close;
sessions_become('acme', 0, 'which go as ever');
is($admin->value('SELECT min(sessions) FROM tenancy.stat_tenants'), 0, 'and never below zero');

# Another database has counters of its own.
$admin->query('CREATE DATABASE other');
my $other = session($node, database => 'other');
$other->query('CREATE EXTENSION tenancy');
gives($other, 'SELECT count(*) FROM tenancy.stat_tenants WHERE tenant_id IS NOT NULL', '0', "another database shows none of these tenants");
$_->close for $audit, $app, $stranger, $ops, $other, $admin;
done_testing();
