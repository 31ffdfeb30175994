# The audit as the log sink has it: what is an event, once for a statement, and what is in it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('audit', "tenancy.audit_sinks = 'log'", 'log_statement = none', 'max_prepared_transactions = 2');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');

# Runs statements of the administrator that must succeed.
sub run_as_admin
{
	for my $sql (@_)
	{
		my $result = $admin->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

run_as_admin('CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE "odd ""role" LOGIN IN ROLE tenancy_app',
	"ALTER ROLE shop SET tenancy.audit = 'all'", "ALTER ROLE shop SET tenancy.audit_query_text = 'masked'",
	'CREATE TABLE shared (x int)', 'GRANT ALL ON shared TO PUBLIC');

my $offset = 0;

# Returns the events that are new in the log, of a backend if one is given.
sub new_events
{
	my ($pid) = @_;
	my $log = slurp_file($node->logfile, $offset);
	$offset += length $log;
	my @events;
	for my $line (split /\n/, $log)
	{
		next if $line !~ /tenancy audit: (.*)$/;
		my $event = eval { JSON::PP->new->utf8->decode($1) };
		BAIL_OUT("not JSON: $line") if !defined $event;
		push @events, $event if !defined $pid || $event->{pid} == $pid;
	}
	return @events;
}

# Sums an event up in one line.
sub summary
{
	my ($event) = @_;
	my $line = "$event->{class} $event->{outcome} $event->{action}";
	$line .= " $event->{sqlstate}" if defined $event->{sqlstate};
	$line .= ' ' . join(',', sort @{ $event->{objects} }) if $event->{objects};
	$line .= " rows=$event->{rows}" if defined $event->{rows};
	return $line;
}

my ($session, $pid);

# Connects as shop, bound to acme, from here on.
sub connect_bound
{
	$session->close if $session;
	$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
	$pid = $session->value('SELECT pg_backend_pid()');
	new_events();
	return;
}

# A test: some work leaves these events; returns them.
sub leaves
{
	my ($work, $expected, $name) = @_;
	new_events();
	ref $work ? $work->() : $session->query($work);
	my @events = new_events($pid);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $got = join("\n", map { summary($_) } @events);
	# Since 18 NOT NULL is an object.
	$got =~ s/table constraint \w+_not_null on \w+\.\w+,//g;
	is($got, join("\n", @$expected), $name || $work);
	return @events;
}

# --- writes and reads

connect_bound();
$session->query($_)
  for 'CREATE TABLE parent (id int PRIMARY KEY, v text)', 'CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE)',
  'CREATE TABLE parts (x int) PARTITION BY RANGE (x)', 'CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)',
  'CREATE VIEW front AS SELECT * FROM parent';
leaves('SELECT 1', []);
leaves("INSERT INTO parent SELECT i, 'v' FROM generate_series(1, 20) i", ['write done INSERT tenant_acme.parent rows=20']);
leaves('SELECT * FROM parent WHERE id < 3', ['read done SELECT tenant_acme.parent rows=2']);
leaves('SELECT * FROM parent WHERE id = 3 FOR UPDATE', ['read done SELECT FOR UPDATE tenant_acme.parent rows=1']);
leaves('UPDATE parent SET v = 1', ['write done UPDATE tenant_acme.parent rows=20']);
leaves('INSERT INTO child VALUES (1), (2)', ['write done INSERT tenant_acme.child rows=2']);
leaves('DELETE FROM parent WHERE id = 1', ['write done DELETE tenant_acme.child,tenant_acme.parent rows=1']);
leaves('WITH gone AS (DELETE FROM parent WHERE id = 3 RETURNING *) SELECT count(*) FROM gone',
	['write done SELECT tenant_acme.child,tenant_acme.parent rows=1']);
leaves("INSERT INTO parent VALUES (4, 'x') ON CONFLICT (id) DO UPDATE SET v = 'y' RETURNING id",
	['write done INSERT tenant_acme.parent rows=1']);
leaves('INSERT INTO parts VALUES (1)', ['write done INSERT tenant_acme.parts rows=1']);
leaves('UPDATE parts SET x = 2', ['write done UPDATE tenant_acme.parts rows=1']);
leaves('SELECT count(*) FROM front', ['read done SELECT tenant_acme.front,tenant_acme.parent rows=1']);
leaves('DELETE FROM front WHERE id = 4', ['write done DELETE tenant_acme.child,tenant_acme.front,tenant_acme.parent rows=1']);
leaves('INSERT INTO shared VALUES (1)', ['write done INSERT public.shared rows=1'], 'a shared table');
leaves('SELECT count(*) FROM pg_class', [], 'catalogs are not told of');
leaves('TRUNCATE parent, child', ['write done TRUNCATE TABLE tenant_acme.child,tenant_acme.parent']);
leaves('INSERT INTO parent VALUES (1); SELECT FROM parent; DELETE FROM parent',
	[ 'write done INSERT tenant_acme.parent rows=1', 'read done SELECT tenant_acme.parent rows=1',
		'write done DELETE tenant_acme.child,tenant_acme.parent rows=1' ]);
leaves('EXPLAIN DELETE FROM parent', [], 'EXPLAIN does nothing');
leaves('EXPLAIN ANALYZE DELETE FROM parent', ['write done EXPLAIN tenant_acme.parent'], 'EXPLAIN ANALYZE does');
leaves('COPY parent TO STDOUT', ['read done COPY tenant_acme.parent rows=0']);
leaves('COPY (DELETE FROM child RETURNING id) TO STDOUT', ['write done COPY tenant_acme.child rows=0']);
leaves('CREATE TABLE copied AS SELECT * FROM shared',
	[ 'ddl done CREATE TABLE AS tenant_acme.copied', 'read done CREATE TABLE AS public.shared rows=1' ]);
SKIP:
{
	skip 'no MERGE before 15', 1 if $node->pg_version < 15;
	leaves('MERGE INTO copied USING (VALUES (1)) v (x) ON copied.x = v.x WHEN MATCHED THEN DELETE',
		['write done MERGE tenant_acme.copied rows=1']);
}

# --- prepared, in portions, in the extended protocol

leaves('PREPARE add (int) AS INSERT INTO parent VALUES ($1)', [], 'PREPARE does nothing');
leaves('EXECUTE add (1)', ['write done INSERT tenant_acme.parent rows=1']);
leaves('EXECUTE add (2)', ['write done INSERT tenant_acme.parent rows=1']);
leaves('EXECUTE add (2)', ['write failed INSERT 23505 tenant_acme.parent'], 'EXECUTE that fails');
leaves(sub { $session->extended('INSERT INTO parent VALUES ($1)', 3) }, ['write done INSERT tenant_acme.parent rows=1'], 'extended INSERT');
leaves(sub { $session->extended('SELECT id FROM parent WHERE id = $1', 3) }, ['read done SELECT tenant_acme.parent rows=1'], 'extended SELECT');
leaves(sub { $session->parse('', 'SELECT id FROM parent')->bind('', '')->execute('', 2)->execute('', 0)->sync },
	[ 'read done SELECT tenant_acme.parent rows=2', 'read done SELECT tenant_acme.parent rows=1' ], 'a portal that is read in portions');
leaves('BEGIN; DECLARE c CURSOR FOR SELECT * FROM parent; FETCH 2 FROM c; FETCH ALL FROM c; COMMIT',
	[ 'read done FETCH tenant_acme.parent rows=2', 'read done FETCH tenant_acme.parent rows=1' ], 'a cursor');

# --- within functions, triggers and DO

$session->query($_)
  for 'CREATE FUNCTION erase() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM parent; INSERT INTO child SELECT NULL FROM generate_series(1, 5); RETURN 1; END $$',
  'CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO parts VALUES (5); RETURN NULL; END $$',
  'CREATE TRIGGER note AFTER INSERT ON copied FOR EACH ROW EXECUTE FUNCTION note()',
  'CREATE TABLE late (x int)',
  'CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()',
  'CREATE PROCEDURE steps() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO parts VALUES (6); COMMIT; INSERT INTO parts VALUES (7); ROLLBACK; INSERT INTO shared VALUES (8); END $$',
  'CREATE FUNCTION hidden() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ UPDATE parts SET x = 3 RETURNING 1 $$';
my ($event) = leaves('SELECT erase()', ['write done SELECT tenant_acme.child,tenant_acme.parent rows=1'], 'a function that writes');
like($event->{detail}, qr/: 5 statements, 8 rows/, '... says how much');
leaves('SELECT hidden()', ['write done SELECT tenant_acme.parts rows=1'], 'one with its owner\'s rights');
leaves('DO $$ BEGIN PERFORM erase(); END $$', ['write done DO tenant_acme.child,tenant_acme.parent'], 'DO');
leaves('INSERT INTO copied VALUES (1), (2)', ['write done INSERT tenant_acme.copied,tenant_acme.parts rows=2'], 'a trigger');
leaves('INSERT INTO late VALUES (1)', [ 'write done INSERT tenant_acme.late rows=1', 'write done INSERT tenant_acme.parts rows=1' ],
	'a deferred trigger');
leaves('CALL steps()',
	[ 'write done CALL tenant_acme.parts', 'write rolled_back CALL tenant_acme.parts', 'write done CALL public.shared' ],
	'a procedure that ends transactions');
leaves('DO $$ BEGIN INSERT INTO parts VALUES (1); BEGIN INSERT INTO parts VALUES (99); EXCEPTION WHEN OTHERS THEN NULL; END; END $$',
	['write done DO tenant_acme.parts'], 'an error that is caught');

# --- errors and rollbacks

leaves('INSERT INTO child VALUES (99)', ['write failed INSERT 23503 tenant_acme.child'], 'a foreign key that is missed');
leaves('INSERT INTO parent VALUES (1); SELECT 1 / 0',
	[ 'write done INSERT tenant_acme.parent rows=1', 'write rolled_back ROLLBACK 22012' ], 'an error that takes back what came before');
leaves('BEGIN; INSERT INTO parent VALUES (1); INSERT INTO shared VALUES (2); ROLLBACK',
	[ 'write done INSERT tenant_acme.parent rows=1', 'write done INSERT public.shared rows=1', 'write rolled_back ROLLBACK' ], 'a rollback');
$session->query('BEGIN');
$session->query('INSERT INTO parent VALUES (1)');
$session->query('SAVEPOINT s');
leaves('INSERT INTO parent VALUES (2)', ['write done INSERT tenant_acme.parent rows=1']);
my @events = leaves('INSERT INTO parent VALUES (2)',
	[ 'write failed INSERT 23505 tenant_acme.parent', 'write rolled_back ROLLBACK 23505' ], 'an error in a savepoint');
like($events[1]{detail}, qr/last 1 events/, '... takes back what the savepoint has');
leaves('ROLLBACK TO s', []);
leaves('DELETE FROM parent', ['write done DELETE tenant_acme.child,tenant_acme.parent rows=1'], 'what follows is a statement by itself');
leaves('SAVEPOINT t; INSERT INTO parent VALUES (3); RELEASE t', ['write done INSERT tenant_acme.parent rows=1']);
@events = leaves('ROLLBACK', [ 'write rolled_back ROLLBACK', 'write rolled_back ROLLBACK' ], 'the savepoint and the rest');
like($events[0]{detail}, qr/last 2 events/, '... with what was released into it');
is_deeply([ map { $_->{transaction} } @events ], [ ($events[0]{transaction}) x 2 ], '... of one transaction');
leaves("SET statement_timeout = '50ms'; INSERT INTO parent SELECT pg_sleep(60)::text::int; RESET statement_timeout",
	['write failed INSERT 57014 tenant_acme.parent'], 'a statement that is cancelled');
$session->query('RESET statement_timeout');
leaves('SELECT * FROM nowhere', [], 'what cannot be parsed does nothing');

# --- DDL

leaves('CREATE TABLE made (id int PRIMARY KEY)',
	['ddl done CREATE TABLE table constraint made_pkey on tenant_acme.made,tenant_acme.made,tenant_acme.made_pkey']);
leaves('ALTER TABLE made ADD COLUMN y int', ['ddl done ALTER TABLE table column tenant_acme.made.y,tenant_acme.made']);
leaves('CREATE INDEX CONCURRENTLY made_y ON made (y)', ['ddl done CREATE INDEX tenant_acme.made_y'], 'CREATE INDEX CONCURRENTLY');
leaves('GRANT SELECT ON made TO tenant_acme', ['ddl done GRANT tenant_acme.made']);
leaves('DROP TABLE made',
	['ddl done DROP TABLE table constraint made_pkey on tenant_acme.made,tenant_acme.made,tenant_acme.made_pkey,tenant_acme.made_y']);
leaves('CREATE TABLE made (id nothing)', ['ddl failed CREATE TABLE 42704']);
leaves("DO \$\$ BEGIN EXECUTE 'CREATE TABLE hidden (x int)'; END \$\$", ['ddl done CREATE TABLE tenant_acme.hidden'], 'DDL in DO');
leaves("DO \$\$ BEGIN BEGIN EXECUTE 'CREATE TABLE hidden (x int)'; EXCEPTION WHEN OTHERS THEN NULL; END; END \$\$",
	['ddl failed CREATE TABLE 42P07'], 'DDL that fails, and is caught');
leaves('BEGIN; DROP TABLE hidden; ROLLBACK', [ 'ddl done DROP TABLE tenant_acme.hidden', 'ddl rolled_back ROLLBACK' ]);

# --- refusals

($event) = leaves('SELECT * FROM tenant_beta.accounts', ['refusal denied access 42501'], 'a refusal');
is("$event->{tenant} $event->{schema}", 'acme tenant_beta', '... has who tried, and what was aimed at');
leaves('DO $$ BEGIN PERFORM * FROM tenant_beta.accounts; EXCEPTION WHEN OTHERS THEN NULL; END $$', ['refusal denied access 42501'],
	'a refusal that is caught');
leaves('SET ROLE postgres', ['refusal denied SET ROLE 42501']);
leaves("COPY parent TO PROGRAM 'true'", ['refusal denied COPY 42501']);
leaves('SELECT * FROM pg_authid', ['refusal denied access 42501'], "a refusal by PostgreSQL's own privileges");
leaves("SELECT tenancy.suspend('beta')", ['refusal denied access 42501'], 'a function that is not for tenants');
leaves("SET tenancy.audit = 'none'", ['refusal denied SET 42501'], 'a tenant cannot end his audit');
leaves("SELECT set_config('tenancy.audit_sinks', '', false)", ['refusal denied SELECT 42501'], '... nor blind it');
leaves("SET tenancy.tenant = 'beta'", ['refusal denied bind 55000'], 'a binding that is refused');
leaves("SET tenancy.tenant = 'nobody'", ['refusal denied bind 42704'], '... to a tenant that does not exist');
$admin->query("ALTER ROLE shop SET tenancy.error_style = 'uniform'");
connect_bound();
leaves('SELECT * FROM tenant_beta.accounts', ['refusal denied access 42501'], 'uniform errors do not change the events');
$admin->query('ALTER ROLE shop RESET tenancy.error_style');

# --- bindings

sub binding_leaves
{
	my ($options, $work, $expected, $name) = @_;
	new_events();
	my $other = session($node, user => 'shop', options => $options);
	my $its_pid = $other->value('SELECT pg_backend_pid()');
	$work->($other);
	$other->close;
	my @its;
	for (1 .. 600)
	{
		push @its, new_events($its_pid);
		last if @its >= @$expected;
		$node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $its_pid)");
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(join("\n", map { "$_->{class} $_->{action} $_->{tenant} $_->{role}" } @its), join("\n", @$expected), $name);
}

my @both = ('bind bind acme tenant_acme', 'bind unbind acme shop');
binding_leaves('-c tenancy.tenant=acme', sub { }, [ $both[0], 'bind unbind acme tenant_acme' ],
	'in the connection string, until the end of the session');
binding_leaves('', sub { $_[0]->query("SET tenancy.tenant = 'acme'"); $_[0]->query('RESET tenancy.tenant') }, \@both, 'SET and RESET');
binding_leaves('', sub { $_[0]->query("BEGIN; SET LOCAL tenancy.tenant = 'acme'; COMMIT") }, \@both, 'SET LOCAL');
binding_leaves('', sub { $_[0]->query("BEGIN; SET tenancy.tenant = 'acme'; ROLLBACK") }, \@both, 'SET that is rolled back');
binding_leaves('', sub { $_[0]->query("SELECT tenancy.bind('acme')"); $_[0]->query('DISCARD ALL') }, \@both, 'bind() and DISCARD ALL');

# --- tenants' lives

sub admin_leaves
{
	my ($work, $expected, $name) = @_;
	my $its_pid = $admin->value('SELECT pg_backend_pid()');
	new_events();
	$admin->query($work);
	my @its = new_events($its_pid);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(join("\n", map { summary($_) } @its), join("\n", @$expected), $name || $work);
	return @its;
}

($event) = admin_leaves("SELECT tenancy.suspend('beta', 'not paid')", ['lifecycle done tenancy.suspend()']);
is("$event->{tenant}: $event->{detail}", 'beta: suspended: not paid', '... has tenant and reason');
is($event->{session_user}, $event->{role}, '... and no role that the extension took for its work');
admin_leaves("SELECT tenancy.activate('beta')", ['lifecycle done tenancy.activate()']);
admin_leaves("SELECT tenancy.activate('nobody')", ['lifecycle failed tenancy.activate() 42704']);
admin_leaves("DO \$\$ BEGIN PERFORM tenancy.drop('nobody'); EXCEPTION WHEN OTHERS THEN NULL; END \$\$",
	['lifecycle failed tenancy.drop() 42704'], 'a failure that is caught');
admin_leaves("BEGIN; SELECT tenancy.provision('gamma'); ROLLBACK",
	[ 'lifecycle done tenancy.provision()', 'lifecycle rolled_back ROLLBACK' ], 'a tenant that was not made after all');
admin_leaves('SELECT tenancy.create_ticket_key()', ['lifecycle done tenancy.create_ticket_key()']);
admin_leaves('SELECT tenancy.retire_ticket_key(1)', ['lifecycle done tenancy.retire_ticket_key()']);
admin_leaves("SELECT tenancy.create_jwt_key('k', 'HS256', decode(repeat('5a', 32), 'hex'))", ['lifecycle done tenancy.create_jwt_key()']);
admin_leaves("SELECT tenancy.retire_jwt_key('k')", ['lifecycle done tenancy.retire_jwt_key()']);

# --- superusers who are not bound

admin_leaves('SELECT * FROM tenant_acme.accounts', ['break_glass done SELECT tenant_acme.accounts rows=1']);
@events = admin_leaves('SELECT FROM tenant_acme.accounts, tenant_beta.accounts, shared',
	[ 'break_glass done SELECT tenant_acme.accounts rows=2', 'break_glass done SELECT tenant_beta.accounts rows=2' ], 'two tenants at once');
is(join(' ', map { $_->{tenant} } @events), 'acme beta', '... are told of one by one');
admin_leaves('CREATE TABLE tenant_acme.by_hand (x int)', ['break_glass done CREATE TABLE tenant_acme']);
admin_leaves('DO $$ BEGIN DELETE FROM tenant_acme.by_hand; END $$', ['break_glass done DO tenant_acme.by_hand'], 'in DO');
admin_leaves('TRUNCATE tenant_acme.by_hand', ['break_glass done TRUNCATE TABLE tenant_acme.by_hand']);
admin_leaves('COPY tenant_acme.accounts TO STDOUT', ['break_glass done COPY tenant_acme.accounts rows=1']);
admin_leaves('SELECT * FROM shared', [], 'what is no tenant\'s is no concern');
admin_leaves("SET tenancy.tenant = 'acme'; SELECT * FROM accounts; RESET tenancy.tenant", [], 'who is bound breaks no glass');
($event) = admin_leaves("SET tenancy.audit = 'refusal'", ['break_glass done SET'], 'who takes something from the audit is told of');
is($event->{detail}, 'tenancy.audit = "refusal"', '... with what he has left');
admin_leaves('SELECT * FROM tenant_acme.accounts', []);
$admin->query('RESET tenancy.audit');
new_events();
$node->command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), '-n', 'tenant_acme', '-f', $node->basedir . '/dump' ], 'pg_dump');
ok((grep { summary($_) =~ /^break_glass done COPY tenant_acme\.accounts/ } new_events()),
	'... breaks it too');

# --- for whom

run_as_admin("ALTER ROLE shop SET tenancy.audit_tenants = 'beta, gamma'");
connect_bound();
leaves('INSERT INTO shared VALUES (1)', [], 'a tenant that is not listed');
leaves('SELECT * FROM tenant_beta.accounts', ['refusal denied access 42501'], 'a refusal concerns who was aimed at');
leaves('SELECT * FROM tenant_acme2.accounts', [], '... or nobody that is listed');
$session->close;
$session = session($node, user => 'shop', options => '-c tenancy.tenant=beta');
$pid = $session->value('SELECT pg_backend_pid()');
leaves('INSERT INTO shared VALUES (1)', ['write done INSERT public.shared rows=1'], 'one that is');
run_as_admin('ALTER ROLE shop RESET tenancy.audit_tenants', "ALTER ROLE shop SET tenancy.audit = 'write'");
connect_bound();
leaves('SELECT * FROM accounts', [], 'reads that are not asked for');
leaves('INSERT INTO parts SELECT 1 FROM accounts', ['write done INSERT tenant_acme.parts rows=1']);

# --- what is in an event

$session->close;
run_as_admin("ALTER ROLE \"odd \"\"role\" SET tenancy.audit = 'write'");
my $tcp = session($node, user => 'odd "role', options => '-c tenancy.tenant=acme -c application_name=x"y\\\\z');
$pid = $tcp->value('SELECT pg_backend_pid()');
new_events();
$tcp->query('INSERT INTO shared VALUES (1)');
($event) = new_events($pid);
is($event->{session_user}, 'odd "role', 'a role with a quote');
is($event->{role}, 'tenant_acme', 'the effective role');
is($event->{database}, 'postgres', 'the database');
like($event->{at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, 'the time');
ok(!exists $event->{client}, 'a local client has no address');
ok(!exists $event->{query}, 'no text unless asked for');
is($tcp->value('SELECT pg_xact_status(' . $event->{transaction} . '::text::xid8)'), 'committed', 'the transaction');
$tcp->close;

done_testing();
