# What tenancy.audit_verify() says when rows, months and whole chains are taken away by somebody who can write all
# tables of the trail and leaves no loose end; and rings of audit events that can be neither read nor removed.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('tampering', "tenancy.audit = 'refusal, lifecycle, break_glass'", 'autovacuum = off');
my $admin = session($node);
make_tenants($admin, 'acme');

# Runs statements that must succeed.
sub run_all
{
	for my $sql (@_)
	{
		my $result = $admin->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

sub value { return rows($admin->query($_[0])); }

# Waits until a query says true.
sub wait_for
{
	my ($sql, $name) = @_;
	my $last = '';
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$last = value($sql);
		last if $last eq 't';
		select(undef, undef, undef, 0.1);
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($last, 't', $name);
}

# Has so many events written.
sub write_events
{
	my ($count, $name) = @_;
	run_all(map { $_ % 2 ? "SELECT tenancy.suspend('acme')" : "SELECT tenancy.activate('acme')" } 1 .. $count);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return wait_for('SELECT pending = 0 FROM tenancy.audit_statistics()', $name);
}

# A change by a superuser, what the check says of it, and back again.
sub tampering
{
	my ($name, $sql, $query, $expected) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	run_all('BEGIN', ref $sql ? @$sql : $sql);
	gives($admin, $query, $expected, $name);
	run_all('ROLLBACK');
	return;
}

write_events(40, 'events are written');
my ($chain, $head, $hash) = split /\|/, value('SELECT * FROM tenancy.audit_head()');
my $month = value("SELECT relname FROM pg_class WHERE relname ~ '^audit_log_c${chain}_' AND relkind = 'r' ORDER BY 1 LIMIT 1");
my $all = 'SELECT chain, first_id, last_id, ok, problem FROM tenancy.audit_verify()';
my $bad = "$all WHERE NOT ok";
my $written = value('SELECT written FROM tenancy.audit_statistics()');
my $more = 'more rows have been written since the server started than the chain of this database has';
gives($admin, $all, "$chain|1|$head|t|", 'the chain is in order');

# --- A chain that is gone

my @gone = ("DROP TABLE tenancy.audit_log_c$chain", 'DELETE FROM tenancy.audit_chains');
tampering('a chain that is gone, by what is known of it outside', \@gone,
	"SELECT chain, first_id, last_id, ok, problem FROM tenancy.audit_verify($chain, 1, $head, '$hash')",
	"$chain|||f|there is nothing of this chain\n$chain|$head|$head|f|the row that is known is not there");
tampering('without that, by the rows that were written', \@gone, $all, "|1|$written|f|$more");
tampering('a table that is gone alone', $gone[0], $bad, "$chain|1|$head|f|the newest rows are missing");
gives($admin, 'SELECT ok, problem FROM tenancy.audit_verify(12345)', 'f|there is nothing of this chain', 'a chain that never was');
gives($admin, 'SELECT problem FROM tenancy.audit_verify(0)', "no chain has this number\nthere is nothing of this chain", 'nor is 0 all of them');
tampering('an end that was moved, with the rows behind it', ["DELETE FROM tenancy.audit_log WHERE id > 5", 'UPDATE tenancy.audit_chains SET head_id = 5, head_hash = (SELECT hash FROM tenancy.audit_log WHERE id = 5)'],
	$bad, "$chain|6|$written|f|$more");

# --- Anchors

my $forged = "INSERT INTO tenancy.audit_anchors SELECT chain, 10, 19, hash, now() FROM tenancy.audit_log WHERE id = 19";
my $unknown = 'the trail knows nothing of this anchor';
tampering('rows that were removed, with an anchor that says they were dropped', [$forged, 'DELETE FROM tenancy.audit_log WHERE id BETWEEN 10 AND 19'],
	$bad, "$chain|10|19|f|rows are missing\n$chain|10|19|f|$unknown");
tampering('such an anchor alone', $forged, $bad, "$chain|10|19|f|$unknown");
tampering('an anchor past the end', "INSERT INTO tenancy.audit_anchors VALUES ($chain, $head + 1, $head + 9, sha256('x'), now())", $bad,
	"$chain|" . ($head + 1) . '|' . ($head + 9) . "|f|$unknown");
tampering('an anchor that a row behind the end tells of', [$forged, 'DELETE FROM tenancy.audit_log WHERE id BETWEEN 10 AND 19',
		"INSERT INTO tenancy.audit_log (chain, id, at, class, action, outcome, objects, hash)
			SELECT chain, $head + 1, now(), 'audit', 'partition dropped', 'done', ARRAY[chain || ':10-19:' || encode(last_hash, 'hex')], sha256('x') FROM tenancy.audit_anchors"],
	"SELECT count(*) > 0 FROM tenancy.audit_verify() WHERE NOT ok AND first_id = $head + 1", 't');

# --- Rows where none should be

my $columns = 'at, class, action, outcome, sqlstate, tenant, schema_name, session_role, effective_role, application_name, client, pid, transaction_id, objects, rows, detail, query, hash';
tampering('rows before the first one', "INSERT INTO tenancy.audit_log SELECT chain, id - 5, $columns FROM tenancy.audit_log WHERE id IN (2, 5)", $bad,
	"$chain|-3|0|f|there are rows before the first one");
tampering('rows far behind the end', "INSERT INTO tenancy.audit_log SELECT chain, $head + 100, $columns FROM tenancy.audit_log WHERE id = 5", $bad,
	"$chain|" . ($head + 1) . '|' . ($head + 99) . "|f|rows are missing\n$chain|" . ($head + 1) . '|' . ($head + 100) . '|f|there are rows after the newest one that was written');
tampering('rows of a chain that is none', ["CREATE TABLE tenancy.elsewhere PARTITION OF tenancy.audit_log FOR VALUES IN (-7)", "INSERT INTO tenancy.audit_log SELECT -7, id, $columns FROM tenancy.audit_log WHERE id = 1"],
	$bad, "-7|||f|no chain has this number\n-7|1|1|f|the row or the one before it has been changed\n-7|1|1|f|tenancy.audit_chains has no row for the chain");
tampering('rows of a chain in a table of another name', ["CREATE TABLE tenancy.elsewhere PARTITION OF tenancy.audit_log DEFAULT", "INSERT INTO tenancy.audit_log SELECT 0, id, $columns FROM tenancy.audit_log WHERE id = 1"],
	$bad, "0|||f|no chain has this number\n0|1|1|f|the row or the one before it has been changed\n0|1|1|f|tenancy.audit_chains has no row for the chain");

# --- Arguments

refuses($admin, "SELECT tenancy.audit_verify($chain, $head, 5, '$hash')", '22023', 'known_id is before from_id', 'a known row that would not be looked at');
refuses($admin, "SELECT tenancy.audit_verify($chain, 1, -5, '$hash')", '22023', 'known_id is before from_id', 'nor one that cannot be');

# --- What goes with age

# Moves rows into an old month, and computes all hashes anew.
sub make_old
{
	my ($first, $last, $old_month) = @_;
	my $name = "audit_log_c${chain}_" . ($old_month =~ s/-/_/r);
	run_all("CREATE TABLE tenancy.$name (LIKE tenancy.audit_log)", "ALTER TABLE tenancy.$name ADD PRIMARY KEY (id)",
		"ALTER TABLE tenancy.audit_log_c$chain ATTACH PARTITION tenancy.$name FOR VALUES FROM ('$old_month-01 00:00:00+00') TO ('$old_month-28 00:00:00+00')",
		"UPDATE tenancy.audit_log SET at = '$old_month-15 00:00:00+00' WHERE id BETWEEN $first AND $last",
		q{CREATE OR REPLACE FUNCTION pg_temp.f(value text) RETURNS text LANGUAGE sql AS $$ SELECT coalesce(octet_length(value) || ':' || value || ';', '-;') $$},
		"DO \$\$ DECLARE previous bytea := (SELECT coalesce((SELECT last_hash FROM tenancy.audit_anchors ORDER BY last_id DESC LIMIT 1), decode(repeat('00', 32), 'hex'))); l record;
		BEGIN
			FOR l IN SELECT * FROM tenancy.audit_log WHERE chain = $chain ORDER BY id LOOP
				previous := sha256(previous || convert_to(
					pg_temp.f(l.chain::text) || pg_temp.f(l.id::text) || pg_temp.f((extract(epoch FROM l.at) * 1000000)::bigint::text)
					|| pg_temp.f(l.class) || pg_temp.f(l.action) || pg_temp.f(l.outcome) || pg_temp.f(l.sqlstate) || pg_temp.f(l.tenant)
					|| pg_temp.f(l.schema_name) || pg_temp.f(l.session_role) || pg_temp.f(l.effective_role) || pg_temp.f(l.application_name)
					|| pg_temp.f(host(l.client)) || pg_temp.f(l.pid::text) || pg_temp.f(l.transaction_id::text)
					|| coalesce(pg_temp.f(cardinality(l.objects)::text) || (SELECT string_agg(pg_temp.f(o), '' ORDER BY n) FROM unnest(l.objects) WITH ORDINALITY u(o, n)), '-;')
					|| pg_temp.f(l.rows::text) || pg_temp.f(l.detail) || pg_temp.f(l.query), 'UTF8'));
				UPDATE tenancy.audit_log SET hash = previous WHERE chain = $chain AND id = l.id;
			END LOOP;
			UPDATE tenancy.audit_chains SET head_hash = previous;
		END \$\$");
	return $name;
}

# Has the worker drop what is old.
sub drop_old
{
	my ($name) = @_;
	run_all("ALTER SYSTEM SET tenancy.audit_retention = '365d'");
	$node->reload;
	wait_for("SELECT to_regclass('tenancy.$name') IS NULL", "$name goes");
	run_all('ALTER SYSTEM RESET tenancy.audit_retention');
	$node->reload;
	return;
}

sub told { return value("SELECT objects FROM tenancy.audit_log WHERE action = 'partition dropped' ORDER BY id DESC LIMIT 1"); }

my $old = make_old(1, 9, '2020-01');
my $last = value('SELECT encode(hash, \'hex\') FROM tenancy.audit_log WHERE id = 9');
gives($admin, $all, "$chain|1|$head|t|", 'there are old rows');
drop_old($old);
$head = value('SELECT id FROM tenancy.audit_head()');
is(told(), "{$chain:1-9:$last}", 'the trail tells which rows went');
gives($admin, $all, "$chain|10|$head|t|", 'and the others are in order');
tampering('a list in brackets', "UPDATE tenancy.audit_log SET objects = ARRAY[objects] WHERE id = $head", $bad, "$chain|$head|$head|f|the row has been changed: its objects are no list");
tampering('a list that begins elsewhere', "UPDATE tenancy.audit_log SET objects = ('[5:5]=' || objects::text)::text[] WHERE id = $head", $bad, "$chain|$head|$head|f|the row has been changed: its objects are no list");
tampering('an anchor that was made longer, with rows removed', ["UPDATE tenancy.audit_anchors SET last_id = 12, last_hash = (SELECT hash FROM tenancy.audit_log WHERE id = 12)", 'DELETE FROM tenancy.audit_log WHERE id BETWEEN 10 AND 12'],
	$bad, "$chain|1|12|f|rows are missing\n$chain|1|12|f|$unknown");
tampering('an anchor that was made another', "UPDATE tenancy.audit_anchors SET last_hash = sha256('x')", $bad, "$chain|10|10|f|the row or the one before it has been changed");
tampering('an anchor that was removed', "DELETE FROM tenancy.audit_anchors", $bad, "$chain|1|9|f|rows are missing");
# The row that told of the first month goes with the second.
$old = make_old(10, $head, '2020-02');
$last = value("SELECT encode(hash, 'hex') FROM tenancy.audit_log WHERE id = $head");
drop_old($old);
is(told(), "{$chain:1-$head:$last}", 'the trail goes on to tell of what went before');
write_events(20, 'there are new rows');
my $first = $head + 1;
$head = value('SELECT id FROM tenancy.audit_head()');
gives($admin, $all, "$chain|$first|$head|t|", 'all of it is in order');

# A forged anchor does not become a true one when the next month goes.
$old = make_old($first, $first + 3, '2020-03');
my ($from, $to) = ($first + 6, $first + 7);
run_all("INSERT INTO tenancy.audit_anchors SELECT chain, $from, $to, hash, now() FROM tenancy.audit_log WHERE id = $to");
my $anchored = value("SELECT encode(last_hash, 'hex') FROM tenancy.audit_anchors WHERE last_id = $to");
drop_old($old);
unlike(told(), qr/$from-$to|$anchored/, 'the worker does not take a forged anchor for a true one');
gives($admin, $bad, "$chain|$from|$to|f|$unknown", 'and neither does the check');
run_all("DELETE FROM tenancy.audit_anchors WHERE last_id = $to");
gives($admin, $bad, '', 'without it all is well');

# --- A chain that has ended

# As if it had come with a restore.
write_events(2, 'its newest row tells of no month that went');
run_all('UPDATE tenancy.audit_chains SET system = 1');
my $ended = value("SELECT chain || ':' || head_id || ':' || encode(head_hash, 'hex') FROM tenancy.audit_chains");
write_events(2, 'another chain begins');
gives($admin, "SELECT objects FROM tenancy.audit_log WHERE action = 'chain begun' AND id = 1 AND chain <> $chain", "{$ended}", 'and names the one before');
$admin->close;
$node->restart;
$admin = session($node);
gives($admin, $bad, '', 'both are in order');
$head = value("SELECT head_id FROM tenancy.audit_chains WHERE chain = $chain");
@gone = ("DROP TABLE tenancy.audit_log_c$chain", "DELETE FROM tenancy.audit_chains WHERE chain = $chain", "DELETE FROM tenancy.audit_anchors WHERE chain = $chain");
my $named = 'the row that the first row of another chain names is not there';
tampering('a chain that has ended and is gone', \@gone, $bad, "$chain|||f|there is nothing of this chain\n$chain|$head|$head|f|$named");
tampering('its newest row, with its end moved', ["DELETE FROM tenancy.audit_log WHERE chain = $chain AND id = $head",
		"UPDATE tenancy.audit_chains SET (head_id, head_hash) = (SELECT id, hash FROM tenancy.audit_log WHERE chain = $chain ORDER BY id DESC LIMIT 1) WHERE chain = $chain"],
	$bad, "$chain|$head|$head|f|$named");

# --- Rings that can be neither read nor removed

my $database = value('SELECT oid FROM pg_database WHERE datname = current_database()');
my $folder = $node->data_dir . '/pg_dynshmem';
sub logged { my ($pattern, $offset) = @_; my @found = slurp_file($node->logfile, $offset) =~ /$pattern/g; return scalar @found; }
$admin->close;
$node->stop;
mkdir "$folder/tenancy.$database.000000000000000$_" or die "cannot make a folder: $!" for 1 .. 3;
my $offset = -s $node->logfile;
$node->start;
$admin = session($node);
write_events(4, 'the worker writes what comes although there are rings that it can neither read nor remove');
is(logged('could not read a ring of audit events that was left', $offset), 3, 'and says so of each once');
gives($admin, $bad, '', 'the trail is in order');
my $worker = value("SELECT pid FROM pg_stat_activity WHERE backend_type = 'tenancy worker'");
kill 'STOP', $worker;
run_all("SELECT tenancy.suspend('acme')", "SELECT tenancy.activate('acme')");
gives($admin, 'SELECT pending > 0 FROM tenancy.audit_statistics()', 't', 'events wait');
$node->stop('immediate');
$admin->vanish;
kill 'KILL', $worker;
rmdir "$folder/tenancy.$database.000000000000000$_" for 1 .. 3;
chmod 0500, $folder;
$offset = -s $node->logfile;
$node->start;
$admin = session($node);
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	last if logged('could not remove file "pg_dynshmem/tenancy', $offset);
	select(undef, undef, undef, 0.1);
}
run_all("SELECT count(*) FROM tenancy.audit_statistics() a, generate_series(1, 1000) g") for 1 .. 20;
is(logged('could not remove file "pg_dynshmem/tenancy', $offset), 1, 'a ring that was written and cannot be removed is not looked at again and again');
gives($admin, $bad, '', 'and its events are in the trail once');
chmod 0700, $folder;

done_testing();
