# Binding before the first statement: by the start-up packet, by ALTER ROLE, by what a
# login role is a member of; and how RESET and DISCARD ALL work on such a session.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('startup');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta', 'idle', 'gone');
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE stranger LOGIN',
  'CREATE ROLE acme_login LOGIN', 'GRANT tenant_acme, tenant_idle TO acme_login',
  "SELECT tenancy.suspend('idle')", "SELECT tenancy.drop('gone')";

# Expects that the server refuses a session with an error.
sub turned_away
{
	my ($name, $sqlstate, $message, %startup) = @_;
	my $session = Wire->connect($node, %startup);
	my $refusal = $session->{refusal} || { S => 'none', C => 'connected', M => '' };
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is("$refusal->{S} $refusal->{C}: $refusal->{M}", "FATAL $sqlstate: $message", $name);
	$session->vanish;
	return $refusal;
}

# --- start-up packet

my $session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
gives($session, 'SELECT tenancy.current_tenant(), current_user, session_user',
	'acme|tenant_acme|shop', 'options in the start-up packet bind');
gives($session, 'SELECT owner FROM accounts', 'acme', "the tenant's own table is found");
is($session->parameter('tenancy.tenant'), 'acme', 'the client is told about the binding');
my $error = refuses($session, 'SELECT * FROM tenant_beta.accounts', '42501',
	'cross-tenant access to schema "tenant_beta" denied', 'another tenant is refused');
is($error->{D}, 'The session is bound to tenant "acme".', 'and the error tells why');
is($error->{s}, 'tenant_beta', 'and has the schema in a field of its own');
refuses($session, "SET tenancy.tenant = 'beta'", '55000', 'cannot bind tenant "beta" in this session',
	'a session bound at start-up serves one tenant');

# The binding of the start-up packet is what RESET goes back to.
for my $statement (
	'RESET tenancy.tenant', 'RESET ALL', 'DISCARD ALL',
	'SELECT tenancy.unbind()', 'SET tenancy.tenant TO DEFAULT', 'RESET SESSION AUTHORIZATION')
{
	$session->query($statement);
	gives($session, 'SELECT owner, current_user FROM accounts', 'acme|tenant_acme',
		"$statement keeps a start-up binding");
}
gives($session, "SET tenancy.tenant = ''; SELECT tenancy.current_tenant(), current_user", '|shop',
	'SET to nothing unbinds');
is($session->parameter('tenancy.tenant'), '', 'and the client is told');
refuses($session, 'SELECT * FROM tenant_acme.accounts', '42501',
	'access to tenant schema "tenant_acme" denied: no tenant is bound', 'then nothing is reached');
gives($session, 'RESET tenancy.tenant; SELECT owner FROM accounts', 'acme', 'RESET binds again');
is($session->parameter('tenancy.tenant'), 'acme', 'and the client is told again');
$session->query('BEGIN');
$session->query("SET LOCAL tenancy.tenant = ''");
is($session->parameter('tenancy.tenant'), '', 'SET LOCAL is reported');
$session->query('ROLLBACK');
is($session->parameter('tenancy.tenant'), 'acme', 'and so is its end');
$session->close;

$session = session($node, user => 'shop', 'tenancy.tenant' => 'beta');
gives($session, 'SELECT owner FROM accounts', 'beta', 'a parameter of the start-up packet binds');
$session->close;

{
	local $ENV{PGOPTIONS} = '-c tenancy.tenant=acme';
	my ($status, $out) = $node->psql('postgres', 'SELECT owner FROM accounts', connstr => $node->connstr('postgres') . ' user=shop');
	is("$status $out", '0 acme', 'PGOPTIONS binds');
}

$error = turned_away('an unknown tenant', '42704', 'tenant "nobody" does not exist',
	user => 'shop', options => '-c tenancy.tenant=nobody');
$error = turned_away('a suspended tenant', '55000', 'tenant "idle" is not active',
	user => 'shop', options => '-c tenancy.tenant=idle');
is($error->{D}, 'Its status is "suspended".', 'is told so');
$error = turned_away('a dropped tenant', '55000', 'tenant "gone" is not active',
	user => 'shop', options => '-c tenancy.tenant=gone');
is($error->{D}, 'Its status is "deleted".', 'is told so');
turned_away('a slug that is none', '22023', qq(invalid tenant slug: "test'; DROP SCHEMA tenant_beta; --"),
	user => 'shop', 'tenancy.tenant' => "test'; DROP SCHEMA tenant_beta; --");
turned_away('a role that may not bind', '42501', 'permission denied to bind tenant "acme"',
	user => 'stranger', options => '-c tenancy.tenant=acme');
turned_away('a role that may not bind, asking for an unknown tenant', '42501',
	'permission denied to bind tenant "nobody"', user => 'stranger', options => '-c tenancy.tenant=nobody');
turned_away('a database without the extension', '42704', 'tenant "acme" does not exist',
	user => 'shop', database => 'template1', options => '-c tenancy.tenant=acme');
turned_away('an ordinary role that wants to rebind', '42501', 'permission denied to set parameter "tenancy.rebind"',
	user => 'shop', options => '-c tenancy.rebind=transaction');
gives($admin, "SELECT slug, refused_binds FROM tenancy.stat_tenants WHERE refused_binds > 0 ORDER BY slug COLLATE \"C\"",
	"(unbound)|3\nacme|1\nbeta|1\nidle|1", 'each refused binding is counted');

# --- a login that is a member of tenant roles only

$session = session($node, user => 'acme_login', options => '-c tenancy.tenant=acme');
gives($session, 'SELECT owner FROM accounts', 'acme', 'a member of the tenant role binds to that tenant');
$session->close;
turned_away('a member of another tenant role', '42501', 'permission denied to bind tenant "beta"',
	user => 'acme_login', options => '-c tenancy.tenant=beta');
turned_away('a member of one tenant role, asking for an unknown tenant', '42501',
	'permission denied to bind tenant "nobody"', user => 'acme_login', options => '-c tenancy.tenant=nobody');
turned_away('a member of the role of a suspended tenant', '55000', 'tenant "idle" is not active',
	user => 'acme_login', options => '-c tenancy.tenant=idle');

$session = session($node, user => 'acme_login');
refuses($session, 'SELECT * FROM tenant_acme.accounts', '42501',
	'access to tenant schema "tenant_acme" denied: no tenant is bound', 'membership alone is not a binding');
$session->query('SET ROLE tenant_acme');
refuses($session, 'SELECT * FROM tenant_acme.accounts', '42501',
	'access to tenant schema "tenant_acme" denied: no tenant is bound', 'nor is SET ROLE');
refuses($session, "SET tenancy.tenant = 'beta'", '42501', 'permission denied to bind tenant "beta"',
	'SET is judged in the same way');
gives($session, "SET tenancy.tenant = 'acme'; SELECT owner, current_user FROM accounts", 'acme|tenant_acme',
	'SET binds a member');
$session->close;

# --- ALTER ROLE, ALTER DATABASE

gives($admin, "ALTER ROLE acme_login SET tenancy.tenant = 'acme'", '', 'ALTER ROLE stores a binding');
refuses($admin, "ALTER ROLE acme_login SET tenancy.tenant = 'Bad_Slug'", '22023', 'invalid tenant slug: "Bad_Slug"',
	'but no slug that is none');
$session = session($node, user => 'acme_login');
gives($session, 'SELECT tenancy.current_tenant(), owner FROM accounts', 'acme|acme', 'a stored binding works at login');
is($session->parameter('tenancy.tenant'), 'acme', 'and the client is told');
for my $statement ('RESET ALL', 'DISCARD ALL')
{
	$session->query($statement);
	gives($session, 'SELECT owner FROM accounts', 'acme', "$statement keeps a stored binding");
}
$session->close;

# What is stored is judged at login; PostgreSQL warns of a value that does not fit, and goes on.
for my $case (
	[ 'idle', 'of a suspended tenant', 'tenant "idle" is not active' ],
	[ 'beta', 'of a tenant that the role may not bind', 'permission denied to bind tenant "beta"' ],
	[ 'nobody', 'of an unknown tenant', 'permission denied to bind tenant "nobody"' ])
{
	my ($slug, $what, $message) = @$case;
	$admin->query("ALTER ROLE acme_login SET tenancy.tenant = '$slug'");
	$session = session($node, user => 'acme_login');
	is(join(', ', map { "$_->{S}: $_->{M}" } @{ $session->{warnings} }), "WARNING: $message",
		"a stored binding $what gives a warning");
	is($session->parameter('tenancy.tenant'), '', 'no binding is reported');
	gives($session, 'SELECT tenancy.current_tenant() IS NULL, current_user', 't|acme_login', 'the session is not bound');
	for my $schema ('tenant_acme', 'tenant_idle', 'tenant_beta')
	{
		refuses($session, "SELECT * FROM $schema.accounts", '42501',
			qq(access to tenant schema "$schema" denied: no tenant is bound), "and reaches nothing of $schema");
	}
	$session->query('RESET ALL');
	gives($session, 'SELECT tenancy.current_tenant() IS NULL', 't', 'nor after RESET ALL');
	$session->close;
}
$admin->query('ALTER ROLE acme_login RESET tenancy.tenant');

# The start-up packet goes before what is stored, and a role's own change is judged as well.
$admin->query("ALTER ROLE shop IN DATABASE postgres SET tenancy.tenant = 'beta'");
$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
gives($session, 'SELECT owner FROM accounts', 'acme', 'the start-up packet goes before what is stored');
$session->query("SET tenancy.tenant = ''");
$session->close;
$session = session($node, user => 'shop');
gives($session, 'SELECT owner FROM accounts', 'beta', 'ALTER ROLE ... IN DATABASE binds');
$error = refuses($session, "ALTER ROLE shop SET tenancy.tenant = 'acme'", '42501',
	'ALTER ROLE is not allowed in a bound session', 'a bound session cannot store another binding');
$session->close;
$admin->query('ALTER ROLE shop IN DATABASE postgres RESET ALL');

# --- tenancy.rebind

$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$error = refuses($session, "SET tenancy.tenant = 'beta'", '55000', 'cannot bind tenant "beta" in this session',
	'by default a session serves one tenant');
like($error->{H}, qr/"tenancy\.rebind"/, 'and the hint names the setting');
refuses($session, "SET tenancy.rebind = 'transaction'", '42501', 'permission denied to set parameter "tenancy.rebind"',
	'which an ordinary role cannot change');
gives($session, "SET tenancy.tenant = ''", '', 'unbinding stays legal');
refuses($session, "SET tenancy.tenant = 'beta'", '55000', 'cannot bind tenant "beta" in this session',
	'but does not make the session free');
$session->close;

$session = session($node, user => 'shop');
refuses($session, "ALTER ROLE shop SET tenancy.rebind = 'transaction'", '42501',
	'ALTER ROLE is not allowed in a session that serves tenants', 'nor store for itself');
$session->close;

$admin->query("ALTER ROLE shop SET tenancy.rebind = 'transaction'");
$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
gives($session, "SET tenancy.tenant = 'beta'; SELECT owner FROM accounts", 'beta', 'a superuser can store it');
is($session->parameter('tenancy.tenant'), 'beta', 'the client is told of each change');
gives($session, 'RESET tenancy.tenant; SELECT owner FROM accounts', 'acme',
	'and RESET goes back to the binding of the start-up packet');
is($session->parameter('tenancy.tenant'), 'acme', 'of that change, too');
$error = refuses($session, "BEGIN; SET LOCAL tenancy.tenant = 'beta'", '25001',
	'cannot bind tenant "beta" in this transaction', 'but a transaction serves one tenant');
is($error->{D}, 'A transaction serves one tenant, and it already belongs to another.', 'the error tells why');
$session->close;

# --- the tenant that a session goes back to may have gone meanwhile

$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$session->query("SET tenancy.tenant = 'beta'");
$admin->query("SELECT tenancy.suspend('acme')");
$session->query('RESET ALL');
refuses($session, 'SELECT owner FROM accounts', '55000', 'tenant "acme" is not active',
	'RESET to a tenant that was suspended meanwhile reaches nothing');
refuses($session, 'SELECT * FROM tenant_beta.accounts', '55000', 'tenant "acme" is not active',
	'of the tenant before it neither');
gives($session, 'SHOW tenancy.tenant', 'acme', 'SHOW still works');
$admin->query("SELECT tenancy.activate('acme')");
gives($session, 'SELECT owner FROM accounts', 'acme', 'and all is well once it is active again');
$session->close;

$session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$session->query("SET tenancy.tenant = ''");
$admin->query("SELECT tenancy.drop('acme')");
make_tenants($admin, 'acme');
$session->query('RESET tenancy.tenant');
refuses($session, 'SELECT 1', '55000', 'tenant "acme" is not active',
	'a new tenant of the same name is not the one that the session was bound to');
refuses($session, 'SELECT owner FROM tenant_acme.accounts', '55000', 'tenant "acme" is not active',
	'and nothing of it is reached');
$session->close;

$admin->close;
done_testing();
