# Tickets in the protocol, over time, in two databases, on a standby and in dumps.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);
use TenancyTest;
use Wire;

my $node = preloaded_node('tickets', 'wal_level = replica', 'max_wal_senders = 4', 'hot_standby = on',
	'log_statement = none', 'min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0');
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

run_as_admin('CREATE ROLE pool LOGIN IN ROLE tenancy_app', "ALTER ROLE pool SET tenancy.rebind = 'transaction'",
	'ALTER ROLE pool SET tenancy.require_ticket = on', 'SELECT tenancy.create_ticket_key()');

# Makes a ticket.
sub ticket
{
	my ($slug, $valid_for) = @_;
	return $admin->value("SELECT tenancy.issue_ticket('$slug', '" . ($valid_for || '1 hour') . "')");
}

# Repeats a query until it is refused, for a minute at most; returns the result of the refused one.
sub until_refused
{
	my ($session, $sql) = @_;
	for (1 .. 600)
	{
		my $result = $session->query($sql);
		return $result if @{ $result->{errors} };
		usleep(100_000);
	}
	die "$sql is not refused";
}

# --- What a client is told, and what SQL can read

my $acme = ticket('acme');
my $beta = ticket('beta');
like($acme, qr/^acme\.[a-z2-7]{40}$/, 'a ticket');
my $session = session($node, user => 'pool');
is($session->parameter('tenancy.tenant'), '', 'an unbound session reports nothing');
$session->query("SET tenancy.tenant = '$acme'");
is($session->parameter('tenancy.tenant'), $acme, 'the ticket is reported, for poolers');
my @readings = (
	'SHOW tenancy.tenant', "SELECT current_setting('tenancy.tenant')",
	"SELECT setting FROM pg_settings WHERE name = 'tenancy.tenant'", "SELECT set_config('tenancy.tenant', '$acme', false)");
is_rows($session->query($_), 'acme', "not to $_") for @readings;
is_rows($session->extended($_), 'acme', "nor to $_ in the extended protocol") for @readings;
my $function = $admin->value("SELECT 'current_setting(text)'::regprocedure::oid");
is($session->call_function($function, 'tenancy.tenant')->{function}, 'acme', 'nor to a fast-path call');
$session->query('CREATE FUNCTION leak() RETURNS text IMMUTABLE LANGUAGE plpgsql AS
	$$ BEGIN RETURN current_setting(\'tenancy.tenant\'); END $$');
is_rows($session->extended('SELECT leak()'), 'acme', 'nor to a function that the planner calls');
$session->query('CREATE DOMAIN guess AS text CHECK (leak() = value)');
is_rows($session->extended('SELECT $1::guess', 'acme'), 'acme', 'nor to a function that reads a parameter');
$session->query('CREATE TABLE kept (v text)');
$session->query('CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO kept VALUES (current_setting(\'tenancy.tenant\')); RETURN NULL; END $$');
$session->query('CREATE TABLE late (v int)');
$session->query('CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep()');
$session->query('INSERT INTO late VALUES (1)');
is_rows($session->query('SELECT v FROM kept'), 'acme', 'nor to a trigger that runs with the commit');
$session->query('BEGIN');
$session->query("SET LOCAL tenancy.tenant = '$acme'");
is($session->parameter('tenancy.tenant'), $acme, 'in a transaction the report is the same');
$session->query('SELECT 1/0');
is($session->parameter('tenancy.tenant'), $acme, 'and in one that has failed');
$session->query('ROLLBACK');
$session->query("SET tenancy.tenant = '$beta'");
is($session->parameter('tenancy.tenant'), $beta, 'the next tenant has his own');
$session->query("SET tenancy.tenant = ''");
is($session->parameter('tenancy.tenant'), '', 'and who unbinds has none');

# --- From the connection string, and from the role

$session = session($node, user => 'pool', options => "-c tenancy.tenant=$acme");
is($session->parameter('tenancy.tenant'), $acme, 'a connection string may hold a ticket');
is_rows($session->query('SELECT owner FROM accounts'), 'acme', 'which binds');
$session->query("SET tenancy.tenant = '$beta'");
is_rows($session->query('SELECT owner FROM accounts'), 'beta', 'another takes its place');
$session->query('DISCARD ALL');
is_rows($session->query('SELECT owner FROM accounts'), 'acme', 'and gives it back');
$session = Wire->connect($node, user => 'pool', options => '-c tenancy.tenant=acme.' . 'a' x 40);
is($session->{refusal}{C}, '28000', 'with a bad one there is no connection');
is($session->{refusal}{M}, 'invalid ticket', 'and the error says that');
my $refused = $admin->value("SELECT refused_tickets FROM tenancy.stat_tenants WHERE slug = 'acme'");
$session = Wire->connect($node, user => 'pool', options => '-c tenancy.tenant=acme');
is("$session->{refusal}{C} $session->{refusal}{M}", '28000 a ticket is required to bind a tenant', 'with a slug there is none either');
gives($admin, "SELECT refused_tickets - $refused FROM tenancy.stat_tenants WHERE slug = 'acme'", '1', 'which is counted');
run_as_admin('CREATE ROLE acme_login LOGIN', 'GRANT tenant_acme TO acme_login', "ALTER ROLE acme_login SET tenancy.tenant = '$acme'",
	'ALTER ROLE acme_login SET tenancy.require_ticket = on');
$session = session($node, user => 'acme_login');
is_rows($session->query('SELECT owner FROM accounts'), 'acme', "a role's setting may be a ticket");

# --- Time

my $short = ticket('acme', '3 seconds');
$session = session($node, user => 'pool');
my $open = session($node, user => 'pool');
$session->query("SET tenancy.tenant = '$short'");
$open->query('BEGIN');
$open->query("SET LOCAL tenancy.tenant = '$short'");
is_rows($session->query('SELECT owner FROM accounts'), 'acme', 'a ticket is good for a while');
is_rows($open->query('SELECT owner FROM accounts'), 'acme', 'also in a transaction');
my $error = is_refusal(until_refused($session, 'SELECT owner FROM accounts'), '28000', 'invalid ticket', 'and then it is not');
is($error->{D}, 'It has expired.', 'which its holder is told');
is_rows($open->query('SELECT owner FROM accounts'), 'acme', 'a transaction goes on');
$open->query('COMMIT');
is_refusal($open->query("SET tenancy.tenant = '$short'"), '28000', 'invalid ticket', 'but no other begins');
$session->query("SET tenancy.tenant = '$acme'");
is_rows($session->query('SELECT owner FROM accounts'), 'acme', 'a new ticket takes the place of one that has expired');

# A statement that goes from one transaction to the next does not outlast a ticket.
$short = ticket('acme', '3 seconds');
$session->query("SET tenancy.tenant = '$short'");
is_refusal($session->query('DO $$ BEGIN FOR i IN 1..600 LOOP PERFORM FROM accounts; PERFORM pg_sleep(0.1); COMMIT; END LOOP; END $$'),
	'28000', 'invalid ticket', 'not even within a statement');
is_refusal($session->query("SELECT 1; COMMIT; BEGIN; SELECT owner FROM accounts; COMMIT"), '28000', 'invalid ticket', 'nor within a message');
$session->query("SET tenancy.tenant = '$acme'");

# --- The end of a key and of a tenant reach sessions that are bound

my $second = $admin->value('SELECT tenancy.create_ticket_key()');
my $by_second = ticket('beta');
my $other = session($node, user => 'pool');
$other->query("SET tenancy.tenant = '$by_second'");
is_rows($other->query('SELECT owner FROM accounts'), 'beta', 'two keys are good at the same time');
is_rows($session->query('SELECT owner FROM accounts'), 'acme', 'the older one too');
run_as_admin("SELECT tenancy.retire_ticket_key($second)");
is_refusal($other->query('SELECT owner FROM accounts'), '28000', 'invalid ticket', 'a retired key ends sessions');
is_rows($session->query('SELECT owner FROM accounts'), 'acme', 'its own alone');
run_as_admin("SELECT tenancy.suspend('acme')");
is_refusal($session->query('SELECT owner FROM accounts'), '55000', 'tenant "acme" is not active', 'suspended');
run_as_admin("SELECT tenancy.activate('acme')");
$error = is_refusal($session->query('SELECT owner FROM accounts'), '28000', 'invalid ticket', 'activated, the old ticket stays revoked');
is($error->{D}, 'It has been revoked.', 'which its holder is told');
run_as_admin('BEGIN', "SELECT tenancy.revoke_tickets('beta')", 'ROLLBACK');
is_rows(session($node, user => 'pool', options => "-c tenancy.tenant=$beta")->query('SELECT owner FROM accounts'), 'beta',
	'a revocation that is rolled back revokes nothing');

# --- Workers of a parallel query

run_as_admin('INSERT INTO tenant_beta.accounts SELECT \'beta\' FROM generate_series(1, 5000)', 'ANALYZE tenant_beta.accounts');
$session = session($node, user => 'pool', options => "-c tenancy.tenant=$beta");
$session->query($_) for ('SET min_parallel_table_scan_size = 0', 'SET parallel_setup_cost = 0', 'SET parallel_tuple_cost = 0',
	'SET force_parallel_mode = on', 'SET debug_parallel_query = on');
like(rows($session->query('EXPLAIN SELECT count(*) FROM accounts')), qr/Workers Planned/, 'a plan with workers');
is_rows($session->query('SELECT count(*) > 5000, min(owner) FROM accounts'), 't|beta', 'whose workers have no ticket and need none');

# --- Another database with the same key

my $secret = $admin->value('SELECT encode(secret, \'hex\') FROM tenancy.ticket_keys WHERE retired_at IS NULL ORDER BY id LIMIT 1');
run_as_admin('CREATE DATABASE elsewhere');
my $elsewhere = Wire->connect($node, database => 'elsewhere');
$elsewhere->query($_) for ('CREATE EXTENSION tenancy', "INSERT INTO tenancy.ticket_keys VALUES (1, '\\x$secret')",
	"INSERT INTO tenancy.tenants (id, slug, schema_name) VALUES ('" . $admin->value("SELECT id FROM tenancy.tenants WHERE slug = 'beta'") . "', 'beta', 'tenant_beta')",
	'CREATE SCHEMA tenant_beta AUTHORIZATION tenant_beta');
is($elsewhere->value("SELECT problem ~ 'signature' FROM tenancy.inspect_ticket('$beta')"), 't', 'a ticket is good in its own database');
like($elsewhere->value("SELECT coalesce(problem, 'none') FROM tenancy.inspect_ticket(tenancy.issue_ticket('beta'))"), qr/^none$/, 'and each can have its own');
$elsewhere->close;

# --- A dump has no keys; a standby knows tickets

my $dump = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '--file' => $dump, 'postgres' ], 'pg_dump');
my $text = slurp_file($dump);
like($text, qr/tickets_after/, 'revocations are dumped');
unlike($text, qr/\Q$secret\E/i, 'keys are not');
$node->command_ok([ 'pg_dumpall', '--file' => $dump ], 'pg_dumpall');
unlike(slurp_file($dump), qr/\Q$secret\E/i, 'by no program');

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
my $fresh = ticket('beta');
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
$session = session($standby, user => 'pool', options => "-c tenancy.tenant=$fresh");
is_rows($session->query('SELECT DISTINCT owner FROM accounts'), 'beta', 'a ticket binds on a standby');
run_as_admin("SELECT tenancy.revoke_tickets('beta')");
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is_refusal(until_refused($session, 'SELECT DISTINCT owner FROM accounts'), '28000', 'invalid ticket', 'and is revoked there');
$standby->stop;

# --- What is logged, and what is not

my $log = slurp_file($node->logfile);
like($log, qr/ticket refused: it has expired/, 'the log has the reason');
like($log, qr/ticket refused: it is not a ticket/, 'also of what the client is not told');
unlike($log, qr/\Q$secret\E/i, 'but no key');
unlike($log, qr/\Q$_\E/, 'and no ticket that was refused') for $acme, $short, $by_second;

done_testing();
