
=pod

=head1 NAME

SuitePackages - programs of a Debian suite, whatever the machine's own suite is

=head1 DESCRIPTION

  fetch_suite(SUITE, LIST)    downloads the packages that the file LIST names, one a line, and
                              unpacks them; returns the folder, or dies
  suite_command(FOLDER, PATH) the words that run the program PATH of such a folder, with the
                              folder's own C library and no other of the machine's

The packages come from the archive that this machine's apt is set to. They are kept in the
folder of the environment variable TENANCY_CACHE if there is one. TENANCY_PACKAGES may name a
folder with folders SUITE that have the packages already.

=cut

package SuitePackages;

use strict;
use warnings;

use Cwd;
use Exporter 'import';
use File::Path qw(make_path remove_tree);
use File::Temp;

our @EXPORT = qw(fetch_suite suite_command);

# Returns what a file says, without comments and empty lines.
sub _names
{
	my ($path) = @_;
	open(my $file, '<', $path) or die "$path: $!";
	my @names = grep { length } map { s/#.*//r =~ s/\s+//gr } <$file>;
	close($file);
	return @names;
}

# Runs a command with its output in a file, which goes into the message if it fails.
sub _run
{
	my ($log, @command) = @_;
	my $quoted = join ' ', map { "'" . s/'/'\\''/gr . "'" } @command;
	return if system("$quoted >'$log' 2>&1 </dev/null") == 0;
	open(my $file, '<', $log) or die "$log: $!";
	die "failed: $quoted\n" . join('', <$file>);
}

# Returns the address of the Debian archive that apt uses here.
sub _mirror
{
	my (@options) = @_;
	my $targets = qx(apt-get @options indextargets --format '\$(ORIGIN)|\$(LABEL)|\$(REPO_URI)' 'Created-By: Packages');
	my ($address) = sort map { /^Debian\|Debian\|(.*)/ ? $1 : () } split /\n/, $targets;
	return $address;
}

# Downloads packages of a suite into a folder that has nothing yet.
sub _download
{
	my ($suite, $folder, @names) = @_;
	my $apt = "$folder/apt";
	make_path("$apt/lists/partial", "$apt/cache/archives/partial");

	# Where apt has no lists of packages, lists of our own tell the archive.
	my @own = ('-qq', "-oDir::State::lists=$apt/lists", "-oDir::Cache=$apt/cache", '-oAcquire::Languages=none');
	my $mirror = _mirror();
	if (!defined $mirror)
	{
		_run("$folder/log", 'apt-get', @own, 'update');
		$mirror = _mirror(@own);
	}
	die 'apt knows no Debian archive' unless defined $mirror;

	open(my $sources, '>', "$apt/sources.list") or die "$apt/sources.list: $!";
	print $sources "deb $mirror $suite main\n";
	close($sources);
	open(my $status, '>', "$apt/status") or die "$apt/status: $!";
	close($status);
	push @own, "-oDir::State::status=$apt/status", "-oDir::Etc::sourcelist=$apt/sources.list",
	  '-oDir::Etc::sourceparts=/dev/null', '-oAcquire::Check-Valid-Until=false';
	_run("$folder/log", 'apt-get', @own, 'update');
	my $here = getcwd();
	chdir($folder) or die "$folder: $!";
	_run("$folder/log", 'apt-get', @own, 'download', @names);
	chdir($here) or die "$here: $!";
	remove_tree($apt);
	return;
}

sub fetch_suite
{
	my ($suite, $list) = @_;
	my @names = _names($list);
	my $parent = $ENV{TENANCY_CACHE} || getcwd();
	my ($kind) = $list =~ m{([^/]+)/[^/]+/[^/]+$};
	my $folder = "$parent/$kind-$suite";

	if ($ENV{TENANCY_PACKAGES})
	{
		$folder = getcwd() . "/$kind-$suite";
		make_path("$folder/root");
		_run("$folder/log", 'dpkg', '-x', $_, "$folder/root") for glob("$ENV{TENANCY_PACKAGES}/$suite/*.deb");
		return $folder;
	}
	# Complete folders are renamed into place, and hold the list that they were made from.
	my $wanted = join ' ', @names;
	if (open(my $made, '<', "$folder/names"))
	{
		return $folder if <$made> eq $wanted;
	}
	my $new = File::Temp->newdir("$parent/$kind-$suite.XXXXXX", CLEANUP => 0)->dirname;
	_download($suite, $new, @names);
	for my $name (@names)
	{
		my ($archive) = glob("$new/${name}_*.deb");
		die "no package $name in $suite" unless defined $archive;
		_run("$new/log", 'dpkg', '-x', $archive, "$new/root");
		unlink($archive);
	}
	open(my $file, '>', "$new/names") or die "$new/names: $!";
	print $file $wanted;
	close($file);
	remove_tree($folder);
	rename($new, $folder) or die "$folder: $!";
	return $folder;
}

sub suite_command
{
	my ($folder, $program) = @_;
	my @libraries = grep { -d } glob("$folder/root/usr/lib/*-linux-gnu* $folder/root/lib/*-linux-gnu*");
	my ($loader) = map { glob("$_/ld-linux*.so*") } @libraries;
	die "$folder has no C library" unless defined $loader;
	return ($loader, '--inhibit-cache', '--library-path', join(':', @libraries), "$folder/root$program");
}

1;
