
=pod

=head1 NAME

WireSession - a session for attacks on the level of the protocol

=head1 DESCRIPTION

Has the methods of Psql; a step may begin with a line that says how it is sent:

  --: extended          Parse, Bind, Describe, Execute of the text, which is one statement
  --: parse NAME ...    Parse alone, with these OIDs of parameter types
  --: execute NAME ...  Bind with these parameters, Describe and Execute what was parsed
  --: portal NAME       Bind and Execute one row; the portal stays for the next
  --: fetch             the rest of that portal
  --: query             a simple query
  --: fastpath OID ...  call of a function by its OID with these arguments

Without such a line it is a simple query.

=cut

package WireSession;

use strict;
use warnings;

use Wire;

# Opens a session.  Words: host, user, database, options.
sub start
{
	my ($class, %words) = @_;
	my $place = bless { host => $words{host} }, 'WireSession::Place';
	my $wire = Wire->connect($place, user => $words{user}, database => $words{database}, options => $words{options} || '');
	return bless { wire => $wire }, $class;
}

# Runs a step and returns its results and its messages, as text.
sub run
{
	my ($self, $text) = @_;
	my ($wire, @answers) = ($self->{wire});

	for my $part (split /^(?=--: )/m, $text)
	{
		my ($how, $rest) = $part =~ /^--: ([^\n]*)\n(.*)/s ? ($1, $2) : ('query', $part);
		my ($verb, @words) = split ' ', $how;
		next if $verb eq 'query' && $rest !~ /^(?!--)\s*\S/m;
		push @answers,
		    $verb eq 'query' ? $wire->query($rest)
		  : $verb eq 'extended' ? $wire->extended($rest)
		  : $verb eq 'parse' ? $wire->parse($words[0], $rest, @words[ 1 .. $#words ])->describe('S', $words[0])->sync
		  : $verb eq 'execute' ? $wire->bind('', @words)->describe('P', '')->execute('')->sync
		  : $verb eq 'portal' ? $wire->bind('p', @words)->execute('p', 1)->sync
		  : $verb eq 'fetch' ? $wire->execute('p')->sync
		  : $verb eq 'fastpath' ? $wire->call_function(@words)
		  : die "no way to send: $verb\n";
	}
	my ($results, $messages) = ('', '');
	for my $answer (@answers)
	{
		$results .= join('|', map { defined $_ ? $_ : '' } @$_) . "\n" for @{ $answer->{rows} };
		$results .= join('|', @{ $answer->{columns} }) . "\n" if @{ $answer->{columns} };
		$results .= "$_\n" for @{ $answer->{notifications} }, grep { defined && length } $answer->{copied}, $answer->{function};
		for my $kind (qw(errors notices))
		{
			for my $fields (@{ $answer->{$kind} })
			{
				$messages .= "$fields->{S}:  $fields->{C}: $fields->{M}\n";
				$messages .= "$_: $fields->{$_}\n" for grep { !/^[SVCM]$/ } sort keys %$fields;
			}
		}
	}
	return ($results, $messages);
}

# Says good-bye.
sub stop
{
	my ($self) = @_;
	$self->{wire}->close;
	return;
}

package WireSession::Place;

sub host { return $_[0]{host}; }
sub port { return 5432; }

1;
