
=pod

=head1 NAME

Swarm - many clients of many tenants through a pooler, and what they found

=head1 DESCRIPTION

  build_swarm(PREFIX, TENANTS)   compiles the program swarm here, and makes the tenants PREFIX00,
                                 PREFIX01 ... with what it works on
  swarm(POOLER, ARGUMENTS...)    runs it (--user=ROLE: who logs in, else app); returns what it counted, and {wrong}: what the
                                 superuser finds afterwards that should not be
  swarm_is_clean(NAME, TRANSACTIONS, POOLER, ARGUMENTS...)
                                 tests: so many transactions, no leak, every row where it belongs;
                                 and that the swarm has done what it is for

TENANCY_SEED chooses another sequence of events.

=cut

package Swarm;

use strict;
use warnings;

use Exporter 'import';
use FindBin;
use Pooler;
use Test::More;

our @EXPORT = qw(build_swarm swarm swarm_is_clean);

my $lib = "$FindBin::RealBin/../lib";
my $seed = $ENV{TENANCY_SEED} || 20261121;
my ($prefix, $tenants);

sub build_swarm
{
	($prefix, $tenants) = @_;
	my $config = $ENV{PG_CONFIG} || 'pg_config';
	chomp(my $include = qx($config --includedir));
	my $output = qx(cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -isystem '$include' $lib/swarm.c $lib/swarm_options.c $lib/swarm_plan.c -o swarm -lpq 2>&1);
	die "the swarm cannot be compiled:\n$output" if $?;
	$output = qx(psql -XqAt -U postgres -v ON_ERROR_STOP=1 -v prefix=$prefix -v tenants=$tenants -f $lib/tables.sql 2>&1);
	die "no tables for the swarm:\n$output" if $?;
	return;
}

# Returns how many rows of a tenant's table are marked as its own, and how many are not.
sub _rows
{
	my ($session, $slug) = @_;
	my $sql = "SELECT count(*) FILTER (WHERE mark = '$slug'), count(*) FILTER (WHERE mark <> '$slug') FROM tenant_$slug.notes";
	return @{ $session->query($sql)->{rows}[0] };
}

sub swarm
{
	my ($pooler, @arguments) = @_;
	my $superuser = server_session();
	my %before = map { my $slug = sprintf('%s%02d', $prefix, $_); ($slug => (_rows($superuser, $slug))[0]) } 0 .. $tenants - 1;
	my $where = 'host=' . $pooler->host . ' port=' . $pooler->port . " dbname=$pooler->{database}";
	my ($user) = map { /^--user=(.*)/ ? $1 : () } @arguments, '--user=app';
	my $command = join ' ', map { "'$_'" } "--connection=$where user=$user", "--seed=$seed", "--prefix=$prefix",
	  "--tenants=$tenants", grep { !/^--user=/ } @arguments;
	my $output = qx(./swarm $command 2>findings);
	my %result = (status => $?, output => $output, wrong => 0);

	open(my $file, '<', 'findings') or die "findings: $!";
	$result{findings} = join '', <$file>;
	close($file);
	$result{$1} = $2 while $output =~ /(\w+)=(\d+)/g;

	# What is still under way when the clients have gone may commit yet, or not.
	$pooler->stop;
	my $others = 'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
	select(undef, undef, undef, 0.02) while $superuser->value("$others AND backend_type = 'client backend'") > 0;
	while ($output =~ /^tenant (\S+) (\d+) (\d+)$/mg)
	{
		my ($slug, $committed, $uncertain) = ($1, $2, $3);
		my ($own, $foreign) = _rows($superuser, $slug);
		$own -= $before{$slug};
		next if $foreign == 0 && $own >= $committed && $own <= $committed + $uncertain;
		$result{wrong}++;
		$result{findings} .= "$slug: $own rows of its own, $foreign of others; expected: $committed to $committed + $uncertain\n";
	}
	$superuser->close;
	return %result;
}

sub swarm_is_clean
{
	my ($name, $transactions, $pooler, @arguments) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my %result = swarm($pooler, "--transactions=$transactions", @arguments);

	subtest $name => sub {
		is($result{status}, 0, 'the swarm ends well');
		cmp_ok($result{transactions} || 0, '>=', $transactions, "$transactions transactions");
		is($result{leaks}, 0, 'no row of another tenant, no wrong role, no wrong notification');
		is($result{unexpected}, 0, 'no unexpected answer');
		is($result{wrong}, 0, 'every row that was committed is in its tenant, and none is elsewhere');
		# Of what the plan has, each has happened often.
		cmp_ok($result{rows} || 0, '>', $transactions, 'rows were read');
		cmp_ok($result{commits} || 0, '>', $transactions * 0.3, 'transactions were committed');
		cmp_ok($result{refusals} || 0, '>', $transactions * 0.04, 'attempts at others were refused');
		cmp_ok($result{errors} || 0, '>', $result{refusals} || 0, 'other errors happened');
		cmp_ok($result{hang_ups} || 0, '>', $transactions * 0.004, 'clients hung up');
	  }
	  or diag($result{findings}, $result{output});
	note($result{output});
	return %result;
}

1;
