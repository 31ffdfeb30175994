
=pod

=head1 NAME

Pooler - a connection pooler between the tests and the server

=head1 DESCRIPTION

  Pooler->start(NAME, PORT, COMMAND...)  runs a pooler that makes the socket of this port in the
                                         folder NAME of the present one, and waits until it answers
  $pooler->host, $pooler->port           where it listens
  $pooler->{database}                    the database that clients ask it for: pool, unless changed
  $pooler->{end_by}                      the signal that ends it: TERM, unless changed
  $pooler->session(NAME => VALUE...)     a session of Wire through it; see {refusal}
  $pooler->log                           what it has written to the file log
  $pooler->stop                          ends it
  server_session(NAME => VALUE...)       a session of Wire with the server itself
  write_file(PATH, TEXT)

=cut

package Pooler;

use strict;
use warnings;

use Cwd;
use Exporter 'import';
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);
use Wire;

our @EXPORT = qw(server_session write_file);

my %running;

sub write_file
{
	my ($path, $text) = @_;
	open(my $file, '>', $path) or die "$path: $!";
	print $file $text;
	close($file);
	return;
}

sub start
{
	my ($class, $name, $port, @command) = @_;
	my $self = bless { folder => getcwd() . "/$name", socket => $port, database => 'pool', end_by => 'TERM' }, $class;
	my $pid = fork();
	die "fork: $!" unless defined $pid;
	if ($pid == 0)
	{
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', "$self->{folder}/output");
		open(STDERR, '>&', \*STDOUT);
		exec(@command) or POSIX::_exit(127);
	}
	$self->{pid} = $pid;
	$running{$pid} = $self;
	my $until = time + 60;
	while (!$self->_answers)
	{
		die "the pooler ended:\n" . $self->log if waitpid($pid, WNOHANG) != 0;
		die "the pooler does not answer:\n" . $self->log if time > $until;
		sleep(0.05);
	}
	return $self;
}

sub host { return $_[0]->{folder}; }
sub port { return $_[0]->{socket}; }

# Tells whether somebody accepts connections.
sub _answers
{
	my ($self) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => "$self->{folder}/.s.PGSQL.$self->{socket}");
	return 0 unless $socket;
	close($socket);
	return 1;
}

sub session
{
	my ($self, %startup) = @_;
	return Wire->connect($self, database => $self->{database}, user => 'app', %startup);
}

sub log
{
	my ($self) = @_;
	my $text = '';
	for my $name ('output', 'log')
	{
		open(my $file, '<', "$self->{folder}/$name") or next;
		$text .= join '', <$file>;
		close($file);
	}
	return $text;
}

sub stop
{
	my ($self) = @_;
	return unless delete $running{ $self->{pid} };
	kill($self->{end_by}, $self->{pid});
	waitpid($self->{pid}, 0);
	return;
}

# The server itself, in the place of a pooler.
package Pooler::Server
{
	sub host { return $ENV{PGHOST}; }
	sub port { return $ENV{PGPORT}; }
}

sub server_session
{
	my (%startup) = @_;
	my $session = Wire->connect('Pooler::Server', user => 'postgres', database => $ENV{PGDATABASE}, %startup);
	die $session->{refusal}{M} if $session->{refusal};
	return $session;
}

END
{
	my $status = $?;
	for my $pid (keys %running)
	{
		kill($running{$pid}{end_by}, $pid);
		waitpid($pid, 0);
	}
	$? = $status;
}

1;
