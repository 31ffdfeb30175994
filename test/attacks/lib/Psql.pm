
=pod

=head1 NAME

Psql - a session of psql that is fed step by step

=head1 DESCRIPTION

  my $psql = Psql->start(program => ..., host => ..., user => ...);
  my ($results, $messages) = $psql->run($text);
  $psql->stop;

run() sends text, waits until psql has done with it, and returns what came on its standard
output and its standard error.  The end of a step is a mark that psql itself prints to both;
a psql that has ended, or is silent for too long, sets {ended} or {silent}.

=cut

package Psql;

use strict;
use warnings;

use IO::Select;
use IPC::Open3;
use Symbol 'gensym';

my $mark = 'end-of-step-7f3a';

# Starts psql.  Words: program, host, user, database, options (PGOPTIONS), patience (seconds).
sub start
{
	my ($class, %words) = @_;
	local $ENV{PGOPTIONS} = $words{options} || '';
	my ($in, $out, $err) = (undef, undef, gensym);
	my $pid = open3($in, $out, $err, $words{program}, '-X', '-q', '-A', '-t', '-h', $words{host}, '-U', $words{user}, '-d',
		$words{database}, '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always');
	return bless { pid => $pid, in => $in, out => $out, err => $err, patience => $words{patience} }, $class;
}

# Runs a step and returns what psql printed to its standard output and standard error.
sub run
{
	my ($self, $text) = @_;
	my %seen = (out => '', err => '');
	local $SIG{PIPE} = 'IGNORE';

	return ('', '') if $self->{ended} || $self->{silent};
	syswrite($self->{in}, "$text\n\\echo $mark\n\\warn $mark\n");
	my $select = IO::Select->new($self->{out}, $self->{err});
	my $deadline = time + $self->{patience};
	while ($select->count)
	{
		for my $handle ($select->can_read(1))
		{
			my $name = $handle == $self->{out} ? 'out' : 'err';
			my $got = sysread($handle, $seen{$name}, 65536, length $seen{$name});
			if (!$got)
			{
				$self->{ended} = 1;
				$select->remove($handle);
			}
			elsif ($seen{$name} =~ s/\Q$mark\E\n\z//)
			{
				$select->remove($handle);
			}
		}
		if (time > $deadline)
		{
			$self->{silent} = 1;
			last;
		}
	}
	return ($seen{out}, $seen{err});
}

# Ends psql.
sub stop
{
	my ($self) = @_;
	kill 'KILL', $self->{pid} if $self->{silent};
	CORE::close($self->{in});
	waitpid($self->{pid}, 0);
	CORE::close($self->{out});
	CORE::close($self->{err});
	return;
}

1;
