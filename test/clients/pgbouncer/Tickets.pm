
=pod

=head1 NAME

Tickets - signed tickets through PgBouncer, and bindings that must not outlive their transaction

=head1 DESCRIPTION

  test_tickets()      the role "ticketed" binds by tickets alone
  test_bind_scope()   the role "scoped" binds for a transaction alone

=cut

package Tickets;

use strict;
use warnings;

use Bouncer;
use Exporter 'import';
use Pooler;
use Swarm;
use Test::More;
use Told;

our @EXPORT = qw(test_tickets test_bind_scope);

my $tenant = 'SELECT tenancy.current_tenant()';
my $look = 'SELECT DISTINCT mark FROM notes';

# Returns a new ticket of a tenant.
sub ticket
{
	my ($slug, $valid_for) = @_;
	my $session = server_session();
	my $ticket = $session->value("SELECT tenancy.issue_ticket('$slug', '$valid_for')");
	$session->close;
	return $ticket;
}

# Waits until a ticket is not good any more.
sub wait_for_expiry
{
	my ($ticket) = @_;
	my $session = server_session();
	select(undef, undef, undef, 0.05) while $session->value("SELECT problem IS NULL FROM tenancy.inspect_ticket('$ticket')") eq 't';
	$session->close;
	return;
}

# The pooler keeps the ticket, and nobody else can read it.
sub test_tracked_tickets
{
	my $pooler = bouncer('1.24', 'transaction', $tracked);
	my ($acme, $globex) = (ticket('pb00', '1 hour'), ticket('pb01', '1 hour'));
	my $alice = $pooler->session(user => 'ticketed', options => "-c tenancy.tenant=$acme");
	my $bob = $pooler->session(user => 'ticketed');

	is($alice->parameter('tenancy.tenant'), $acme, 'the client is told its ticket');
	is_told($alice, 'SHOW tenancy.tenant', 'pb00', 'SQL is told the slug');
	is_told($bob, "SET tenancy.tenant = 'pb01'", 'ERROR 28000', 'a slug binds nobody');
	is_told($bob, [ "SET tenancy.tenant = '$globex'", $look ], 'pb01', 'a ticket does');
	is($bob->parameter('tenancy.tenant'), $globex, 'and is what the pooler keeps');
	is_told($alice, $look, 'pb00', 'each client') for 1 .. 3;
	is_told($bob, $look, 'pb01', 'keeps its tenant');

	superuser("SELECT tenancy.revoke_tickets('pb01')");
	is_told($alice, $look, 'pb00', 'when tickets are revoked, others work on');
	is_told($bob, $look, 'FATAL 08P01', 'their clients are thrown out at the replay');
	is_told($alice, $look, 'pb00', 'others get a new connection to the server');
	$bob->vanish;

	my $short = ticket('pb02', '1 second');
	$bob = $pooler->session(user => 'ticketed');
	is_told($bob, "SET tenancy.tenant = '$short'", '', 'a ticket for a second');
	is_told($alice, $look, 'pb00', 'somebody else works');
	wait_for_expiry($short);
	is_told($bob, $look, 'FATAL 08P01', 'once it has expired it is not replayed');
	is_told($alice, $look, 'pb00', 'and others go on');

	$_->vanish for $alice, $bob;
	$pooler->stop;
	return;
}

# The longest tickets there are, of tenants whose names differ in the last character.
sub test_long_tickets
{
	my $pooler = bouncer('1.24', 'transaction', $tracked);
	my @slugs = map { 'pb-' . 'x' x 52 . $_ } 'a', 'b';
	my @clients;
	for my $slug (@slugs)
	{
		superuser("SELECT tenancy.provision('$slug')");
		my $ticket = ticket($slug, '1 hour');
		is(length $ticket, 97, 'a ticket of 97 bytes');
		push @clients, $pooler->session(user => 'ticketed', options => "-c tenancy.tenant=$ticket");
	}
	for (1 .. 2)
	{
		is_told($clients[$_], $tenant, $slugs[$_], 'is replayed') for 0, 1;
	}
	$_->vanish for @clients;
	$pooler->stop;
	superuser(map { "SELECT tenancy.drop('$_')" } @slugs);
	return;
}

sub test_tickets
{
	my ($transactions) = @_;
	superuser(
		'CREATE ROLE ticketed LOGIN IN ROLE tenancy_app',
		"ALTER ROLE ticketed SET tenancy.rebind = 'transaction'",
		'ALTER ROLE ticketed SET tenancy.require_ticket = on',
		'SELECT tenancy.create_ticket_key()');
	write_file('tickets', join '', map { "$_ " . ticket($_, '1 hour') . "\n" } map { sprintf('pb%02d', $_) } 0 .. 11);
	swarm_is_clean(
		'1.24 transaction, tracked tickets', $transactions,
		bouncer('1.24', 'transaction', $tracked, 'max_prepared_statements = 20'),
		'--user=ticketed', '--values=tickets', '--mode=tracked', '--named', '--start-up');
	swarm_is_clean(
		'1.18 transaction, tickets in each transaction',
		$transactions, bouncer('1.18', 'transaction'),
		'--user=ticketed', '--values=tickets', '--mode=local');
	subtest 'tickets, tracked' => \&test_tracked_tickets;
	subtest 'long tickets' => \&test_long_tickets;
	superuser('DROP ROLE ticketed');
	return;
}

# Where a session is nobody's, no binding may stay in it.
sub test_bind_scope
{
	superuser(
		'CREATE ROLE scoped LOGIN IN ROLE tenancy_app',
		"ALTER ROLE scoped SET tenancy.rebind = 'transaction'",
		"ALTER ROLE scoped SET tenancy.bind_scope = 'transaction'");
	subtest 'bind_scope = transaction' => sub {
		for my $version ('1.18', '1.24')
		{
			my $pooler = bouncer($version, 'transaction');
			my ($alice, $bob) = map { $pooler->session(user => 'scoped') } 1, 2;
			is_told($alice, "SET tenancy.tenant = 'pb00'", 'ERROR 55000', "$version: SET by itself fails");
			is_told($alice, "SELECT tenancy.bind('pb00')", 'ERROR 55000', 'bind() too');
			is_told($alice, [ 'BEGIN', "SET tenancy.tenant = 'pb00'", $look, 'COMMIT' ], 'ERROR 55000', 'and a commit that would keep it');
			is_told($bob, $tenant, '', 'the next client is not bound');
			is_told($alice, [ "SET LOCAL tenancy.tenant = 'pb00'; $look" ], 'pb00', 'SET LOCAL binds');
			is_told($bob, $look, 'ERROR 42P01', 'and the next client is not bound');
			$_->vanish for $alice, $bob;
			$pooler->stop;
		}
		# Who binds by search_path alone.
		superuser('ALTER ROLE scoped SET tenancy.bind_from_search_path = on');
		my $paths = bouncer('1.18', 'transaction');
		my ($carol, $dave) = map { $paths->session(user => 'scoped') } 1, 2;
		is_told($carol, 'SET search_path = tenant_pb00', 'ERROR 55000', 'a search_path for the session is refused');
		is_told($dave, $tenant, '', 'and reaches nobody');
		is_told($carol, "SET LOCAL search_path = tenant_pb00; $look", 'pb00', 'one for the transaction binds');
		is_told($dave, "SET LOCAL search_path = tenant_pb01; $look", 'pb01', 'as does the next');
		$_->vanish for $carol, $dave;
		$paths->stop;
		superuser('ALTER ROLE scoped RESET tenancy.bind_from_search_path');

		# Not for a pooler that replays: it would do so by SET.
		my $pooler = bouncer('1.24', 'transaction', $tracked);
		my $session = $pooler->session(user => 'scoped', options => '-c tenancy.tenant=pb00');
		is_told($session, $look, 'FATAL 08P01', 'a replay is refused');
		$session->vanish;
		$pooler->stop;
	};
	superuser('DROP ROLE scoped');
	return;
}

1;
