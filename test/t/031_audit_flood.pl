# A tenant that is refused in a loop: the audit trail tells of some refusals one by one and of the others by
# their number, and loses none.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('flood', 'tenancy.audit_refusal_limit = 5');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta', 'gamma');
$admin->query('CREATE ROLE shop LOGIN IN ROLE tenancy_app');

my $loop = 'DO $$ BEGIN FOR i IN 1..%d LOOP BEGIN EXECUTE \'SELECT * FROM tenant_beta.accounts\'; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$';

# Refusals in the trail: all of them, those of a tenant (empty: of none) that are told of one by one, and the events with a number.
sub told
{
	my ($tenant) = @_;
	return rows($admin->query("SELECT count(*) FILTER (WHERE rows IS NULL) + coalesce(sum(rows), 0), count(*) FILTER (WHERE rows IS NULL) <= 10,
		count(*) FILTER (WHERE rows IS NOT NULL) <= 2 FROM tenancy.audit_log WHERE class = 'refusal' AND coalesce(tenant, '') = '$tenant'"));
}

# Waits until the trail tells of a number of refusals of a tenant.
sub comes_to
{
	my ($tenant, $number, $name) = @_;
	my $got = '';
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$got = told($tenant);
		last if $got eq "$number|t|t";
		select(undef, undef, undef, 0.1);
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($got, "$number|t|t", $name);
}

my $session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$session->query(sprintf($loop, 20_000));
$session->query('RESET tenancy.tenant');
$session->close;
comes_to('acme', 20_000, 'the trail has the number of a flood when the session ends');
$session = session($node, user => 'shop', options => '-c tenancy.tenant=gamma');
$session->query(sprintf($loop, 3));
$session->close;
comes_to('gamma', 3, 'and another tenant\'s refusals one by one');
$session = session($node, user => 'shop');
$session->query(sprintf($loop, 50));
$session->query("SET tenancy.tenant = 'gamma'");
comes_to('', 50, 'those of an unbound session count by themselves, and are told of when it is bound');
comes_to('gamma', 3, 'not as those of the tenant it is bound to then');
gives($admin, "SELECT attempts_made FROM tenancy.stat_tenants WHERE slug = 'acme'", '20000', 'counters have them all');
gives($admin, 'SELECT bool_and(ok) FROM tenancy.audit_verify()', 't', 'and the trail is whole');

# --- The writer is woken for what came while it wrote, and does not sleep over it

$admin->query("ALTER SYSTEM SET tenancy.audit_refusal_limit = 0");
$admin->query('SELECT pg_reload_conf()');
$admin->query("SELECT tenancy.provision('delta')");
$session = session($node, user => 'shop', options => '-c tenancy.tenant=delta');
$session->query(sprintf($loop, 20_000));
my $whole = 0;
for (1 .. 100)
{
	$whole = rows($admin->query("SELECT count(*) FROM tenancy.audit_log WHERE class = 'refusal' AND tenant = 'delta'"));
	last if $whole == 20_000;
	select(undef, undef, undef, 0.1);
}
is($whole, 20_000, 'without a limit each is told of, within seconds');

done_testing();
