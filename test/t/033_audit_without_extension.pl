# The audit in databases without the extension, from which it was dropped, or whose table cannot be
# written: nobody waits for a reader that does not come, and nothing is left behind.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Time::HiRes qw(time);
use Wire;

my $node = preloaded_node('without', 'tenancy.worker_interval = 1s', 'tenancy.audit_ring_size = 128kB', 'autovacuum = off');
my $admin = session($node);
make_tenants($admin, 'acme');
run($admin, "CREATE ROLE anybody LOGIN", "CREATE ROLE shop LOGIN IN ROLE tenancy_app", "ALTER ROLE shop SET tenancy.audit = 'write, refusal'",
	"ALTER ROLE shop SET tenancy.audit_overflow = wait");

# Runs statements that must succeed.
sub run
{
	my ($session, @statements) = @_;
	for my $sql (@statements)
	{
		my $result = $session->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

# Waits until a query of the administrator says something; returns what it said last.
sub last_answer
{
	my ($sql, $expected) = @_;
	my $last = '';
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$last = rows($admin->query($sql));
		last if $last eq $expected;
		select(undef, undef, undef, 0.1);
	}
	return $last;
}

my $workers = "SELECT coalesce(string_agg(datname, ' ' ORDER BY datname), '') FROM pg_stat_activity WHERE backend_type = 'tenancy worker'";
my $rings = "SELECT coalesce(string_agg(datname, ' ' ORDER BY datname), '') FROM pg_ls_dir('pg_dynshmem') file JOIN pg_database d ON file LIKE 'tenancy.' || d.oid || '.%'";

# Returns the id of the worker of a database, once it is there.
sub worker_of
{
	my ($database) = @_;
	last_answer("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'tenancy worker' AND datname = '$database'", '1');
	return rows($admin->query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'tenancy worker' AND datname = '$database'"));
}

# Makes more events than the ring has room for; returns the first error.
sub flood
{
	my ($session, $statement) = @_;
	for (1 .. 1500)
	{
		my $result = $session->query($statement);
		return $result->{errors}[0]{M} if @{ $result->{errors} };
	}
	return '';
}

# --- An ordinary role takes nothing in databases without the extension

my @plain = map { "plain$_" } 1 .. 9;
run($admin, "CREATE DATABASE $_") for @plain;
my $offset = -s $node->logfile;
for my $database (@plain)
{
	my $anybody = session($node, database => $database, user => 'anybody');
	refuses($anybody, 'SELECT * FROM pg_authid', '42501', 'permission denied for table pg_authid', "PostgreSQL refuses something in $database");
	is(rows($admin->query("SELECT count(*) FROM pg_ls_dir('pg_dynshmem') file, pg_database d WHERE datname = '$database' AND file LIKE 'tenancy.' || d.oid || '.%'")), '0', 'which makes no ring');
	$anybody->close;
}
my $shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
refuses($shop, 'SELECT * FROM pg_authid', '42501', 'permission denied for table pg_authid', 'PostgreSQL refuses something where the extension is');
is(last_answer($workers, 'postgres'), 'postgres', 'that database alone has a worker');
is(last_answer("SELECT count(*) FROM tenancy.audit_log WHERE class = 'refusal' AND sqlstate = '42501'", '1'), '1', 'which writes the event');
unlike(slurp_file($node->logfile, $offset), qr/tenancy audit: /, 'what PostgreSQL refuses elsewhere is no event');

# --- With wait, nobody waits for a table that is not there

run($admin, "ALTER DATABASE plain1 SET tenancy.audit = 'all'", 'ALTER DATABASE plain1 SET tenancy.audit_overflow = wait');
my $plain = session($node, database => 'plain1');
run($plain, 'CREATE TABLE t (x int)', "SET statement_timeout = '20s'");
is(flood($plain, 'INSERT INTO t VALUES (1)'), '', 'without the extension, more statements than the ring has room for go on');
run($plain, 'BEGIN', 'INSERT INTO t VALUES (2)', 'ROLLBACK');
is(rows($admin->query($rings)), 'postgres', 'and make no ring');
like(slurp_file($node->logfile, $offset), qr/tenancy audit: \{.*"class":"write".*"database":"plain1"/, 'their events, which somebody has asked for, are in the server log');
like(slurp_file($node->logfile, $offset), qr/tenancy audit: \{.*"outcome":"rolled_back".*"database":"plain1"/, 'also that of an abort');

# --- The extension comes and goes

$offset = -s $node->logfile;
run($plain, 'CREATE EXTENSION tenancy');
make_tenants($plain, 'beta');
my $beta = session($node, database => 'plain1', user => 'shop', options => '-c tenancy.tenant=beta');
run($beta, "INSERT INTO accounts VALUES ('first')");
is(rows($plain->query('SELECT count(*) FROM t WHERE x = 0')), '0', 'a session that knew the database without the extension');
is(last_answer($workers, 'plain1 postgres'), 'plain1 postgres', 'the database has a worker when the extension is created');
$admin->close;
$admin = session($node, database => 'plain1');
is(last_answer("SELECT count(*) > 0 FROM tenancy.audit_log WHERE class = 'write' AND tenant = 'beta'", 't'), 't', 'which writes');
is(last_answer("SELECT count(*) > 0 FROM tenancy.audit_log WHERE class = 'read' AND pid = " . $plain->pid, 't'), 't', 'also of the session that was there before');
last_answer('SELECT pending FROM tenancy.audit_statistics()', '0');
$admin->close;
$admin = session($node);
my $worker = worker_of('plain1');
kill 'STOP', $worker;
run($beta, "INSERT INTO accounts VALUES ('on its way')");
$beta->query('RESET tenancy.tenant');
$beta->close;
run($plain, 'DROP EXTENSION tenancy CASCADE');
kill 'CONT', $worker;
is(last_answer($workers, 'postgres'), 'postgres', 'the worker leaves when the extension is dropped');
is(last_answer($rings, 'postgres'), 'postgres', 'and takes the ring with it');
like(slurp_file($node->logfile, $offset), qr/tenancy audit: \{.*"class":"write".*"tenant":"beta"/, 'what the ring held is in the server log');
is(flood($plain, 'INSERT INTO t VALUES (3)'), '', 'statements go on');
is(rows($admin->query($workers)) . ' ' . rows($admin->query($rings)), 'postgres postgres', 'and bring neither back');
run($plain, 'CREATE EXTENSION tenancy', 'INSERT INTO t VALUES (4)');
is(last_answer($workers, 'plain1 postgres'), 'plain1 postgres', 'the extension does, once it is there again');
$admin->close;
$admin = session($node, database => 'plain1');
is(last_answer("SELECT count(*) > 0 FROM tenancy.audit_log WHERE class = 'write' AND 'public.t' = ANY (objects)", 't'), 't', 'and the new table gets the events');
$admin->close;
$admin = session($node);
unlike(slurp_file($node->logfile, $offset), qr/could not make|could not read|could not remove|WARNING|FATAL|PANIC|writing the audit trail/, 'no noise in the log');

# --- What an earlier life of the server has left for a database that has lost the extension

$offset = -s $node->logfile;
kill 'STOP', worker_of('plain1');
run($plain, 'INSERT INTO t SELECT 5', 'DROP EXTENSION tenancy CASCADE');
$_->vanish for $plain, $shop, $admin;
$node->stop('immediate');
$node->start;
$admin = session($node);
is(last_answer("SELECT count(*) FROM pg_ls_dir('pg_dynshmem') file, pg_database d WHERE datname = 'plain1' AND file LIKE 'tenancy.' || d.oid || '.%'", '0'), '0', 'the ring that was left is removed');
is(last_answer("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'tenancy worker' AND datname = 'plain1'", '0'), '0', 'with nobody staying for it');
my @left = slurp_file($node->logfile, $offset) =~ /tenancy audit: \{.*"class":"write".*"database":"plain1"/g;
is(scalar @left, 1, 'and its event is in the server log, once');

# --- With wait, nobody waits for a table that cannot be written, or a worker that does not move

$shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
run($shop, "INSERT INTO accounts VALUES ('before')", "SET statement_timeout = '60s'");
last_answer("SELECT count(*) > 0 FROM tenancy.audit_log WHERE class = 'write' AND pid = " . $shop->pid, 't');
my $partition = rows($admin->query("SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'tenancy.audit_log'::regclass AND inhrelid::regclass::text ~ '[0-9]\$'"));
my $bound = rows($admin->query("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = '$partition'::regclass"));
run($admin, "ALTER TABLE tenancy.audit_log DETACH PARTITION $partition");
is(flood($shop, "INSERT INTO accounts VALUES ('stalled')"), '', 'while the table cannot be written, statements go on');
is(rows($admin->query('SELECT dropped > 0 FROM tenancy.audit_statistics()')), 't', 'and events that find no room are counted');
run($admin, "ALTER TABLE tenancy.audit_log ATTACH PARTITION $partition $bound");
run($shop, "INSERT INTO accounts VALUES ('again')");
is(last_answer('SELECT pending FROM tenancy.audit_statistics()', '0'), '0', 'the worker goes on when the table is back');

$worker = worker_of('postgres');
kill 'STOP', $worker;
my $begun = time;
is(flood($shop, "INSERT INTO accounts VALUES ('stuck')"), '', 'a worker that does not move is waited for no longer than some seconds');
cmp_ok(time - $begun, '>', 4, 'which it is');
kill 'CONT', $worker;
is(last_answer('SELECT pending FROM tenancy.audit_statistics()', '0'), '0', 'what the ring had is written in the end');
$_->close for $shop, $admin;
$node->stop;

done_testing();
