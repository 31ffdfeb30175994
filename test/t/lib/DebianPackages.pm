
=pod

=head1 NAME

DebianPackages - schemas that others wrote, out of Debian packages

=head1 DESCRIPTION

  fetch_packages(FOLDER)               a test: the packages in test/description/packages can be
                                       had; FOLDER is where they are put
  of_package(FOLDER, PACKAGE, FILE...) a test: there is such a package; returns its files, one
                                       after the other

The packages are downloaded, unless the environment variable TENANCY_PACKAGES names a folder
that has them already (scripts/test-majors does).

=cut

package DebianPackages;

use strict;
use warnings;

use Exporter 'import';
use FindBin;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(fetch_packages of_package);

sub fetch_packages
{
	my ($folder) = @_;
	return pass('the packages are there') if $ENV{TENANCY_PACKAGES};
	my $names = join ' ', split /\n/, slurp_file("$FindBin::RealBin/../description/packages");
	# Where apt has no lists of packages, or old ones, lists of our own help.
	my $own = "-o Dir::State::lists=$folder/lists -o Dir::Cache=$folder/cache";
	my $fetch = "apt-get -qq download $names || "
	  . "{ mkdir -p lists/partial cache/archives/partial && apt-get -qq $own update && apt-get -qq $own download $names; }";
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok(system("cd $folder && { $fetch; } >download.log 2>&1") == 0, 'packages with schemas can be downloaded')
	  || diag(slurp_file("$folder/download.log"));
}

sub of_package
{
	my ($folder, $package, @files) = @_;
	my $packages = $ENV{TENANCY_PACKAGES} || "$folder";
	my ($archive) = glob("$packages/${package}_*.deb");
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok(defined $archive && system("dpkg -x '$archive' $folder/$package") == 0, "there is a package $package") or return '';
	return join("\n", map { slurp_file("$folder/$package/$_") } @files);
}

1;
