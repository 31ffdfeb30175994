# Runs of migrations when things go wrong: locks, limits, tenants that go away, sessions and
# workers that are cancelled, terminated and killed, crashes of the server, and two runs at once.
# After each the ledger tells the truth about every tenant.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

# Three slots are not for runs: the launcher of logical replication, ours, and the worker of the database.
my $node = preloaded_node('migrate_faults', 'max_worker_processes = 6', 'restart_after_crash = on', 'deadlock_timeout = 100ms');
my $admin = session($node);
$admin->query('CREATE ROLE ops LOGIN IN ROLE tenancy_admin');
my $ops = session($node, user => 'ops');
my $count = 12;
gives($ops, "SELECT count(*) FROM generate_series(10, 9 + $count) i, LATERAL tenancy.provision('t' || i)", "$count", 'tenants');
my $number = 0;

# Registers a migration that leaves a row each time it runs, and touches a table that can be locked.
sub register_next
{
	my (@more) = @_;
	$number++;
	my $result = $ops->query(join(', ', "SELECT tenancy.register_migration('m$number', 'CREATE TABLE IF NOT EXISTS trace (m int); INSERT INTO trace VALUES ($number); CREATE TABLE IF NOT EXISTS gate (i int); ALTER TABLE gate ADD COLUMN c$number int', 'DELETE FROM trace WHERE m = $number; ALTER TABLE gate DROP COLUMN c$number'", @more) . ')');
	die $result->{errors}[0]{M} if @{ $result->{errors} };
	return;
}

# What a result says besides rows.
sub said
{
	my ($result) = @_;
	# The notices of progress, which come where the machine is slow, and of the end are not what most tests are about.
	my @told = grep { $_->{M} !~ /^\d+ of \d+ tenants(,| after)|^run \d+ is through|^no tenant has anything/ } @{ $result->{notices} };
	return join("\n", map { "$_->{S}: $_->{M}" } @told, @{ $result->{errors} });
}

# The last migration: how many tenants are in which state.
sub states
{
	return rows($admin->query("SELECT string_agg(state || ' ' || n, ', ' ORDER BY state) FROM (SELECT state, count(*) AS n
		FROM tenancy.migration_status WHERE version = 'm$number' GROUP BY state) s"));
}

# The truth, from the tenants' own tables: each that is said to have the last migration has its row
# exactly once, and no other has one.  Returns the tenants of which that is not so.
sub liars
{
	my $result = $admin->query("SELECT tenant, state, schema_name FROM tenancy.migration_status JOIN tenancy.tenants ON slug = tenant WHERE version = 'm$number'");
	my @wrong;
	for my $row (@{ $result->{rows} })
	{
		my $answer = $admin->query("SELECT count(*) FROM $row->[2].trace WHERE m = $number");
		my $found = @{ $answer->{errors} } ? 0 : rows($answer);
		push @wrong, "$row->[0]: $row->[1], $found" if $found != ($row->[1] eq 'applied' ? 1 : 0);
	}
	return join(', ', @wrong);
}

# Has a run wait for a lock on one tenant's table; returns the session that holds the lock.
sub block
{
	my ($slug) = @_;
	my $holder = session($node);
	$holder->query('BEGIN');
	my $result = $holder->query("LOCK TABLE tenant_$slug.gate IN ACCESS SHARE MODE");
	die $result->{errors}[0]{M} if @{ $result->{errors} };
	return $holder;
}

my $waiting = "FROM pg_stat_activity WHERE backend_type = 'tenancy migration' AND wait_event_type = 'Lock'";

sub await_blocked
{
	my ($workers) = @_;
	$node->poll_query_until('postgres', "SELECT count(*) = " . ($workers || 1) . " $waiting") or die 'no worker waits for the lock';
	return;
}

# The run that is under way has ended, with all its processes.
sub await_end
{
	$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'tenancy migration'") or die 'workers go on';
	return;
}

register_next();
$ops->query('CALL tenancy.migrate()');
is(states(), "applied $count", 'all tenants have the first migration');

# --- locks

register_next();
my $holder = block('t12');
my $result = $ops->query("CALL tenancy.migrate(lock_timeout => '20ms', lock_retries => 2)");
like(said($result), qr/^WARNING: run \d+ failed for 1 of $count tenants$/, 'a tenant whose table is locked');
like($result->{notices}[0]{D}, qr/tenant "t12", migration "m2", statement 4: canceling statement due to lock timeout/, 'fails for want of the lock');
is(states(), 'applied ' . ($count - 1) . ', failed 1', 'and stops nobody');
is(liars(), '', 'the ledger is right');
gives($admin, "SELECT count(*), max(attempt), max(sqlstate) FROM tenancy.run_failures WHERE run = (SELECT max(run) FROM tenancy.migration_runs)", '3|3|55P03', 'after three attempts');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '20ms', lock_retries => 100)");
$node->poll_query_until('postgres', 'SELECT count(*) > 0 FROM tenancy.run_failures WHERE run = (SELECT max(run) FROM tenancy.migration_runs)') or die;
$holder->query('COMMIT');
is(said($ops->collect), '', 'an attempt after the lock is gone succeeds');
is(states(), "applied $count", 'all have it');
is(liars(), '', 'once');

register_next();
$holder = block('t12');
$result = $ops->query("CALL tenancy.migrate(lock_timeout => '0', statement_timeout => '200ms')");
like(said($result), qr/^WARNING: run \d+ failed for 1 of $count tenants$/, 'a tenant that takes too long');
gives($admin, "SELECT tenant, sqlstate, error FROM tenancy.migration_status WHERE version = 'm3' AND state = 'failed'", 't12|57014|canceling statement due to statement timeout', 'fails');
is(liars(), '', 'the ledger is right');

# --- the live view

my $other = session($node, user => 'ops');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0', jobs => 2)");
await_blocked();
gives($other, 'SELECT state, total, current_tenants, leader_pid = ' . $ops->pid . ' FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1', 'running|1|{t12}|t', 'others see the run');

refuses($other, "SELECT tenancy.mark_migrated('t12', '')", '55006', 'a run of migrations is at tenant "t12"', 'nobody declares meanwhile what the tenant has');

# --- cancelled

$admin->query('SELECT pg_cancel_backend(' . $ops->pid . ')');
is(said($ops->collect), 'ERROR: canceling statement due to user request', 'the caller may give up');
await_end();
gives($other, 'SELECT state, current_tenants, leader_pid FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1', 'interrupted|{}|', 'the run counts as interrupted');
is(liars(), '', 'the ledger is right');
$holder->query('COMMIT');
is(said($ops->query('CALL tenancy.migrate()')), '', 'the next run does the rest');
is(states(), "applied $count", 'all have it');
is(liars(), '', 'once');

# --- a worker is terminated

register_next();
$holder = block('t14');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0', jobs => 2)");
await_blocked();
gives($admin, "SELECT pg_terminate_backend(pid) $waiting", 't', 'a worker is terminated');
await_blocked();
gives($admin, "SELECT pg_terminate_backend(pid) $waiting", 't', 'another one takes over, and is terminated');
await_blocked();
$holder->query('COMMIT');
is(said($ops->collect), '', 'a third one does it');
is(states(), "applied $count", 'all have it');
is(liars(), '', 'once');

register_next();
$holder = block('t14');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0')");
for my $i (1 .. 3)
{
	await_blocked();
	my $pid = $admin->value("SELECT pid $waiting");
	$admin->query("SELECT pg_terminate_backend($pid)");
	$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid") or die;
}
like(said($ops->collect), qr/^WARNING: tenant "t14" counts as failed: workers ended while they were at it\nWARNING: run \d+ failed for 1 of $count tenants$/,
	'a tenant that ends every worker fails');
is(states(), 'applied ' . ($count - 1) . ', pending 1', 'the others go on');
is(liars(), '', 'the ledger is right');
$holder->query('COMMIT');
$ops->query('CALL tenancy.migrate()');
is(states(), "applied $count", 'it is done next time');

# --- the leader is terminated

register_next();
$holder = block('t11');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0')");
await_blocked();
$admin->query('SELECT pg_terminate_backend(' . $ops->pid . ')');
is(said($ops->collect), 'FATAL: terminating connection due to administrator command', 'the caller is terminated');
$ops->vanish;
await_end();
$ops = session($node, user => 'ops');
is(states(), 'applied 1, pending ' . ($count - 1), 'its workers have ended with it');
is(liars(), '', 'the ledger is right');
gives($other, 'SELECT state FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1', 'interrupted', 'the run counts as interrupted');
$holder->query('COMMIT');

# --- two runs at once, and tenants that go away meanwhile

$holder = block('t12');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0')");
await_blocked();
$other->send_query("CALL tenancy.migrate(lock_timeout => '0')");
$node->poll_query_until('postgres', "SELECT count(*) = $count - 1 FROM tenancy.migration_status WHERE version = 'm$number' AND state = 'applied'")
	or die 'the other run is held up';
pass('a second run does what the first has not come to');
is(said($admin->query("SELECT tenancy.suspend('t13')")), '', 'a tenant is suspended');
$holder->query('COMMIT');
is(said($ops->collect), '', 'the first run ends');
is(said($other->collect), '', 'so does the second');
is(states(), "applied $count", 'all have it');
is(liars(), '', 'once');
$ops->query("SELECT tenancy.activate('t13')");

register_next();
$holder = block('t10');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0')");
await_blocked();
is(said($other->query("SELECT tenancy.suspend('t15')")), '', 'a tenant is suspended before its turn');
is(said($other->query("SELECT tenancy.drop('t16')")), '', 'another one is dropped');
$holder->query('COMMIT');
is(said($ops->collect), 'NOTICE: 2 tenants were skipped: they were suspended or dropped meanwhile', 'they are skipped');
$count--;
is(states(), 'applied ' . ($count - 1) . ', pending 1', 'all others have it');
is(liars(), '', 'the ledger is right');
gives($admin, 'SELECT count(*) FROM tenancy.schema_versions v WHERE NOT EXISTS (SELECT FROM tenancy.tenants t WHERE t.id = v.tenant_id AND status <> \'deleted\')', '0', 'nothing is kept of the one that was dropped');
$ops->query("SELECT tenancy.activate('t15')");
$ops->query('CALL tenancy.migrate()');

# Suspended amid its turn: the statement that waits is the tenant's last.
register_next();
$holder = block('t10');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0', tenants => '{t10}')");
await_blocked();
$other->query("SELECT tenancy.suspend('t10')");
$holder->query('COMMIT');
like(said($ops->collect), qr/^(NOTICE: 1 tenant was skipped: it was suspended or dropped meanwhile|)$/, 'a tenant that is suspended amid its turn is skipped, or was through');
is(liars(), '', 'and the ledger is right');
$ops->query("SELECT tenancy.activate('t10')");
$ops->query('CALL tenancy.migrate()');

# Dropped by force amid its turn.
register_next();
$holder = block('t17');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0', tenants => '{t17,t18}')");
await_blocked();
$other->send_query("SELECT slug FROM tenancy.drop('t17', force => true)");
$node->poll_query_until('postgres', "SELECT count(*) = 0 $waiting") or die 'the worker was not ended';
$holder->query('COMMIT');
is(rows($other->collect), 't17', 'a tenant is dropped by force amid its turn');
is(said($ops->collect), 'NOTICE: 1 tenant was skipped: it was suspended or dropped meanwhile', 'and skipped');
$count--;
is(liars(), '', 'the ledger is right');
$ops->query('CALL tenancy.migrate()');
is(states(), "applied $count", 'all others have it');

# A run that waits because the ledger is being changed, and is given up.
$other->query("BEGIN; SELECT tenancy.register_migration('m$number', (SELECT up FROM tenancy.migrations WHERE version = 'm$number'), 'SELECT 1', replace => true)");
$ops->query("SET statement_timeout = '100ms'");
is(said($ops->query("CALL tenancy.rollback('m1', tenants => '{t18}')")), 'ERROR: canceling statement due to statement timeout', 'a run waits until the ledger is in order');
$ops->query('RESET statement_timeout');
$other->query('ROLLBACK');
refuses($other, "SELECT tenancy.mark_migrated('t17', 'm1')", '42704', 'tenant "t17" does not exist', 'one that was dropped has no migrations');

# --- no worker

my @runs = map { session($node, user => 'ops') } 1 .. 3;
register_next();
my @holders = map { block($_) } 't10', 't11', 't12', 't13';
$runs[0]->send_query("CALL tenancy.migrate(lock_timeout => '0', jobs => 9)");
await_blocked(3);
is_refusal($runs[1]->query('CALL tenancy.migrate()'), '53000', 'no background worker is free for the run', 'a run without workers does not begin');
$_->query('COMMIT') for @holders;
is(said($runs[0]->collect), 'NOTICE: the run has 3 of 9 workers', 'one with fewer than it wants does');
is(states(), "applied $count", 'all have it');
is(liars(), '', 'once');
gives($admin, 'SELECT state FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1', 'interrupted', 'the record tells which did not');
$_->close for @runs;

# --- outside of transactions, interrupted

$number++;
$ops->query("SELECT tenancy.register_migration('m$number', 'CREATE INDEX CONCURRENTLY gate_i_idx ON gate (i); INSERT INTO trace VALUES ($number)', transactional => false)");
$holder = block('t13');
$holder->query('INSERT INTO tenant_t13.gate (i) VALUES (1)');
$ops->send_query("CALL tenancy.migrate(lock_timeout => '0', tenants => '{t13}')");
await_blocked();
gives($other, "SELECT state FROM tenancy.migration_status WHERE version = 'm$number' AND tenant = 't13'", 'running', 'the index is being made');
$admin->query('SELECT pg_cancel_backend(' . $ops->pid . ')');
$ops->collect;
await_end();
gives($other, "SELECT state FROM tenancy.migration_status WHERE version = 'm$number' AND tenant = 't13'", 'interrupted', 'it was interrupted');
gives($admin, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'tenant_t13.gate_i_idx'::regclass", 'f', 'half of it is there');
$holder->query('COMMIT');
is(said($ops->query('CALL tenancy.migrate()')), '', 'the next run');
gives($admin, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'tenant_t13.gate_i_idx'::regclass", 't', 'makes it anew');
is(liars(), '', 'and goes on');

# --- killed: a worker, the leader, the server

for my $victim ('a worker', 'the leader', 'the server')
{
	register_next();
	$holder = block('t20');
	$ops->send_query("CALL tenancy.migrate(lock_timeout => '0', jobs => 2)");
	await_blocked();
	$node->poll_query_until('postgres', "SELECT count(*) >= $count - 1 FROM tenancy.migration_status WHERE version = 'm$number' AND state = 'applied'") or die;
	my $pid = $victim eq 'a worker' ? $admin->value("SELECT pid $waiting") : $ops->pid;
	if ($victim eq 'the server')
	{
		$node->stop('immediate');
		$node->start;
	}
	else
	{
		kill('KILL', $pid) == 1 or die "cannot kill $pid";
		# The server ends all sessions, and restarts itself.
		$_->collect for $holder, $admin, $other;
		$_->vanish for $ops, $admin, $other, $holder;
		$node->poll_query_until('postgres', "SELECT pg_postmaster_start_time() IS NOT NULL") or die;
	}
	$admin = session($node);
	$ops = session($node, user => 'ops');
	$other = session($node, user => 'ops');
	is(states(), 'applied ' . ($count - 1) . ', pending 1', "$victim is killed: what was committed stays");
	is(liars(), '', 'the ledger is right');
	gives($other, 'SELECT state FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1', 'interrupted', 'the run counts as interrupted');
	is(said($ops->query('CALL tenancy.migrate()')), '', 'the next run');
	is(states(), "applied $count", 'does the rest');
	is(liars(), '', 'and nothing twice');
}

$_->close for $ops, $admin, $other;
done_testing();
