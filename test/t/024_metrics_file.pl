# Counters over a restart: the file that keeps them, what happens where it is not whole, where the table
# has become smaller, after a crash, and on a standby; and what reset_stats() leaves.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = PostgreSQL::Test::Cluster->new('kept');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', join("\n", "shared_preload_libraries = 'tenancy'", 'tenancy.metrics_interval = 0',
	'tenancy.worker_interval = 3600', 'hot_standby_feedback = on'));
$node->start;
my $admin = session($node);
$admin->query($_) for 'CREATE EXTENSION tenancy', 'CREATE ROLE shop LOGIN IN ROLE tenancy_app';
make_tenants($admin, 'acme', 'beta', 'gone');
$admin->query('CREATE DATABASE dropped');
my $file = $node->data_dir . '/pg_stat/tenancy.stat';
my $columns = 'statements, errors, attempts_made, attempts_received, binds, refused_binds, sessions, rows, total_time, p95_time,
	shared_blocks_hit, wal_bytes, recent_attempts, size_bytes';

# All that is counted.
sub counters
{
	my $session = session($node);
	my $text = rows($session->query("SELECT slug, $columns FROM tenancy.stat_tenants ORDER BY slug COLLATE \"C\""));
	$session->close;
	return $text;
}

# Works in a session of a tenant.
sub work
{
	my ($slug, %more) = @_;
	my $session = session($node, user => 'shop', options => "-c tenancy.tenant=$slug", %more);
	$session->query($_) for 'SELECT * FROM accounts', 'SELECT * FROM tenant_beta.accounts', 'SELECT 1 / 0', 'CREATE TABLE w AS SELECT 1';
	$session->query('DROP TABLE w');
	$session->close;
	$node->poll_query_until('postgres', "SELECT sum(sessions) = 0 FROM tenancy.stat_tenants") or die;
	return;
}

# Reads the server's log from a place on.
sub logged_since
{
	my ($place) = @_;
	return substr(slurp_file($node->logfile), $place);
}

work('acme');
$admin->query('SELECT tenancy.measure_storage()');
my $other = session($node, database => 'dropped');
$other->query($_) for 'CREATE EXTENSION tenancy', "SELECT tenancy.provision('acme')";
my $there = session($node, user => 'shop', database => 'dropped', options => '-c tenancy.tenant=acme');
$there->query('SELECT 1');
$_->close for $there, $other, $admin;
my $before = counters();
like($before, qr/^acme\|3\|2\|1\|0\|1\|0\|0\|2\|/m, 'there is something to keep');
ok(!-e $file, 'there is no file while the server runs');
$node->stop('fast');
ok(-s $file, 'there is one when it has stopped');
my $content = slurp_file($file);
$node->start;
ok(!-e $file, 'it is gone when it has been read');
is(counters(), $before, 'and all is as it was');

# --- a file that is not whole

for my $case (
	[ 'an empty file', '' ], [ 'half a header', substr($content, 0, 6) ], [ 'a file that is cut off', substr($content, 0, -1) ],
	[ 'a file that goes on', $content . 'x' ], [ 'a changed byte', substr($content, 0, 300) . chr(ord(substr($content, 300, 1)) ^ 1) . substr($content, 301) ],
	[ 'another version', 'xxxx' . substr($content, 4) ], [ 'text', "nothing\n" x 1000 ],
	[ 'more records than it has', substr($content, 0, 8) . pack('L', 1000000) . substr($content, 12) ])
{
	my ($name, $bytes) = @$case;
	$node->stop('fast');
	open my $out, '>:raw', $file or die "$file: $!";
	print $out $bytes;
	close $out;
	my $place = -s $node->logfile;
	$node->start;
	like(logged_since($place), qr{LOG:  ignoring file "pg_stat/tenancy.stat": it is not whole, or of another version}, "$name is ignored");
	like(counters(), qr/^acme\|0\|0\|0\|0\|0\|0\|0\|0\|0\|\|/m, 'and counting begins at zero');
	ok(!-e $file, 'and it is gone');
}

# --- a smaller table: what has no room is counted together

work('acme');
work('gone');
my $total = session($node)->value('SELECT statements FROM tenancy.stat_totals');
cmp_ok($total, '>=', 6, 'two tenants have worked');
$node->stop('fast');
$node->append_conf('postgresql.conf', 'tenancy.max_tenants = 1');
$node->start;
$admin = session($node);
gives($admin, 'SELECT statements FROM tenancy.stat_totals', $total, 'nothing is lost where the table is smaller');
gives($admin, "SELECT statements > 0 FROM tenancy.stat_tenants WHERE slug = '(overflow)'", 't', 'it is counted together');
gives($admin, "SELECT value > 0 FROM tenancy.metrics() WHERE name = 'tenancy_tenants_without_record'", 't', 'and a metric says so');
$admin->close;
$node->stop('fast');
$node->append_conf('postgresql.conf', 'tenancy.max_tenants = 4');
$node->start;

# --- tenants and databases that are gone give way

$admin = session($node);
$admin->query($_) for "SELECT tenancy.drop('gone')", 'DROP DATABASE dropped';
$node->restart;
$admin = session($node);
make_tenants($admin, 'new', 'next');
work($_) for 'acme', 'beta', 'new', 'next';
gives($admin, "SELECT slug FROM tenancy.stat_tenants WHERE binds > 0 AND tenant_id IS NOT NULL ORDER BY 1", "acme\nbeta\nnew\nnext",
	'what was dropped before a restart makes room after it');

# --- after a crash nothing old comes back

$node->stop('immediate');
ok(!-e $file, 'a server that does not stop in order leaves no file');
$node->start;
like(counters(), qr/^acme\|0\|0\|0\|0\|0\|/m, 'counters begin at zero');
work('acme');
my $killed = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$node->append_conf('postgresql.conf', 'restart_after_crash = on');
$node->reload;
kill 'KILL', $killed->pid;
$killed->collect;
$node->poll_query_until('postgres', 'SELECT true') or die;
like(counters(), qr/^acme\|0\|0\|0\|0\|0\|/m, 'after a backend was killed, too');

# --- what reset_stats() leaves

work('acme');
$admin = session($node);
$admin->query('SELECT tenancy.measure_storage()');
my $bound = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
$admin->query('SELECT tenancy.reset_stats()');
like(counters(), qr/^acme\|0\|0\|0\|0\|0\|0\|1\|0\|0\|\|0\|0\|0\|\d+$/m, 'sessions and storage');
$bound->close;

# --- a standby counts for itself

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
my $reader = session($standby, user => 'shop', options => '-c tenancy.tenant=acme');
$reader->query($_) for 'SELECT * FROM accounts', 'SELECT * FROM tenant_beta.accounts', 'INSERT INTO accounts VALUES (1)';
my $watcher = session($standby);
gives($watcher, "SELECT statements, errors, attempts_made, binds, sessions FROM tenancy.stat_tenants WHERE slug = 'acme'", '1|2|1|1|1', 'a standby counts');
gives($watcher, q{SELECT value FROM tenancy.metrics() WHERE name = 'tenant_query_errors_total' AND labels->>'error_type' = '25'}, '1', 'and has metrics');
like($watcher->value('SELECT tenancy.prometheus()'), qr/^tenancy_tenants\{status="active"\} 4$/m, 'as text, too');
gives($watcher, "SELECT active, sessions FROM tenancy.overview", '4|1', 'and an overview');
$_->close for $reader, $watcher;
$standby->stop('fast');
$standby->start;
$watcher = session($standby);
gives($watcher, "SELECT statements, errors, attempts_made, binds, sessions FROM tenancy.stat_tenants WHERE slug = 'acme'", '1|2|1|1|0', 'over its restarts, too');
$watcher->close;

done_testing();
