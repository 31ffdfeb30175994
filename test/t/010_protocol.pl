# Messages of the protocol in orders that psql never sends: Parse for one tenant and
# Execute for another, pipelines, portals, fast-path calls, COPY.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('protocol', 'wal_level = logical', 'max_wal_senders = 2');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
for my $sql (
	'CREATE ROLE shop LOGIN IN ROLE tenancy_app', "ALTER ROLE shop SET tenancy.rebind = 'transaction'",
	'CREATE TABLE public.shared (x int)', 'INSERT INTO public.shared VALUES (1), (2), (3)',
	'GRANT SELECT, INSERT ON public.shared TO tenancy_tenant, shop',
	"ALTER TABLE tenant_acme.accounts ADD hidden text DEFAULT 'acme only'",
	map { "CREATE FUNCTION tenant_$_.whoami() RETURNS text LANGUAGE sql AS 'SELECT owner FROM tenant_$_.accounts'" } ('acme', 'beta'))
{
	my $result = $admin->query($sql);
	die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
}
my $denied = 'cross-tenant access to schema "tenant_acme" denied';
my $mixed = 'cannot bind tenant "beta" in this transaction';

# Opens a session of the pool, bound or not.
sub pooled
{
	my ($slug) = @_;
	my $session = session($node, user => 'shop');
	$session->query("SET tenancy.tenant = '$slug'") if $slug;
	return $session;
}

# One row for each row of a tenant's that others wrote.
sub strays
{
	my ($name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return gives($admin, "SELECT owner FROM tenant_acme.accounts WHERE owner <> 'acme'
		UNION ALL SELECT owner FROM tenant_beta.accounts WHERE owner <> 'beta'", '', $name);
}

# --- Parse as acme, Execute as beta

my $result;
my $session = pooled('acme');
is_rows($session->extended('SELECT owner FROM accounts WHERE owner = $1', 'acme'), 'acme', 'the extended protocol works');
my $error = is_refusal($session->extended('SELECT * FROM tenant_beta.accounts'), '42501',
	'cross-tenant access to schema "tenant_beta" denied', 'and refuses');
is($error->{s}, 'tenant_beta', 'with the schema in its field');
is($error->{D}, 'The session is bound to tenant "acme".', 'with detail');
like($error->{H}, qr/own tenant/, 'with hint');

$session->parse('relative', 'SELECT owner FROM accounts WHERE owner > $1')->parse('absolute', 'SELECT owner FROM tenant_acme.accounts')
  ->parse('writing', 'INSERT INTO accounts (owner) VALUES ($1)')->parse('function', 'SELECT whoami()')
  ->parse('qualified', 'SELECT tenant_acme.whoami()')->parse('star', 'SELECT * FROM accounts')
  ->parse('absolute_star', 'SELECT * FROM tenant_acme.accounts')
  ->parse('cast', q{SELECT 'tenant_acme.accounts'::regclass::text})->parse('sequence', q{SELECT nextval('numbers')})
  ->parse('utility', 'TRUNCATE tenant_acme.accounts')->parse('setting', q{SET tenancy.tenant = 'beta'})
  ->parse('shared', 'SELECT x FROM shared ORDER BY x')->sync;
for (1 .. 6)
{
	$session->bind('', 'relative', '')->execute('')->bind('', 'absolute')->execute('')->bind('', 'function')->execute('')
	  ->bind('', 'star')->execute('')->sync;
}
is_rows($session->bind('', 'absolute')->execute('')->sync, 'acme', 'what acme has parsed works for acme');
$session->query("SET tenancy.tenant = 'beta'");
is_rows($session->bind('', 'relative', '')->execute('')->sync, 'beta', "parsed as acme, executed as beta: beta's rows");
is_rows($session->bind('', 'function')->execute('')->sync, 'beta', "a function: beta's");
is_refusal($session->bind('', 'star')->execute('')->sync, '0A000', 'cached plan must not change result type',
	'a table that has other columns: PostgreSQL refuses');
$session->bind('', 'writing', 'for beta')->execute('')->sync;
gives($admin, "DELETE FROM tenant_beta.accounts WHERE owner = 'for beta' RETURNING owner", 'for beta', 'writing: to beta');
$session->bind('', 'sequence')->execute('')->sync;
gives($admin, 'SELECT a.is_called, b.is_called FROM tenant_acme.numbers a, tenant_beta.numbers b', 'f|t', "a sequence: beta's");
for my $name ('absolute', 'qualified', 'utility')
{
	is_refusal($session->bind('', $name)->execute('')->sync, '42501', $denied, "$name: refused");
}
is_rows($session->bind('', 'shared')->execute('')->sync, "1\n2\n3", 'a shared table is read');
gives($session, 'SELECT owner FROM accounts', 'beta', 'and the session goes on');
strays('nobody has written to another');

# Describe before Execute, as drivers do.
$result = $session->describe('S', 'absolute_star')->sync;
is(join(',', @{ $result->{columns} }), '', "Describe tells nothing of another tenant's columns");
is_refusal($session->bind('', 'absolute')->describe('P', '')->execute('')->sync, '42501', $denied, 'Bind and Describe: refused');
$session->query("SET tenancy.tenant = ''");
is_refusal($session->bind('', 'absolute')->execute('')->sync, '42501',
	'access to tenant schema "tenant_acme" denied: no tenant is bound', 'unbound: refused');
$session->close;

# Parse while nothing is bound.
$session = pooled();
is_refusal($session->parse('', 'SELECT owner FROM accounts')->sync, '42P01', 'relation "accounts" does not exist',
	'parsed unbound: nothing is found');
is_refusal($session->parse('', 'SELECT owner FROM tenant_acme.accounts')->sync, '42501',
	'access to tenant schema "tenant_acme" denied: no tenant is bound', 'nor by its full name');
$session->parse('constant', 'SELECT tenancy.current_tenant(), current_user')->sync;
$session->query("SET tenancy.tenant = 'acme'");
is_rows($session->bind('', 'constant')->execute('')->sync, 'acme|tenant_acme', 'parsed unbound, executed bound: as bound');
$session->close;

# --- pipelines: one implicit transaction up to Sync, so one tenant

# Sends statements, each with Parse, Bind, Execute, and one Sync.
sub pipeline
{
	my ($client, @statements) = @_;
	$client->parse('', $_)->bind('', '')->execute('') for @statements;
	return $client->sync;
}

my $insert = 'INSERT INTO accounts (owner) SELECT tenancy.current_tenant()';
for my $case (
	[ 'SET, work, SET', '', "SET tenancy.tenant = 'acme'", 'SELECT owner FROM accounts', "SET tenancy.tenant = 'beta'", $insert ],
	[ 'SET, SET', '', "SET tenancy.tenant = 'acme'", "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bound, work, SET', 'acme', $insert, "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bound, work, RESET, SET', 'acme', $insert, 'RESET tenancy.tenant', "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bound, work, RESET ALL, SET', 'acme', $insert, 'RESET ALL', "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bound, sequence, SET', 'acme', q{SELECT nextval('numbers')}, "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bound, function, SET', 'acme', 'SELECT whoami()', "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bound, DO, SET', 'acme', 'DO $$ BEGIN PERFORM 1; END $$', "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bound, COPY, SET', 'acme', 'COPY accounts TO STDOUT', "SET tenancy.tenant = 'beta'", $insert ],
	[ 'SET LOCAL, SET', '', "SET LOCAL tenancy.tenant = 'acme'", "SET tenancy.tenant = 'beta'", $insert ],
	[ 'bind(), bind()', '', "SELECT tenancy.bind('acme')", "SELECT tenancy.bind('beta')", $insert ],
	[ 'bind(), RESET, bind()', '', "SELECT tenancy.bind('acme')", 'RESET tenancy.tenant', "SELECT tenancy.bind('beta')", $insert ],
	[ 'set_config(), set_config()', '', "SELECT set_config('tenancy.tenant', 'acme', false)",
		"SELECT set_config('tenancy.tenant', 'beta', false)", $insert ])
{
	my ($name, $slug, @statements) = @$case;
	for my $protocol ('pipeline', 'simple query')
	{
		my $client = pooled($slug);
		my $result = $protocol eq 'pipeline' ? pipeline($client, @statements) : $client->query(join('; ', @statements));
		is_refusal($result, '25001', $mixed, "$protocol: $name: refused");
		is($client->parameter('tenancy.tenant'), $slug, "$protocol: $name: and taken back");
		gives($client, "SET tenancy.tenant = 'beta'; SELECT owner FROM accounts", 'beta', "$protocol: $name: the next one can bind");
		$client->close;
	}
	strays("$name: nobody has written to another");
	$admin->query("DELETE FROM tenant_acme.accounts; INSERT INTO tenant_acme.accounts VALUES ('acme');
		DELETE FROM tenant_beta.accounts; INSERT INTO tenant_beta.accounts VALUES ('beta')");
}

# Each Sync ends a transaction: then it is legal, as a pooler does it.
$session = pooled('acme');
is_rows(pipeline($session, 'SELECT owner FROM accounts'), 'acme', 'one pipeline for acme');
is_rows(pipeline($session, "SET tenancy.tenant = 'beta'", 'SELECT owner FROM accounts'), 'beta', 'the next for beta');
is_rows($session->query("SET tenancy.tenant = 'acme'; SELECT owner FROM accounts"), 'acme', 'and a simple query for acme');

# --- portals

# A portal of acme's is open when beta is bound.
$session->parse('s', 'SELECT owner FROM accounts UNION ALL SELECT x::text FROM shared ORDER BY 1')->sync;
$session->bind('p', 's')->execute('p', 1)->parse('', "SET tenancy.tenant = 'beta'")->bind('', '')->execute('')->execute('p', 0);
$result = $session->sync;
is_refusal($result, '25001', $mixed, 'a portal that is open: another tenant is refused');
$session->bind('p', 's')->execute('p', 1)->parse('', "SET tenancy.tenant = ''")->bind('', '')->execute('')->execute('p', 0);
$result = $session->sync;
unlike(rows($result), qr/beta/, 'unbound with a portal open: nothing of another tenant is read');
$session->query("SET tenancy.tenant = 'acme'");
$session->bind('p', 's')->execute('p', 1)->sync;
$session->query("SET tenancy.tenant = 'beta'");
is_refusal($session->execute('p', 0)->sync, '34000', 'portal "p" does not exist', 'no portal outlives its transaction');
$session->query('BEGIN');
$session->bind('p', 's')->execute('p', 1)->sync;
is_refusal($session->query("SET LOCAL tenancy.tenant = 'acme'"), '25001', 'cannot bind tenant "acme" in this transaction',
	'a portal in a transaction block: another tenant is refused');
$session->query('ROLLBACK');

# COMMIT AND CHAIN begins another transaction.
$session->query($_) for "SET tenancy.tenant = ''", 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'", 'SELECT * FROM accounts', 'COMMIT AND CHAIN';
gives($session, "SELECT tenancy.current_tenant() IS NULL; SET LOCAL tenancy.tenant = 'beta'; SELECT owner FROM accounts", "t\nbeta",
	'a chained transaction may serve another tenant');
$session->query('ROLLBACK AND CHAIN');
gives($session, "SELECT tenancy.current_tenant() IS NULL; SET LOCAL tenancy.tenant = 'acme'; SELECT owner FROM accounts", "t\nacme",
	'also after ROLLBACK AND CHAIN');
$session->query('COMMIT');
$session->close;

# --- fast-path calls

my %oid = map { $_ => $admin->value("SELECT 'tenant_$_.whoami'::regproc::oid") } ('acme', 'beta');
my $nextval = $admin->value("SELECT 'nextval(regclass)'::regprocedure::oid");
$session = pooled('acme');
is($session->call_function($oid{acme})->{function}, 'acme', 'a fast-path call of an own function');
$error = is_refusal($session->call_function($oid{beta}), '42501', 'cross-tenant access denied',
	"a fast-path call of another tenant's function");
is_refusal($session->call_function($nextval, 'tenant_beta.numbers'), '42501', 'an unplanned call of nextval() is not allowed in a bound session',
	"a fast-path call that names another tenant's sequence");
$result = $session->call_function($nextval, $admin->value("SELECT 'tenant_beta.numbers'::regclass::oid"));
is($result->{errors}[0]{C}, '42501', 'or gives its oid');
$admin->query("SELECT tenancy.suspend('acme')");
$result = $session->call_function($oid{acme});
is_refusal($result, '55000', 'tenant "acme" is not active', 'a fast-path call for a suspended tenant');
$admin->query("SELECT tenancy.activate('acme')");
$session->query("SET tenancy.tenant = ''");
is_refusal($session->call_function($oid{acme}), '42501', 'access to a tenant schema denied: no tenant is bound',
	'an unbound fast-path call');
$session->close;

# --- COPY

$session = pooled('acme');
is($session->query('COPY accounts (owner) TO STDOUT')->{copied}, "acme\n", 'COPY reads the own table');
for my $copy ('COPY tenant_beta.accounts TO STDOUT', 'COPY tenant_beta.accounts FROM STDIN', 'COPY (SELECT * FROM tenant_beta.accounts) TO STDOUT',
	'COPY (TABLE accounts UNION TABLE tenant_beta.accounts) TO STDOUT')
{
	$result = $session->query($copy);
	is_refusal($result, '42501', 'cross-tenant access to schema "tenant_beta" denied', $copy);
	is($result->{copied}, '', 'nothing is sent');
}
is_refusal($session->query("COPY accounts TO STDOUT; SET tenancy.tenant = 'beta'; COPY accounts TO STDOUT"), '25001', $mixed,
	'COPY for two tenants in one message');
$session->close;

# --- replication connections run SQL, too

$admin->query('ALTER ROLE shop REPLICATION');
$session = Wire->connect($node, user => 'shop', replication => 'database', options => '-c tenancy.tenant=acme');
is($session->{refusal}, undef, 'a replication connection');
gives($session, 'SELECT owner FROM accounts', 'acme', 'is bound like any other');
refuses($session, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied',
	'and kept apart');
$session->vanish;

$admin->close;
done_testing();
