
=pod

=head1 NAME

TenancyTest - what the TAP tests of tenancy share

=head1 DESCRIPTION

  preloaded_node(NAME, LINE...)   a running server with the library preloaded and further
                                  lines in its configuration, and the extension in postgres
  make_tenants(SESSION, SLUG...)  provisions tenants and gives each a table "accounts" with
                                  one row, the slug; and a sequence "numbers"
  session(NODE, NAME => VALUE...) a session of Wire; dies if it is refused
  gives(SESSION, SQL, TEXT, NAME) a test: SQL gives these rows ("a|b" lines) and no error
  is_rows(RESULT, TEXT, NAME)     the same for a result
  refuses(SESSION, SQL, SQLSTATE, MESSAGE, NAME)   a test: SQL raises this error; returns it
  is_refusal(RESULT, SQLSTATE, MESSAGE, NAME)      the same for a result
  rows(RESULT)                    the rows of a result as text

=cut

package TenancyTest;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Wire;

our @EXPORT = qw(preloaded_node make_tenants session gives is_rows refuses is_refusal rows);

sub preloaded_node
{
	my ($name, @lines) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init;
	$node->append_conf('postgresql.conf', join("\n", "shared_preload_libraries = 'tenancy'",
			'tenancy.metrics_interval = 0', @lines));
	$node->start;
	my $session = session($node);
	die 'no extension' if @{ $session->query('CREATE EXTENSION tenancy')->{errors} };
	$session->close;
	return $node;
}

sub make_tenants
{
	my ($session, @slugs) = @_;
	for my $slug (@slugs)
	{
		(my $schema = "tenant_$slug") =~ tr/-/_/;
		my $result = $session->query(
			"SELECT tenancy.provision('$slug');
			 CREATE TABLE $schema.accounts (owner text);
			 INSERT INTO $schema.accounts VALUES ('$slug');
			 CREATE SEQUENCE $schema.numbers");
		die "cannot make tenant $slug: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

sub session
{
	my ($node, %parameters) = @_;
	my $session = Wire->connect($node, %parameters);
	die "the server refuses the session: $session->{refusal}{M}" if $session->{refusal};
	return $session;
}

sub rows
{
	my ($result) = @_;
	return join("\n", map { join('|', map { defined $_ ? $_ : '' } @$_) } @{ $result->{rows} });
}

sub gives
{
	my ($session, $sql, $expected, $name) = @_;
	my $result = $session->query($sql);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_rows($result, $expected, $name);
}

sub is_rows
{
	my ($result, $expected, $name) = @_;
	my $error = $result->{errors}[0];
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($error ? "ERROR $error->{C}: $error->{M}" : rows($result), $expected, $name);
}

sub refuses
{
	my ($session, $sql, $sqlstate, $message, $name) = @_;
	my $result = $session->query($sql);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_refusal($result, $sqlstate, $message, $name);
}

sub is_refusal
{
	my ($result, $sqlstate, $message, $name) = @_;
	my $error = $result->{errors}[0];
	my $got = $error ? "$error->{C}: $error->{M}" : 'no error, but rows: ' . rows($result);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($got, "$sqlstate: $message", $name);
	return $error || {};
}

1;
