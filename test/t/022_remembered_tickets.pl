# A backend remembers the MACs of the tickets that it has checked last; what it refuses is what it
# would refuse without.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('remembered');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
$admin->query($_) for 'CREATE ROLE pool LOGIN IN ROLE tenancy_app', "ALTER ROLE pool SET tenancy.rebind = 'transaction'",
	'ALTER ROLE pool SET tenancy.require_ticket = on', 'SELECT tenancy.create_ticket_key()';
my $pool = session($node, user => 'pool');

# Makes tickets of a tenant that differ in their lifetime.
sub tickets
{
	my ($slug, $count) = @_;
	my $result = $admin->query("SELECT tenancy.issue_ticket('$slug', make_interval(hours => 1, secs => n)) FROM generate_series(1, $count) n");
	die $result->{errors}[0]{M} if @{ $result->{errors} };
	return map { $_->[0] } @{ $result->{rows} };
}

# Who a ticket binds, in a transaction of the pool; or the error.
sub binds
{
	my ($ticket) = @_;
	$pool->query('BEGIN');
	my $result = $pool->query("SET LOCAL tenancy.tenant = '$ticket'");
	$result = $pool->query('SELECT owner FROM accounts') unless @{ $result->{errors} };
	$pool->query('COMMIT');
	return @{ $result->{errors} } ? "$result->{errors}[0]{C}: $result->{errors}[0]{M}" : rows($result);
}

# A ticket with one character of the tail that is another.
sub altered
{
	my ($ticket, $place) = @_;
	my $position = length($ticket) - 40 + $place;
	substr($ticket, $position, 1) = substr($ticket, $position, 1) eq 'b' ? 'c' : 'b';
	return $ticket;
}

my $invalid = '28000: invalid ticket';
my ($ticket) = tickets('acme', 1);
is(binds($ticket), 'acme', "round $_") for 1 .. 3;
# Of the 40 characters those from the 16th on are the MAC's alone.
is(join(',', grep { binds(altered($ticket, $_)) ne $invalid } 0 .. 39), '', 'no character can be another once a ticket has been checked');
is(binds($ticket), 'acme', 'and the ticket is still good');
my ($forged) = map { altered($_, 20) } tickets('beta', 1);
is(binds($forged), $invalid, 'a forged one, before the genuine one') for 1 .. 2;
is(binds((tickets('beta', 1))[0]), 'beta', 'the genuine one');
is(binds($forged), $invalid, 'the forged one after it');
my $renamed = $ticket;
$renamed =~ s/^acme/beta/;
is(binds($renamed), $invalid, "another's slug");

# More than are remembered.
my @many = (tickets('acme', 600), tickets('beta', 600));
for my $round (1 .. 2)
{
	is(join(',', grep { $_ ne 'acme' } map { binds($_) } @many[ 0 .. 599 ]), '', "600 tickets of acme, round $round");
	is(join(',', grep { $_ ne 'beta' } map { binds($_) } @many[ 600 .. 1199 ]), '', "600 of beta, round $round");
}
is(join(',', grep { $_ ne $invalid } map { binds(altered($_, 30)) } @many), '', 'and none of them altered');

# What ends a ticket ends it though it is remembered.
is(binds($ticket), 'acme', 'remembered');
$admin->query(q{UPDATE tenancy.ticket_keys SET secret = decode(repeat('00', 32), 'hex')});
is(binds($ticket), $invalid, 'another secret under the same number');
my ($second) = tickets('acme', 1);
is(binds($second), 'acme', 'with which tickets are good');
my $other = $admin->value('SELECT tenancy.create_ticket_key()');
my ($third) = tickets('acme', 1);
is(binds($third), 'acme', 'another key');
is(binds($second), 'acme', 'beside the first');
$admin->query("SELECT tenancy.retire_ticket_key($other)");
is(binds($third), $invalid, 'which is retired');
is(binds($second), 'acme', 'and the first is not');
$admin->query("SELECT tenancy.drop('acme')");
make_tenants($admin, 'acme');
is(binds($second), $invalid, 'another tenant of the same name');
($ticket) = tickets('acme', 1);
is(binds($ticket), 'acme', 'has tickets of his own');
$admin->query("SELECT tenancy.revoke_tickets('acme')");
is(binds($ticket), $invalid, 'which can be revoked');
$_->close for $pool, $admin;
done_testing();
