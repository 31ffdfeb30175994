# What a tenant may try so that the audit does not tell of him, or tells of something else.
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

my $node = preloaded_node('audit_attacks', "tenancy.audit = 'all'", "tenancy.audit_sinks = 'log'", 'log_statement = none',
	"tenancy.audit_query_text = 'masked'", 'log_error_verbosity = terse', "log_line_prefix = '%m [%p] '");
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
$admin->query($_)
  for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'GRANT tenant_acme TO shop', 'CREATE TABLE shared (x text)', 'GRANT ALL ON shared TO PUBLIC';

my $offset = 0;

# Returns the events that are new in the log, of a backend if one is given; each line of the log that has one is JSON.
sub new_events
{
	my ($pid) = @_;
	my $log = slurp_file($node->logfile, $offset);
	$offset += length $log;
	my @events;
	for my $line (split /\n/, $log)
	{
		next if $line !~ /LOG:  tenancy audit: (.*)$/;
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
	return $line;
}

my ($session, $pid);

# Connects as shop, bound to acme, from here on.
sub connect_bound
{
	my ($options) = @_;
	$session->close if $session;
	$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme' . ($options || ''));
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
	is(join("\n", map { summary($_) } @events), join("\n", @$expected), $name);
	return @events;
}

connect_bound();
$session->query('CREATE TABLE t (x text)');
my @write = ('write done INSERT tenant_acme.t');

# --- switching it off

my $other = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=acme -c tenancy.audit=none');
is($other->{refusal}{C}, '42501', 'a connection string cannot switch the audit off');
for my $setting ("tenancy.audit = 'none'", "tenancy.audit_tenants = 'beta'", "tenancy.audit_sinks = ''", 'log_min_messages = panic')
{
	$session->query("SET $setting");
	$session->query("ALTER ROLE CURRENT_USER SET $setting");
	$session->query("CREATE FUNCTION quiet() RETURNS int LANGUAGE plpgsql SET $setting AS 'BEGIN INSERT INTO t VALUES (1); RETURN 1; END'");
	leaves("INSERT INTO t VALUES (\$\$$setting\$\$)", \@write, "SET $setting");
	leaves('SELECT quiet()', [], "a function with $setting cannot be made or called");
	is($session->query('SELECT quiet()')->{errors}[0]{C}, '42883', '... as it is not there');
}
leaves('RESET ALL; INSERT INTO t VALUES (1)', \@write, 'RESET ALL');
leaves('DISCARD ALL', [], 'DISCARD ALL');
leaves('INSERT INTO t VALUES (1)', \@write, '... ends nothing');
leaves("SET client_min_messages = error; SET debug_print_plan = on; INSERT INTO t VALUES (1); RESET debug_print_plan", \@write,
	'settings that the client may change');

# --- what is running when something else happens

leaves('BEGIN; SAVEPOINT s', [], 'a savepoint');
leaves('SELECT 1 / (length(x) - length(x)) FROM t', ['read failed SELECT 22012 tenant_acme.t'], '... an error in it');
leaves('ROLLBACK TO s; INSERT INTO t VALUES (1); COMMIT', \@write, '... and a write, which is no part of what failed');
leaves("DO \$\$ BEGIN FOR i IN 1..3 LOOP BEGIN INSERT INTO t VALUES (1); RAISE 'x'; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END \$\$; INSERT INTO t VALUES (2)",
	[ 'write done DO tenant_acme.t', 'write done INSERT tenant_acme.t' ], 'errors in errors');
leaves("DO \$\$ BEGIN INSERT INTO t VALUES (1); ROLLBACK; PERFORM 1; INSERT INTO t VALUES (2); COMMIT; END \$\$",
	[ 'write rolled_back DO tenant_acme.t', 'write done DO tenant_acme.t' ], 'DO that ends transactions');
leaves('BEGIN; SELECT 1 / (length(x) - length(x)) FROM t', ['read failed SELECT 22012 tenant_acme.t'], 'a transaction that has failed');
leaves('ROLLBACK TO nowhere', [], '... with an error in an error');
leaves("INSERT INTO t VALUES ('$_')", [], '... and what it does not do') for 1 .. 3;
leaves('ROLLBACK; INSERT INTO t VALUES (1)', \@write, '... and what follows');
$session->query('CREATE TABLE deferred (x int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
leaves('BEGIN; INSERT INTO deferred VALUES (1), (1); COMMIT',
	[ 'write done INSERT tenant_acme.deferred', 'write rolled_back ROLLBACK 23505' ], 'a commit that fails');
leaves(
	sub {
		$session->send_query('INSERT INTO t SELECT pg_sleep(60)::text');
		$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $pid AND wait_event = 'PgSleep'");
		$session->cancel;
		$session->collect;
	},
	['write failed INSERT 57014 tenant_acme.t'],
	'a cancel');
my $ends = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
my $its_pid = $ends->value('SELECT pg_backend_pid()');
$ends->query("BEGIN; INSERT INTO t VALUES ('gone')");
new_events();
$ends->send_query('INSERT INTO t SELECT pg_sleep(60)::text');
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $its_pid AND wait_event = 'PgSleep'");
$admin->query("SELECT pg_terminate_backend($its_pid)");
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $its_pid");
is(join("\n", map { summary($_) } new_events($its_pid)),
	"write failed INSERT 57P01 tenant_acme.t\nwrite rolled_back ROLLBACK 57P01\nbind done unbind", 'a session that is terminated');
my $aborted = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$its_pid = $aborted->value('SELECT pg_backend_pid()');
new_events();
$aborted->query("BEGIN; INSERT INTO t VALUES ('gone')");
$aborted->vanish;
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $its_pid");
is(join("\n", map { summary($_) } new_events($its_pid)), "write done INSERT tenant_acme.t\nwrite rolled_back ROLLBACK\nbind done unbind",
	'a client that goes away');

# --- writes by other ways

sub large
{
	my ($work, $expected, $name) = @_;
	new_events();
	ref $work ? $work->() : $session->query($work);
	(my $got = join("\n", map { summary($_) } new_events($pid))) =~ s/object \d+/object N/g;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($got, $expected, $name);
}

large("SELECT lo_from_bytea(0, 'x')", 'write done SELECT large object N', 'large objects: made');
large("DO \$\$ DECLARE o oid := lo_create(0); BEGIN PERFORM lo_put(o, 0, 'x'); PERFORM lo_unlink(o); END \$\$",
	'write done DO large object N,large objects', '... written to and dropped');
large(sub { $session->call_function(957, -1) }, 'write done statement large object N', '... made by the fast-path protocol');
$session->query($_)
  for 'CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_acme.t VALUES (x); RETURN x; END $$',
  'CREATE RULE r AS ON UPDATE TO t DO INSTEAD DELETE FROM t WHERE x = OLD.x', 'PREPARE p (int) AS SELECT $1',
  'CREATE TABLE checked (x int CHECK (f(x) > 0), y int DEFAULT f(1))', 'CREATE VIEW v AS SELECT f(1)', 'CREATE MATERIALIZED VIEW m AS SELECT f(1)';
leaves('EXECUTE p (f(1))', ['write done INSERT tenant_acme.t'], 'an argument of EXECUTE');
leaves("UPDATE t SET x = 'y'", ['write done DELETE tenant_acme.t'], 'a rule');
leaves('INSERT INTO checked (x) VALUES (1)', ['write done INSERT tenant_acme.checked,tenant_acme.t'], 'a constraint and a default');
leaves('SELECT * FROM v', ['write done SELECT tenant_acme.t'], 'a view');
leaves('REFRESH MATERIALIZED VIEW m', [ 'ddl done REFRESH MATERIALIZED VIEW tenant_acme.m', 'write done REFRESH MATERIALIZED VIEW tenant_acme.t' ],
	'a materialized view');
leaves('SELECT x FROM generate_series(1, 3) x WHERE f(x) > 0 ORDER BY f(x)', ['write done SELECT tenant_acme.t'], 'conditions and orders');
leaves(sub { $session->query_copying('COPY t FROM STDIN', ["a\n"]) }, ['write done COPY tenant_acme.t'], 'COPY FROM');
leaves('CALL f(1)', [], 'CALL of a function fails');
leaves("SELECT f(1); ROLLBACK; COMMIT", ['write done SELECT tenant_acme.t', 'write rolled_back ROLLBACK'], 'ROLLBACK in a simple message');

# --- lines that are none, and texts that are too long

my $forged = '{"class":"forged"}';
connect_bound(' -c application_name=x\\\\012LOG:\\ \\ tenancy\\ audit:\\ ' . $forged);
leaves("INSERT INTO t VALUES (E'x\\nLOG:  tenancy audit: $forged')", \@write, 'a value with a line of its own');
leaves("INSERT INTO t VALUES ('x')\n-- \nLOG:  tenancy audit: $forged", [], 'a statement that is none');
new_events();
$session->query($_)
  for "DO \$\$ BEGIN RAISE LOG 'tenancy audit: $forged'; END \$\$", "SELECT 1 / 0 -- LOG:  tenancy audit: $forged",
  "DO \$\$ BEGIN RAISE 'x' USING DETAIL = 'tenancy audit: $forged', HINT = 'tenancy audit: $forged'; END \$\$",
  "SELECT 'tenancy audit: $forged'::int", "SELECT * FROM \"LOG:  tenancy audit: $forged\"",
  "DO \$\$ BEGIN EXECUTE 'SELECT 1 / 0 -- tenancy audit: $forged'; END \$\$";
is(join("\n", map { summary($_) } grep { ($_->{class} || '') eq 'forged' || !defined $_->{at} } new_events()), '',
	'errors and messages with one');
unlike(slurp_file($node->logfile), qr/^(?!.*\[$pid\] LOG:  tenancy audit: \{"at").*tenancy audit: \{"class/m,
	'... and nobody else writes what begins so');
leaves("/*\nLOG:  tenancy audit: $forged\n*/ INSERT INTO t VALUES ('x')", \@write, 'a comment with one');
$session->query("SET application_name = E'x\\nLOG:  tenancy audit: $forged'");
my ($event) = leaves("INSERT INTO t VALUES ('x')", \@write, 'an application with one');
like($event->{application}, qr/^x.*LOG:  tenancy audit: /, '... has what PostgreSQL makes of it');
$session->query("CREATE TABLE \"\nLOG:  tenancy audit: {\"\"class\"\":\"\"forged\"\"}\n\" (x int)");
($event) = leaves("INSERT INTO \"\nLOG:  tenancy audit: {\"\"class\"\":\"\"forged\"\"}\n\" VALUES (1)",
	['write done INSERT tenant_acme."?LOG:  tenancy audit: {""class"":""forged""}?"'], 'a table with one');
is(scalar @{ $event->{objects} }, 1, '... is one object');
($event) = leaves('INSERT INTO t VALUES (1)' . ' ' x 1_000_000 . ', (2)', \@write, 'a statement of a million blanks');
is($event->{query}, 'INSERT INTO t VALUES (?) , (?)', '... is not cut');
($event) = leaves("INSERT INTO t VALUES ('" . 'x' x 1_000_000 . "')", \@write, 'a literal of a million characters');
is($event->{query}, 'INSERT INTO t VALUES (?)', '... is none');
($event) = leaves('INSERT INTO t VALUES ' . join(',', ("('x')") x 10_000), \@write, 'a statement that is long by itself');
like($event->{query}, qr/^INSERT INTO t VALUES \(\?\),.* \.\.\.$/, '... is cut, and says so');
cmp_ok(length $event->{query}, '<', 9000, '... soon');
$session->query('DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format(\'CREATE TABLE many_%s (x int)\', i); END LOOP; END $$');
my @events = leaves(
	'DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format(\'INSERT INTO many_%s VALUES (1)\', i); END LOOP; END $$; SELECT 1',
	[ map { 'write done DO ' . join(',', sort map { "tenant_acme.many_$_" } @$_) } [ 1 .. 200 ], [ 201 .. 400 ], [ 401 .. 500 ] ],
	'more tables than one event has');
$session->query('DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format(\'DROP TABLE many_%s\', i); END LOOP; END $$');

# --- what the text says

$admin->query($_) for 'CREATE ROLE secretive LOGIN', 'SELECT tenancy.create_ticket_key()';
my $ticket = $admin->value("SELECT tenancy.issue_ticket('acme')");
my $its = $admin->value('SELECT pg_backend_pid()');
for my $mode ('masked', 'full')
{
	$admin->query("SET tenancy.audit_query_text = '$mode'");
	for my $sql ("ALTER ROLE secretive PASSWORD 'hunter2'", "ALTER ROLE secretive PASSWORD E'hunt\\145r2' /* hunter2 */",
		"ALTER ROLE secretive /* 'x */ PASSWORD \$\$hunter2\$\$ -- hunter2", "CREATE USER MAPPING FOR secretive SERVER nowhere OPTIONS (p 'hunter2')",
		"SET tenancy.tenant = '$ticket'; INSERT INTO shared VALUES ('hunter2'); RESET tenancy.tenant",
		"SELECT tenancy.create_ticket_key('hunter2hunter2hunter2hunter2hunter2hunter2')",
		"SELECT tenancy.create_jwt_key('$mode', 'HS256', 'hunter2hunter2hunter2hunter2hunter2hunter2')",
		"SET standard_conforming_strings = off;; ALTER ROLE secretive PASSWORD 'a\\'hunter2';; RESET standard_conforming_strings",
		"DO \$x\$ BEGIN EXECUTE 'ALTER ROLE secretive PASSWORD ''hunter2'''; END \$x\$")
	{
		new_events();
		$admin->query($_) for split /;;/, $sql;
		my @texts = map { JSON::PP->new->encode($_) } new_events($its);
		ok(@texts && !grep({ /hunter2|hunt\\|\Q$ticket\E/ } @texts), "no secret in the text ($mode): $sql") or diag(@texts);
	}
	new_events();
	$admin->query("INSERT INTO shared VALUES ('seen') -- x");
	is((new_events($its))[0]{query}, $mode eq 'full' ? "INSERT INTO shared VALUES ('seen') -- x" : 'INSERT INTO shared VALUES (?)',
		"the text otherwise ($mode)");
}

# --- other encodings

for my $encoding ('SQL_ASCII', 'LATIN1', 'EUC_JP')
{
	$admin->query("CREATE DATABASE \"in_$encoding\" ENCODING '$encoding' TEMPLATE template0 LOCALE 'C'");
	my $foreign = session($node, database => "in_$encoding");
	$its = $foreign->value('SELECT pg_backend_pid()');
	$foreign->query("SET client_encoding = '$encoding'; SET tenancy.audit_query_text = 'full'");
	my $name = $encoding eq 'EUC_JP' ? "\xa4\xa2" : "\xfc\xe9";
	$foreign->query("CREATE TABLE public.\"$name\" (x text)");
	new_events();
	$foreign->query("INSERT INTO public.\"$name\" VALUES ('$name')");
	my ($told) = new_events($its);
	is($told->{objects}[0], "public.\"$name\"", "a name in $encoding, byte by byte");
	like($told->{query}, qr/VALUES \('\Q$name\E'\)/, '... and a text');
	$foreign->close;
}
$admin->query("SET tenancy.audit_query_text = 'full'");
$its = $admin->value('SELECT pg_backend_pid()');
new_events();
$admin->query('INSERT INTO shared VALUES (\'' . "\xc3\xbc" x 8000 . '\')');
my ($cut) = new_events($its);
like($cut->{query}, qr/^INSERT INTO shared VALUES \('\xfc+ \.\.\.$/, 'a text that is cut is cut between characters');

done_testing();
