# Dropping many tenants in one call: with the default lock table, with some in use, some too
# large for one transaction, and with a call that is cancelled and made again.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('bulk', 'max_connections = 20');
my $admin = session($node);
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE ops LOGIN IN ROLE tenancy_admin';
my $ops = session($node, user => 'ops');

# Makes tenants NAME1 ..., each with some tables of one row.
sub make_many
{
	my ($name, $tenants, $tables) = @_;
	for my $number (1 .. $tenants)
	{
		my $result = $admin->query(
			"DO \$\$ BEGIN PERFORM tenancy.provision('$name$number');
				FOR i IN 1 .. $tables LOOP
					EXECUTE format('CREATE TABLE tenant_$name$number.t%s (a int PRIMARY KEY, b text)', i);
					EXECUTE format('INSERT INTO tenant_$name$number.t%s VALUES (1)', i);
				END LOOP; END \$\$");
		die $result->{errors}[0]{M} if @{ $result->{errors} };
	}
	return;
}

# Slugs NAME1 ... as an array of SQL.
sub slugs
{
	my ($name, $count) = @_;
	return "ARRAY[" . join(', ', map { "'$name$_'" } 1 .. $count) . "]";
}

sub status_of
{
	my ($name) = @_;
	return rows($admin->query("SELECT status, count(*), count(n.oid) FROM tenancy.tenants
		LEFT JOIN pg_namespace n ON n.nspname = schema_name WHERE slug ~ '^$name\\d+\$' GROUP BY 1 ORDER BY 1"));
}

sub words
{
	my ($result) = @_;
	return join("\n", map { "$_->{S} $_->{C} $_->{M}" } @{ $result->{notices} });
}

# --- more objects than the lock table has room for

make_many('many', 100, 40);
my $result;
my $room = 64 * 20;
cmp_ok(rows($admin->query("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE nspname LIKE 'tenant\\_many%'")), '>', 4 * $room, 'the tenants have more objects than the lock table has slots');
my $session = session($node, user => 'shop', options => '-c tenancy.tenant=many7');
$result = $ops->query('CALL tenancy.drop_many(' . slugs('many', 100) . ')');
is(scalar(@{ $result->{errors} }), 0, 'they are dropped in one call');
like(words($result), qr/^WARNING 55006 could not drop tenant "many7": tenant "many7" is in use$/m, 'except one in use, as a warning tells');
like(words($result), qr/^NOTICE 00000 99 of 100 tenants dropped, 1 failed, 0 had nothing to do$/m, 'and a notice the sums');
my ($warning) = grep { $_->{S} eq 'WARNING' } @{ $result->{notices} };
is($warning->{D}, '1 other session is bound to it.', 'the warning has the detail');
like($warning->{H}, qr/force => true/, 'and the hint');
is(status_of('many'), "active|1|1\ndeleted|99|0", 'nothing else is left');
gives($session, 'SELECT a FROM t1', '1', 'the session that was in the way goes on');
gives($ops, "SELECT count(*), sum(rows) FROM tenancy.erasures WHERE finished_at IS NOT NULL", '99|3960', 'there is a record of each');
$result = $ops->query('CALL tenancy.drop_many(' . slugs('many', 100) . ', force => true)');
like(words($result), qr/^NOTICE 00000 1 of 100 tenants dropped, 0 failed, 99 had nothing to do$/m, 'the next call drops the last, by force');
$session->vanish;

# --- some too large for one transaction

make_many('small', 3, 2);
make_many('large', 1, 400);
$result = $ops->query("CALL tenancy.drop_many(ARRAY['small1', 'large1', 'small2', 'small3'])");
like(words($result), qr/^NOTICE 00000 4 of 4 tenants dropped/m, 'a tenant that goes by the background worker may be among them');
is(status_of('large') . ' ' . status_of('small'), 'deleted|1|0 deleted|3|0', 'all are gone');

# --- progress, and a call that is cancelled

make_many('slow', 30, 1);
my $holder = session($node);
$holder->query($_) for 'BEGIN', 'LOCK TABLE tenant_slow11.t1 IN ACCESS SHARE MODE';
my $pid = $ops->pid;
$ops->send_query('CALL tenancy.drop_many(' . slugs('slow', 30) . ')');
$node->poll_query_until('postgres', "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $pid") or die 'it does not wait';
is(status_of('slow'), "active|20|20\ndeleted|10|0", 'what was dropped before the one that waits is committed');
$admin->query("SELECT pg_cancel_backend($pid)");
is_refusal($ops->collect, '57014', 'canceling statement due to user request', 'the call can be cancelled');
is(status_of('slow'), "active|20|20\ndeleted|10|0", 'and takes nothing back');

$ops->query("SET lock_timeout = '3500ms'");
$result = $ops->query('CALL tenancy.drop_many(' . slugs('slow', 30) . ')');
like(words($result), qr/^WARNING 55P03 could not drop tenant "slow11": canceling statement due to lock timeout$/m,
	'a lock that is not given in time is the failure of one tenant');
like(words($result), qr/^NOTICE 00000 0 of 30 tenants dropped, 1 failed, 19 left$/m, 'progress is told every few seconds');
like(words($result), qr/^NOTICE 00000 19 of 30 tenants dropped, 1 failed, 10 had nothing to do$/m, 'the others are dropped');
$holder->query('ROLLBACK');
gives($ops, 'SELECT 1', '1', 'the session is in order');
$result = $ops->query('CALL tenancy.drop_many(' . slugs('slow', 30) . ')');
like(words($result), qr/^NOTICE 00000 1 of 30 tenants dropped, 0 failed, 29 had nothing to do$/m, 'a last call drops the last');

# --- an error at the commit

make_many('late', 3, 1);
$admin->query($_) for 'CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN IF NEW.slug = \'late2\' THEN RAISE EXCEPTION \'not yet\'; END IF; RETURN NULL; END $$',
	'CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON tenancy.tenants DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION public.refuse()';
$result = $ops->query('CALL tenancy.drop_many(' . slugs('late', 3) . ')');
like(words($result), qr/^WARNING P0001 could not drop tenant "late2": not yet$/m, 'an error at the commit is the failure of one tenant');
like(words($result), qr/^NOTICE 00000 2 of 3 tenants dropped, 1 failed/m, 'and the others are dropped');
is(status_of('late'), "active|1|1\ndeleted|2|0", 'as the registry says');
gives($ops, 'SELECT 1', '1', 'the session is in order');

$_->close for $ops, $admin, $holder;
done_testing();
