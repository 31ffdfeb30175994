
=pod

=head1 NAME

Unbinding - why a pooler that tracks must clean the server connection after each transaction

=head1 DESCRIPTION

  test_unbinding()    the tests

PgBouncer silently does not replay values that are long when quoted, nor ones that differ from what the
server has in case alone. "victim" is a client of tenant pb01; "mallory" is nobody's client.

=cut

package Unbinding;

use strict;
use warnings;

use Bouncer;
use Exporter 'import';
use Pooler;
use Test::More;
use Told;

our @EXPORT = qw(test_unbinding);

my $tenant = 'SELECT tenancy.current_tenant()';
my $look = 'SELECT DISTINCT mark FROM notes';
my @prepared = ('max_prepared_statements = 10');

# Start-up parameters whose values PgBouncer does not replay.
my %not_replayed = (
	'a long value' => [ 'tenancy.tenant' => 'a' x 126 ],
	'a long value in options' => [ options => '-c tenancy.tenant=' . 'a' x 200 ],
	'a value that is long when quoted' => [ 'tenancy.tenant' => q(') x 70 ],
);

# Ends clients and their pooler.
sub leave
{
	my ($pooler, @clients) = @_;
	$_->vanish for @clients;
	$pooler->stop;
	return;
}

# Returns a new ticket of the victim's tenant.
sub ticket
{
	my $session = server_session();
	my $ticket = $session->value("SELECT tenancy.issue_ticket('pb01')");
	$session->close;
	return $ticket;
}

# What happens by tracking alone: the attacks that the lines of the next test end.
sub test_tracking_alone
{
	my $pooler = bouncer('1.24', 'transaction', $tracking);
	my $ticket = ticket();
	my $victim = $pooler->session(user => 'ticketed', options => "-c tenancy.tenant=$ticket");
	for my $way (sort keys %not_replayed)
	{
		is_told($victim, $look, 'pb01', 'the victim works');
		my $mallory = $pooler->session(user => 'ticketed', @{ $not_replayed{$way} });
		is_told($mallory, $look, 'pb01', "with $way, the next client has the binding");
		is_told($mallory, [ 'BEGIN', "SET LOCAL tenancy.tenant = ''", 'COMMIT' ], '', 'and by binding nobody in a transaction');
		is($mallory->parameter('tenancy.tenant'), $ticket, 'is told the ticket');
		$mallory->vanish;
	}
	$victim->vanish;
	$victim = $pooler->session(options => '-c tenancy.tenant=pb01');
	is_told($victim, $look, 'pb01', 'without tickets');
	my $mallory = $pooler->session('tenancy.tenant' => 'PB01');
	is_told($mallory, $look, 'pb01', 'other letter case does, though it is nobody\'s slug');
	leave($pooler, $victim, $mallory);
	return;
}

# The same with a query that cleans.
sub test_cleaned
{
	my ($mode, @lines) = @_;
	my $pooler = bouncer('1.24', $mode, $tracking, @lines);
	my $ticket = ticket();
	my $victim = $pooler->session(user => 'ticketed', options => "-c tenancy.tenant=$ticket");
	for my $way (sort keys %not_replayed)
	{
		is_told($victim, $look, 'pb01', 'the victim works');
		my $mallory = $pooler->session(user => 'ticketed', @{ $not_replayed{$way} });
		is_told($mallory, $tenant, '', "with $way, the next client is not bound");
		is_told($mallory, $look, 'ERROR 42P01', 'and finds nothing');
		told($mallory, 'BEGIN', "SET LOCAL tenancy.tenant = ''", 'COMMIT') if $mode eq 'transaction';
		told($mallory, "SET tenancy.tenant = ''");
		isnt($mallory->parameter('tenancy.tenant'), $ticket, 'nor does it get the ticket');
		unlike($mallory->{heard}, qr/\Q$ticket\E/, 'nowhere');
		$mallory->vanish;
	}
	$victim->vanish;

	# What is replayed is seen against what the connection is after it has been cleaned.
	my ($one, $two) = map { $pooler->session(options => '-c tenancy.tenant=pb01') } 1, 2;
	my $nobody = $pooler->session;
	for (1 .. 3)
	{
		is_told($one, $look, 'pb01', 'a client works, and');
		is_told($one, $look, 'pb01', 'once more, and');
		is_told($two, $look, 'pb01', 'another of the same tenant, and');
		is_told($nobody, $tenant, '', 'who has not bound is not bound');
	}
	is($one->parameter('tenancy.tenant'), 'pb01', 'nobody is told that the connection is cleaned');
	my $mallory = $pooler->session('tenancy.tenant' => 'PB01');
	is_told($mallory, $look, 'FATAL 08P01', 'other letter case is nobody\'s slug');
	is_told($two, $look, 'pb01', 'and others go on');
	leave($pooler, $one, $two, $nobody, $mallory);
	return;
}

# Named statements, whose names the pooler chooses.
sub test_statements
{
	my ($reset, $stay) = @_;
	my $pooler = bouncer('1.24', 'transaction', $tracked, "server_reset_query = $reset", @prepared);
	my ($alice, $bob) = map { $pooler->session(options => "-c tenancy.tenant=$_") } 'pb01', 'pb02';
	is(of_result($_->parse('look', $look)->sync), '', 'a client prepares') for $alice, $bob;
	for (1 .. 3)
	{
		is(of_result($alice->bind('', 'look')->execute('')->sync), 'pb01', 'its statement is its own');
		is(of_result($bob->bind('', 'look')->execute('')->sync), 'pb02', 'and another client\'s, of the same text, too');
	}
	is_told($alice, 'SELECT count(*) FROM pg_prepared_statements', $stay, $stay ? 'it stays in the server' : 'it is made anew each time');

	told($bob, 'DEALLOCATE "PGBOUNCER_1"');
	is(of_result($alice->bind('', 'look')->execute('')->sync), $stay ? 'ERROR 26000' : 'pb01',
		$stay ? 'where it stays, others can take it away' : 'nobody can take it away');

	# The same text, of tables that differ.
	superuser('ALTER TABLE tenant_pb01.extras ADD COLUMN more integer');
	is(of_result($alice->parse('all', 'SELECT * FROM extras')->bind('', 'all')->execute('')->sync), 'pb01|', 'a changed table');
	is(of_result($bob->parse('all', 'SELECT * FROM extras')->bind('', 'all')->execute('')->sync), $stay ? 'ERROR 0A000' : 'pb02',
		$stay ? 'is in the way of others\' statement' : 'is in nobody\'s way');
	superuser('ALTER TABLE tenant_pb01.extras DROP COLUMN more');
	leave($pooler, $alice, $bob);
	return;
}

# Settings, roles and locks of those who are not bound.
sub test_leftovers
{
	my ($reset, $settings_go, $all) = @_;
	my $pooler = bouncer('1.24', 'transaction', $tracked, "server_reset_query = $reset");
	my ($mallory, $nobody) = map { $pooler->session } 1, 2;
	my $victim = $pooler->session(options => '-c tenancy.tenant=pb01');
	my %value = (
		statement_timeout => [ '77ms', '0' ],
		default_transaction_read_only => [ 'on', 'off' ],
		transform_null_equals => [ 'on', 'off' ],
		search_path => [ 'pg_catalog', '"$user", public' ],
		lock_timeout => [ '1ms', '0' ],
		'my.setting' => [ 'x', '' ],
	);
	for my $setting (sort keys %value)
	{
		my ($hostile, $own) = @{ $value{$setting} };
		is_told($mallory, "SELECT set_config('$setting', '$hostile', false)", $hostile, "$setting, set unbound");
		is_told($victim, "SELECT current_setting('$setting', true)", $settings_go ? $own : $hostile, $settings_go ? 'does not reach the next tenant' : 'stays');
		told($mallory, "RESET $setting");
	}
	is_told($mallory, [ 'SET ROLE tenancy_app', 'SELECT pg_advisory_lock(1)' ], '', 'a role, and a lock');
	is_told($victim, 'SELECT current_user', 'tenant_pb01', 'do not reach a tenant');
	told($mallory, 'SET ROLE tenancy_app', 'SELECT pg_advisory_lock(1)');
	is_told($nobody, "SELECT current_user, (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')",
		$all ? 'app|0' : 'tenancy_app|1', $all ? 'nor others' : 'but those who are not bound');
	leave($pooler, $mallory, $victim, $nobody);
	return;
}

# Without tracking, a binding for the session meets the statement by which the next client binds. bind_scope, tested
# elsewhere, refuses the first of these.
sub test_meeting
{
	my $pooler = bouncer('1.18', 'transaction');
	my ($mallory, $victim) = map { $pooler->session } 1, 2;
	told($mallory, "SET tenancy.tenant = 'pb00'", 'SET search_path = pg_temp, tenant_pb00');
	is_told($victim, [ 'BEGIN', "SELECT current_user, current_setting('search_path')" ], 'tenant_pb00|pg_temp, tenant_pb00',
		'the statement that binds would run as a former tenant, by his search_path');
	leave($pooler, $mallory, $victim);
	return;
}

# A query that fails cleans nothing, and nobody is told. None of these settings makes DISCARD ALL fail.
sub test_failing
{
	my $pooler = bouncer('1.24', 'transaction', $tracked, "server_reset_query = SET tenancy.tenant = ''; SELECT 1/0");
	my $victim = $pooler->session(options => '-c tenancy.tenant=pb01');
	is_told($victim, $look, 'pb01', 'where the query fails');
	my $mallory = $pooler->session('tenancy.tenant' => 'a' x 130);
	is_told($mallory, $look, 'pb01', 'the binding stays');
	unlike($pooler->log, qr/division/, 'without a word in the log');
	leave($pooler, $victim, $mallory);

	my @hostile = (
		'SET default_transaction_read_only = on',
		"SET default_transaction_isolation = 'serializable'; SET default_transaction_read_only = on; SET default_transaction_deferrable = on",
		'SET lock_timeout = 1',
		"SET search_path = ''",
		'SET row_security = off',
		'SET ROLE tenancy_app',
		'SELECT pg_advisory_lock(g) FROM generate_series(1, 1000) AS g',
		"SELECT set_config('x.a' || g, 'y', false) FROM generate_series(1, 500) AS g",
	);
	for my $reset ('DISCARD ALL', 'RESET ALL')
	{
		# Against the server itself: a pooler would have cleaned these away before.
		for my $sql (@hostile)
		{
			my $session = server_session(user => 'app');
			like(told($session, $sql), qr/^(?!ERROR|FATAL)/, $sql);
			is_told($session, [ "SET tenancy.tenant = 'pb01'", $tenant ], 'pb01', 'another client binds');
			is_told($session, [ $reset, $tenant ], '', "$reset works as well");
			$session->vanish;
		}
	}
	return;
}

sub test_unbinding
{
	superuser(
		'CREATE ROLE ticketed LOGIN IN ROLE tenancy_app',
		"ALTER ROLE ticketed SET tenancy.rebind = 'transaction'",
		'ALTER ROLE ticketed SET tenancy.require_ticket = on');
	my @always = ('server_reset_query_always = 1');
	subtest 'tracking alone' => \&test_tracking_alone;
	subtest 'cleaned by DISCARD ALL' => sub { test_cleaned('transaction', @always) };
	subtest 'the same, named statements' => sub { test_cleaned('transaction', @always, @prepared) };
	subtest 'cleaned by RESET ALL' => sub { test_cleaned('transaction', @always, @prepared, 'server_reset_query = RESET ALL') };
	subtest 'unbound only' => sub { test_cleaned('transaction', @always, "server_reset_query = SET tenancy.tenant = ''") };
	subtest 'statement mode' => sub { test_cleaned('statement', @always) };
	subtest 'statements, DISCARD ALL' => sub { test_statements('DISCARD ALL', 0) };
	subtest 'statements, RESET ALL' => sub { test_statements('RESET ALL', 1) };
	subtest 'leftovers, DISCARD ALL' => sub { test_leftovers('DISCARD ALL', 1, 1) };
	subtest 'leftovers, RESET ALL' => sub { test_leftovers('RESET ALL', 1, 0) };
	subtest 'leftovers, unbound only' => sub { test_leftovers("SET tenancy.tenant = ''", 0, 0) };
	subtest 'without tracking' => \&test_meeting;
	subtest 'a query that fails' => \&test_failing;
	superuser('DROP ROLE ticketed');
	return;
}

1;
