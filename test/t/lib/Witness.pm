
=pod

=head1 NAME

Witness - pg_dump as a witness that knows nothing of what tenancy says about a schema

=head1 DESCRIPTION

  schema_of(SLUG)                 the schema of a tenant
  dump_of(NODE, SLUG, OPTION...)  what pg_dump prints of a tenant's schema, with "tenant_self"
                                  for its name; without options: of its structure
  same_dump(GOT, EXPECTED, NAME)  a test: two dumps are the same; shows where they are not

=cut

package Witness;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(schema_of dump_of same_dump);

sub schema_of
{
	my ($slug) = @_;
	$slug =~ tr/-/_/;
	return "tenant_$slug";
}

sub dump_of
{
	my ($node, $slug, @options) = @_;
	my $schema = schema_of($slug);
	@options = ('--schema-only') unless @options;
	my ($dump, $errors) = run_command(
		[ 'pg_dump', '-h', $node->host, '-p', $node->port, '-U', 'postgres', @options, "--schema=$schema", 'postgres' ]);
	die $errors if $errors;
	$dump =~ s/\b$schema\b/tenant_self/g;
	$dump =~ s/^\\(un)?restrict .*\n//mg;
	return $dump;
}

sub same_dump
{
	my ($got, $expected, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return 1 if ok($got eq $expected, $name);
	my @got = split /\n/, $got;
	my @expected = split /\n/, $expected;
	my $line = 0;
	$line++ while defined $got[$line] && defined $expected[$line] && $got[$line] eq $expected[$line];
	diag("line $line:\n got      ", join("\n          ", grep { defined } @got[ $line .. $line + 5 ]),
		"\n expected ", join("\n          ", grep { defined } @expected[ $line .. $line + 5 ]));
	return 0;
}

1;
