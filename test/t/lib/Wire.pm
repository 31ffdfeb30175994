
=pod

=head1 NAME

Wire - a session that speaks PostgreSQL's protocol itself

=head1 SYNOPSIS

  my $session = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=acme');
  my $result = $session->query('SELECT 1');          # simple protocol
  $session->parse('s', 'SELECT $1')->bind('', 's', 1)->execute('');
  $result = $session->sync;                          # extended protocol

=head1 DESCRIPTION

psql shows neither ParameterStatus messages nor single messages of the extended
protocol, and a test that watches a psql from outside has to guess when it has
answered.  A result is what came until the server was ready again, a hash of

  rows            rows of all statements; a row is an array, null is undef
  columns         names of the columns of the last row description
  tags            command tags
  errors          errors, each a hash by PostgreSQL's field letters (C, M, D, H, s ...)
  notices         notices, likewise
  notifications   payloads of NOTIFY, as "channel:payload"
  copied          what COPY sent
  function        result of a fast-path call
  types           OIDs of the types of parameters, as Describe tells
  suspended       how many portals stopped at their row limit
  status          I, T or E: idle, in a transaction, in an aborted one

Everything that the server ever sent to the session is in {heard}, for tests that look for
words that must not be there.

Not for passwords: servers of the tests trust their socket.

=cut

package Wire;

use strict;
use warnings;

use IO::Select;
use IO::Socket::UNIX;

# Longest wait for one answer, in seconds.
my $patience = $ENV{PG_TEST_TIMEOUT_DEFAULT} || 180;

# Opens a session.  Parameters besides user and database go into the start-up packet.
# If the server refuses, the object has the error in {refusal}.
sub connect
{
	my ($class, $node, %startup) = @_;
	my $path = $node->host . '/.s.PGSQL.' . $node->port;
	my $socket = IO::Socket::UNIX->new(Peer => $path) or die "cannot connect to $path: $!";
	my $self = bless { path => $path, socket => $socket, input => '', output => '', heard => '', parameters => {} }, $class;

	$startup{user} ||= 'postgres';
	$startup{database} ||= 'postgres';
	my $packet = pack('N', 196608) . join('', map { "$_\0$startup{$_}\0" } sort keys %startup) . "\0";
	$self->{output} = pack('N', length($packet) + 4) . $packet;
	$self->_flush;
	my $result = $self->collect;
	$self->{refusal} = $result->{errors}[0];
	$self->{warnings} = $result->{notices};
	return $self;
}

sub pid { return $_[0]->{pid}; }

# Returns the value of a parameter that the server reports, as last reported.
sub parameter
{
	my ($self, $name) = @_;
	return $self->{parameters}{$name};
}

# Runs SQL by the simple protocol and returns the result.
sub query
{
	my ($self, $sql) = @_;
	$self->send_query($sql);
	return $self->collect;
}

# The same in two steps, for statements that have to wait: collect() gets the result.
sub send_query
{
	my ($self, $sql) = @_;
	$self->_message('Q', "$sql\0");
	$self->_flush;
	return;
}

# Returns the first column of the first row, and dies of an error.
sub value
{
	my ($self, $sql) = @_;
	my $result = $self->query($sql);
	die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	return $result->{rows}[0][0];
}

# Runs one statement by the extended protocol, parameters as text.
sub extended
{
	my ($self, $sql, @parameters) = @_;
	return $self->parse('', $sql)->bind('', '', @parameters)->describe('P', '')->execute('')->sync;
}

# Messages of the extended protocol, kept until sync().  Each returns the object.
sub parse
{
	my ($self, $statement, $sql, @types) = @_;
	return $self->_message('P', "$statement\0$sql\0" . pack('nN*', scalar @types, @types));
}

sub bind
{
	my ($self, $portal, $statement, @parameters) = @_;
	return $self->_bind($portal, $statement, 0, 0, @parameters);
}

# As bind, with parameters and rows in binary form.
sub bind_binary
{
	my ($self, $portal, $statement, @parameters) = @_;
	return $self->_bind($portal, $statement, 1, 1, @parameters);
}

# As bind, with parameters in binary form, rows as text.
sub bind_mixed
{
	my ($self, $portal, $statement, @parameters) = @_;
	return $self->_bind($portal, $statement, 1, 0, @parameters);
}

sub describe
{
	my ($self, $kind, $name) = @_;
	return $self->_message('D', "$kind$name\0");
}

sub execute
{
	my ($self, $portal, $rows) = @_;
	return $self->_message('E', "$portal\0" . pack('N', $rows || 0));
}

# Ends a prepared statement ('S') or a portal ('P').
sub forget
{
	my ($self, $kind, $name) = @_;
	return $self->_message('C', "$kind$name\0");
}

# What COPY FROM STDIN is to read, and its end.  May be sent ahead: a server that does not
# copy ignores it.
sub copy_in
{
	my ($self, @lines) = @_;
	$self->_message('d', "$_\n") for @lines;
	return $self->_message('c', '');
}

# Runs SQL by the simple protocol, with what each COPY FROM STDIN in it is to read.
sub query_copying
{
	my ($self, $sql, @copies) = @_;
	$self->_message('Q', "$sql\0");
	$self->copy_in(@$_) for @copies;
	$self->_flush;
	return $self->collect;
}

# Sends what is kept, and returns the result of all of it.
sub sync
{
	my ($self) = @_;
	$self->_message('S', '');
	$self->_flush;
	return $self->collect;
}

# Calls a function by its oid through the fast-path protocol, arguments as text, undef is null.
sub call_function
{
	my ($self, $oid, @arguments) = @_;
	my $values = join('', map { defined $_ ? pack('N/a*', $_) : pack('N', 0xffffffff) } @arguments);
	$self->_message('F', pack('Nnn', $oid, 0, scalar @arguments) . $values . pack('n', 0));
	$self->_flush;
	return $self->collect;
}

# Asks the server to cancel what a session does, with its key or the one given; returns
# when the server has hung up, which is after it has sent the signal.
sub cancel
{
	my ($self, $key) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $self->{path}) or die "cannot connect to $self->{path}: $!";
	$key = $self->{key} unless defined $key;
	syswrite($socket, pack('NNN', 12 + length($key), 80877102, $self->{pid}) . $key);
	IO::Select->new($socket)->can_read($patience) or die "no end of the cancel request in $patience seconds";
	my $answer = '';
	sysread($socket, $answer, 1);
	CORE::close($socket);
	return $answer;
}

# Reads until the server is ready or has hung up.
sub collect
{
	my ($self) = @_;
	my $result = { map { $_ => [] } qw(rows columns tags errors notices notifications types) };

	$result->{copied} = '';
	$result->{suspended} = 0;
	while (my ($type, $body) = $self->_receive)
	{
		if ($type eq 'D')
		{
			my ($count, $rest) = unpack('na*', $body);
			my @row;
			for (1 .. $count)
			{
				my ($length, $tail) = unpack('Na*', $rest);
				$length = -1 if $length == 0xffffffff;
				push @row, $length < 0 ? undef : substr($tail, 0, $length);
				$rest = $length < 0 ? $tail : substr($tail, $length);
			}
			push @{ $result->{rows} }, \@row;
		}
		elsif ($type eq 'T')
		{
			my ($count, $rest) = unpack('na*', $body);
			$result->{columns} = [ unpack("(Z* x18)$count", $rest) ];
		}
		elsif ($type eq 'C') { push @{ $result->{tags} }, unpack('Z*', $body); }
		elsif ($type eq 'E') { push @{ $result->{errors} }, _fields($body); }
		elsif ($type eq 'N') { push @{ $result->{notices} }, _fields($body); }
		elsif ($type eq 'A') { push @{ $result->{notifications} }, join(':', unpack('x4Z*Z*', $body)); }
		elsif ($type eq 'd') { $result->{copied} .= $body; }
		elsif ($type eq 'V') { $result->{function} = unpack('N', $body) == 0xffffffff ? undef : unpack('N/a*', $body); }
		elsif ($type eq 't') { $result->{types} = [ unpack('x2N*', $body) ]; }
		elsif ($type eq 's') { $result->{suspended}++; }
		elsif ($type eq 'K') { ($self->{pid}, $self->{key}) = unpack('Na*', $body); }
		elsif ($type eq 'W') { return $result; }
		elsif ($type eq 'S')
		{
			my ($name, $value) = unpack('Z*Z*', $body);
			$self->{parameters}{$name} = $value;
		}
		elsif ($type eq 'Z')
		{
			$result->{status} = $body;
			return $result;
		}
	}
	return $result;
}

# Says good-bye, and waits until the server has hung up.
sub close
{
	my ($self) = @_;
	$self->_message('X', '');
	$self->_flush;
	$self->collect;
	$self->vanish;
	return;
}

# Hangs up without a word.
sub vanish
{
	my ($self) = @_;
	CORE::close($self->{socket});
	return;
}

# Formats are 0 for text, 1 for binary.
sub _bind
{
	my ($self, $portal, $statement, $given, $returned, @parameters) = @_;
	my $values = join('', map { defined $_ ? pack('N/a*', $_) : pack('N', 0xffffffff) } @parameters);
	return $self->_message('B',
		"$portal\0$statement\0" . pack('nnn', 1, $given, scalar @parameters) . $values . pack('nn', 1, $returned));
}

sub _message
{
	my ($self, $type, $body) = @_;
	$self->{output} .= $type . pack('N', length($body) + 4) . $body;
	return $self;
}

sub _flush
{
	my ($self) = @_;
	local $SIG{PIPE} = 'IGNORE';
	syswrite($self->{socket}, $self->{output});
	$self->{output} = '';
	return;
}

# Returns type and body of the next message; nothing if the server has hung up.
sub _receive
{
	my ($self) = @_;
	while (1)
	{
		if (length($self->{input}) >= 5)
		{
			my ($type, $length) = unpack('aN', $self->{input});
			if (length($self->{input}) > $length)
			{
				my $body = substr($self->{input}, 5, $length - 4);
				$self->{heard} .= "$type$body\n";
				$self->{input} = substr($self->{input}, $length + 1);
				return ($type, $body);
			}
		}
		IO::Select->new($self->{socket})->can_read($patience)
		  or die "no answer from the server in $patience seconds";
		sysread($self->{socket}, $self->{input}, 65536, length($self->{input})) or return;
	}
}

# Takes the fields of an error or notice apart.
sub _fields
{
	my ($body) = @_;
	my %fields;
	for my $field (split /\0/, $body)
	{
		$fields{ substr($field, 0, 1) } = substr($field, 1) if length($field);
	}
	return \%fields;
}

1;
