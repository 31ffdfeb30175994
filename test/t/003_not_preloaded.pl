# A server without shared_preload_libraries = 'tenancy' fails closed: nothing can be
# bound, and privileges alone keep application roles from tenant data.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $message = 'tenancy must be loaded when the server starts';

# A populated server, as it is when all is well.
my $node = preloaded_node('late');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE ops LOGIN IN ROLE tenancy_admin',
  'CREATE ROLE audit LOGIN IN ROLE tenancy_auditor', 'CREATE ROLE acme_login LOGIN IN ROLE tenant_acme',
  "ALTER ROLE acme_login SET tenancy.tenant = 'beta'";

# What tenants have: one thing of each kind, made by the tenant and by an administrator.
my $objects = q{
	CREATE %1$s VIEW %2$s_view AS SELECT * FROM accounts;
	CREATE %1$s MATERIALIZED VIEW %2$s_matview AS SELECT * FROM accounts;
	CREATE %1$s SEQUENCE %2$s_sequence;
	CREATE %1$s TABLE %2$s_table AS SELECT * FROM accounts;
	CREATE FUNCTION %2$s_function() RETURNS text LANGUAGE sql AS 'SELECT owner FROM tenant_beta.accounts';
	CREATE FUNCTION %2$s_definer() RETURNS text LANGUAGE sql SECURITY DEFINER
		AS 'SELECT owner FROM tenant_beta.accounts';
	CREATE PROCEDURE %2$s_procedure() LANGUAGE sql SECURITY DEFINER
		AS 'INSERT INTO tenant_beta.accounts VALUES (''by procedure'')'};
my $tenant = session($node, user => 'shop', options => '-c tenancy.tenant=beta');
gives($tenant, sprintf($objects, '', 'own'), '', 'a tenant makes objects');
$tenant->close;
$admin->query('SET search_path = tenant_beta');
gives($admin, sprintf($objects, '', 'given'), '', 'so does an administrator');
$admin->close;

$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', "''");
$node->adjust_conf('postgresql.conf', 'tenancy.metrics_interval', undef);
$node->restart;

# Expects that nothing of a tenant is reached by this role.  Privileges do it, so that
# the words are PostgreSQL's; what counts is that it is a refusal.
sub reaches_nothing
{
	my ($session, $who) = @_;
	my $reached = 0;

	for my $statement (
		'SELECT * FROM tenant_beta.accounts', 'INSERT INTO tenant_beta.accounts VALUES (1)',
		'UPDATE tenant_beta.accounts SET owner = 1', 'DELETE FROM tenant_beta.accounts',
		'TRUNCATE tenant_beta.accounts', 'COPY tenant_beta.accounts TO STDOUT',
		"DO 'BEGIN LOCK tenant_beta.accounts IN ACCESS SHARE MODE; END'", 'ALTER TABLE tenant_beta.accounts ADD x int',
		'DROP TABLE tenant_beta.accounts', "SELECT nextval('tenant_beta.numbers')",
		'SELECT last_value FROM tenant_beta.numbers', 'CREATE TABLE tenant_beta.mine (x int)',
		'DROP SCHEMA tenant_beta CASCADE', 'SET ROLE tenant_beta', 'SET SESSION AUTHORIZATION tenant_beta',
		map { (
			"SELECT * FROM tenant_beta.$_" . '_view', "SELECT * FROM tenant_beta.$_" . '_matview',
			"SELECT nextval('tenant_beta.$_" . "_sequence')", "SELECT * FROM tenant_beta.$_" . '_table',
			"SELECT tenant_beta.$_" . '_function()', "SELECT tenant_beta.$_" . '_definer()',
			"CALL tenant_beta.$_" . '_procedure()')
		} ('own', 'given'))
	{
		my $result = $session->query($statement);
		my $sqlstate = $result->{errors}[0] ? $result->{errors}[0]{C} : 'no error';
		next if $sqlstate eq '42501';
		$reached++;
		diag("$who: $statement: $sqlstate, rows: " . rows($result));
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($reached, 0, "$who reaches nothing of a tenant");
}

# Expects that every function that binds or administers says what is missing.
sub functions_refuse
{
	my ($session, $who, @calls) = @_;
	for my $call (@calls)
	{
		my $error = refuses($session, "SELECT $call", '55000', $message, "$who: $call");
		like($error->{H}, qr/shared_preload_libraries/, 'with a hint');
	}
	return;
}

my $session = session($node, user => 'shop');
reaches_nothing($session, 'an application role');
functions_refuse($session, 'an application role', "tenancy.bind('beta')", "tenancy.bind('beta', true)",
	'tenancy.unbind()', 'tenancy.current_tenant()', 'tenancy.current_tenant_id()');
# The functions have loaded the library meanwhile, too late.
my $error = refuses($session, "SET tenancy.tenant = 'beta'", '55000', $message, 'the setting refuses once the library is loaded');
like($error->{H}, qr/shared_preload_libraries/, 'with a hint');
reaches_nothing($session, 'an application role with the library loaded late');
$session->close;

# Before anything has loaded the library PostgreSQL takes the setting for one of nobody's.
for my $case (
	[ 'SET', sub { my $s = session($node, user => 'shop'); $s->query("SET tenancy.tenant = 'beta'"); $s } ],
	[ 'SET LOCAL', sub { my $s = session($node, user => 'shop'); $s->query("BEGIN; SAVEPOINT s; SET LOCAL tenancy.tenant = 'beta'"); $s } ],
	[ 'a start-up packet', sub { session($node, user => 'shop', options => '-c tenancy.tenant=beta') } ],
	[ 'a stored binding', sub { session($node, user => 'acme_login') } ])
{
	my ($what, $open) = @$case;
	$session = $open->();
	if ($what ne 'SET LOCAL') { reaches_nothing($session, $what); }
	else
	{
		refuses($session, 'SELECT * FROM tenant_beta.accounts', '42501', 'permission denied for table accounts',
			'nor by SET LOCAL');
	}
	$session->close;
}

# An administrator's functions do not work half.
$session = session($node, user => 'ops');
functions_refuse($session, 'an operator', "tenancy.provision('new')", "tenancy.drop('beta')", "tenancy.drop('beta', true, true)",
	"tenancy.suspend('beta')", "tenancy.activate('beta')", "tenancy.adopt('tenant_beta')", 'tenancy.reset_stats()',
	'tenancy.stat_counters()');
refuses($session, 'SELECT * FROM tenancy.stat_tenants', '55000', $message, 'an operator: tenancy.stat_tenants');
gives($session, 'SELECT slug, status FROM tenancy.tenants ORDER BY slug', "acme|active\nbeta|active",
	'the registry can be read');
reaches_nothing($session, 'an operator');
$session->close;
$session = session($node, user => 'audit');
reaches_nothing($session, 'an auditor');
$session->close;

# A login of one tenant has what was granted to it, that tenant, and no other.
$session = session($node, user => 'acme_login');
reaches_nothing($session, 'the login of another tenant');
$session->close;

# Other ways to load the library come too late as well.
$admin = session($node);
gives($admin, "LOAD 'tenancy'", '', 'LOAD by a superuser works');
refuses($admin, "SET tenancy.tenant = 'beta'", '55000', $message, 'but nothing can be bound');
refuses($admin, "SELECT tenancy.bind('beta')", '55000', $message, 'by no means');
gives($admin, "SELECT owner FROM tenant_beta.accounts WHERE owner = 'beta'", 'beta', 'a superuser, unbound, reads as ever');
refuses($admin, "ALTER ROLE shop SET tenancy.tenant = 'beta'", '55000', $message, 'nothing can be stored either');
$admin->close;

$node->append_conf('postgresql.conf', "session_preload_libraries = 'tenancy'");
$node->reload;
$session = session($node, user => 'shop');
refuses($session, "SET tenancy.tenant = 'beta'", '55000', $message, 'with session_preload_libraries nothing can be bound');
refuses($session, "SELECT tenancy.bind('beta')", '55000', $message, 'by no means');
reaches_nothing($session, 'with session_preload_libraries an application role');
$session->close;
$session = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=beta');
if ($session->{refusal})
{
	is("$session->{refusal}{C}: $session->{refusal}{M}", "55000: $message", 'a start-up binding is refused');
}
else
{
	is(join(', ', map { "$_->{S} $_->{C}: $_->{M}" } @{ $session->{warnings} }), "WARNING 55000: $message",
		'a start-up binding gives a warning');
	refuses($session, 'SELECT tenancy.current_tenant()', '55000', $message, 'and is none');
	reaches_nothing($session, 'such a session');
}
$session->vanish;

# With the library back all is as it was.
$node->adjust_conf('postgresql.conf', 'session_preload_libraries', "''");
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', "'tenancy'");
$node->restart;
$session = session($node, user => 'shop', options => '-c tenancy.tenant=beta');
gives($session, 'SELECT owner FROM accounts', 'beta', 'with the library back, binding works, and nobody has written');
$session->close;

# A server that never had it.
my $bare = PostgreSQL::Test::Cluster->new('bare');
$bare->init;
$bare->start;
$admin = session($bare);
gives($admin, 'CREATE EXTENSION tenancy', '', 'the extension can be created in a server without the library');
functions_refuse($admin, 'a superuser', "tenancy.provision('acme')", "tenancy.bind('acme')", 'tenancy.current_tenant()');
gives($admin, "SELECT count(*) FROM tenancy.tenants", '0', 'nothing half made is left');
gives($admin, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tenant\\_%'", '0', 'no schema either');
$admin->close;

done_testing();
