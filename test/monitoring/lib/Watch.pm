
=pod

=head1 NAME

Watch - an exporter and a Prometheus that watch the test's server

=head1 DESCRIPTION

  watch_program(NAME)          the path of a program of Debian 12's packages: prometheus, promtool, the exporters
  start_exporter(USER)         runs the exporter with queries.yaml, as a role of the server
  start_node_exporter(FOLDER)  runs node_exporter for files in a folder
  start_prometheus(EXPORTER, TEXT => ...)
                               runs Prometheus with the rules and consoles of monitoring/; TEXT goes to the end of its settings
  $process->url                where it listens on 127.0.0.1
  $process->get(PATH)          what it answers
  $process->ask(PATH)          the same, JSON; the member data of it
  $process->query(QUERY)       of Prometheus: what a query gives now, a list of hashes with metric and value
  $process->alerts(NAME)       of Prometheus: the alerts of this name that are pending or firing
  $process->log                what it has written
  $process->stop
  until_true(WHAT, CODE)       waits until the code returns something true, and returns that; a failed test if it does not
  sql(USER, TEXT...)           runs statements in psql; returns what they print, without the last line's end
  monitoring_file(NAME)        the text of a file in monitoring/ or docs/
  alerts_of_file()             the alerts of alerts.yml: hashes with name, expr, severity, summary, description, runbook_url

Everything that was started is ended with the program, by its process id.

=cut

package Watch;

use strict;
use warnings;

use Cwd;
use Exporter 'import';
use FindBin;
use lib "$FindBin::RealBin/../../clients/lib";
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(:sys_wait_h);
use SuitePackages;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(watch_program start_exporter start_node_exporter start_prometheus until_true sql monitoring_file alerts_of_file);

my $patience = 60;
my %running;

sub watch_program
{
	my ($name) = @_;
	return fetch_suite('bookworm', "$ENV{TENANCY_SRC}/test/monitoring/suites/bookworm") . "/root/usr/bin/$name";
}

# A TCP port of 127.0.0.1 that nobody listens on.
sub _free_port
{
	return IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)->sockport;
}

# Runs a program that serves HTTP, and waits until it answers. The code returns its command for a port. Between the choice of
# a port and its use somebody else may take it: then another is chosen.
sub _start
{
	my ($name, $ready, $command) = @_;
	for my $try (1 .. 5)
	{
		my $port = _free_port();
		my $self = bless { name => $name, port => $port, output => getcwd() . "/$name.$port.log" }, __PACKAGE__;
		my @words = $command->($port);
		my $pid = fork();
		die "fork: $!" unless defined $pid;
		if ($pid == 0)
		{
			open(STDIN, '<', '/dev/null');
			open(STDOUT, '>', $self->{output});
			open(STDERR, '>&', \*STDOUT);
			exec(@words) or POSIX::_exit(127);
		}
		$self->{pid} = $pid;
		$running{$pid} = $self;
		my $end = time + $patience;
		while (time < $end)
		{
			return $self if HTTP::Tiny->new(timeout => 5)->get($self->url . $ready)->{success};
			if (waitpid($pid, WNOHANG) != 0)
			{
				delete $running{$pid};
				last;
			}
			sleep(0.05);
		}
		if ($running{$pid} || $self->log !~ /address already in use/)
		{
			$self->stop;
			die "$name does not answer:\n" . $self->log;
		}
	}
	die "$name finds no port";
}

sub start_exporter
{
	my ($user) = @_;
	my $program = watch_program('prometheus-postgres-exporter');
	local $ENV{DATA_SOURCE_NAME} = "user=$user host=$ENV{PGHOST} port=$ENV{PGPORT} dbname=$ENV{PGDATABASE} sslmode=disable";
	return _start('exporter', '/', sub { return ($program, "--web.listen-address=127.0.0.1:$_[0]", '--disable-default-metrics',
		'--disable-settings-metrics', "--extend.query-path=$ENV{TENANCY_SRC}/monitoring/queries.yaml"); });
}

sub start_node_exporter
{
	my ($folder) = @_;
	my $program = watch_program('prometheus-node-exporter');
	return _start('exporter', '/', sub { return ($program, "--web.listen-address=127.0.0.1:$_[0]", '--collector.disable-defaults',
		'--collector.textfile', "--collector.textfile.directory=$folder"); });
}

sub start_prometheus
{
	my ($exporter, %settings) = @_;
	my $program = watch_program('prometheus');
	my $folder = "$ENV{TENANCY_SRC}/monitoring";
	my $config = monitoring_file('prometheus.yml');
	# As the file is, but faster, of this exporter, and without the machine's Alertmanager.
	$config =~ s/15s/1s/g;
	$config =~ s/127\.0\.0\.1:9187/127.0.0.1:$exporter->{port}/;
	$config =~ s/^#[^\n]*\nalerting:.*//ms or die 'prometheus.yml has no alerting';
	$config =~ s{- alerts\.yml}{- $folder/alerts.yml};
	my $number = keys %running;
	open(my $file, '>', "prometheus$number.yml") or die "prometheus$number.yml: $!";
	print $file $config, $settings{TEXT} // '';
	close($file);
	return _start('prometheus', '/-/ready', sub { return ($program, "--web.listen-address=127.0.0.1:$_[0]", "--config.file=prometheus$number.yml",
		'--storage.tsdb.path=' . getcwd() . "/data.$_[0]", "--web.console.templates=$folder/consoles",
		"--web.console.libraries=$folder/console_libraries"); });
}

sub url { return "http://127.0.0.1:$_[0]{port}"; }

sub get
{
	my ($self, $path) = @_;
	my $answer = HTTP::Tiny->new(timeout => 30)->get($self->url . $path);
	die "$self->{name}: $path: $answer->{status} $answer->{content}" unless $answer->{success};
	return $answer->{content};
}

sub ask
{
	my ($self, $path) = @_;
	return decode_json($self->get($path))->{data};
}

sub query
{
	my ($self, $query) = @_;
	$query =~ s/([^A-Za-z0-9_.-])/sprintf('%%%02X', ord($1))/ge;
	return map { { metric => $_->{metric}, value => $_->{value}[1] } } @{ $self->ask("/api/v1/query?query=$query")->{result} };
}

sub alerts
{
	my ($self, $name) = @_;
	return grep { $_->{labels}{alertname} eq $name } @{ $self->ask('/api/v1/alerts')->{alerts} };
}

sub log
{
	my ($self) = @_;
	open(my $file, '<', $self->{output}) or return '';
	local $/;
	return <$file>;
}

sub stop
{
	my ($self) = @_;
	return unless delete $running{ $self->{pid} };
	kill('TERM', $self->{pid});
	my $end = time + 20;
	while (waitpid($self->{pid}, WNOHANG) == 0)
	{
		kill('KILL', $self->{pid}) if time > $end;
		sleep(0.02);
	}
	return;
}

sub until_true
{
	my ($what, $code) = @_;
	my $end = time + $patience;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	while (time < $end)
	{
		my $result = $code->();
		if ($result)
		{
			pass($what);
			return $result;
		}
		sleep(0.1);
	}
	fail($what);
	return;
}

sub sql
{
	my ($user, @texts) = @_;
	open(my $psql, '-|', "$ENV{PGBIN}/psql", '-XAtq', '-U', $user, map { ('-c', $_) } @texts) or die "psql: $!";
	local $/;
	my $output = <$psql> // '';
	close($psql);
	$output =~ s{\n\z}{};
	return $output;
}

sub monitoring_file
{
	my ($name) = @_;
	my ($path) = grep { -e } map { "$ENV{TENANCY_SRC}/$_/$name" } ('monitoring', 'docs');
	die "there is no $name" unless defined $path;
	open(my $file, '<:encoding(UTF-8)', $path) or die "$path: $!";
	local $/;
	return <$file>;
}

sub alerts_of_file
{
	my @alerts;
	for my $text (split /^ +- alert: /m, monitoring_file('alerts.yml'))
	{
		my %alert;
		($alert{name}) = $text =~ /\A(\w+)$/m or next;
		for my $key ('severity', 'summary', 'description', 'runbook_url')
		{
			($alert{$key}) = $text =~ /^ +$key: (.*)$/m;
		}
		($alert{expr}) = $text =~ /^ +expr: (.*?)^ +(?:for|labels):/ms;
		push @alerts, \%alert;
	}
	return @alerts;
}

END
{
	my $status = $?;
	$_->stop for values %running;
	$? = $status;
}

# A signal must not leave the processes behind.
$SIG{$_} = sub { exit(1) } for qw(HUP INT TERM);

1;
