
=pod

=head1 NAME

Swarms - random transactions of many clients through PgBouncer, in each mode

=cut

package Swarms;

use strict;
use warnings;

use Bouncer;
use Exporter 'import';
use Swarm;
use Test::More;

our @EXPORT = qw(test_swarms);


# Name; version, pool mode, lines of pgbouncer.ini; arguments of the swarm; transactions in the
# quick form, of which the full form has ten times as many.
my @cases = (
	['1.18 transaction, bound in each transaction', ['1.18', 'transaction'], ['--mode=local'], 2000],
	['the same, two connections', ['1.18', 'transaction', 'default_pool_size = 2'], ['--mode=local'], 1000],
	['1.18 transaction, cleaned after each', ['1.18', 'transaction', 'server_reset_query_always = 1'], ['--mode=local'], 500],
	['1.18 session', ['1.18', 'session', 'server_reset_query = DISCARD ALL'], ['--mode=session', '--named'], 1000],
	['1.18 statement, bound in each message', ['1.18', 'statement'], ['--mode=statement-local'], 800],
	[
		'1.24 transaction, tracked',
		['1.24', 'transaction', $tracked, 'max_prepared_statements = 20'],
		['--mode=tracked', '--named', '--start-up'],
		2000
	],
	[
		'the same, two connections, RESET ALL',
		['1.24', 'transaction', $tracked, 'server_reset_query = RESET ALL', 'max_prepared_statements = 20', 'default_pool_size = 2'],
		['--mode=tracked', '--named', '--start-up'],
		1000
	],
	[
		'1.24 transaction, bound in each transaction',
		['1.24', 'transaction', 'max_prepared_statements = 20'],
		['--mode=local', '--named'],
		700
	],
	['1.24 statement, tracked', ['1.24', 'statement', $tracked], ['--mode=statement', '--start-up'], 800],
	['1.24 session', ['1.24', 'session', 'server_reset_query = DISCARD ALL', $tracking], ['--mode=session', '--named', '--start-up'], 600],
);

sub test_swarms
{
	my $times = $ENV{TENANCY_FULL} ? 10 : 1;
	my $seed;
	my %total = (transactions => 0, statements => 0, rows => 0);

	for my $case (@cases)
	{
		my ($name, $pooler, $arguments, $transactions) = @$case;
		my %result = swarm_is_clean($name, $transactions * $times, bouncer(@$pooler), @$arguments);
		$total{$_} += $result{$_} || 0 for keys %total;
		$seed = $result{seed};
	}
	diag("seed $seed: $total{transactions} transactions, $total{statements} statements, $total{rows} rows looked at");
	cmp_ok($total{transactions}, '>=', 10_000 * $times, 'transactions altogether');

	# The same clients, bound by nothing but search_path, do find leaks.
	my %control = swarm(bouncer('1.18', 'transaction'), '--user=plain', '--mode=control', '--transactions=500');
	is($control{status}, 0, 'control: the swarm ends well');
	cmp_ok($control{leaks}, '>', 100, 'control: with SET search_path alone, rows of other tenants are seen')
	  or diag($control{output}, $control{findings});
	return;
}

1;
