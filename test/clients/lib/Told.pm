
=pod

=head1 NAME

Told - what a session is told, in one line

=head1 DESCRIPTION

  told(SESSION, SQL...)     runs statements by the simple protocol, one after the other; returns the
                            rows of the last one as "a|b,c|d", or the SQLSTATE of the first error as
                            "ERROR 42501", or "FATAL 08P01" if the session is over
  told_extended(SESSION, SQL)   the same by the extended protocol
  of_result(RESULT)         the same of a result of Wire
  is_told(SESSION, SQL, TEXT, NAME)     a test; SQL may be a list
  superuser(SQL...)         runs statements as the superuser in the server itself; dies of errors

=cut

package Told;

use strict;
use warnings;

use Exporter 'import';
use Pooler;
use Test::More;

our @EXPORT = qw(told told_extended of_result is_told superuser);

sub of_result
{
	my ($result) = @_;
	my $error = $result->{errors}[0];
	return "$error->{S} $error->{C}" if $error;
	return 'FATAL gone' unless defined $result->{status};
	return join(',', map { join('|', map { defined $_ ? $_ : '' } @$_) } @{ $result->{rows} });
}

sub told
{
	my ($session, @statements) = @_;
	my $said;
	for my $sql (@statements)
	{
		$said = of_result($session->query($sql));
		return $said if $said =~ /^(ERROR|FATAL) /;
	}
	return $said;
}

sub told_extended
{
	my ($session, $sql) = @_;
	return of_result($session->extended($sql));
}

sub is_told
{
	my ($session, $sql, $expected, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(told($session, ref $sql ? @$sql : $sql), $expected, $name);
}

sub superuser
{
	my (@statements) = @_;
	my $session = server_session();
	for my $sql (@statements)
	{
		my $result = $session->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	$session->close;
	return;
}

1;
