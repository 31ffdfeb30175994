# What is measured of tenants: durations by kind of statement, rows, blocks, temporary files, WAL,
# errors by class, bindings; when a session hands it over; what metrics(), prometheus(), top() and
# overview make of it; and who may know.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('metrics', 'max_parallel_workers_per_gather = 2', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0',
	'min_parallel_table_scan_size = 0', 'tenancy.worker_interval = 3600');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', "ALTER ROLE shop SET tenancy.rebind = 'transaction'",
  'CREATE ROLE ops LOGIN IN ROLE tenancy_admin', 'CREATE ROLE audit LOGIN IN ROLE tenancy_auditor',
  'CREATE TABLE tenant_acme.t (x int)', 'CREATE TABLE tenant_acme.parent (id int PRIMARY KEY)',
  'CREATE TABLE tenant_acme.child (id int REFERENCES tenant_acme.parent)',
  'CREATE TABLE tenant_acme.big AS SELECT i AS x FROM generate_series(1, 20000) i', 'ANALYZE tenant_acme.big',
  'CREATE PROCEDURE tenant_acme.work() LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); ROLLBACK; INSERT INTO t VALUES (3); END $$',
  'CREATE FUNCTION tenant_acme.on_write() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN PERFORM count(*) FROM accounts; UPDATE accounts SET owner = owner; RETURN NULL; END $$',
  'CREATE TABLE tenant_acme.watched (x int)',
  'CREATE TRIGGER after_write AFTER INSERT ON tenant_acme.watched FOR EACH ROW EXECUTE FUNCTION tenant_acme.on_write()';

# Opens a session of a tenant.
sub bound
{
	my ($slug, %more) = @_;
	return session($node, user => 'shop', options => "-c tenancy.tenant=$slug", %more);
}

# The kinds of statements that acme has run, as "select 2, other 1".
sub kinds
{
	my ($where) = @_;
	return $admin->value(q{SELECT coalesce(string_agg((labels->>'query_type') || ' ' || value, ', ' ORDER BY labels->>'query_type'), '')
		FROM tenancy.metrics() WHERE name = 'tenant_db_query_duration_seconds_count' AND labels->>'tenant_id' = } . "'" . ($where || 'acme') . "'");
}

# Reads columns of a tenant.
sub counted
{
	my ($columns, $slug) = @_;
	return rows($admin->query("SELECT $columns FROM tenancy.stat_tenants WHERE slug = '" . ($slug || 'acme') . "'"));
}

# Expects which kinds of statements some work counts as, and how many rows.
sub counts
{
	my ($name, $kinds, $rows, $work) = @_;
	$admin->query('SELECT tenancy.reset_stats()');
	$work->();
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(kinds() . ' / ' . counted('rows'), "$kinds / $rows", $name);
	return;
}

# --- kinds of statements, and rows

my $session = bound('acme');
counts('a read', 'select 1', 3, sub { $session->query('SELECT * FROM generate_series(1, 3)') });
counts('writes', 'delete 1, insert 1, update 1', 8, sub { $session->query($_) for 'INSERT INTO t SELECT generate_series(1, 4)',
	'UPDATE t SET x = x + 1 WHERE x < 4', 'DELETE FROM t WHERE x = 2', 'DELETE FROM nowhere'; });
counts('RETURNING', 'insert 1', 2, sub { $session->query('INSERT INTO t VALUES (7), (8) RETURNING x') });
counts('a write within a read', 'select 1', 2, sub { $session->query('WITH n AS (INSERT INTO t VALUES (9), (9) RETURNING x) SELECT * FROM n') });
SKIP: {
	skip 'MERGE came with 15', 1 if $node->pg_version < 15;
	counts('MERGE', 'merge 1', 1, sub { $session->query('MERGE INTO t USING (VALUES (9)) v (x) ON t.x = -1 WHEN NOT MATCHED THEN INSERT VALUES (v.x)') });
}
counts('definitions', 'ddl 3', 0, sub { $session->query($_) for 'CREATE TABLE d (x int)', 'ALTER TABLE d ADD y int', 'DROP TABLE d' });
counts('CREATE TABLE AS has rows', 'ddl 1', 5, sub { $session->query('CREATE TABLE d AS SELECT generate_series(1, 5)') });
counts('COPY out', 'other 1', 5, sub { $session->query('COPY d TO STDOUT') });
counts('what else there is', 'other 5', 0, sub { $session->query($_) for 'BEGIN', 'SET LOCAL work_mem = 64', 'COMMIT', 'ANALYZE d', 'SHOW work_mem' });
counts('triggers and foreign keys are part of the statement', 'insert 2', 2, sub { $session->query($_) for 'INSERT INTO watched VALUES (1)',
	'INSERT INTO parent VALUES (1)' });
counts('a check of a foreign key that fails', 'insert 1', 1, sub { $session->query('INSERT INTO child VALUES (99)') });
counts('EXECUTE is what it executes', 'other 1, select 1', 1, sub { $session->query('PREPARE p AS SELECT 1'); $session->query('EXECUTE p') });
counts('a cursor is one read', 'other 4, select 1', 6, sub { $session->query($_) for 'BEGIN', 'DECLARE c CURSOR FOR SELECT generate_series(1, 10)',
	'FETCH 2 FROM c', 'FETCH 4 FROM c', 'CLOSE c', 'COMMIT' });
counts('a portal in parts is one read', 'select 1', 10, sub {
	$session->parse('', 'SELECT generate_series(1, 10)')->bind('', '')->execute('', 3)->execute('', 3)->execute('', 0)->sync });
counts('extended writes', 'insert 1, update 1', 2, sub { $session->extended('INSERT INTO t VALUES ($1)', 3); $session->extended('UPDATE t SET x = 5 WHERE x = $1 AND ctid = (SELECT max(ctid) FROM t)', 3) });
counts('a procedure that commits and rolls back is one statement', 'other 1', 0, sub { $session->query('CALL work()') });
counts('so is DO', 'other 1', 0, sub { $session->query('DO $$ BEGIN PERFORM 1; COMMIT; PERFORM 2; END $$') });
counts('three in a message are three', 'other 1, select 2', 2, sub { $session->query('SELECT 1; SET work_mem = 64; SELECT 2') });
counts('EXPLAIN ANALYZE is no read', 'other 1', 0, sub { $session->query('EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) SELECT 1') });
counts('a read by several workers is one', 'select 1', 1, sub { $session->query('SELECT count(*) FROM big') });
counts('one that fails on the way has its time', 'select 1', 0, sub { $session->query('SELECT 1 / (x - x) FROM big') });
counts('what fails before it runs has none', '', 0, sub { $session->query($_) for 'SELEC', 'SELECT 1 / 0', 'SELECT * FROM nowhere' });
counts('after a caught failure counting goes on', 'other 4, select 3', 2, sub {
	$session->query($_) for 'BEGIN', 'SAVEPOINT s', 'SELECT 1 / (x - x) FROM big', 'ROLLBACK TO s', 'SELECT 1', 'SELECT 2', 'COMMIT' });
counts('exceptions that a function catches are none of ours', 'other 1, select 1', 1, sub {
	$session->query('DO $$ BEGIN FOR i IN 1..3 LOOP BEGIN PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$');
	$session->query('SELECT 1') });
counts('a transaction that has failed', 'other 2, select 1', 0, sub { $session->query($_) for 'BEGIN', 'SELECT 1 / (x - x) FROM big', 'SELECT 1', 'ROLLBACK' });
counts('a statement that unbinds is the old tenant\'s', 'other 1, select 1', 1, sub { $session->query('SELECT 1'); $session->query("SET tenancy.tenant = ''") });
counts('an unbound session is nobody\'s', '', 0, sub { $session->query($_) for 'SELECT 1', 'BEGIN', 'COMMIT' });
counts('SET LOCAL: what follows is the tenant\'s, to the end', 'other 1, select 1', 1, sub {
	$session->query($_) for 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'", 'SELECT owner FROM accounts', 'COMMIT', 'SELECT 1' });
$session->query("SET tenancy.tenant = 'acme'");
counts('a change of tenant parts the two', 'other 1, select 1', 1, sub {
	$session->query('SELECT 1'); $session->query("SET tenancy.tenant = 'beta'"); $session->query($_) for 'SELECT 1', 'SELECT 2' });
is(kinds('beta') . ' / ' . counted('rows', 'beta'), 'select 2 / 2', 'and the other has his');
$session->close;

# A statement's time is what it took.
$session = bound('acme');
$admin->query('SELECT tenancy.reset_stats()');
$session->query('SELECT pg_sleep(0.15)');
$session->query('SELECT 1');
is($admin->value(q{SELECT string_agg((labels->>'le') || ':' || value, ' ' ORDER BY ordinality)
	FROM tenancy.metrics() WITH ORDINALITY WHERE name = 'tenant_db_query_duration_seconds_bucket' AND labels->>'tenant_id' = 'acme'
	AND labels->>'le' IN ('0.1', '10', '+Inf')}), '0.1:1 10:2 +Inf:2', 'steps hold what is not above them');
is($admin->value("SELECT total_time BETWEEN 150 AND 9000 AND p95_time > 100 FROM tenancy.stat_tenants WHERE slug = 'acme'"), 't',
	'the time is the time');
$admin->query('SELECT tenancy.reset_stats()');
$session->query('SELECT pg_sleep(0.15); SELECT 1');
is($admin->value("SELECT value FROM tenancy.metrics() WHERE name = 'tenant_db_query_duration_seconds_bucket'
	AND labels->>'tenant_id' = 'acme' AND labels->>'le' = '0.1'"), '1', 'in one message, the second begins where the first has ended');

# --- blocks, temporary files, WAL

$admin->query('SELECT tenancy.reset_stats()');
$session->query('SELECT count(*) FROM big');
my $blocks = $admin->value("SELECT pg_relation_size('tenant_acme.big') / 8192");
cmp_ok(counted('shared_blocks_hit + shared_blocks_read'), '>=', $blocks, 'the blocks of a table, those of parallel workers too');
is(counted('temp_bytes > 0, wal_bytes > 10000'), 'f|f', 'a read writes next to nothing');
$session->query("SET work_mem = '64kB'; SELECT count(*) FROM (SELECT x FROM big ORDER BY x DESC OFFSET 1) s");
is(counted('temp_bytes > 100000'), 't', 'a sort that does not fit has temporary files');
$session->query('INSERT INTO t SELECT generate_series(1, 10000)');
is(counted('wal_bytes > 500000'), 't', 'a write has WAL');
is(counted('shared_blocks_hit + shared_blocks_read + temp_bytes + wal_bytes', 'beta'), '0', 'nobody else has');

# --- errors by class

$admin->query('SELECT tenancy.reset_stats()');
$session->query($_) for 'SELECT 1 / 0', 'SELEC', 'SELECT * FROM tenant_beta.accounts', "INSERT INTO child VALUES (99)",
  q{DO $$ BEGIN RAISE EXCEPTION 'x'; END $$}, q{DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'TT123'; END $$};
is($admin->value(q{SELECT string_agg((labels->>'error_type') || ':' || value, ' ' ORDER BY labels->>'error_type') FROM tenancy.metrics()
	WHERE name = 'tenant_query_errors_total' AND labels->>'tenant_id' = 'acme'}), '22:1 23:1 42:2 P0:1 other:1', 'errors by class');
is(counted('errors, attempts_made, recent_attempts'), '6|1|1', 'and together');

# --- bindings

$admin->query('SELECT tenancy.reset_stats()');
bound('beta')->close;
$session->query("SET tenancy.tenant = 'beta'");
$session->query("SET tenancy.tenant = 'acme'");
is($admin->value(q{SELECT string_agg((labels->>'tenant_id') || ':' || value, ' ' ORDER BY labels->>'tenant_id') FROM tenancy.metrics()
	WHERE name = 'schema_switch_latency_ms_count'}), 'acme:1 beta:2', 'each binding has its time');
is($admin->value(q{SELECT bool_and(value BETWEEN 0.001 AND 60000) FROM tenancy.metrics() WHERE name = 'schema_switch_latency_ms_sum'}), 't', 'in milliseconds');
$session->close;

# --- when a session hands over what it has measured

$admin->query('ALTER ROLE shop SET tenancy.metrics_interval = 3600000');
$admin->query('SELECT tenancy.reset_stats()');
$session = bound('acme');
$session->query('SELECT 1');
is(counted('statements, binds'), '0|1', 'before its time a session keeps what it has measured, but for bindings');
$session->query('SELECT 1 / 0');
is(counted('statements'), '1', 'an error has it handed over');
$session->query('SELECT 1');
$session->query("SET tenancy.tenant = 'beta'");
is(counted('statements'), '3', 'so has a change of the tenant');
$session->query('SELECT 1');
$session->close;
ok($node->poll_query_until('postgres', "SELECT statements = 1 FROM tenancy.stat_tenants WHERE slug = 'beta'"), 'so has the end of the session');
$session = bound('acme');
$session->query('SELECT 1');
$admin->query('SELECT pg_terminate_backend(' . $session->pid . ')');
ok($node->poll_query_until('postgres', "SELECT statements = 4 FROM tenancy.stat_tenants WHERE slug = 'acme'"), 'even by force');

$admin->query('ALTER ROLE shop SET tenancy.metrics_interval = 50');
$admin->query('SELECT tenancy.reset_stats()');
$session = bound('acme');
$session->query($_) for 'BEGIN', 'SELECT 1';
ok($node->poll_query_until('postgres', "SELECT statements = 2 FROM tenancy.stat_tenants WHERE slug = 'acme'"),
	'a session that waits for its client hands over by the timer');
$admin->query($_) for 'BEGIN', 'LOCK tenant_acme.t';
$session->query('SELECT 1');
$session->send_query('SELECT count(*) FROM t');
ok($node->poll_query_until('postgres', "SELECT statements = 3 FROM tenancy.stat_tenants WHERE slug = 'acme'"),
	'so does one whose statement takes long');
$admin->query('COMMIT');
$session->collect;
$session->query($_) for 'SELECT 1 / 0', 'SELECT 1', 'ROLLBACK', 'SELECT 2';
ok($node->poll_query_until('postgres', "SELECT statements = 6 FROM tenancy.stat_tenants WHERE slug = 'acme'"),
	'the timer outlives errors, which stop all timers');
my $many = 3000;
$session->query('DO $$ BEGIN FOR i IN 1..3 LOOP PERFORM i; END LOOP; END $$');
$session->query(join(';', ('SELECT 1') x 100)) for 1 .. $many / 100;
ok($node->poll_query_until('postgres', "SELECT statements = 7 + $many FROM tenancy.stat_tenants WHERE slug = 'acme'"),
	'nothing is lost or counted twice where the timer meets statements');
$session->close;
$admin->query('ALTER ROLE shop RESET tenancy.metrics_interval');
$session = bound('acme');
refuses($session, 'SET tenancy.metrics_interval = 0', '42501', 'permission denied to set parameter "tenancy.metrics_interval"',
	'a tenant does not change it');

$admin->query('ALTER ROLE shop SET tenancy.track_statements = off');
$admin->query('SELECT tenancy.reset_stats()');
my $untracked = bound('acme');
$untracked->query($_) for 'SELECT count(*) FROM big', 'SELECT 1 / 0', 'SELECT * FROM tenant_beta.accounts';
$untracked->close;
is(counted('statements, rows, errors, binds, attempts_made'), '0|0|0|1|1', 'with tenancy.track_statements = off, bindings and attempts');
$admin->query('ALTER ROLE shop RESET tenancy.track_statements');

# --- what is made of it

$admin->query('SELECT tenancy.reset_stats()');
$admin->query('SELECT tenancy.measure_storage()');
$admin->query("SELECT tenancy.set_quota('acme', '$_->[0]', NULL, $_->[1])") for [ 'sessions', 4 ], [ 'storage_bytes', 1000000000000 ];
$session->query($_) for 'SELECT pg_sleep(0.02)', 'INSERT INTO t VALUES (1)', 'SELECT * FROM tenant_beta.accounts';
my $other = bound('beta');
$other->query('SELECT 1') for 1 .. 4;
my $audit = session($node, user => 'audit');
my $text = $audit->value('SELECT tenancy.prometheus()');
my @wrong = grep { !/^# (HELP|TYPE) [a-z_]+ \S/ && !/^[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? \S+$/ } split /\n/, $text;
is("@wrong", '', 'every line of the text has one of the forms');
my (%types, @twice);
/^# TYPE (\S+) (\S+)$/ && ($types{$1}++ && push @twice, $1) for split /\n/, $text;
is("@twice", '', 'each metric has one heading');
my %names;
for my $name (map { /^([a-z_]+)/ } grep { !/^#/ } split /\n/, $text)
{
	(my $family = $name) =~ s/_(bucket|sum|count)$//;
	$names{ $types{$name} ? $name : $family } = 1;
}
is(join(' ', sort keys %names), join(' ', sort keys %types), 'and samples, and no sample is without a heading');
for my $name (qw(cross_tenant_query_attempts_total tenant_unauthorized_access_attempts tenant_query_errors_total schema_switch_latency_ms
	tenant_db_query_duration_seconds tenant_storage_bytes tenant_active_sessions tenant_connection_pool_usage tenant_quota_usage_percent tenant_statements_total
	tenant_rows_total tenant_shared_blocks_hit_total tenant_wal_bytes_total tenant_binds_total
	tenancy_tenants tenancy_tenants_behind tenancy_storage_oldest_seconds tenancy_tenants_without_record tenancy_worker_up
	tenancy_audit_dropped_total tenancy_audit_pending))
{
	ok($types{$name}, "there is $name");
}
like($text, qr/^cross_tenant_query_attempts_total\{tenant_id="acme"\} 1$/m, 'an attempt is counted');
like($text, qr/^cross_tenant_query_attempts_total\{tenant_id="beta"\} 0$/m, 'who has made none has a zero, for alerts that look for a rise');
like($text, qr/^tenant_connection_pool_usage\{tenant_id="acme"\} 0.25$/m, 'one of four sessions is a quarter');
like($text, qr/^tenant_quota_usage_percent\{(tenant_id="acme",quota_type="sessions"|quota_type="sessions",tenant_id="acme")\} 25$/m, 'of the quota too');
unlike($text, qr/^tenant_temp_bytes_total/m, 'what has nothing to tell is not there');
my $sizes = sub { $_[0] =~ s/ \S+$//mgr };
is($sizes->($audit->value('SELECT tenancy.prometheus()')), $sizes->($text), 'the order is always the same');
is($admin->value("SELECT count(*) FROM tenancy.metrics()"), scalar(grep { !/^#/ } split /\n/, $text), 'metrics() has as many samples');
gives($admin, q{SELECT name, type, labels FROM tenancy.metrics() WHERE labels->>'le' = '10' AND labels->>'tenant_id' = 'acme' AND labels->>'query_type' = 'select'},
	'tenant_db_query_duration_seconds_bucket|histogram|{"le": "10", "tenant_id": "acme", "query_type": "select"}', 'as rows');
$admin->query(q{CREATE OR REPLACE VIEW tenancy.metrics_more (name, type, help, labels, value) AS
	SELECT 'more'::text, 'gauge'::text, E'a\\\\b\nc'::text, jsonb_build_object('l', E'q"b\\\\n\ne'), 'Infinity'::float8});
like($audit->value('SELECT tenancy.prometheus()'), qr/^# HELP more a\\\\b\\nc\n# TYPE more gauge\nmore\{l="q\\"b\\\\n\\ne"\} \+Inf\n\z/m,
	'what is not harmless is escaped');

gives($audit, 'SELECT slug FROM tenancy.top()', "acme\nbeta", 'top() by time');
gives($audit, "SELECT slug, statements FROM tenancy.top('statements', 1)", 'beta|4', 'by statements, as many as asked for');
gives($audit, "SELECT slug, attempts FROM tenancy.top('attempts')", "acme|1\nbeta|0", 'by attempts');
gives($audit, "SELECT count(*) FROM unnest('{time,p95,statements,rows,errors,sessions,reads,temp,wal,attempts,size}'::text[]) o, tenancy.top(o)", '22', 'by anything');
refuses($audit, "SELECT * FROM tenancy.top('beauty')", '22023', 'cannot order tenants by "beauty"', 'by nothing else');
gives($audit, 'SELECT active, suspended, deleted, sessions, attempts_last_hour, slowest, largest, behind FROM tenancy.overview',
	'2|0|0|2|1|acme|acme|0', 'the overview');

# --- two databases

$admin->query('CREATE DATABASE twin');
my $twin = session($node, database => 'twin');
$twin->query($_) for 'CREATE EXTENSION tenancy', "SELECT tenancy.provision('acme')";
$admin->query('SELECT tenancy.reset_stats()');
my $there = session($node, user => 'shop', database => 'twin', options => '-c tenancy.tenant=acme');
$there->query('SELECT 1') for 1 .. 5;
$session->query('SELECT 1');
is(counted('statements'), '1', 'a tenant of the same name in another database');
gives($twin, "SELECT statements FROM tenancy.stat_tenants WHERE slug = 'acme'", '5', 'has counters of his own');
$_->close for $there, $twin;

# --- who may know

refuses($session, "SELECT * FROM tenancy.$_", '42501', 'permission denied for ' . (/\(/ ? 'function ' . s/\(.*//r : "view $_"), "a bound session does not see $_")
  for 'metrics()', 'prometheus()', 'top()', 'stat_tenants', 'stat_totals', 'overview', 'metrics_more', 'stat_counters()', 'stat_room()', 'tenants_behind()';
my $bound_operator = session($node, user => 'ops', options => '-c tenancy.tenant=acme');
refuses($bound_operator, 'SELECT tenancy.prometheus()', '42501', 'permission denied for function prometheus', 'nor an operator who is bound');
# Where somebody lets tenants call it nevertheless.
$admin->query($_) for 'CREATE FUNCTION public.leak() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT tenancy.prometheus() $$',
  'CREATE FUNCTION public.leak_counters() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $$ SELECT schema_name FROM tenancy.stat_counters() $$';
refuses($session, 'SELECT public.leak()', '42501', 'tenancy.prometheus() is not allowed in a bound session', 'a function with other rights does not help');
gives($session, 'SELECT * FROM public.leak_counters()', 'tenant_acme', 'and the counters are those of the own tenant');

done_testing();
