# The background workers: who starts them, what ends them, and what they must not stand in the
# way of.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('workers', 'restart_after_crash = on', 'max_worker_processes = 6', 'tenancy.audit = none', 'tenancy.worker_interval = 1s');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');

# The process ids of our background processes of a kind; of a worker, in which database.
sub pids
{
	my ($session, $type, $database) = @_;
	my $where = defined $database ? "AND datname = '$database'" : '';
	return rows($session->query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'tenancy $type' $where ORDER BY pid"));
}

# Waits until there is one such process, another than a given one; returns its id.
sub wait_for_process
{
	my ($session, $type, $database, $not) = @_;
	$not //= '';
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		my $found = pids($session, $type, $database);
		return $found if $found =~ /^\d+$/ && $found ne $not;
		select(undef, undef, undef, 0.1);
	}
	return 'none';
}

# Waits until a query says true.
sub wait_for
{
	my ($session, $sql) = @_;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return 1 if rows($session->query($sql)) eq 't';
		select(undef, undef, undef, 0.1);
	}
	return 0;
}

# --- Who starts them

my $launcher = wait_for_process($admin, 'launcher');
like($launcher, qr/^\d+$/, 'the launcher starts with the server');
is(pids($admin, 'worker'), '', 'a database that nobody is bound in has no worker');
my $bound = session($node, options => '-c tenancy.tenant=acme');
my $worker = wait_for_process($admin, 'worker', 'postgres');
like($worker, qr/^\d+$/, 'the first binding asks for one');
gives($bound, 'SELECT count(*) FROM pg_stat_activity WHERE backend_type ~ \'tenancy\'', '0', 'which a tenant does not see');

# --- Storage

my $measured = "SELECT bool_and(size_bytes = tenancy.schema_size(schema_name)) FROM tenancy.stat_tenants JOIN tenancy.tenants USING (slug)";
$admin->query("CREATE TABLE tenant_beta.wide (line text); ALTER TABLE tenant_beta.wide ALTER line SET STORAGE EXTERNAL;
	INSERT INTO tenant_beta.wide SELECT repeat(md5(i::text), 200) FROM generate_series(1, 100) i; CREATE INDEX ON tenant_beta.wide (left(line, 9)); CHECKPOINT");
ok(wait_for($admin, $measured), 'the worker measures tables, indexes, TOAST and its index');
$admin->query("INSERT INTO tenant_acme.accounts SELECT repeat('x', 1000) FROM generate_series(1, 100); CHECKPOINT");
gives($admin, 'SELECT tenancy.measure_storage()', '2', 'an operator measures at once');
gives($admin, $measured, 't', 'and finds the same');
refuses($bound, 'SELECT tenancy.measure_storage()', '42501', 'permission denied for function measure_storage', 'a tenant does not');

# --- Who locks what it reads does not stop what else it does

$admin->query('CREATE ROLE ops LOGIN IN ROLE tenancy_admin');
my $ops = session($node, user => 'ops');
$ops->query('BEGIN; LOCK TABLE tenancy.tenants IN ACCESS EXCLUSIVE MODE');
$admin->query("SET tenancy.audit = 'break_glass'; SELECT last_value FROM tenant_beta.numbers");
ok(wait_for($admin, "SELECT count(*) > 0 FROM tenancy.audit_log WHERE class = 'break_glass' AND 'tenant_beta.numbers' = ANY (objects)"),
	'an operator who locks the registry does not stop the audit trail');
$ops->query('ROLLBACK');
$admin->query('RESET tenancy.audit');
$ops->close;

# --- What ends them

kill 'TERM', $worker;
my $next = wait_for_process($admin, 'worker', 'postgres', $worker);
isnt($next, 'none', 'a worker that is terminated comes back');
kill 'TERM', $launcher;
isnt(wait_for_process($admin, 'launcher', undef, $launcher), 'none', 'so does the launcher');
is(pids($admin, 'worker', 'postgres'), $next, 'which leaves the workers alone');
kill 'TERM', $next;
$worker = wait_for_process($admin, 'worker', 'postgres', $next);
isnt($worker, 'none', 'and starts them again, though others started them before');

kill 'KILL', $worker;
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	last if $node->poll_query_until('postgres', 'SELECT 1', '1');
}
$admin = session($node);
isnt(pids($admin, 'worker'), $worker, 'one that is killed takes the server down and up again');
$bound = session($node, options => '-c tenancy.tenant=acme');
gives($bound, 'SELECT count(*) FROM accounts', '101', 'where tenants work on');
like(wait_for_process($admin, 'worker', 'postgres'), qr/^\d+$/, 'and have it again');

# --- What they must not stand in the way of

$admin->query('CREATE ROLE nobody LOGIN');
$admin->query('CREATE DATABASE other');
my $other = session($node, database => 'other');
$other->query("CREATE EXTENSION tenancy");
make_tenants($other, 'gamma');
$other->query("SELECT tenancy.bind('gamma')");
$worker = wait_for_process($admin, 'worker', 'other');
$other->close;
my $nobody = session($node, user => 'nobody');
refuses($nobody, 'DROP DATABASE other', '42501', 'must be owner of database other', 'who may not drop a database');
is(pids($admin, 'worker', 'other'), $worker, 'does not move its worker');
gives($admin, 'ALTER DATABASE other RENAME TO another', '', 'a database is renamed under its worker');
$next = wait_for_process($admin, 'worker', 'another', $worker);
isnt($next, 'none', 'which comes back');
gives($admin, 'CREATE DATABASE copy TEMPLATE another', '', 'a database is copied under its worker');
isnt(wait_for_process($admin, 'worker', 'another', $next), 'none', 'which comes back');
$admin->query('BEGIN');
refuses($admin, 'DROP DATABASE another', '25001', 'DROP DATABASE cannot run inside a transaction block', 'a drop that fails');
$admin->query('ROLLBACK');
isnt(wait_for_process($admin, 'worker', 'another'), 'none', 'lets it come back');
gives($admin, 'DROP DATABASE another', '', 'a database is dropped under its worker');
gives($admin, 'CREATE DATABASE another TEMPLATE copy', '', 'and made anew');
$other = session($node, database => 'another', options => '-c tenancy.tenant=gamma');
isnt(wait_for_process($admin, 'worker', 'another'), 'none', 'with a worker of its own');
$other->query('RESET tenancy.tenant');
$other->close;
$other = session($node, database => 'another');
gives($other, 'DROP EXTENSION tenancy', '', 'the extension is dropped under it');
gives($other, 'CREATE EXTENSION tenancy', '', 'and made anew');
$other->close;

# --- On a standby

$node->append_conf('postgresql.conf', "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on");
$node->restart;
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
my $reader = session($standby, options => '-c tenancy.tenant=acme');
my $watcher = session($standby);
isnt(wait_for_process($watcher, 'worker', 'postgres'), 'none', 'a standby has workers');
ok(wait_for($watcher, $measured), 'which measure');
$reader->close;
$watcher->close;
$standby->stop;
unlike(slurp_file($standby->logfile), qr/FATAL.*tenancy|PANIC|TRAP/, 'and end in peace');

# --- No room for them

$node->append_conf('postgresql.conf', 'max_worker_processes = 2');
my $offset = -s $node->logfile;
$node->restart;
$bound = session($node, options => '-c tenancy.tenant=acme');
gives($bound, 'SELECT count(*) FROM accounts', '101', 'without a free worker statements go on');
ok($node->wait_for_log(qr/WARNING:  no background worker is free for tenancy in database \d+/, $offset), 'and the log has a warning');

$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$offset = -s $node->logfile;
$node->restart;
$bound = session($node, options => '-c tenancy.tenant=acme');
gives($bound, 'SELECT count(*) FROM accounts', '101', 'so they do without a launcher');
like(slurp_file($node->logfile, $offset), qr/WARNING:  tenancy cannot start its background workers/, 'of which the log warns when the server starts');
$node->stop;

done_testing();
