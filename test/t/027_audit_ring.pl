# Events on their way from a session to tenancy.audit_log: what survives which end of whom, and what
# becomes of them when there is no room or nobody to write them.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('ring', 'restart_after_crash = on', 'tenancy.audit_ring_size = 128kB', 'autovacuum = off');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
die 'cannot prepare'
  if @{ $admin->query("CREATE ROLE shop LOGIN IN ROLE tenancy_app; ALTER ROLE shop SET tenancy.audit = 'write, refusal';
		ALTER ROLE shop SET tenancy.rebind = 'transaction'; ALTER ROLE shop SET application_name = 'shop'; ALTER ROLE shop SET tenancy.audit_query_text = 'full'")->{errors} };

# Waits until a query says true.
sub wait_for
{
	my ($session, $sql, $name) = @_;
	my $last = '';
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$last = rows($session->query($sql));
		last if $last eq 't';
		select(undef, undef, undef, 0.1);
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($last, 't', $name);
}

# Kills a process of the server, and waits until the server has ended the session of the administrator for that.
sub crash
{
	my ($pid, $session) = @_;
	kill 'KILL', $pid;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		last if !defined $session->query('SELECT 1')->{status};
		select(undef, undef, undef, 0.1);
	}
	$session->vanish;
	return;
}

# Connects again and again until the server lets in.
sub session_again
{
	my (%parameters) = @_;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		my $session = eval { Wire->connect($node, %parameters) };
		return $session if defined $session && !$session->{refusal};
		select(undef, undef, undef, 0.1);
	}
	die 'the server does not come up again';
}

sub worker { return rows($_[0]->query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'tenancy worker' AND datname = current_database()")); }
my $written = 'SELECT pending = 0 FROM tenancy.audit_statistics()';
my $ranges = 'SELECT first_id = 1, ok, problem FROM tenancy.audit_verify()';

# --- The way

my $shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$shop->query("INSERT INTO accounts VALUES ('one')");
$shop->query("BEGIN; INSERT INTO accounts VALUES ('two'); ROLLBACK");
refuses($shop, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied', 'a refusal');
wait_for($admin, $written, 'events are written');
gives($admin, "SELECT class, action, outcome, sqlstate, tenant, session_role, effective_role, application_name, client, objects, rows FROM tenancy.audit_log
	WHERE session_role = 'shop' AND outcome <> 'rolled_back' ORDER BY id",
	"write|INSERT|done||acme|shop|tenant_acme|shop||{tenant_acme.accounts}|1
write|INSERT|done||acme|shop|tenant_acme|shop||{tenant_acme.accounts}|1
refusal|access|denied|42501|acme|shop|tenant_acme|shop|||", 'as rows, also of what was rolled back');
gives($admin, "SELECT count(*) FROM tenancy.audit_log WHERE session_role = 'shop' AND pid = " . $shop->pid . " AND at <= now()", '4', 'with a row for the ROLLBACK');
gives($admin, $ranges, 't|t|', 'the chain is in order');

# --- Who is killed

my $victim = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
my $pid = $victim->pid;
my $worker = worker($admin);
kill 'STOP', $worker;
$victim->query("INSERT INTO accounts VALUES ('committed')");
gives($admin, 'SELECT pending > 0, dropped FROM tenancy.audit_statistics()', 't|0', 'what has been reported waits for a worker that is stopped');
crash($pid, $admin);
$_->vanish for $victim, $shop;
kill 'CONT', $worker;
$admin = session_again();
wait_for($admin, "SELECT count(*) = 1 FROM tenancy.audit_log WHERE pid = $pid AND class = 'write'", 'kill -9 of a backend loses nothing that it had committed');
gives($admin, "SELECT count(*) FROM tenant_acme.accounts WHERE owner = 'committed'", '1', 'which is there');
gives($admin, $ranges, 't|t|', 'the chain goes on');

# The worker itself, again and again, while events come: each one once.
my $sent = 0;
for my $round (1 .. 3)
{
	$shop = session_again(user => 'shop', options => '-c tenancy.tenant=beta');
	for (1 .. 100)
	{
		last if @{ $shop->query("INSERT INTO accounts VALUES ('$round-$_')")->{errors} };
		$sent++;
		next if $_ != 50;
		wait_for($admin, "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'tenancy worker'", 'there is a worker');
		crash(worker($admin), $admin);
		last;
	}
	$shop->vanish;
	$admin = session_again();
}
wait_for($admin, "SELECT count(*) = $sent AND count(DISTINCT query) = $sent FROM tenancy.audit_log WHERE session_role = 'shop' AND objects = '{tenant_beta.accounts}'",
	'kill -9 of the worker loses no event, and repeats none');
cmp_ok($sent, '>=', 100, 'there were some');
gives($admin, $ranges, 't|t|', 'the chain is whole');

# --- The server is stopped without regard

$shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
wait_for($admin, "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'tenancy worker'", 'there is a worker');
kill 'STOP', worker($admin);
$shop->query("INSERT INTO accounts VALUES ('before the end')");
$pid = $shop->pid;
$worker = worker($admin);
$_->vanish for $shop, $admin;
$node->stop('immediate', fail_ok => 1);
kill 'CONT', $worker;
my @left = glob($node->data_dir . '/pg_dynshmem/tenancy.*');
cmp_ok(scalar @left, '>=', 1, 'the ring stays where it is');
$node->start;
$admin = session($node);
wait_for($admin, "SELECT count(*) = 1 FROM tenancy.audit_log WHERE pid = $pid AND class = 'write'", 'what it held is written, with nobody asking');
wait_for($admin, "SELECT count(*) <= 1 FROM pg_ls_dir('pg_dynshmem') f WHERE f LIKE 'tenancy.%'", 'and it is removed');
gives($admin, $ranges, 't|t|', 'the chain is whole');

# A ring that was torn: what can be read is read, and the trail says that something is missing.
$shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$shop->query("INSERT INTO accounts VALUES ('wake up')");
wait_for($admin, $written, 'all is written');
kill 'STOP', worker($admin);
$shop->query("INSERT INTO accounts VALUES ('torn')") for 1 .. 5;
$pid = $shop->pid;
$worker = worker($admin);
$_->vanish for $shop, $admin;
$node->stop('immediate', fail_ok => 1);
kill 'CONT', $worker;
@left = grep { -s $_ } glob($node->data_dir . '/pg_dynshmem/tenancy.*');
is(scalar @left, 1, 'there is one ring');
open(my $ring, '+<:raw', $left[0]) or die $!;
my $bytes = do { local $/; <$ring> };
my $from = 4096;
my $found = 0;
# The third of the five is damaged.
while (($from = index($bytes, 'shoptenant_acmeshop', $from)) >= 0)
{
	$found++;
	if (substr($bytes, $from, 400) =~ /INSERT/ && $found >= 3)
	{
		seek($ring, $from, 0);
		print $ring 'XXXX';
		last;
	}
	$from++;
}
close $ring;
$node->start;
$admin = session($node);
wait_for($admin, "SELECT count(*) >= 4 FROM tenancy.audit_log WHERE pid = $pid AND objects = '{tenant_acme.accounts}'", 'of a torn ring the rest is read');
gives($admin, $ranges, 't|t|', 'the chain is whole');

# --- No room

$shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$shop->query("INSERT INTO accounts VALUES ('wake up')");
wait_for($admin, $written, 'all is written');
$worker = worker($admin);
kill 'STOP', $worker;
my $offset = -s $node->logfile;
my $tries = 0;
while (rows($admin->query('SELECT dropped FROM tenancy.audit_statistics()')) eq '0' && $tries++ < 5000)
{
	$shop->query("INSERT INTO accounts VALUES ('flood')");
}
my ($statements, $dropped) = ($tries, rows($admin->query('SELECT dropped FROM tenancy.audit_statistics()')));
is($dropped, '1', 'with drop, an event that finds no room is counted');
my $log = slurp_file($node->logfile, $offset);
my @dropped = $log =~ /tenancy audit: \{.*"action":"INSERT"/g;
is(scalar @dropped, 1, 'and is in the server log');
refuses($shop, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied', 'a refusal');
gives($admin, 'SELECT dropped FROM tenancy.audit_statistics()', '1', 'finds room that is kept for its like');
my $waiting = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$admin->query("GRANT SET ON PARAMETER tenancy.audit_overflow TO shop") if $node->pg_version >= 15;
$admin->query("ALTER ROLE shop SET tenancy.audit_overflow = wait");
$waiting->vanish;
$waiting = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$waiting->query("SET statement_timeout = '200ms'");
my $result = $waiting->query("INSERT INTO accounts VALUES ('waits')");
is($result->{errors}[0]{C}, '57014', 'with wait, a statement waits until it is cancelled');
gives($admin, 'SELECT dropped FROM tenancy.audit_statistics()', '2', 'its event is counted then');
refuses($waiting, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied', 'a refusal does not wait');
$waiting->query('SET statement_timeout = 0');
$waiting->send_query("INSERT INTO accounts VALUES ('waits for long')");
wait_for($admin, 'SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = ' . $waiting->pid . " AND wait_event = 'Extension'", 'a statement waits');
kill 'CONT', $worker;
is_deeply($waiting->collect->{errors}, [], 'and goes on when there is room');
wait_for($admin, $written, 'all is written');
wait_for($admin, "SELECT sum(rows) = 2 FROM tenancy.audit_log WHERE action = 'events dropped'", 'the trail tells how many are missing');
gives($admin, "SELECT count(*) FROM tenancy.audit_log WHERE pid = " . $waiting->pid . " AND class = 'write' AND outcome = 'done'", '1', 'what has waited is there');
gives($admin, $ranges, 't|t|', 'the chain is whole');

# --- Nobody who writes: neither waits for him

$_->close for $waiting, $shop, $admin;
$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$node->restart;
$admin = session($node);
$shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$tries = 0;
while (rows($admin->query('SELECT dropped FROM tenancy.audit_statistics()')) eq '0' && $tries++ < 5000)
{
	my $result = $shop->query("INSERT INTO accounts VALUES ('no worker')");
	die $result->{errors}[0]{M} if @{ $result->{errors} };
}
gives($admin, 'SELECT dropped > 0, written FROM tenancy.audit_statistics()', 't|0', 'without workers statements go on, also with wait, and events go to the server log');
my $pending = rows($admin->query('SELECT pending FROM tenancy.audit_statistics()'));
$_->close for $shop, $admin;
$node->append_conf('postgresql.conf', 'max_worker_processes = 8');
$node->restart;
$admin = session($node);
wait_for($admin, "SELECT count(*) >= $pending FROM tenancy.audit_log WHERE application_name = 'shop' AND at > (SELECT max(at) FROM tenancy.audit_log WHERE action = 'events dropped' AND rows = 2)",
	'what the ring held is written by the next worker');
gives($admin, $ranges, 't|t|', 'the chain is whole');

# --- The database goes

$admin->query('CREATE DATABASE short');
my $short = session($node, database => 'short');
$short->query("CREATE EXTENSION tenancy; SELECT tenancy.provision('gamma')");
wait_for($short, 'SELECT count(*) > 0 FROM tenancy.audit_log', 'another database has a trail of its own');
my $oid = rows($admin->query("SELECT oid FROM pg_database WHERE datname = 'short'"));
my @rings = glob($node->data_dir . "/pg_dynshmem/tenancy.$oid.*");
is(scalar @rings, 1, 'and a ring of its own');
$short->close;
is_deeply($admin->query('DROP DATABASE short')->{errors}, [], 'a database with a trail can be dropped');
@rings = glob($node->data_dir . "/pg_dynshmem/tenancy.$oid.*");
is_deeply(\@rings, [], 'its ring goes with it');
$admin->query('CREATE DATABASE short');
$short = session($node, database => 'short');
$short->query("CREATE EXTENSION tenancy; SELECT tenancy.provision('gamma')");
wait_for($short, 'SELECT count(*) > 0 FROM tenancy.audit_log', 'the database that is made again has a new one');
gives($short, $ranges, 't|t|', 'which begins with its first row');
$short->close;

# A ring that is left of a database that is no more.
open(my $orphan, '>', $node->data_dir . '/pg_dynshmem/tenancy.4000000000.0000000000000001') or die $!;
close $orphan;
$admin->close;
$node->restart;
$admin = session($node);
wait_for($admin, "SELECT count(*) = 0 FROM pg_ls_dir('pg_dynshmem') f WHERE f LIKE 'tenancy.4000000000.%'", 'a ring of no database is removed');

# --- A standby

$node->append_conf('postgresql.conf', "wal_level = replica\nmax_wal_senders = 4");
$admin->close;
$node->restart;
$node->backup('base');
my $in_backup = () = glob($node->backup_dir . '/base/pg_dynshmem/tenancy.*');
is($in_backup, 0, 'a base backup has no ring');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$admin = session($node);
$shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$shop->query("INSERT INTO accounts VALUES ('to the standby')");
wait_for($admin, $written, 'the primary writes');
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
my $reader = session($standby);
gives($reader, $ranges, 't|t|', 'a standby verifies');
is(rows($reader->query('SELECT hash FROM tenancy.audit_head()')), rows($admin->query('SELECT hash FROM tenancy.audit_head()')), 'and has the same head');
my $there = session($standby, user => 'shop', options => '-c tenancy.tenant=acme');
$offset = -s $standby->logfile;
refuses($there, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied', 'a refusal there');
like(slurp_file($standby->logfile, $offset), qr/tenancy audit: \{.*"class":"refusal"/, 'goes to its log');
$standby->promote;
wait_for($reader, 'SELECT NOT pg_is_in_recovery()', 'it is promoted');
refuses($there, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied', 'a refusal after that');
wait_for($reader, "SELECT count(*) = 1 FROM tenancy.audit_log WHERE class = 'refusal' AND pid = " . $there->pid, 'goes to the table');
gives($reader, $ranges, 't|t|', 'which goes on with the chain');

done_testing();
