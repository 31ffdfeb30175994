# What a restart, a crash of the server and a crash of one backend leave: what is in tables stays;
# counters stay over a restart, and begin anew after a crash.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('restart', 'restart_after_crash = on');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta', 'idle', 'gone');
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app',
  "SELECT tenancy.suspend('idle', 'invoice overdue')", "SELECT tenancy.drop('gone')";

# Everything that must be the same before and after.
my $tables = q{
	SELECT 'tenant', t::text FROM tenancy.tenants t
	UNION ALL SELECT 'erasure', e::text FROM tenancy.erasures e
	UNION ALL SELECT 'event', e::text FROM tenancy.events e
	ORDER BY 1, 2};
my $counters = 'SELECT slug, statements + errors + attempts_made + attempts_received + binds + refused_binds, sessions
	FROM tenancy.stat_tenants ORDER BY slug COLLATE "C"';
my $fresh = "(overflow)|0|0\n(unbound)|0|0\nacme|0|0\nbeta|0|0\nidle|0|0";
# One of the errors is that the restart has ended the session.
my $kept = "(overflow)|0|0\n(unbound)|0|0\nacme|5|0\nbeta|1|0\nidle|1|0";

# Makes every counter move, and leaves a session bound.
sub work
{
	my $session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
	$session->query($_) for 'SELECT * FROM accounts', 'SELECT * FROM tenant_beta.accounts';
	Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=idle')->vanish;
	return $session;
}

# Looks at all after the server has come back, with counters as expected.
sub looks_right
{
	my ($how, $before, $expected, $counted) = @_;
	my $observer = session($node);
	gives($observer, $counters, $expected, $counted ? "counters are kept over $how" : "counters are zero after $how");
	gives($observer, $tables, $before, "registry, erasures and events are intact after $how");
	$observer->close;
	my $session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
	gives($session, 'SELECT owner FROM accounts', 'acme', "binding works after $how");
	refuses($session, 'SELECT * FROM tenant_beta.accounts', '42501',
		'cross-tenant access to schema "tenant_beta" denied', "so does the guard after $how");
	$session->close;
	$session = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=idle');
	is($session->{refusal}{M}, 'tenant "idle" is not active', "a suspended tenant stays so after $how");
	$session->vanish;
	$observer = session($node);
	gives($observer, "SELECT attempts_made, binds, sessions FROM tenancy.stat_tenants WHERE slug = 'acme'",
		$counted ? '2|2|0' : '1|1|0',
		"counting goes on after $how");
	$observer->close;
	return;
}

my $before = rows($admin->query($tables));
like($before, qr/^erasure\|.*gone/m, 'there is an erasure to be kept');
like($before, qr/^event\|.*suspended.*invoice overdue/m, 'and an event');

my $bound = work();
gives($admin, "SELECT statements, errors, attempts_made, binds, sessions FROM tenancy.stat_tenants WHERE slug = 'acme'",
	'1|1|1|1|1', 'counters move');
$node->restart;
looks_right('a restart', $before, $kept, 1);

$bound = work();
$node->stop('immediate');
$node->start;
looks_right('a crash of the server', $before, $fresh);

# The end of one backend by SIGKILL makes the postmaster set up the shared memory anew.
$bound = work();
kill 'KILL', $bound->pid;
$bound->collect;
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'shop'")
  or die 'the server did not come back';
looks_right('a crash of a backend', $before, $fresh);

done_testing();
