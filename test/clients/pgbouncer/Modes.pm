
=pod

=head1 NAME

Modes - what docs/poolers.md says of each version and mode of PgBouncer

=head1 DESCRIPTION

  test_modes()    the tests, one connection to the server each

The tenants are those of the swarm. "A" and "B" are two clients of one pool.

=cut

package Modes;

use strict;
use warnings;

use Bouncer;
use Exporter 'import';
use Pooler;
use Test::More;
use Told;

our @EXPORT = qw(test_modes);

my $tenant = 'SELECT tenancy.current_tenant()';
my $look = 'SELECT DISTINCT mark FROM notes';

# What pooler_probe() says to a client about its binding.
sub probe
{
	my ($client) = @_;
	return "SELECT p.ok FROM tenancy.pooler_probe('$client') AS p WHERE p.\"check\" = 'own binding'";
}

# Returns two clients of a pooler.
sub two
{
	my ($pooler, @startup) = @_;
	return ($pooler->session(@startup), $pooler->session(@startup));
}

# Ends clients and their pooler.
sub leave
{
	my ($pooler, @clients) = @_;
	$_->vanish for @clients;
	$pooler->stop;
	return;
}

# 1.18 in transaction mode keeps nothing of a session.
sub test_untracked
{
	my ($version) = @_;
	my $pooler = bouncer($version, 'transaction');
	my ($alice, $bob) = two($pooler);

	is_told($bob, $look, 'ERROR 42P01', 'who has not bound finds no table');
	is_told($bob, 'SELECT mark FROM tenant_pb00.notes', 'ERROR 42501', 'and is refused at the schema');
	is_told($alice, [ 'BEGIN', "SET LOCAL tenancy.tenant = 'pb00'", $look ], 'pb00', 'SET LOCAL binds the transaction');
	is_told($alice, 'COMMIT', '', 'which ends');
	is_told($bob, $tenant, '', 'and leaves nothing to the next client');
	is_told($bob, "SET LOCAL tenancy.tenant = 'pb01'; $look", 'pb01', 'a message of several statements is a transaction');

	# What cannot be safe: nothing but the application knows whose the connection is.
	is_told($alice, "SET tenancy.tenant = 'pb00'", '', 'SET binds the session');
	is_told($alice, probe('alice'), '', 'alone, a client can prove nothing');
	is_told($bob, $look, 'pb00', 'and the next client gets the binding with the connection');
	is_told($bob, probe('bob'), 'f', 'which pooler_probe() tells');
	is_told($alice, probe('alice'), 'f', 'to both');
	is_told($bob, "SET LOCAL tenancy.tenant = 'pb00'; " . probe('bob'), 't', 'who binds each transaction has a binding of his own');
	leave($pooler, $alice, $bob);
	return;
}

# A pool whose connections are cleaned after each transaction.
sub test_cleaned
{
	my $pooler = bouncer('1.18', 'transaction', 'server_reset_query_always = 1');
	my ($alice, $bob) = two($pooler);

	is_told($alice, "SET tenancy.tenant = 'pb00'", '', 'SET binds the session');
	is_told($alice, $look, 'ERROR 42P01', 'until the connection is cleaned: the client itself is not bound any more');
	is_told($bob, $look, 'ERROR 42P01', 'nor is the next');
	leave($pooler, $alice, $bob);
	return;
}

# Session mode.
sub test_session_mode
{
	my $pooler = bouncer('1.18', 'session', 'server_reset_query = DISCARD ALL');
	my $alice = $pooler->session;
	is_told($alice, [ "SET tenancy.tenant = 'pb00'", 'BEGIN', $look ], 'pb00', 'SET binds the session');
	$alice->close;
	my $bob = $pooler->session;
	is_told($bob, $tenant, '', 'which ends with the client');
	is_told($bob, [ "SET tenancy.tenant = 'pb01'", $look ], 'pb01', 'and the next binds anew');
	leave($pooler, $bob);

	# Without a reset query, rebind = never is what fails loudly.
	$pooler = bouncer('1.18', 'session', 'server_reset_query =');
	$alice = $pooler->session;
	told($alice, "SET tenancy.tenant = 'pb00'");
	$alice->close;
	$bob = $pooler->session;
	is_told($bob, $tenant, 'pb00', 'without DISCARD ALL the next client gets the binding');
	leave($pooler, $bob);
	return;
}

# Start-up options.
sub test_options
{
	my $pooler = bouncer('1.18', 'transaction');
	my $session = $pooler->session(options => '-c tenancy.tenant=pb00');
	like($session->{refusal}{M}, qr/unsupported startup parameter/, '1.18 refuses options=');
	$pooler->stop;

	$pooler = bouncer('1.24', 'transaction');
	$session = $pooler->session(options => '-c tenancy.tenant=pb00');
	like($session->{refusal}{M}, qr/unsupported startup parameter/, '1.24 refuses a setting that it does not track');
	$pooler->stop;

	$pooler = bouncer('1.18', 'transaction', 'ignore_startup_parameters = options');
	$session = $pooler->session(options => '-c tenancy.tenant=pb00');
	is_told($session, $look, 'ERROR 42P01', 'options= that are ignored bind nobody');
	leave($pooler, $session);
	return;
}

# 1.24 with tracking.
sub test_tracked
{
	my $pooler = bouncer('1.24', 'transaction', $tracked);
	my $alice = $pooler->session(options => '-c tenancy.tenant=pb00');
	my ($bob, $carol) = two($pooler);

	is($alice->parameter('tenancy.tenant'), 'pb00', 'options= reach the client as a parameter');
	is_told($alice, $look, 'pb00', 'and bind it');
	is_told($bob, $look, 'ERROR 42P01', 'and nobody else');
	is_told($bob, [ "SELECT tenancy.bind('pb01')", $look ], 'pb01', 'bind() is tracked as SET is');
	is_told($carol, $tenant, '', 'who has not bound is unbound');
	is_told($alice, $look, 'pb00', 'each client keeps its tenant');
	is_told($alice, probe('alice'), '', 'pooler_probe() needs two clients');
	is_told($bob, probe('bob'), 't', 'and then tells that each has a binding of its own');
	is_told($alice, probe('alice'), 't', 'to both');
	is_told($bob, [ 'BEGIN', "SET LOCAL tenancy.tenant = 'pb02'" ], 'ERROR 25001', 'a bound client does not change within a transaction');
	told($bob, 'ROLLBACK');
	is_told($carol, [ 'BEGIN', "SET tenancy.tenant = 'pb02'", $look, 'ROLLBACK', $tenant ], '', 'what is rolled back binds nobody');

	# A tenant is suspended: the replay fails, and only for his clients.
	superuser("SELECT tenancy.suspend('pb01')");
	is_told($alice, $look, 'pb00', 'when a tenant is suspended, others work on');
	is_told($bob, $look, 'FATAL 08P01', 'its client is thrown out');
	is_told($alice, $look, 'pb00', 'others get a new connection to the server');
	is_told($carol, $tenant, '', 'and who is unbound stays so');
	superuser("SELECT tenancy.activate('pb01')");
	my $again = $pooler->session(options => '-c tenancy.tenant=pb01');
	is_told($again, $look, 'pb01', 'until the tenant is active again');
	leave($pooler, $alice, $bob, $carol, $again);
	return;
}

# What the pooler cannot replay, with settings of PostgreSQL's own that it tracks.
sub test_limits
{
	my $pooler = bouncer('1.24', 'transaction', $tracking);
	my ($alice, $bob) = two($pooler);

	for my $length (90, 130)
	{
		my $zone = '<' . 'A' x ($length - 4) . '>+1';
		is_told($alice, [ "SET TimeZone = '$zone'", 'SHOW TimeZone' ], $zone, "a value of $length bytes is set");
		told($bob, "SET TimeZone = 'UTC'");
		is_told($alice, 'SHOW TimeZone', $length < 100 ? $zone : 'UTC', $length < 100 ? 'and replayed' : 'and silently not replayed');
	}
	is_told($alice, [ "SET application_name = 'one'", 'SHOW application_name' ], 'one', 'a value in lower case');
	is_told($bob, [ "SET application_name = 'ONE'" ], '', 'the same in upper case');
	is_told($alice, 'SHOW application_name', 'ONE', 'is the same to the pooler');
	leave($pooler, $alice, $bob);
	return;
}

# Statement mode.
sub test_statement_mode
{
	my $pooler = bouncer('1.24', 'statement', $tracked);
	my ($alice, $bob) = two($pooler);
	is_told($alice, [ "SET tenancy.tenant = 'pb00'", $look ], 'pb00', 'a tracked binding works');
	is_told($bob, $look, 'ERROR 42P01', 'for its client alone');
	is_told($bob, 'BEGIN', 'FATAL 08P01', 'transactions of several messages do not');
	leave($pooler, $alice, $bob);
	return;
}

# Roles whose sessions keep to one tenant.
sub test_never
{
	superuser('CREATE ROLE pinned LOGIN IN ROLE tenancy_app');
	my $pooler = bouncer('1.18', 'transaction');
	my ($alice, $bob) = two($pooler, user => 'pinned');
	is_told($alice, [ "SET LOCAL tenancy.tenant = 'pb00'; $look" ], 'pb00', 'with rebind = never, the first client binds');
	is_told($bob, [ "SET LOCAL tenancy.tenant = 'pb01'; $look" ], 'ERROR 25001', 'the next, of another tenant, is refused');
	leave($pooler, $alice, $bob);

	$pooler = bouncer('1.24', 'transaction', $tracked);
	($alice, $bob) = two($pooler, user => 'pinned');
	is_told($alice, [ "SET tenancy.tenant = 'pb00'", $look ], 'pb00', 'tracked: the first client binds');
	is_told($bob, [ "SET tenancy.tenant = 'pb01'", $look ], 'ERROR 55000', 'the next is refused');
	leave($pooler, $alice, $bob);
	superuser('DROP ROLE pinned');
	return;
}

# Suspension amid pooling, where each transaction binds itself.
sub test_suspension
{
	my $pooler = bouncer('1.18', 'transaction');
	my ($alice, $bob) = two($pooler);
	is_told($alice, [ 'BEGIN', "SET LOCAL tenancy.tenant = 'pb03'", $look ], 'pb03', 'a tenant works');
	superuser("SELECT tenancy.suspend('pb03')");
	is_told($alice, $look, 'ERROR 55000', 'it is suspended amid a transaction');
	told($alice, 'ROLLBACK');
	is_told($bob, "SET LOCAL tenancy.tenant = 'pb04'; $look", 'pb04', 'others work on');
	is_told($alice, "SET LOCAL tenancy.tenant = 'pb03'; $look", 'ERROR 55000', 'it is not');
	superuser("SELECT tenancy.activate('pb03')");
	is_told($alice, "SET LOCAL tenancy.tenant = 'pb03'; $look", 'pb03', 'until it is active again');
	leave($pooler, $alice, $bob);
	return;
}

# Named statements of the protocol.
sub test_prepared
{
	my $pooler = bouncer('1.24', 'transaction', $tracked, 'server_reset_query = RESET ALL', 'max_prepared_statements = 10');
	my ($alice, $bob) = two($pooler);
	told($alice, "SET tenancy.tenant = 'pb00'");
	told($bob, "SET tenancy.tenant = 'pb01'");
	is(of_result($_->parse('look', $look)->sync), '', 'a client prepares') for ($alice, $bob);
	is(of_result($alice->bind('', 'look')->execute('')->sync), 'pb00', 'one statement in the server serves A');
	is(of_result($bob->bind('', 'look')->execute('')->sync), 'pb01', 'and B');
	is(server_session()->value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"), 1, 'in one session');

	my $carol = $pooler->session;
	is(of_result($carol->parse('early', "$look LIMIT 1")->sync), 'ERROR 42P01', 'who prepares unbound finds no table');
	is(of_result($carol->parse('same', $look)->sync), '', 'unless the pooler knows the text from others');
	is(of_result($carol->bind('', 'same')->execute('')->sync), 'ERROR 42P01', 'but does not run it');
	leave($pooler, $alice, $bob, $carol);
	return;
}

sub test_modes
{
	subtest '1.18, transaction mode' => sub { test_untracked('1.18') };
	subtest '1.24 without tracking' => sub { test_untracked('1.24') };
	subtest 'cleaned after each transaction' => \&test_cleaned;
	subtest 'session mode' => \&test_session_mode;
	subtest 'options at connection' => \&test_options;
	subtest 'tracked' => \&test_tracked;
	subtest 'limits of tracking' => \&test_limits;
	subtest 'statement mode' => \&test_statement_mode;
	subtest 'rebind = never' => \&test_never;
	subtest 'suspension' => \&test_suspension;
	subtest 'prepared statements' => \&test_prepared;
	return;
}

1;
