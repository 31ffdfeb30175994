# Dropping a tenant: one with more tables than the lock table has room for, one that is in
# use, a drop that is interrupted, and a role that two databases use.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('drop');
my $admin = session($node);
$admin->query($_) for 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE ops LOGIN IN ROLE tenancy_admin';
my $ops = session($node, user => 'ops');
is($admin->value('SHOW max_locks_per_transaction'), '64', 'the lock table has its default size');

# Makes a tenant with tables t1 ..., each with an index, and one row in every tenth.
sub make_large_tenant
{
	my ($slug, $tables) = @_;
	make_tenants($admin, $slug);
	for (my $first = 1; $first <= $tables; $first += 250)
	{
		my $last = $first + 249 < $tables ? $first + 249 : $tables;
		my $result = $admin->query(
			"DO \$\$ BEGIN FOR i IN $first .. $last LOOP
				EXECUTE format('CREATE TABLE tenant_$slug.t%s (id int PRIMARY KEY)', i);
				IF i % 10 = 0 THEN EXECUTE format('INSERT INTO tenant_$slug.t%s VALUES (1)', i); END IF;
			END LOOP; END \$\$");
		die $result->{errors}[0]{M} if @{ $result->{errors} };
	}
	return;
}

sub bound
{
	my ($slug) = @_;
	return session($node, user => 'shop', options => "-c tenancy.tenant=$slug");
}

# What is left of a tenant.
sub left_of
{
	my ($slug) = @_;
	return rows($admin->query("SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_$slug'),
		(SELECT count(*) FROM pg_class WHERE relnamespace::regnamespace::text = 'tenant_$slug'),
		(SELECT count(*) FROM pg_roles WHERE rolname = 'tenant_$slug'),
		(SELECT string_agg(status, ',') FROM tenancy.tenants WHERE slug = '$slug')"));
}

# --- in use

make_tenants($admin, 'acme', 'beta');
my $session = bound('acme');
my $error = refuses($ops, "SELECT tenancy.drop('acme')", '55006', 'tenant "acme" is in use', 'a tenant in use is not dropped');
is($error->{D}, '1 other session is bound to it.', 'the error tells by how many sessions');
like($error->{H}, qr/force => true/, 'and what to do');
gives($session, 'SELECT owner FROM accounts', 'acme', 'the session goes on');
my $second = bound('acme');
$error = refuses($ops, "SELECT tenancy.drop('acme')", '55006', 'tenant "acme" is in use', 'with two sessions');
is($error->{D}, '2 other sessions are bound to it.', 'two are told');
$second->close;
is(left_of('acme'), '1|2|1|active', 'nothing of the tenant has gone');

# A session that was bound before but is so no longer is not in the way.
$session->query("SET tenancy.tenant = ''");
my $transaction = session($node, user => 'shop');
$transaction->query($_) for 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'";
refuses($ops, "SELECT tenancy.drop('acme')", '55006', 'tenant "acme" is in use', 'a session bound for a transaction counts');
$transaction->query('COMMIT');
$second = bound('acme');
my $other_tenant = bound('beta');
gives($ops, "SELECT slug, schema_name, rows, erased_by, forced, finished_at IS NOT NULL FROM tenancy.drop('acme', force => true)",
	'acme|tenant_acme|1|ops|t|t', 'force drops it');
my $farewell = $second->collect;
is("$farewell->{errors}[0]{S} $farewell->{errors}[0]{C}", 'FATAL 57P01', 'and ends the session that was bound');
$second->vanish;
is(left_of('acme'), '0|0|0|deleted', 'nothing of the tenant is left');
gives($session, 'SELECT 1', '1', 'the session that is not bound goes on');
gives($other_tenant, 'SELECT owner FROM accounts', 'beta', 'so does that of another tenant');
$_->close for $session, $other_tenant, $transaction;
refuses($ops, "SELECT tenancy.drop('acme')", '42704', 'tenant "acme" does not exist', 'a second drop finds none');
gives($ops, "SELECT tenancy.drop('acme', if_exists => true) IS NULL", 't', 'or says so');
refuses($ops, "SELECT tenancy.drop('nobody')", '42704', 'tenant "nobody" does not exist', 'an unknown tenant');

# --- large

make_large_tenant('large', 2000);
refuses($ops, "BEGIN; SELECT tenancy.drop('large')", '25001',
	'tenant "large" is too large to be dropped inside a transaction block or function', 'a large tenant is not dropped in a transaction block');
$ops->query('ROLLBACK');
refuses($ops, "DO \$\$ BEGIN PERFORM tenancy.drop('large'); END \$\$", '25001',
	'tenant "large" is too large to be dropped inside a transaction block or function', 'nor in a function');
$ops->query("SET default_transaction_isolation = 'repeatable read'");
$ops->query('ROLLBACK');
is(left_of('large'), '1|4002|1|active', 'nothing of it has gone');
$session = bound('large');
gives($session, 'SELECT count(*) FROM t10', '1', 'it works as before');
refuses($ops, "SELECT tenancy.drop('large')", '55006', 'tenant "large" is in use', 'and is not dropped while in use');
$session->close;
$node->poll_query_until('postgres', "SELECT sessions = 0 FROM tenancy.stat_tenants WHERE slug = 'large'") or die;

gives($ops, "SELECT slug, schema_name, objects, rows, bytes > 200 * 8192, erased_by, forced FROM tenancy.drop('large')",
	'large|tenant_large|2002|201|t|ops|f', '2,000 tables go with the default lock table');
is(left_of('large'), '0|0|0|deleted', 'nothing of the tenant is left');
gives($ops, "SELECT count(*), sum(rows) FROM tenancy.erasures WHERE slug = 'large' AND finished_at IS NOT NULL", '1|201',
	'one record is');
gives($ops, "SELECT event, actor FROM tenancy.events WHERE slug = 'large' ORDER BY id", "provisioned|postgres\ndropped|ops",
	'and the event, by who asked for it');

# --- interrupted

make_large_tenant('stuck', 1000);
$session = bound('stuck');

# A lock on one table holds the worker up.
my $holder = session($node);
$holder->query($_) for 'BEGIN', 'LOCK TABLE tenant_stuck.t900 IN ACCESS SHARE MODE';
$session->close;
$node->poll_query_until('postgres', "SELECT sessions = 0 FROM tenancy.stat_tenants WHERE slug = 'stuck'") or die;
my $worker = "FROM pg_stat_activity WHERE backend_type = 'tenancy drop' AND wait_event_type = 'Lock'";
$ops->send_query("SELECT rows FROM tenancy.drop('stuck')");
$node->poll_query_until('postgres', "SELECT count(*) = 1 $worker") or die 'the worker does not wait for the lock';
my $candidate = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=stuck');
is("$candidate->{refusal}{C}: $candidate->{refusal}{M}", '55000: tenant "stuck" is not active',
	'while it is dropped nobody binds to it');
$candidate->vanish;
gives($admin, "SELECT pg_terminate_backend(pid) $worker", 't', 'the worker is killed');
$error = is_refusal($ops->collect, '55000', 'tenant "stuck" was not dropped completely', 'the drop tells');
like($error->{H}, qr/tenancy\.drop\(\) again/, 'and what to do');
like(left_of('stuck'), qr/^1\|[1-9]\d*\|1\|deleted$/, 'part of the tenant is left');
gives($ops, "SELECT count(*), count(finished_at) FROM tenancy.erasures WHERE slug = 'stuck'", '1|0', 'so is the record of what has gone');

my $rest = left_of('stuck');
$candidate = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=stuck');
is("$candidate->{refusal}{C}: $candidate->{refusal}{M}", '55000: tenant "stuck" is not active', 'nobody binds to the rest');
is($candidate->{refusal}{D}, 'Its status is "deleted".', 'as it counts as deleted');
$candidate->vanish;
$session = session($node, user => 'shop');
refuses($session, 'SELECT * FROM tenant_stuck.t900', '42501', 'access to tenant schema "tenant_stuck" denied: no tenant is bound',
	'nor reaches it unbound');
$session->close;
refuses($ops, "SELECT tenancy.activate('stuck')", '55000', 'tenant "stuck" is not active', 'it cannot be activated');
refuses($ops, "SELECT tenancy.provision('stuck')", '55000', 'tenant "stuck" was not dropped completely', 'nor its slug be used again');
is(left_of('stuck'), $rest, 'and all that has changed nothing');

$holder->query('ROLLBACK');
gives($ops, "SELECT slug, objects, rows, erased_by FROM tenancy.drop('stuck')", 'stuck|1002|101|ops',
	'a second drop finishes, and its record has all');
is(left_of('stuck'), '0|0|0|deleted', 'nothing is left');
gives($ops, "SELECT count(*), count(finished_at) FROM tenancy.erasures WHERE slug = 'stuck'", '1|1', 'there is one record');
gives($ops, "SELECT slug FROM tenancy.provision('stuck')", 'stuck', 'and the slug is free again');

# The caller goes away; the worker goes on, and the tenant stays out of reach.
make_large_tenant('left', 1000);
$holder->query($_) for 'BEGIN', 'LOCK TABLE tenant_left.t900 IN ACCESS SHARE MODE';
my $impatient = session($node, user => 'ops');
$impatient->send_query("SELECT tenancy.drop('left')");
$node->poll_query_until('postgres', "SELECT count(*) = 1 $worker") or die 'the worker does not wait for the lock';
$admin->query('SELECT pg_cancel_backend(' . $impatient->pid . ')');
is_refusal($impatient->collect, '57014', 'canceling statement due to user request', 'the caller of a drop may give up');
$candidate = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=left');
is("$candidate->{refusal}{C}: $candidate->{refusal}{M}", '55000: tenant "left" is not active', 'the tenant is out of reach');
$candidate->vanish;
$holder->query('ROLLBACK');
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_namespace WHERE nspname = 'tenant_left'"),
	'the worker goes on');
is(left_of('left'), '0|0|0|deleted', 'to the end');
$impatient->close;

# --- one slug in two databases

$admin->query('CREATE DATABASE twin');
my $twin = session($node, database => 'twin');
$twin->query('CREATE EXTENSION tenancy');
make_tenants($admin, 'both');
make_tenants($twin, 'both');
my $other = session($node, database => 'twin', user => 'shop', options => '-c tenancy.tenant=both');
my $result = $ops->query("SELECT slug FROM tenancy.drop('both')");
is(rows($result), 'both', 'a tenant whose slug another database uses is dropped, whoever is bound there');
is(join(', ', map { $_->{M} } @{ $result->{notices} }), 'role "tenant_both" is kept', 'its role is kept, as a notice tells');
is(left_of('both'), '0|0|1|deleted', 'everything else has gone');
gives($other, 'SELECT owner FROM accounts', 'both', 'the tenant in the other database goes on');
$other->close;
$session = session($node, database => 'twin', user => 'shop', options => '-c tenancy.tenant=both');
gives($session, 'SELECT owner, current_user FROM accounts', 'both|tenant_both', 'also in new sessions');
$session->close;
gives($ops, "SELECT slug FROM tenancy.provision('both')", 'both', 'the slug can be used again here, with the role that is there');
gives($ops, "SELECT slug FROM tenancy.drop('both')", 'both', 'and dropped again');
$node->poll_query_until('twin', "SELECT sessions = 0 FROM tenancy.stat_tenants WHERE slug = 'both'", 't') or die;
gives($twin, "SELECT slug FROM tenancy.drop('both')", 'both', 'the last one');
is(left_of('both'), '0|0|0|deleted', 'takes the role along');

$_->close for $ops, $admin, $twin, $holder;
done_testing();
