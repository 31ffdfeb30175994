# Quotas under many connections: places that are never given twice and always come back, minutes
# that are counted exactly, limits that are seen at the next statement, and what a tenant may try.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Time::HiRes;
use Wire;

my $node = preloaded_node('quotas', 'wal_level = replica', 'max_wal_senders = 4', 'hot_standby = on', 'max_connections = 60', 'tenancy.max_tenants = 3', 'log_min_messages = log');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', "ALTER ROLE shop SET tenancy.rebind = 'transaction'";

sub bound
{
	my ($slug) = @_;
	return session($node, user => 'shop', options => '-c tenancy.tenant=' . ($slug || 'acme'));
}

# Sets a limit of acme; undef takes it away.
sub limit
{
	my ($kind, $hard) = @_;
	$admin->value("SELECT tenancy.set_quota('acme', '$kind', NULL, " . (defined $hard ? $hard : 'NULL') . ')');
	return;
}

# Returns what acme uses.
sub used
{
	my ($kind) = @_;
	return $admin->value("SELECT used FROM tenancy.quota_usage WHERE slug = 'acme' AND kind = '$kind'");
}

# Waits until acme uses so much: a backend goes some time after its client.
sub used_becomes
{
	my ($kind, $number, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok($node->poll_query_until('postgres',
			"SELECT used = $number FROM tenancy.quota_usage WHERE slug = 'acme' AND kind = '$kind'"), $name);
}

sub is_exhausted
{
	my ($result, $kind, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_refusal($result, '53400', "quota \"$kind\" of tenant \"acme\" is exhausted", $name);
}

# Tells whether a result has no error.
sub went
{
	my ($result, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($result->{errors}[0] ? $result->{errors}[0]{M} : 'no error', 'no error', $name);
}

# Waits until a session's statement is at a point where it sleeps.
sub sleeps
{
	my ($session) = @_;
	$node->poll_query_until('postgres', 'SELECT wait_event = \'PgSleep\' FROM pg_stat_activity WHERE pid = ' . $session->pid)
	  or die 'the statement does not sleep';
	return;
}

# --- sessions: of many bindings at once no more succeed than there are places

limit('sessions', 3);
for my $round (1 .. 3)
{
	my @sessions = map { session($node, user => 'shop') } 1 .. 12;
	$_->send_query("SET tenancy.tenant = 'acme'") for @sessions;
	my @results = map { $_->collect } @sessions;
	my @refusals = grep { @{ $_->{errors} } } @results;
	is(12 - @refusals, 3, "round $round: three of twelve bindings at once succeed");
	is_exhausted($refusals[0], 'sessions', 'the others learn why');
	is(used('sessions'), 3, 'three places are taken');
	my @works = grep { $_->value('SELECT coalesce(tenancy.current_tenant(), \'none\')') eq 'acme' } @sessions;
	is(scalar @works, 3, 'three sessions are bound');
	$_->query("SET tenancy.tenant = ''") for @works;
	is(used('sessions'), 0, 'places come back');
	$_->close for @sessions;
}
my @held = map { bound() } 1 .. 3;
my $refused = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=acme');
is("$refused->{refusal}{S} $refused->{refusal}{C}", 'FATAL 53400', 'a connection that would be bound is refused');
is(used('sessions'), 3, 'and takes no place');
$held[0]->vanish;
used_becomes('sessions', 2, 'the place of a client that vanishes comes back');
$admin->query('SELECT pg_terminate_backend(' . $held[1]->pid . ')');
used_becomes('sessions', 1, 'so does that of a session that is terminated');
$held[2]->query('BEGIN');
$admin->query('SELECT pg_terminate_backend(' . $held[2]->pid . ')');
used_becomes('sessions', 0, 'also in a transaction');
is($node->psql('postgres', 'SELECT 1', connstr => $node->connstr('postgres') . " user=shop options='-c tenancy.tenant=acme -c work_mem=x'"),
	2, 'a connection that is bound and then fails');
used_becomes('sessions', 0, 'leaves no place taken');

# RESET puts a binding back without a check; the place may be gone.
@held = map { bound() } 1 .. 3;
$_->query("SET tenancy.tenant = ''") for @held;
my @others = map { bound() } 1 .. 3;
$_->query('RESET tenancy.tenant') for @held;
is(used('sessions'), 3, 'bindings that are put back take no more places than there are');
is_exhausted($held[0]->query('SELECT 1'), 'sessions', 'and without a place nothing runs');
is_exhausted($held[0]->query("DO ''"), 'sessions', 'no utility statement either');
went($held[0]->query('BEGIN; ROLLBACK; RESET ALL'), 'but what ends a transaction');
$others[0]->close;
used_becomes('sessions', 2, 'a place is free');
gives($held[0], 'SELECT owner FROM accounts', 'acme', 'and the first that asks has it');
is_exhausted($held[1]->query('SELECT 1'), 'sessions', 'the next has not');
went($held[1]->query("SET tenancy.tenant = 'beta'"), 'it can serve another tenant');
went($held[2]->query("SET tenancy.tenant = ''"), 'or none');
is(used('sessions'), 3, 'which frees nothing that it had not');
$_->close for @held, @others[ 1, 2 ];
used_becomes('sessions', 0, 'all is free again');

# A change within a transaction that is taken back.
my $session = bound();
$session->query('BEGIN; SAVEPOINT s; SET LOCAL tenancy.tenant = \'acme\'; ROLLBACK TO s; COMMIT') for 1 .. 5;
is(used('sessions'), 1, 'a session has one place, however often it binds and takes it back');
limit('sessions', undef);

# --- concurrent statements

limit('concurrent_statements', 2);
@held = map { bound() } 1 .. 3;
$_->send_query('SELECT pg_sleep(600)') for @held[ 0, 1 ];
sleeps($_) for @held[ 0, 1 ];
is(used('concurrent_statements'), 2, 'two statements run');
is_exhausted($held[2]->query('SELECT 1'), 'concurrent_statements', 'a third is refused');
is_exhausted($held[2]->query('CREATE TABLE more ()'), 'concurrent_statements', 'of whatever kind');
is_exhausted($held[2]->extended('SELECT $1::int', 1), 'concurrent_statements', 'by whatever protocol');
is_exhausted($held[2]->call_function(1598), 'concurrent_statements', 'a fast-path call too');
is_exhausted($held[2]->query('COPY accounts FROM STDIN'), 'concurrent_statements', 'and COPY');
went($held[2]->query($_), "not so: $_") for 'BEGIN', 'ROLLBACK', 'SET work_mem = \'1MB\'', 'RESET work_mem', 'SHOW work_mem', 'DISCARD ALL';
$held[0]->cancel;
is_refusal($held[0]->collect, '57014', 'canceling statement due to user request', 'one is cancelled');
is(used('concurrent_statements'), 1, 'and leaves its place');
gives($held[2], 'SELECT 1', '1', 'which another has');
$admin->query('SELECT pg_terminate_backend(' . $held[1]->pid . ')');
used_becomes('concurrent_statements', 0, 'so does one whose session is terminated');
$held[0]->send_query('SELECT pg_sleep(600)');
sleeps($held[0]);
$held[0]->vanish;
$admin->query('SELECT pg_cancel_backend(' . $held[0]->pid . ')');
used_becomes('concurrent_statements', 0, 'and one whose client has vanished');
$held[2]->close;

# A hundred ways to end a statement, after each of which its place is free.
limit('concurrent_statements', 1);
$session = bound();
went($session->query(q{
	CREATE TABLE t (x int PRIMARY KEY CHECK (x <> 13));
	CREATE FUNCTION fails(x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1 / x; END $$;
	CREATE FUNCTION catches() RETURNS int LANGUAGE plpgsql AS
		$$ BEGIN BEGIN PERFORM fails(0); EXCEPTION WHEN division_by_zero THEN NULL; END; RETURN 1; END $$;
	CREATE FUNCTION trigger_fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM fails(0); RETURN NULL; END $$;
	CREATE TABLE guarded (x int);
	CREATE TRIGGER after AFTER INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION trigger_fails();
	CREATE TABLE deferred (x int);
	CREATE CONSTRAINT TRIGGER late AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trigger_fails();
	CREATE PROCEDURE steps(bad int) LANGUAGE plpgsql AS
		$$ BEGIN FOR i IN 1 .. 4 LOOP INSERT INTO t VALUES (i); IF i % 2 = 0 THEN ROLLBACK; ELSE COMMIT; END IF;
		PERFORM fails(bad - i); END LOOP; END $$}), 'tables and functions that fail');
my @ways = (
	'SELECT 1', 'SELECT fails(0)', 'SELECT catches()', 'SELECT * FROM t WHERE fails(x) > 0', 'SELEC', 'SELECT * FROM nowhere',
	'INSERT INTO t VALUES (13)', 'INSERT INTO t VALUES (1), (1)', 'INSERT INTO guarded VALUES (1)', 'INSERT INTO deferred VALUES (1)',
	'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING x', 'DELETE FROM t', 'UPDATE t SET x = 1 / 0',
	'BEGIN; SELECT fails(0); ROLLBACK', 'BEGIN; SELECT 1; COMMIT', 'BEGIN; SELECT fails(0)', 'ROLLBACK',
	'BEGIN; SAVEPOINT s; SELECT 1; COMMIT', 'BEGIN; SAVEPOINT s; SELECT fails(0)', 'ROLLBACK TO s', 'SELECT 1', 'SAVEPOINT s2', 'SELECT fails(0)',
	'ROLLBACK TO s2', 'INSERT INTO guarded VALUES (1)', 'ROLLBACK TO s', 'COMMIT',
	'BEGIN; INSERT INTO deferred VALUES (1); COMMIT', 'BEGIN; INSERT INTO deferred VALUES (1); SET CONSTRAINTS ALL IMMEDIATE', 'ROLLBACK',
	'BEGIN; DECLARE c CURSOR FOR SELECT fails(2 - i) FROM generate_series(1, 3) i; FETCH 1 FROM c', 'FETCH 1 FROM c', 'COMMIT',
	'BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT fails(2 - i) FROM generate_series(1, 3) i; COMMIT',
	'DECLARE h CURSOR WITH HOLD FOR SELECT 1', 'FETCH ALL FROM h', 'MOVE 0 IN h', 'CLOSE h',
	'CALL steps(9)', 'CALL steps(2)', 'CALL steps(1)', 'DO $$ BEGIN PERFORM catches(); ROLLBACK; PERFORM fails(0); END $$',
	'DO $$ BEGIN COMMIT; END $$', 'EXPLAIN SELECT 1', 'EXPLAIN ANALYZE SELECT fails(0)', 'EXPLAIN ANALYZE INSERT INTO guarded VALUES (1)',
	'PREPARE p AS SELECT fails($1)', 'EXECUTE p (1)', 'EXECUTE p (0)', 'EXECUTE nobody', 'DEALLOCATE p', 'CREATE TABLE u AS SELECT fails(0)', 'CREATE INDEX ON t (fails(x))',
	'SELECT * INTO u FROM t', 'DROP TABLE u', 'COPY t TO STDOUT', 'COPY (SELECT fails(0)) TO STDOUT', 'VACUUM t', 'ANALYZE t', 'CREATE INDEX CONCURRENTLY ON t (x)', 'LOCK TABLE t',
	'SET statement_timeout = 20; SELECT pg_sleep(600)', 'RESET statement_timeout', 'SELECT 1; SELECT fails(0); SELECT 2', 'WITH d AS (DELETE FROM t RETURNING x) SELECT fails(x) FROM d',
	'WITH d AS (INSERT INTO guarded VALUES (1) RETURNING x) SELECT * FROM d', 'REFRESH MATERIALIZED VIEW nowhere', "SET tenancy.tenant = 'beta'", 'SELECT 1',
	"SELECT tenancy.bind('acme')", "SELECT tenancy.unbind()", "SET tenancy.tenant = 'acme'", 'SELECT tenancy.bind(\'nobody\')', 'DISCARD ALL', "SET tenancy.tenant = 'acme'",
	'LISTEN x', 'NOTIFY x', 'UNLISTEN *', 'SELECT lo_unlink(lo_create(0))', 'SELECT lo_get(4711)', 'SELECT set_config(\'tenancy.tenant\', \'nobody\', false)');
my %stuck;
for my $way (@ways)
{
	$session->query($way);
	$stuck{$way} = used('concurrent_statements') if used('concurrent_statements') ne '0';
}
is_deeply(\%stuck, {}, scalar(@ways) . ' statements of the simple protocol leave no place taken');
went($session->query("ROLLBACK; SET tenancy.tenant = 'acme'; SELECT 1"), 'and the session goes on');

%stuck = ();
my %extended = (
	'an error when it is parsed' => sub { $session->parse('', 'SELEC')->bind('', '')->execute('')->sync },
	'an error when it is bound' => sub { $session->parse('', 'SELECT $1::int')->bind('', '', 'x')->execute('')->sync },
	'an error when it runs' => sub { $session->extended('SELECT fails($1)', 0) },
	'a trigger that fails' => sub { $session->extended('INSERT INTO guarded VALUES ($1)', 0) },
	'a portal that is left' => sub { $session->parse('', 'SELECT generate_series(1, 9)')->bind('p', '')->execute('p', 2)->sync },
	'a portal that fails in its second part' =>
		sub { $session->parse('', 'SELECT fails(3 - i) FROM generate_series(1, 9) i')->bind('', '')->execute('', 2)->execute('', 2)->sync },
	'a portal that is not run' => sub { $session->parse('', 'SELECT 1')->bind('', '')->sync },
	'several in one' => sub { $session->parse('', 'SELECT 1')->bind('', '')->execute('')->bind('', '')->execute('')->sync },
	'rows that come back' => sub { $session->extended('DELETE FROM t RETURNING x') },
	'a utility statement' => sub { $session->extended('ANALYZE t') },
	'a fast-path call' => sub { $session->call_function(1598) },
	'a fast-path call that fails' => sub { $session->call_function(154, '1', '0') },
	'a COPY that fails' => sub { $session->query_copying('COPY t FROM STDIN', ['13']) },
);
for my $way (sort keys %extended)
{
	for my $block ('', 'BEGIN', 'BEGIN; SAVEPOINT s')
	{
		$session->query($block) if $block;
		$extended{$way}->();
		$session->query('ROLLBACK') if $block;
		$stuck{"$way $block"} = used('concurrent_statements') if used('concurrent_statements') ne '0';
	}
}
is_deeply(\%stuck, {}, 'nor do ' . 3 * scalar(keys %extended) . ' ways in the rest of the protocol');

# Sessions that end amid a statement, in a transaction, amid a savepoint, with a portal open.
%stuck = ();
for my $way ('SELECT pg_sleep(600)', 'BEGIN; SELECT pg_sleep(600)', 'BEGIN; SAVEPOINT s; SELECT pg_sleep(600)',
	'DO $$ BEGIN BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN OTHERS THEN NULL; END; END $$', 'DO $$ BEGIN COMMIT; PERFORM pg_sleep(600); END $$',
	'CREATE TABLE slept AS SELECT pg_sleep(600)::text')
{
	for my $end ('pg_terminate_backend', 'pg_cancel_backend')
	{
		my $victim = bound();
		$victim->send_query($way);
		sleeps($victim);
		$admin->query("SELECT $end(" . $victim->pid . ')');
		$victim->collect;
		$stuck{"$end: $way"} = 1
		  unless $node->poll_query_until('postgres', "SELECT used = 0 FROM tenancy.quota_usage WHERE kind = 'concurrent_statements' AND slug = 'acme'");
		$victim->vanish;
	}
}
is_deeply(\%stuck, {}, 'nor do sessions that are cancelled and terminated');
is(used('concurrent_statements'), 0, 'nothing runs');
limit('concurrent_statements', undef);

# --- statements a minute

# Begins early in a minute of the clock.
sub early_in_minute
{
	for (1 .. 1000)
	{
		return if $admin->value("SELECT extract(second FROM clock_timestamp()) < 40") eq 't';
		select(undef, undef, undef, 0.1);
	}
	return;
}

# Runs some work of a number of statements at a limit of less; tells how many got through.
sub through
{
	my ($limit, $number, $work) = @_;
	early_in_minute();
	# A limit below what the minute has seen refuses all; so each begins with a minute of its own.
	limit('statements_per_minute', $limit + used('statements_per_minute'));
	my $done = 0;
	for (1 .. $number)
	{
		$done++ unless @{ $work->()->{errors} };
	}
	return $done;
}
limit('statements_per_minute', 1);
early_in_minute();
is(through(3, 6, sub { $session->query('SELECT 1') }), 3, 'queries are counted');
is(through(3, 6, sub { $session->extended('SELECT $1', 1) }), 3, 'by the extended protocol');
is(through(3, 6, sub { $session->call_function(1598) }), 3, 'fast-path calls');
is(through(3, 6, sub { $session->query('CREATE TABLE IF NOT EXISTS u ()') }), 3, 'utility statements');
is(through(3, 6, sub { $session->query("DO 'BEGIN FOR i IN 1 .. 9 LOOP PERFORM fails(1); END LOOP; END'") }), 3, 'what functions run is not');
$session->query('SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ');
is(through(3, 6, sub { $session->query('SELECT 1') }), 3, 'in any isolation level');
$session->query('RESET ALL');
limit('statements_per_minute', undef);
$session->query('PREPARE p AS SELECT 1; BEGIN; DECLARE c SCROLL CURSOR FOR SELECT generate_series(1, 100)');
limit('statements_per_minute', 0);
is(through(3, 6, sub { my $result = $session->query('SAVEPOINT s; EXECUTE p'); $session->query('ROLLBACK TO s'); $result }), 3, 'EXECUTE');
is(through(3, 6, sub { my $result = $session->query('SAVEPOINT s; FETCH 1 FROM c'); $session->query('ROLLBACK TO s'); $result }), 3, 'each FETCH');
is(through(3, 6, sub { my $result = $session->query('SAVEPOINT s; MOVE 1 IN c'); $session->query('ROLLBACK TO s'); $result }), 3, 'MOVE');
# An error in a savepoint must not be where counting ends.
is(through(3, 6, sub { $session->query('SAVEPOINT s; SELECT fails(0)'); $session->query('ROLLBACK TO s');
			my $result = $session->query('SELECT 1'); $session->query('ROLLBACK TO s'); $result }), 1, 'what fails, and what follows');
is(through(3, 6, sub { $session->call_function(1598); my $result = $session->query('SAVEPOINT s; SELECT 1'); $session->query('ROLLBACK TO s'); $result }),
	0, 'a refused call fails the transaction');
$session->query('ROLLBACK');
$session->query('BEGIN');
is(through(4, 4, sub { $session->call_function(1598); $session->query('SELECT 1') }), 2, 'calls and queries in one transaction');
$session->query('ROLLBACK');
limit('statements_per_minute', 0);
is(through(3, 2, sub { $session->query('SELECT 1; SELECT 2') }), 1, 'each of several in one message');
is(through(2, 1, sub { $session->query("BEGIN");
			$session->parse('', 'SELECT generate_series(1, 9)')->bind('', '')->execute('', 2)->execute('', 2)->execute('', 2)->sync }), 0,
	'each part of a portal');
$session->query('ROLLBACK');

# Many at once: exactly as many as the limit.
early_in_minute();
my $before = used('statements_per_minute');
limit('statements_per_minute', $before + 50);
@held = map { bound() } 1 .. 8;
$_->send_query(join ';', ('SELECT 1') x 10) for @held;
my $rows = 0;
$rows += @{ $_->collect->{rows} } for @held;
is(used('statements_per_minute'), $before + 50, 'eight sessions that send ten each come to the limit');
is_exhausted($held[0]->query('SELECT 1'), 'statements_per_minute', 'where nothing goes');
$_->close for @held;
cmp_ok($rows, '<=', 50, 'no more than fifty statements have run');

# The next minute is open.  The clock need not be waited for: the window knows only its number.
ok($node->poll_query_until('postgres', "SELECT used < $before + 50 FROM tenancy.quota_usage WHERE slug = 'acme' AND kind = 'statements_per_minute'"),
	'the next minute begins at zero');
went($session->query('SELECT 1'), 'and lets statements in');
limit('statements_per_minute', undef);

# --- limits are seen at the next statement, also in a transaction

$session->query('BEGIN');
went($session->query('SELECT 1'), 'a statement of a transaction');
limit('statements_per_minute', 0);
is_exhausted($session->query('SELECT 1'), 'statements_per_minute', 'the next one meets the limit that was set meanwhile');
$session->query('ROLLBACK');
limit('statements_per_minute', undef);
went($session->query('SELECT 1'), 'which goes as it came');
$admin->query("SELECT tenancy.set_plan_quota('mini', 'statements_per_minute', NULL, 0)");
went($session->query('SELECT 1'), 'the limit of another plan is none');
$admin->query("UPDATE tenancy.tenants SET plan_tier = 'mini' WHERE slug = 'acme'");
is_exhausted($session->query('SELECT 1'), 'statements_per_minute', 'until the tenant has this plan');
$admin->query("SELECT tenancy.set_quota('acme', 'statements_per_minute', NULL, 9223372036854775807)");
went($session->query('SELECT 1'), 'a limit of its own lifts that of the plan');
$admin->query("DELETE FROM tenancy.quotas; TRUNCATE tenancy.plan_quotas");
went($session->query('SELECT 1'), 'whoever takes them away');
$admin->query("SELECT tenancy.measure_storage()");
$admin->query("UPDATE tenancy.tenants SET storage_limit_gb = 0 WHERE slug = 'acme'");
is_exhausted($session->query('INSERT INTO t VALUES (77)'), 'storage_bytes', 'the column storage_limit_gb is a limit');
is_exhausted($session->call_function(957, '-1'), 'storage_bytes', 'for large objects of the fast-path protocol too');
is_exhausted($session->query_copying('COPY t FROM STDIN', ['78']), 'storage_bytes', 'and for COPY');
$session->query('PREPARE i AS INSERT INTO t VALUES (79)');
is_exhausted($session->query('EXECUTE i'), 'storage_bytes', 'and for what is prepared');
$admin->query("UPDATE tenancy.tenants SET storage_limit_gb = NULL WHERE slug = 'acme'");
went($session->query('EXECUTE i'), 'which runs when the limit has gone');
$admin->query("UPDATE tenancy.tenants SET storage_limit_gb = 0 WHERE slug = 'acme'");
is_exhausted($session->query('EXECUTE i'), 'storage_bytes', 'and not when it is there again: not the plan is judged but the run');
$admin->query("SELECT tenancy.register_migration('v1', 'CREATE TABLE migrated AS SELECT 7 AS x')");
went($admin->query('CALL tenancy.migrate()'), 'a migration is not limited');
gives($session, 'SELECT x FROM migrated', '7', 'and has stored its row');
$admin->query("UPDATE tenancy.tenants SET storage_limit_gb = NULL WHERE slug = 'acme'");

# --- time

limit('statement_timeout', 300);
my $started = Time::HiRes::time();
is_refusal($session->query('DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$'),
	'57P01', 'terminating connection due to administrator command', 'who catches the timeout twice is put out');
cmp_ok(Time::HiRes::time() - $started, '<', 60, 'and soon');
like(slurp_file($node->logfile), qr/a session of tenant "acme" is ended: its statement has caught the timeout twice/, 'and the log says why');
$session = bound();
is_refusal($session->extended('SELECT pg_sleep($1)', 600), '57014', 'canceling statement due to statement timeout', 'the extended protocol');
is_refusal($session->call_function(2626, '600'), '57014', 'canceling statement due to statement timeout', 'a fast-path call');
$session->query('SET statement_timeout = \'1h\'');
is_refusal($session->extended('SELECT pg_sleep($1)', 600), '57014', 'canceling statement due to statement timeout', 'with a long timeout of the server');
$session->query("SET tenancy.tenant = ''");
gives($session, 'SELECT pg_sleep(0.5)', '', 'an unbound session is not limited');
$session->close;
limit('statement_timeout', undef);

# --- tenants that share a record are not mixed up

make_tenants($admin, 'third', 'fourth', 'fifth');
for my $kind ('sessions', 'statements_per_minute', 'concurrent_statements')
{
	$admin->query("SELECT tenancy.set_quota('fifth', '$kind', NULL, 0)");
}
my @full = map { bound($_) } 'acme', 'beta', 'third', 'fourth';
$session = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=fifth');
ok(!$session->{refusal}, 'a tenant without a record of its own is bound');
gives($session, 'SELECT owner FROM accounts', 'fifth', 'and works: nobody counts for it alone');
$admin->query("SELECT tenancy.set_quota('fifth', 'statement_timeout', NULL, 100)");
is_refusal($session->query('SELECT pg_sleep(600)'), '57014', 'canceling statement due to statement timeout', 'time is limited');
$admin->query("SELECT tenancy.set_quota('fifth', 'mails', NULL, 1)");
is_refusal($session->query("SELECT tenancy.consume('mails', 2)"), '53400', 'quota "mails" of tenant "fifth" is exhausted', 'and what it counts');
is(rows($session->query('SELECT DISTINCT slug FROM tenancy.quota_usage')), 'fifth', 'it sees its own row alone');
$_->close for @full, $session;

# --- a standby enforces what needs no writing

$admin->query("SELECT tenancy.set_quota('acme', 'statement_timeout', NULL, 200), tenancy.set_quota('acme', 'concurrent_statements', NULL, 1)");
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$session = session($standby, user => 'shop', options => '-c tenancy.tenant=acme');
gives($session, 'SELECT owner FROM accounts', 'acme', 'on a standby a tenant reads');
is_refusal($session->query('SELECT pg_sleep(600)'), '57014', 'canceling statement due to statement timeout', 'its statements are timed');
gives($session, "SELECT used FROM tenancy.quota_usage WHERE kind = 'concurrent_statements'", '1', 'and counted');
is_refusal($session->query("SELECT tenancy.consume('mails')"), '25006', 'cannot execute INSERT in a read-only transaction', 'nothing else is');
$admin->query("SELECT tenancy.set_quota('acme', 'concurrent_statements', NULL, 0)");
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is_exhausted($session->query('SELECT 1'), 'concurrent_statements', 'a limit that is set on the primary comes with its row');
went($session->query('RESET tenancy.tenant; ROLLBACK'), 'what must go, goes');
$session->close;
$admin->close;
$standby->stop;

done_testing();
