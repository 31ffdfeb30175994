# Runs of migrations: what a migration may do and whose it is, failures, canaries, dry runs,
# rollback, migrations outside of transactions, small tables, and files of other tools.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('migrate');
my $admin = session($node);
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE ops LOGIN IN ROLE tenancy_admin',
	'CREATE TABLE public.countries (code text PRIMARY KEY)';
my $ops = session($node, user => 'ops');
gives($ops, "SELECT count(*) FROM generate_series(1, 5) i, LATERAL tenancy.provision('t' || i)", '5', 'five tenants');

# Registers a migration; further arguments as SQL.
sub register
{
	my ($version, $up, @more) = @_;
	my $result = $ops->query(join(', ', "SELECT tenancy.register_migration('$version', \$up\$$up\$up\$", @more) . ')');
	die $result->{errors}[0]{M} if @{ $result->{errors} };
	return;
}

# Makes a call; returns its errors, warnings and notices as "severity: message" lines.
sub call
{
	my ($sql, $session) = @_;
	my $result = ($session || $ops)->query("CALL tenancy.$sql");
	# The notices of progress, which come where the machine is slow, and of the end are not what most tests are about.
	my @told = grep { $_->{M} !~ /^\d+ of \d+ tenants(,| after)|^run \d+ is through|^no tenant has anything/ } @{ $result->{notices} };
	return join("\n", map { "$_->{S}: $_->{M}" } @told, @{ $result->{errors} });
}

# The state of a migration for all tenants.
sub states
{
	my ($version) = @_;
	return rows($ops->query("SELECT string_agg(tenant || ' ' || state, ', ' ORDER BY tenant) FROM tenancy.migration_status
		WHERE version = '$version'"));
}

# --- as the tenant

register('v1', 'CREATE TABLE accounts (id int PRIMARY KEY, owner text DEFAULT current_user, tenant text DEFAULT tenancy.current_tenant());
	INSERT INTO accounts VALUES (1)', 'down => $$DROP TABLE accounts$$', "description => 'accounts'");
like($ops->query('CALL tenancy.migrate()')->{notices}[0]{M}, qr/^run 1 is through: 5 of 5 tenants$/, 'a run that goes well says so');
is(states('v1'), 't1 applied, t2 applied, t3 applied, t4 applied, t5 applied', 'all tenants have the migration');
gives($admin, 'SELECT id, owner, tenant FROM tenant_t3.accounts', '1|tenant_t3|t3', 'it ran bound, as the tenant role');
gives($admin, "SELECT count(DISTINCT relowner) FROM pg_class WHERE relname = 'accounts' AND relowner::regrole::text = relnamespace::regnamespace::text", '5',
	'what it made belongs to the tenant role');
gives($ops, 'SELECT run, kind, target, state, total, done, failed, skipped, "left", requested_by, dry_run, jobs, current_tenants, rate > 0, finished_at >= started_at FROM tenancy.migration_runs',
	'1|migrate|v1|finished|5|5|0|0|0|ops|f|1|{}|t|t', 'the run is on record');
is($ops->query('CALL tenancy.migrate()')->{notices}[0]{M}, 'no tenant has anything to do', 'nothing to do');
gives($ops, 'SELECT count(*) FROM tenancy.migration_runs', '1', 'is no run');
gives($ops, "SELECT count(*) FROM tenancy.events WHERE event = 'provisioned'", '5', 'and no event');

# --- who may, and where

my $shop = session($node, user => 'shop');
refuses($shop, 'CALL tenancy.migrate()', '42501', 'permission denied for procedure migrate', 'an application does not migrate');
refuses($shop, "SELECT tenancy.register_migration('x', '')", '42501', 'permission denied for function register_migration', 'nor register');
refuses($shop, 'SELECT * FROM tenancy.migrations', '42501', 'permission denied for table migrations', 'nor read the ledger');
refuses($ops, 'BEGIN; CALL tenancy.migrate()', '25001', 'tenancy.migrate() cannot run inside a transaction block or function', 'not in a transaction block');
$ops->query('ROLLBACK');
my $bound = session($node, options => '-c tenancy.tenant=t1');
refuses($bound, 'CALL tenancy.migrate()', '42501', 'permission denied for procedure migrate', 'nor in a bound session');
$bound->close;
refuses($ops, "CALL tenancy.migrate(target => 'v9')", '42704', 'migration "v9" is not registered', 'an unknown target');
refuses($ops, "CALL tenancy.migrate(tenants => '{t1,nobody}')", '42704', 'tenant "nobody" does not exist', 'an unknown tenant');
refuses($ops, "CALL tenancy.migrate(tenants => '{t1,NULL}')", '22023', 'invalid tenant slug: null', 'a null in the list');
refuses($ops, 'CALL tenancy.migrate(jobs => 0)', '22023', 'jobs must be at least 1', 'no job');
refuses($ops, 'CALL tenancy.migrate(canary => -1)', '22023', 'canary must be at least 0', 'fewer than no canaries');
refuses($ops, 'CALL tenancy.migrate(max_failures => 0)', '22023', 'max_failures must be at least 1', 'no failure allowed');
refuses($ops, "CALL tenancy.migrate(lock_timeout => 'soon')", '22023', 'invalid value for lock_timeout: "soon"', 'a time that is none');
refuses($ops, 'CALL tenancy.rollback(NULL)', '22023', 'target must not be null', 'no target to go back to');

# --- a failure stops nobody

$admin->query('INSERT INTO tenant_t2.accounts VALUES (2, NULL, \'t2\')');
register('v2', 'ALTER TABLE accounts ADD COLUMN email text; CREATE UNIQUE INDEX accounts_tenant_idx ON accounts (tenant); SELECT 1', "\$\$ALTER TABLE accounts DROP COLUMN email; DROP INDEX accounts_tenant_idx\$\$");
like(call('migrate()'), qr/^WARNING: run \d+ failed for 1 of 5 tenants$/, 'a run tells how many failed');
is(states('v2'), 't1 applied, t2 failed, t3 applied, t4 applied, t5 applied', 'one tenant fails, the others have it');
gives($ops, "SELECT error, sqlstate, statement_number, statement, attempts FROM tenancy.migration_status WHERE tenant = 't2' AND version = 'v2'",
	'could not create unique index "accounts_tenant_idx"|23505|2|CREATE UNIQUE INDEX accounts_tenant_idx ON accounts (tenant)|1', 'with SQLSTATE, message and statement');
gives($admin, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'tenant_t2.accounts'::regclass AND attname = 'email'", '0', 'the tenant that failed is as it was');
$admin->query('DELETE FROM tenant_t2.accounts WHERE id = 2');
is(call('migrate()'), '', 'when the reason is gone the next run goes on');
is(states('v2'), 't1 applied, t2 applied, t3 applied, t4 applied, t5 applied', 'and all have it');
gives($ops, "SELECT total FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1", '1', 'with the one tenant alone');
gives($ops, "SELECT attempts, error FROM tenancy.migration_status WHERE tenant = 't2' AND version = 'v2'", '2|', 'at the second attempt');

# --- what a migration cannot do

# Tries a migration on t1, and takes it out of the ledger again.
sub fails_with
{
	my ($up, $sqlstate, $message, $name, @more) = @_;
	register('bad', $up, @more);
	call("migrate(tenants => '{t1}')");
	gives($ops, "SELECT sqlstate, error FROM tenancy.migration_status WHERE tenant = 't1' AND version = 'bad'", "$sqlstate|$message", $name);
	$admin->query("UPDATE tenancy.migration_log SET done_statements = 0");
	my $result = $ops->query("SELECT tenancy.unregister_migration('bad')");
	die "$up: $result->{errors}[0]{M}" if @{ $result->{errors} };
	return;
}

fails_with('INSERT INTO tenant_t2.accounts VALUES (9)', '42501', 'cross-tenant access to schema "tenant_t2" denied', 'it does not reach another tenant');
fails_with("DO \$\$ BEGIN EXECUTE 'TABLE tenant_' || 't2.accounts'; END \$\$", '42501', 'cross-tenant access denied', 'nor by dynamic SQL');
fails_with('CREATE SCHEMA other', '42501', 'CREATE SCHEMA is not allowed in a bound session', 'it makes no schema');
fails_with('CREATE ROLE mine', '42501', 'CREATE ROLE is not allowed in a bound session', 'nor a role');
fails_with('SET ROLE postgres', '42501', 'SET ROLE is not allowed in a bound session', 'nor becomes another role');
fails_with('RESET ALL', '25001', 'cannot unbind tenant "t1" from within a statement', 'nor unbinds by RESET ALL');
fails_with('DISCARD ALL', '25001', 'DISCARD ALL cannot be executed from a function', 'nor by DISCARD ALL');
fails_with("SELECT set_config('tenancy.tenant', 't2', true)", '55000', 'cannot bind tenant "t2" in this session', 'nor binds another tenant');
fails_with("SELECT tenancy.bind('t2')", '55000', 'cannot bind tenant "t2" in this session', 'by no function');
fails_with('SELECT tenancy.unbind()', '25001', 'cannot unbind tenant "t1" from within a statement', 'nor unbinds by one');
fails_with('DO $$ BEGIN COMMIT; END $$', '2D000', 'invalid transaction termination', 'nor commits');
for my $escape ("set_config('tenancy.tenant', 't2', false)", "set_config('tenancy.tenant', '', false)", "tenancy.unbind()", "tenancy.bind('t2')")
{
	my $message = $escape =~ /t2/ ? '55000|cannot bind tenant "t2" in this session' : '25001|cannot unbind tenant "t1" from within a statement';
	fails_with("DO \$\$ BEGIN COMMIT; PERFORM $escape; END \$\$", split(/\|/, $message), "nor by $escape in a transaction of its own", 'transactional => false');
}
fails_with("DO \$\$ BEGIN RESET tenancy.tenant; END \$\$", '25001', 'cannot unbind tenant "t1" from within a statement', 'nor by RESET', 'transactional => false');
refuses($ops, "SELECT tenancy.register_migration('bad', 'RESET tenancy.tenant')", '0A000', 'SET tenancy.tenant is not allowed in a script', 'nor is that registered');
fails_with('DISCARD ALL', '25001', 'cannot unbind tenant "t1" from within a statement', 'nor by DISCARD ALL alone', 'transactional => false');
fails_with('CREATE TABLE p (i int PRIMARY KEY, q int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO p VALUES (1, 2)', '23503',
	'insert or update on table "p" violates foreign key constraint "p_q_fkey"', 'a constraint that is deferred to the end fails the tenant');
gives($admin, "SELECT count(*) FROM pg_class WHERE relname = 'p'", '0', 'and nothing stays');

# What a tenant leaves for the operator's session to run does not unbind it.
my $tenant = session($node, user => 'shop', options => '-c tenancy.tenant=t1');
$tenant->query($_) for 'CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config(\'tenancy.tenant\', \'\', false); RETURN NEW; END $$',
	'CREATE TRIGGER trap BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION trap()';
$tenant->close;
register('bad', 'UPDATE accounts SET id = id');
call("migrate(tenants => '{t1}')", $admin);
gives($ops, "SELECT error FROM tenancy.migration_status WHERE tenant = 't1' AND version = 'bad'", 'cannot unbind tenant "t1" from within a statement',
	"a tenant's trigger does not unbind a superuser's run");
$ops->query("SELECT tenancy.unregister_migration('bad')");
$admin->query('DROP FUNCTION tenant_t1.trap() CASCADE');

# Leaves in a tenant a trigger on accounts with this body; DEFERRABLE ones run at the commit.
sub set_trap
{
	my ($slug, $body, $deferred) = @_;
	my $session = session($node, user => 'shop', options => "-c tenancy.tenant=$slug");
	my ($kind, $time) = $deferred ? ('CONSTRAINT TRIGGER trap AFTER', 'DEFERRABLE INITIALLY DEFERRED') : ('TRIGGER trap BEFORE', '');
	for my $sql ('DROP TRIGGER IF EXISTS trap ON accounts', "CREATE OR REPLACE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN $body; RETURN NEW; END \$\$",
		"CREATE $kind UPDATE ON accounts $time FOR EACH ROW EXECUTE FUNCTION trap()")
	{
		my $result = $session->query($sql);
		die $result->{errors}[0]{M} if @{ $result->{errors} };
	}
	$session->close;
	return;
}

# Runs a migration that springs the traps, and takes it and them away again; returns what call() does.
sub spring
{
	my ($arguments, $sql, $up, $session) = @_;
	register('bad', $up || 'UPDATE accounts SET id = id', "'SELECT 1'");
	my $said = join("\n", grep { !/^NOTICE: 0 of / } split(/\n/, call("migrate($arguments)", $session)));
	my $answer = $sql ? rows($ops->query($sql)) : '';
	call("rollback('v2')");
	$admin->query('UPDATE tenancy.migration_log SET done_statements = 0');
	$ops->query("SELECT tenancy.unregister_migration('bad')");
	$admin->query("DROP FUNCTION IF EXISTS tenant_t$_.trap() CASCADE") for 1 .. 5;
	return "$said$answer";
}

# Neither spelling nor clause gives a tenant the rights of the superuser who makes the run.
my $why = "SELECT error FROM tenancy.migration_status WHERE tenant = 't1' AND version = 'bad'";
set_trap('t1', "EXECUTE 'SET LOCAL \"Role\" TO postgres'");
like(spring("tenants => '{t1}'", $why, undef, $admin), qr/SET ROLE is not allowed in a bound session$/, 'a trap does not set the role, however it is spelled');
set_trap('t1', "EXECUTE 'SET \"Session_Authorization\" TO postgres'");
like(spring("tenants => '{t1}'", $why, undef, $admin), qr/SET SESSION AUTHORIZATION is not allowed in a bound session$/, 'nor the session user');
for my $clause ('role', 'session_authorization')
{
	$admin->query($_) for "CREATE FUNCTION tenant_t1.older() RETURNS text LANGUAGE sql SET $clause = 'postgres' AS 'SELECT current_user::text'", 'ALTER FUNCTION tenant_t1.older() OWNER TO tenant_t1';
	set_trap('t1', 'BEGIN PERFORM older(); EXCEPTION WHEN insufficient_privilege THEN NULL; END; NEW.owner := current_user');
	is(spring("tenants => '{t1}'", '', undef, $admin), '', "a function made before, with a clause SET $clause");
	gives($admin, 'SELECT DISTINCT owner FROM tenant_t1.accounts', 'tenant_t1', 'has no other role either');
	$admin->query('DROP FUNCTION tenant_t1.older()');
}

# A transaction of this kind waits for those of others: it must not be the next tenant's.
my $serializable = session($node, user => 'shop', options => '-c tenancy.tenant=t3');
$serializable->query('BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO accounts VALUES (9)');
set_trap('t1', "EXECUTE 'SET default_transaction_read_only = on'; EXECUTE 'SET default_transaction_isolation = serializable'; EXECUTE 'SET default_transaction_deferrable = on'", 1);
$ops->query("SET statement_timeout = '20s'");
is(spring("tenants => '{t1,t2}'"), '', 'a tenant does not choose the kind of the transactions that follow');
$ops->query('RESET statement_timeout');
$serializable->query('ROLLBACK');
$serializable->close;

set_trap('t1', "PERFORM set_config('my.number', '1', false)", 1);
is(spring("tenants => '{t1}'"), '', 'triggers that have waited for the commit may call what is guarded');

set_trap('t1', "RAISE EXCEPTION '%', repeat('x', 1000000)");
is(spring("tenants => '{t1}'", "SELECT length(error) FROM tenancy.migration_status WHERE tenant = 't1' AND version = 'bad'") =~ s/run \d+/run/r,
	'WARNING: run failed for 1 of 1 tenants8192', 'an error of any size is written down in part');

# Each ends three workers.
set_trap("t$_", "SET exit_on_error = on; RAISE 'end'") for 1 .. 4;
is(join("\n", sort split(/\n/, spring('jobs => 4', "SELECT tenant FROM tenancy.migration_status WHERE version = 'bad' AND state = 'applied'") =~ s/run \d+/run/r)),
	join("\n", 'WARNING: run failed for 4 of 5 tenantst5', map { "WARNING: tenant \"t$_\" counts as failed: workers ended while they were at it" } 1 .. 4),
	'tenants that end the workers do not stop the run');

set_trap('t1', 'LOOP BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP');
is(spring("tenants => '{t1,t2}', statement_timeout => '100ms'", "SELECT tenant FROM tenancy.migration_status WHERE version = 'bad' AND state = 'applied'") =~ s/run \d+/run/r,
	"WARNING: tenant \"t1\" counts as failed: workers ended while they were at it\nWARNING: run failed for 1 of 2 tenantst2", 'a tenant that catches the timeout is stopped nevertheless');

is(spring("tenants => '{t1,t2}'", '', 'PREPARE p AS SELECT 1'), '', 'a prepared statement ends with the tenant');

# What a tenant has, or can have, of the name that a migration uses.
$admin->query('CREATE INDEX accounts_fake_idx ON tenant_t1.accounts (id)');
register('bad', 'CREATE INDEX CONCURRENTLY accounts_fake_idx ON accounts (owner)', 'down => $$DROP INDEX accounts_fake_idx$$', 'transactional => false');
like(call("migrate(tenants => '{t1}')"), qr/^WARNING: run \d+ failed for 1 of 1 tenants$/, 'an index of the same name is in the way') for 1 .. 2;
$admin->query('DROP INDEX tenant_t1.accounts_fake_idx');
is(call("migrate(tenants => '{t1}')"), '', 'until it is gone');
is(call("rollback('v2', tenants => '{t1}')"), '', 'back');
$ops->query("SELECT tenancy.unregister_migration('bad')");

# A declaration holds for what was begun, too; what was taken back in part is not said to be applied.
register('bad', 'CREATE TABLE half (i int); SELECT 1 / 0', "'DROP TABLE half'", 'transactional => false');
call("migrate(tenants => '{t1}')");
is(states('bad'), 't1 failed, t2 pending, t3 pending, t4 pending, t5 pending', 'half a migration');
$admin->query('DROP TABLE tenant_t1.half');
$ops->query("SELECT tenancy.mark_migrated('t1', 'v2')");
gives($ops, "SELECT tenancy.register_migration('bad', 'CREATE TABLE half (i int); SELECT 1', 'DROP TABLE half; SELECT 1 / 0', transactional => false, replace => true) > 0", 't', 'is forgotten where it is declared undone');
is(call("migrate(tenants => '{t1}')"), '', 'and begins anew')
	or diag(rows($ops->query('SELECT error, statement FROM tenancy.run_failures ORDER BY failed_at DESC LIMIT 1')));
gives($admin, "SELECT to_regclass('tenant_t1.half')", 'tenant_t1.half', 'with its first statement');
call("rollback('v2', tenants => '{t1}')");
is(states('bad'), 't1 failed, t2 pending, t3 pending, t4 pending, t5 pending', 'half taken back');
register('later', 'SELECT 1', "''");
call("migrate(tenants => '{t1}')");
gives($ops, 'SELECT error FROM tenancy.run_failures ORDER BY failed_at DESC LIMIT 1', 'migration "bad" has been taken back in part', 'nothing is put on top of it');
$ops->query("SELECT tenancy.unregister_migration('later')");
$ops->query("SELECT tenancy.mark_migrated('t1', 'v2')");
$ops->query("SELECT tenancy.unregister_migration('bad')");

# A procedure that rolls back gives up all locks of the session.
register('bad', 'DO $$ BEGIN ROLLBACK; END $$; CREATE TABLE after_rollback (i int)', 'down => $$DROP TABLE after_rollback$$', 'transactional => false');
is(call("migrate(tenants => '{t1}')"), '', 'a procedure may roll back');
is(call("rollback('v2', tenants => '{t1}')"), '', 'and the tenant can be had again');
$ops->query("SELECT tenancy.unregister_migration('bad')");

# Settings of a migration end with the tenant.
register('settings', "SET work_mem = '7MB'; SET search_path = pg_catalog; CREATE TEMP TABLE scratch (i int)", "'DROP TABLE IF EXISTS pg_temp.scratch'");
is(call("migrate(tenants => '{t1,t2}')"), '', 'a migration may set what it likes, and make temporary tables');
register('v3', "CREATE TABLE notes (id int, work_mem text DEFAULT current_setting('work_mem')); INSERT INTO notes VALUES (1)",
	"\$\$DROP TABLE notes\$\$");
is(call('migrate()'), '', 'the next, in the same transaction or another');
gives($admin, 'SELECT string_agg(DISTINCT work_mem, \',\') FROM (SELECT work_mem FROM tenant_t1.notes UNION ALL SELECT work_mem FROM tenant_t5.notes) n', '4MB', 'begins anew');

# --- canaries, limits, selections

$admin->query("DROP TABLE tenant_$_.notes") for 't2', 't4';
register('v4', 'ALTER TABLE notes ADD COLUMN body text', "\$\$ALTER TABLE notes DROP COLUMN body\$\$");
like(call("migrate(tenants => '{t2,t3,t1}', canary => 1)"), qr/^ERROR: run \d+ was stopped: a canary failed$/, 'a canary that fails stops the run');
is(states('v4'), 't1 pending, t2 failed, t3 pending, t4 pending, t5 pending', 'before anybody else has a turn');
like(call("migrate(tenants => '{t3,t1,t2}', canary => 2)"), qr/^WARNING: run \d+ failed for 1 of 3 tenants$/, 'canaries that succeed let the others go');
is(states('v4'), 't1 applied, t2 failed, t3 applied, t4 pending, t5 pending', 'tenants that were not asked for are left alone');
like(call("migrate(tenants => '{t2,t4,t5}', max_failures => 2)"), qr/^ERROR: run \d+ was stopped: too many tenants failed$/, 'too many failures stop the run');
is(states('v4'), 't1 applied, t2 failed, t3 applied, t4 failed, t5 pending', 'where it is');
gives($ops, 'SELECT state, reason, done, failed, "left" FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1', 'stopped|too many tenants failed|0|2|1', 'as the record says');
like($ops->query("CALL tenancy.migrate(tenants => '{t5}', dry_run => true)")->{notices}[0]{M},
	qr/^run \d+ is through: 1 of 1 tenants, and all as before$/, 'a dry run tells that it is through');
is(states('v4'), 't1 applied, t2 failed, t3 applied, t4 failed, t5 pending', 'does nothing');
like(call("migrate(tenants => '{t4}', dry_run => true)"), qr/^WARNING: run \d+ failed for 1 of 1 tenants$/, 'but tells what would fail');
gives($ops, "SELECT tenant, version, sqlstate, statement_number FROM tenancy.run_failures WHERE run = (SELECT max(run) FROM tenancy.migration_runs)", 't4|v4|42P01|1', 'and how');
gives($admin, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'tenant_t5.notes'::regclass AND attname = 'body'", '0', 'nothing has changed');
$admin->query("CREATE TABLE tenant_$_.notes (id int, work_mem text)") for 't2', 't4';
is(call('migrate(jobs => 3)'), '', 'three workers');
is(states('v4'), 't1 applied, t2 applied, t3 applied, t4 applied, t5 applied', 'do the rest');

# --- suspended and late

$ops->query("SELECT tenancy.suspend('t5', 'unpaid')");
register('v5', 'CREATE TABLE tags (tag text)', "\$\$DROP TABLE tags\$\$");
is(call('migrate()'), 'NOTICE: 1 suspended tenant was left out', 'a suspended tenant is left out');
is(states('v5'), 't1 applied, t2 applied, t3 applied, t4 applied, t5 pending', 'and stays behind');
is(call('migrate()'), 'NOTICE: 1 suspended tenant was left out', 'as long as it is suspended');
$ops->query("SELECT tenancy.activate('t5')");
is(call('migrate()'), '', 'then');
is(states('v5'), 't1 applied, t2 applied, t3 applied, t4 applied, t5 applied', 'it catches up');

# --- back

is(call("rollback('v3', tenants => '{t1,t2}')"), '', 'two tenants go back');
is(states('v4'), 't1 rolled back, t2 rolled back, t3 applied, t4 applied, t5 applied', 'to the version before');
is(states('v5'), 't1 rolled back, t2 rolled back, t3 applied, t4 applied, t5 applied', 'over all versions between');
gives($admin, "SELECT to_regclass('tenant_t1.tags'), to_regclass('tenant_t3.tags')", '|tenant_t3.tags', 'the down texts have run');
gives($ops, "SELECT kind, target, state, done FROM tenancy.migration_runs ORDER BY run DESC LIMIT 1", 'rollback|v3|finished|2', 'on record');
is(call("rollback('v4')"), '', 'a rollback of all');
is(states('v5'), 't1 rolled back, t2 rolled back, t3 rolled back, t4 rolled back, t5 rolled back', 'leaves alone who is there already');
is(call('migrate()'), '', 'and forth');
is(states('v5'), 't1 applied, t2 applied, t3 applied, t4 applied, t5 applied', 'again');
register('v6', 'SELECT 1');
is(call("migrate(tenants => '{t1}')"), '', 'a migration without a way back');
refuses($ops, "CALL tenancy.rollback('v4')", '55000', 'migration "v6" cannot be rolled back: it has no down text', 'is noticed before anything runs');
is(call("rollback('v4', tenants => '{t2,t3}')"), '', 'if a tenant has it');
refuses($ops, "SELECT tenancy.register_migration('v6', 'SELECT 2', replace => true)", '55000', 'migration "v6" cannot be changed', 'what was applied does not change');
refuses($admin, "UPDATE tenancy.migrations SET up = 'SELECT 2' WHERE version = 'v6'", '55000', 'migration "v6" cannot be changed', 'for no superuser');
refuses($admin, "DELETE FROM tenancy.migrations WHERE version = 'v6'", '55000', 'migration "v6" cannot be changed', 'nor disappears');
gives($ops, "SELECT tenancy.register_migration('v6', 'SELECT 1', down => 'SELECT 2', replace => true) > 0", 't', 'a way back can be given later');
is(call("rollback('')"), '', 'and everything goes back')
	or diag(rows($ops->query('SELECT tenant, version, error, statement FROM tenancy.run_failures ORDER BY failed_at DESC LIMIT 3')));
gives($admin, "SELECT count(*) FROM pg_class WHERE relnamespace::regnamespace::text ~ '^tenant_t'", '0', 'to nothing');
is(call('migrate()'), '', 'and forth again');

# --- outside of transactions

register('c1', 'CREATE INDEX CONCURRENTLY accounts_owner_idx ON accounts (owner); CREATE UNIQUE INDEX CONCURRENTLY accounts_tenant2_idx ON accounts (tenant)',
	"\$\$DROP INDEX CONCURRENTLY accounts_tenant2_idx; DROP INDEX CONCURRENTLY accounts_owner_idx\$\$", 'transactional => false');
register('c2', 'VACUUM accounts', "''", 'transactional => false');
register('c3', 'COMMENT ON TABLE accounts IS \'three\'', "''");
$admin->query('DROP INDEX tenant_t4.accounts_tenant_idx');
$admin->query('INSERT INTO tenant_t4.accounts VALUES (3, NULL, \'t4\')');
like(call('migrate()'), qr/^WARNING: run \d+ failed for 1 of 5 tenants$/, 'an index that cannot be made concurrently');
is(states('c1'), 't1 applied, t2 applied, t3 applied, t4 failed, t5 applied', 'fails one tenant');
is(states('c3'), 't1 applied, t2 applied, t3 applied, t4 pending, t5 applied', 'the others have what follows');
gives($admin, "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname ~ 'accounts_(owner|tenant2)' AND relnamespace = 'tenant_t4'::regnamespace ORDER BY 1",
	"accounts_owner_idx|t\naccounts_tenant2_idx|f", 'it leaves one index, and half of another');
refuses($ops, "SELECT tenancy.register_migration('c1', 'SELECT 1', replace => true)", '55000', 'migration "c1" cannot be changed', 'what was begun does not change');
$admin->query('DELETE FROM tenant_t4.accounts WHERE id = 3');
is(call('migrate()'), '', 'the next run goes on with the second statement');
gives($admin, "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname ~ 'accounts_(owner|tenant2)' AND relnamespace = 'tenant_t4'::regnamespace ORDER BY 1",
	"accounts_owner_idx|t\naccounts_tenant2_idx|t", 'and makes the index anew');
refuses($ops, "CALL tenancy.rollback('v6', dry_run => true)", '55000', 'migration "c1" cannot be tried: it runs outside of transactions', 'there is no dry run of them');
is(call("rollback('v6')"), '', 'back');
gives($admin, "SELECT count(*) FROM pg_class WHERE relname ~ 'accounts_(owner|tenant2)'", '0', 'concurrently, too');

# --- small tables

register('s1', 'CREATE TABLE small (i int); INSERT INTO small VALUES (1), (2)', "\$\$DROP TABLE small\$\$");
is(call("migrate('s1')"), '', 'a small table');
$ops->query("SET tenancy.rewrite_small_tables = '1MB'");
$admin->query('ALTER TABLE tenant_t2.small SET (fillfactor = 50)');
my $audited = "CREATE TABLE tenant_t3.log (i int); CREATE FUNCTION tenant_t3.audit() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN INSERT INTO log VALUES (1); RETURN NEW; END \$\$; CREATE TRIGGER audit BEFORE UPDATE ON tenant_t3.small FOR EACH ROW EXECUTE FUNCTION tenant_t3.audit()";
$admin->query($_) for split(/; (?=CREATE)/, $audited);
register('s2', "ALTER TABLE small ADD COLUMN j int NOT NULL DEFAULT 7, ADD COLUMN k text DEFAULT upper(current_user::text), ADD COLUMN l int", "\$\$ALTER TABLE small DROP COLUMN j, DROP COLUMN k, DROP COLUMN l\$\$");
is(call('migrate()'), '', 'columns with defaults are added');
my $columns = "SELECT string_agg(attname || ':' || atthasmissing || ':' || attnotnull || ':' || coalesce(pg_get_expr(adbin, adrelid), ''), ' ' ORDER BY attnum)
	FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attnum > 1 AND attrelid = ";
gives($admin, "${columns}'tenant_t1.small'::regclass", 'j:false:true:7 k:false:false:upper((CURRENT_USER)::text) l:false:false:', 'by an update of the rows');
gives($admin, 'SELECT * FROM tenant_t1.small ORDER BY i', "1|7|TENANT_T1|\n2|7|TENANT_T1|", 'with the same result');
gives($admin, "${columns}'tenant_t3.small'::regclass", 'j:true:true:7 k:true:false:upper((CURRENT_USER)::text) l:false:false:', 'but not where a trigger would notice');
gives($admin, 'SELECT count(*) FROM tenant_t3.log', '0', 'which does not fire');
# Where the update would do something else, or nothing.
register('s3', <<'SQL', 'down => $$DROP TABLE d, c, p, v, f, r, t, x; DROP DOMAIN present$$');
CREATE DOMAIN present AS int NOT NULL;
CREATE TABLE d (i int); INSERT INTO d VALUES (1); ALTER TABLE d ADD COLUMN j present DEFAULT 1;
CREATE TABLE p (i int PRIMARY KEY);
CREATE TABLE c (i int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (NULL); SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE c ADD COLUMN j int NOT NULL DEFAULT 1; ALTER TABLE c ADD COLUMN k int NOT NULL DEFAULT 1;
CREATE TABLE v (i int); INSERT INTO v VALUES (1); ALTER TABLE v ADD CHECK (i > 1) NOT VALID; ALTER TABLE v ADD COLUMN j int NOT NULL DEFAULT 1;
CREATE TABLE f (i int); INSERT INTO f VALUES (1); ALTER TABLE f ADD FOREIGN KEY (i) REFERENCES p NOT VALID; ALTER TABLE f ADD COLUMN j int NOT NULL DEFAULT 1; ALTER TABLE f ADD COLUMN k int NOT NULL DEFAULT 1;
CREATE TABLE r (i int); INSERT INTO r VALUES (1); REVOKE UPDATE ON r FROM CURRENT_USER; ALTER TABLE r ADD COLUMN j int NOT NULL DEFAULT 1;
CREATE TABLE t (i timestamptz CHECK (i > clock_timestamp())); INSERT INTO t VALUES (clock_timestamp() + '1 ms'); SELECT pg_sleep(0.01); ALTER TABLE t ADD COLUMN j int NOT NULL DEFAULT 1;
CREATE TABLE x (i int); INSERT INTO x VALUES (1); ALTER TABLE x ADD COLUMN j serial, ADD COLUMN k int[] NOT NULL DEFAULT '{1}';
SQL
is(call("migrate(tenants => '{t1}')"), '', 'tables that cannot be updated as they are get their columns');
is(call("rollback('s2', tenants => '{t1}')"), '', 'back');
$ops->query("SELECT tenancy.unregister_migration('s3')");
$ops->query('RESET tenancy.rewrite_small_tables');
is(call("rollback('s1')"), '', 'back');
is(call('migrate()'), '', 'and without the setting');
gives($admin, "${columns}'tenant_t1.small'::regclass AND NOT attisdropped", 'j:true:true:7 k:true:false:upper((CURRENT_USER)::text) l:false:false:', 'it is as PostgreSQL does it');

# --- files of other tools

register('drizzle', <<'SQL');
CREATE TYPE "public"."role" AS ENUM('owner', 'guest');--> statement-breakpoint
CREATE TABLE "members" (
	"id" serial PRIMARY KEY NOT NULL,
	"role" "role" DEFAULT 'guest' NOT NULL,
	"other" "public"."role",
	"country" text REFERENCES "public"."countries"("code")
);
--> statement-breakpoint
CREATE TABLE "badges" ("id" serial PRIMARY KEY NOT NULL, "member_id" integer NOT NULL);
--> statement-breakpoint
ALTER TABLE "badges" ADD CONSTRAINT "badges_member_id_members_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."members"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "badges" ADD CONSTRAINT "second" FOREIGN KEY ("member_id") REFERENCES "public"."members"("id");
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
SQL
register('prisma', <<'SQL');
-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Status" AS ENUM ('ACTIVE', 'IDLE');

-- CreateTable
CREATE TABLE "Agent" (
    "id" TEXT NOT NULL,
    "status" "Status" NOT NULL DEFAULT 'ACTIVE',
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Agent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Agent_id_key" ON "Agent"("id");
SQL
register('django', <<'SQL');
BEGIN;
--
-- Create model Poll
--
CREATE TABLE "polls_poll" ("id" bigserial NOT NULL PRIMARY KEY, "question" varchar(200) NOT NULL);
CREATE TABLE "polls_choice" ("id" bigserial NOT NULL PRIMARY KEY, "poll_id" bigint NOT NULL);
ALTER TABLE "polls_choice" ADD CONSTRAINT "polls_choice_poll_id_fk" FOREIGN KEY ("poll_id") REFERENCES "polls_poll" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "polls_choice_poll_id" ON "polls_choice" ("poll_id");
COMMIT;
SQL
$admin->query('GRANT REFERENCES, SELECT ON public.countries TO tenancy_tenant');
is(call('migrate()'), '', 'files of Drizzle, Prisma and Django apply unchanged')
	or diag(rows($ops->query('SELECT version, error, statement FROM tenancy.run_failures ORDER BY failed_at DESC LIMIT 1')));
gives($admin, "SELECT conname, confrelid::regclass FROM pg_constraint WHERE contype = 'f' AND connamespace = 'tenant_t2'::regnamespace ORDER BY 1",
	"badges_member_id_members_id_fk|tenant_t2.members\nmembers_country_fkey|countries\npolls_choice_poll_id_fk|tenant_t2.polls_poll\nsecond|tenant_t2.members",
	'public means the tenant, except for what is there');
gives($admin, "SELECT n.nspname, t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND n.nspname IN ('public', 'tenant_t2') ORDER BY 2",
	"tenant_t2|Status\ntenant_t2|role", 'types, too');
gives($ops, "SELECT checksum = encode(sha256(convert_to(up, 'UTF8')), 'hex') FROM tenancy.migrations WHERE version = 'django'", 't', 'the checksum is that of the file');

# What pg_dump --schema-only --no-owner prints, without the lines for psql.
register('dump', <<'SQL', 'down => $$DROP TABLE customers$$');
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
select PG_CATALOG.set_config('search_path','',FALSE);
SET search_path TO '';
SET row_security = off;

COMMENT ON EXTENSION plpgsql IS 'as it was';
CREATE TABLE public.customers (id bigint NOT NULL, kind regclass DEFAULT 'public.countries'::regclass, note text DEFAULT 'public.customers'::text);
COMMENT ON TABLE public.customers IS 'public.customers';
CREATE SEQUENCE public.customers_id_seq START WITH 1;
ALTER SEQUENCE public.customers_id_seq OWNED BY public.customers.id;
ALTER TABLE ONLY public.customers ALTER COLUMN id SET DEFAULT nextval('public.customers_id_seq'::regclass);
ALTER TABLE ONLY public.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
SQL
is(call("migrate(tenants => '{t1,t2}')"), '', 'so does what pg_dump prints')
	or diag(rows($ops->query('SELECT version, error, statement FROM tenancy.run_failures ORDER BY failed_at DESC LIMIT 1')));
gives($admin, "SELECT string_agg(pg_get_expr(adbin, adrelid), ' ' ORDER BY adnum) FROM pg_attrdef WHERE adrelid = 'tenant_t2.customers'::regclass",
	"nextval('tenant_t2.customers_id_seq'::regclass) 'countries'::regclass 'public.customers'::text", 'a string that is cast to a name is one');
gives($admin, "SELECT obj_description('tenant_t2.customers'::regclass), obj_description(oid) = 'as it was' FROM pg_extension WHERE extname = 'plpgsql'",
	'public.customers|f', 'and the comment on an extension is left out');

# Deeper strings than anybody writes do not end the server.
register('deep', 'DO ' . join('', map { "\$a$_\$" } 1 .. 20000, reverse 1 .. 20000));
like(call("migrate(tenants => '{t1}')"), qr/^WARNING: run \d+ failed for 1 of 1 tenants$/, 'strings in strings are looked at to some depth');
$ops->query("SELECT tenancy.unregister_migration('deep')");

# Strings are data unless they are code.
register('strings', <<'SQL', 'down => $$DROP TABLE texts$$');
CREATE TABLE texts (id serial, body text);
INSERT INTO public.texts (body) VALUES ($$see public.texts$$), ($$it's$$);
CREATE FUNCTION other() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE $q$INSERT INTO "public"."texts" (body) VALUES ($r$it's public.texts$r$)$q$; END $$;
DO $$ BEGIN PERFORM public.other(); END $$;
DROP FUNCTION other();
SQL
is(call("migrate(tenants => '{t1}')"), '', 'strings with dollars are code in functions')
	or diag(rows($ops->query('SELECT version, error, statement FROM tenancy.run_failures ORDER BY failed_at DESC LIMIT 1')));
gives($admin, 'SELECT body FROM tenant_t1.texts ORDER BY id', "see public.texts\nit's\nit's public.texts", 'and data elsewhere');

# What a tool leaves to its own code is a file of comments.
register('comments', '-- Raw Python operation', "''");
register('nothing', "BEGIN;\nCOMMIT;", "''");
is(call("migrate(tenants => '{t1}')"), '', 'migrations without statements, one after the other')
	or diag(rows($ops->query('SELECT version, error, statement FROM tenancy.run_failures ORDER BY failed_at DESC LIMIT 1')));
like(states('comments') . states('nothing'), qr/t1 applied.*t1 applied/, 'are applied');
is(call("rollback('strings', tenants => '{t1}')"), '', 'and taken back');
like(states('comments') . states('nothing'), qr/t1 rolled back.*t1 rolled back/, 'both');

# --- old records

gives($ops, 'WITH gone AS (DELETE FROM tenancy.run_failures RETURNING 1) SELECT count(*) > 0 FROM gone', 't', 'operators delete failures');
gives($ops, "WITH gone AS (DELETE FROM tenancy.runs WHERE outcome IS NOT NULL RETURNING 1) SELECT count(*) > 0 FROM gone", 't', 'and runs');
refuses($ops, 'DELETE FROM tenancy.migration_log', '42501', 'permission denied for table migration_log', 'but not what tenants have');

$_->close for $ops, $admin, $shop;
done_testing();
