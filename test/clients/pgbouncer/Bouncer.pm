
=pod

=head1 NAME

Bouncer - PgBouncer for the tests

=head1 DESCRIPTION

  bouncer(VERSION, MODE, LINE...)   a running PgBouncer, "1.18" or "1.24", in this pool mode, with
                                    one connection to the server, and further lines of pgbouncer.ini
  $tracking                         the line that tracks bindings, which is not safe by itself
  $tracked                          the lines that do it safely

=cut

package Bouncer;

use strict;
use warnings;

use Cwd;
use Exporter 'import';
use FindBin;
use Pooler;
use SuitePackages;

our @EXPORT = qw(bouncer $tracking $tracked);

our $tracking = 'track_extra_parameters = IntervalStyle, tenancy.tenant';
our $tracked = "$tracking\nserver_reset_query_always = 1";

my %suite_of = ('1.18' => 'bookworm', '1.24' => 'trixie');
my %command_of;
my $number = 0;

sub bouncer
{
	my ($version, $mode, @lines) = @_;
	my $suite = $suite_of{$version};
	my $name = 'bouncer' . $number++;
	my $folder = getcwd() . "/$name";

	if (!$command_of{$version})
	{
		my $root = fetch_suite($suite, "$FindBin::RealBin/suites/$suite");
		$command_of{$version} = [ suite_command($root, '/usr/sbin/pgbouncer') ];
		my $said = qx(@{ $command_of{$version} } --version);
		die "not PgBouncer $version: $said" unless $said =~ /^PgBouncer \Q$version\E\./;
	}
	mkdir($folder) or die "$folder: $!";
	write_file("$folder/users", join '', map { qq("$_" ""\n) } qw(app pinned plain postgres scoped ticketed));
	write_file("$folder/ini", join("\n",
		'[databases]',
		"pool = host=$ENV{PGHOST} port=$ENV{PGPORT} dbname=$ENV{PGDATABASE}",
		'[pgbouncer]',
		'listen_addr =',
		'listen_port = 6432',
		"unix_socket_dir = $folder",
		'auth_type = trust',
		"auth_file = $folder/users",
		"logfile = $folder/log",
		"pool_mode = $mode",
		'default_pool_size = 1',
		'max_client_conn = 300',
		'server_login_retry = 0.2',
		@lines) . "\n");
	return Pooler->start($name, 6432, @{ $command_of{$version} }, '-q', "$folder/ini");
}

1;
