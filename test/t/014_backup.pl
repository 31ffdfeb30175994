# Backup of one tenant, as docs/backup.md tells it: to another server and back, as a superuser
# and as the tenant; and point-in-time restore from a base backup and archived WAL, under
# the old name and under a new one.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $dumps = PostgreSQL::Test::Utils::tempdir();
my $node = PostgreSQL::Test::Cluster->new('production');
$node->init(allows_streaming => 1, has_archiving => 1);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'tenancy'");
$node->start;
my $admin = session($node);
my $elsewhere = preloaded_node('elsewhere');
my $there = session($elsewhere);

# Runs statements that must succeed.
sub run_all
{
	my ($session, @statements) = @_;
	for my $sql (@statements)
	{
		my $result = $session->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

# Runs a client program against a node as the superuser or with a connection string; a test.
sub program
{
	my ($name, $server, $connection, @command) = @_;
	local $ENV{PGHOST} = $server->host;
	local $ENV{PGPORT} = $server->port;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	push @command, '-d', $connection;
	return command_ok([@command], $name);
}

# The version that a tenant has, from the ledger.
sub version_of
{
	my ($session, $slug) = @_;
	return $session->value("SELECT m.version FROM tenancy.tenants t JOIN tenancy.schema_versions v ON v.tenant_id = t.id
		JOIN tenancy.migrations m ON m.ordinal = v.ordinal WHERE t.slug = '$slug'");
}

# The facts of a tenant that its users see, bound.
sub contents
{
	my ($server, $slug) = @_;
	my $session = session($server, user => 'shop', options => "-c tenancy.tenant=$slug");
	my $contents = rows($session->query('SELECT current_user, (SELECT string_agg(title || state, \',\' ORDER BY id) FROM open_tasks),
		(SELECT count(*) FROM tasks), count_tasks()'));
	$session->close;
	return $contents;
}

my @migrations = (
	"SELECT tenancy.register_migration('001', 'CREATE TYPE state AS ENUM (''open'', ''done'');
		CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE);
		CREATE TABLE tasks (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person int REFERENCES people,
			title text, state state DEFAULT ''open'')')",
	"SELECT tenancy.register_migration('002', 'CREATE VIEW open_tasks AS SELECT * FROM tasks WHERE state = ''open'';
		CREATE FUNCTION count_tasks() RETURNS bigint LANGUAGE sql AS ''SELECT count(*) FROM tasks'';
		ALTER TABLE tasks ENABLE ROW LEVEL SECURITY; CREATE POLICY all_rows ON tasks USING (true)')");
run_all($_, 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', @migrations) for $there;
run_all($admin, 'CREATE EXTENSION tenancy', 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', @migrations,
	"SELECT tenancy.provision('acme', admin_email => 'boss\@acme.example', plan_tier => 'pro')", "SELECT tenancy.provision('beta')",
	'CALL tenancy.migrate()',
	"INSERT INTO tenant_acme.people VALUES (1, 'a\@acme.example')", "INSERT INTO tenant_acme.tasks (person, title) VALUES (1, 'one'), (1, 'two')",
	"INSERT INTO tenant_beta.people VALUES (1, 'b\@beta.example')",
	'CREATE ROLE acme_login LOGIN IN ROLE tenant_acme');
my $before = 'tenant_acme|oneopen,twoopen|2|2';
is(contents($node, 'acme'), $before, 'a tenant to begin with');
is($admin->value("SELECT count(*) FROM tenancy.check_portable('acme') WHERE object NOT LIKE 'role%'"), '0', 'its schema stands by itself');

# --- to another server

my $row = "$dumps/acme.row";
program('the registry row is saved', $node, 'postgres', 'psql', '-X', '-c', "\\copy (SELECT * FROM tenancy.tenants WHERE slug = 'acme') TO '$row'");
program('pg_dump of one tenant', $node, 'postgres', 'pg_dump', '-Fc', '--schema=tenant_acme', '-f', "$dumps/acme.dump");
my $version = version_of($admin, 'acme');
is($version, '002', 'the version is saved');
run_all($there, 'CREATE ROLE tenant_acme IN ROLE tenancy_tenant');
program('pg_restore on another server', $elsewhere, 'postgres', 'pg_restore', '--exit-on-error', "$dumps/acme.dump");
my $candidate = Wire->connect($elsewhere, user => 'shop', options => '-c tenancy.tenant=acme');
is($candidate->{refusal}{C}, '42704', 'nobody binds to it before it is adopted');
$candidate->vanish;
run_all($there, "SELECT tenancy.adopt('tenant_acme')");
program('the registry row is put back', $elsewhere, 'postgres', 'psql', '-X', '-1', '-v', 'ON_ERROR_STOP=1',
	'-c', "DELETE FROM tenancy.tenants WHERE slug = 'acme'", '-c', "\\copy tenancy.tenants FROM '$row'");
run_all($there, "SELECT tenancy.mark_migrated('acme', '$version')");
is(contents($elsewhere, 'acme'), $before, 'the tenant is there');
my $registered = "SELECT t FROM tenancy.tenants t WHERE slug = 'acme'";
is($there->value($registered), $admin->value($registered), 'with its id and all columns of the registry');
is(version_of($there, 'acme'), '002', 'and its version');
run_all($there, "SELECT tenancy.register_migration('003', 'ALTER TABLE people ADD COLUMN name text')", 'CALL tenancy.migrate()');
is(version_of($there, 'acme'), '003', 'it is migrated like any other there');
is($there->value("SELECT count(*) FROM pg_default_acl WHERE defaclrole = 'tenant_acme'::regrole"), '2', 'its role has its default privileges');

# --- as the tenant

my $bound = "dbname=postgres user=acme_login options='-c tenancy.tenant=acme'";
program('pg_dump as the tenant', $node, $bound, 'pg_dump', '-Fc', '--schema=tenant_acme', '-f', "$dumps/own.dump");
program('pg_dump as the tenant, by PGOPTIONS', $node, 'dbname=postgres user=acme_login', 'env', 'PGOPTIONS=-c tenancy.tenant=acme',
	'pg_dump', '--schema=tenant_acme', '--data-only', '-f', "$dumps/own.sql");
like(slurp_file("$dumps/own.sql"), qr/^1\t1\tone\topen$/m, 'which has the data');
my $other = PostgreSQL::Test::Utils::tempdir() . '/beta.sql';
{
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	command_fails(['pg_dump', '--schema=tenant_beta', '-f', $other, '-d', $bound], 'another tenant is not there to be dumped');
}
run_all($admin, 'CREATE DATABASE copy');
my $copy = session($node, database => 'copy');
run_all($copy, 'CREATE EXTENSION tenancy', "SELECT tenancy.provision('acme')");
(my $bound_copy = $bound) =~ s/dbname=postgres/dbname=copy/;
program('pg_restore as the tenant', $node, $bound_copy, 'pg_restore', '--exit-on-error', '--no-owner', '--schema=tenant_acme', "$dumps/own.dump");
is($copy->value('SELECT count(*) FROM tenant_acme.open_tasks'), '2', 'fills a tenant that is empty');
is($copy->value("SELECT string_agg(DISTINCT relowner::regrole::text, ',') FROM pg_class WHERE relnamespace = 'tenant_acme'::regnamespace"),
	'tenant_acme', 'and all is its own');
$copy->close;

# --- back in time

$node->backup('nightly');
run_all($admin, "INSERT INTO tenant_acme.tasks (person, title) VALUES (1, 'three')", "SELECT pg_create_restore_point('before_release')",
	"SELECT tenancy.register_migration('003', 'ALTER TABLE tasks ADD COLUMN due date')", 'CALL tenancy.migrate()',
	"INSERT INTO tenant_acme.tasks (person, title) VALUES (1, 'four')");
my $wanted = 'tenant_acme|oneopen,twoopen,threeopen,fouropen|4|4';
my $time = $admin->value('SELECT clock_timestamp()');
# The accident happens at a later moment.
$admin->value('SELECT pg_sleep(0.2)');
run_all($admin, 'DELETE FROM tenant_acme.tasks', "INSERT INTO tenant_beta.people VALUES (2, 'later')");
my $wal = $admin->value('SELECT pg_walfile_name(pg_current_wal_lsn())');
run_all($admin, 'SELECT pg_switch_wal()');
$node->poll_query_until('postgres', "SELECT last_archived_wal >= '$wal' FROM pg_stat_archiver") or die 'WAL is not archived';

# Makes a scratch server of the base backup and the archive, as of a target; returns a session.
sub recover
{
	my ($name, $target) = @_;
	my $scratch = PostgreSQL::Test::Cluster->new($name);
	$scratch->init_from_backup($node, 'nightly', has_restoring => 1, standby => 0);
	$scratch->append_conf('postgresql.conf', "$target\nrecovery_target_action = 'promote'\narchive_mode = off");
	$scratch->start;
	$scratch->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()') or die "$name does not recover";
	return ($scratch, session($scratch));
}

# Under the old name: as of the moment before the accident.
my ($past, $past_session) = recover('past', "recovery_target_time = '$time'");
is($past_session->value('SELECT count(*) FROM tenant_acme.tasks'), '4', 'a scratch server has the tenant as of a moment');
is(version_of($past_session, 'acme'), '003', 'and its version');
program('it is dumped there', $past, 'postgres', 'pg_dump', '-Fc', '--schema=tenant_acme', '-f', "$dumps/past.dump");
my $id = $admin->value("SELECT id FROM tenancy.tenants WHERE slug = 'acme'");
my $running = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
run_all($admin, "SELECT tenancy.suspend('acme', 'restore')", 'ALTER SCHEMA tenant_acme RENAME TO tenant_acme_damaged');
refuses($running, 'SELECT count(*) FROM tasks', '55000', 'tenant "acme" is not active', 'its sessions wait meanwhile');
$running->close;
$running = session($node, user => 'shop');
refuses($running, 'SELECT count(*) FROM tenant_acme_damaged.tasks', '42501',
	'access to tenant schema "tenant_acme_damaged" denied: no tenant is bound', 'and nobody reaches what was put aside');
$running->close;
program('and restored', $node, 'postgres', 'pg_restore', '--exit-on-error', "$dumps/past.dump");
run_all($admin, "SELECT tenancy.mark_migrated('acme', '" . version_of($past_session, 'acme') . "')", "SELECT tenancy.activate('acme')");
is(contents($node, 'acme'), $wanted, 'the tenant is what it was at that moment');
is($admin->value("SELECT id FROM tenancy.tenants WHERE slug = 'acme'"), $id, 'it is the same tenant');
is($admin->value('SELECT count(*) FROM tenant_beta.people'), '2', 'nobody else has gone back in time');
run_all($admin, 'DROP SCHEMA tenant_acme_damaged CASCADE');
$past_session->close;

# Under a new name: as of a restore point.
my ($release, $release_session) = recover('release', "recovery_target_name = 'before_release'");
is($release_session->value('SELECT count(*) FROM tenant_acme.tasks'), '3', 'a scratch server has the tenant as of a restore point');
my $old_version = version_of($release_session, 'acme');
is($old_version, '002', 'with the version of then');
run_all($release_session, 'ALTER SCHEMA tenant_acme RENAME TO tenant_acme_then', 'ALTER ROLE tenant_acme RENAME TO tenant_acme_then');
program('it is dumped under a new name', $release, 'postgres', 'pg_dump', '-Fc', '--schema=tenant_acme_then', '-f', "$dumps/then.dump");
run_all($admin, 'CREATE ROLE tenant_acme_then IN ROLE tenancy_tenant');
program('and restored', $node, 'postgres', 'pg_restore', '--exit-on-error', "$dumps/then.dump");
run_all($admin, "SELECT tenancy.adopt('tenant_acme_then')", "SELECT tenancy.mark_migrated('acme-then', '$old_version')");
is(contents($node, 'acme-then'), 'tenant_acme_then|oneopen,twoopen,threeopen|3|3', 'beside the tenant of today');
is(contents($node, 'acme'), $wanted, 'which is as before');
run_all($admin, "CALL tenancy.migrate(tenants => '{acme-then}')");
is(version_of($admin, 'acme-then'), '003', 'it can be brought to the version of today');
$release_session->close;

$_->close for $admin, $there;
done_testing();
