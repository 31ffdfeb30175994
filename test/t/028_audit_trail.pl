# tenancy.audit_log once it is written: who reads it, what tampering shows, what a superuser's objects can do
# to the worker, what goes with age, and what a dump brings elsewhere.
use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('trail', "tenancy.audit = 'refusal, lifecycle, write'", 'autovacuum = off');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');

# Runs statements that must succeed.
sub run_as
{
	my ($session, @statements) = @_;
	for my $sql (@statements)
	{
		my $result = $session->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

# Waits until a query says true.
sub wait_for
{
	my ($session, $sql, $name) = @_;
	my $last = '';
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$last = rows($session->query($sql));
		last if $last eq 't';
		select(undef, undef, undef, 0.1);
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($last, 't', $name);
}

run_as($admin, 'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE ops LOGIN IN ROLE tenancy_admin',
	'CREATE ROLE auditor LOGIN IN ROLE tenancy_auditor', 'CREATE ROLE reader LOGIN IN ROLE pg_read_all_data',
	'CREATE ROLE acme_login LOGIN IN ROLE tenant_acme', "ALTER ROLE shop SET tenancy.rebind = 'transaction'");
# The administrator's own work would make rows of its own.
run_as($admin, 'SET tenancy.audit = none');
my $shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');

# Has so many events written.
sub write_events
{
	my ($count, $name) = @_;
	run_as($shop, map { "INSERT INTO accounts VALUES ('event $_')" } 1 .. $count);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return wait_for($admin, 'SELECT pending = 0 FROM tenancy.audit_statistics()', $name);
}
write_events(10, 'events are written');
my $verify = 'SELECT first_id, last_id, ok, problem FROM tenancy.audit_verify((SELECT chain FROM tenancy.audit_head()))';
my $head = rows($admin->query('SELECT id FROM tenancy.audit_head()'));
gives($admin, $verify, "1|$head|t|", 'the chain is in order');
my $chain = rows($admin->query('SELECT chain FROM tenancy.audit_head()'));
my $month = rows($admin->query("SELECT relname FROM pg_class WHERE relname ~ '^audit_log_c${chain}_' AND relkind = 'r' ORDER BY 1 LIMIT 1"));

# --- The hash, computed by somebody else

my $log = $admin->query(q{SELECT chain, id, (extract(epoch FROM at) * 1000000)::bigint, class, action, outcome, sqlstate, tenant, schema_name,
	session_role, effective_role, application_name, host(client), pid, transaction_id, cardinality(objects), objects[1], objects[2], rows, detail, query,
	encode(hash, 'hex') FROM tenancy.audit_log ORDER BY id});
sub field { my ($value) = @_; return defined $value ? length($value) . ":$value;" : '-;'; }
my $previous = '00' x 32;
my $wrong = 0;
for my $row (@{ $log->{rows} })
{
	my @values = @$row;
	my $hash = pop @values;
	my @objects = splice @values, 16, 2;
	my $form = join('', map { field($values[$_]) . ($_ == 15 ? join('', map { field($_) } grep { defined } @objects) : '') } 0 .. $#values);
	$wrong++ if $hash ne sha256_hex(pack('H*', $previous) . $form);
	$previous = $hash;
}
is($wrong, 0, 'the hashes are those that the documentation says, of ' . scalar(@{ $log->{rows} }) . ' rows');

# --- Who reads it

for my $who (['ops', 't'], ['auditor', 't'])
{
	my $session = session($node, user => $who->[0]);
	gives($session, 'SELECT count(*) > 10 FROM tenancy.audit_log', 't', "$who->[0] reads the trail");
	gives($session, 'SELECT bool_and(ok), count(*) FROM tenancy.audit_verify()', 't|1', 'and verifies it');
	refuses($session, 'DELETE FROM tenancy.audit_log', '42501', 'permission denied for table audit_log', 'but does not write it');
	refuses($session, $_, '42501', 'permission denied for table audit_chains', $_) for 'UPDATE tenancy.audit_chains SET head_id = 1', 'DELETE FROM tenancy.audit_chains';
	refuses($session, 'INSERT INTO tenancy.audit_anchors SELECT chain, 1, 5, hash, now() FROM tenancy.audit_head()', '42501', 'permission denied for table audit_anchors', 'nor its anchors');
	refuses($session, "SELECT * FROM tenancy.$month", '42501', "permission denied for table $month", 'nor reads a partition by itself');
	refuses($session, "DROP TABLE tenancy.$month", '42501', "must be owner of table $month", 'nor drops one');
	refuses($session, 'CREATE TRIGGER t BEFORE INSERT ON tenancy.audit_log FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', '42501', 'permission denied for table audit_log', 'nor puts a trigger on it');
}
my $reader = session($node, user => 'reader');
gives($reader, 'SELECT count(*) FROM tenancy.audit_log', '0', 'pg_read_all_data reads no row of it');
gives($reader, "SELECT count(*) FROM tenancy.$month", '0', 'nor of a partition');
for my $session ($shop, session($node, user => 'acme_login', options => '-c tenancy.tenant=acme'), session($node, user => 'ops', options => '-c tenancy.tenant=acme'),
	session($node, options => '-c tenancy.tenant=acme'))
{
	refuses($session, 'SELECT * FROM tenancy.audit_log', '42501', 'permission denied for table audit_log', 'a bound session does not read it');
	refuses($session, "SELECT * FROM tenancy.$month", '42501', "permission denied for table $month", 'nor a partition');
	refuses($session, 'SELECT * FROM tenancy.audit_chains', '42501', 'permission denied for table audit_chains', 'nor where chains end');
	refuses($session, "SELECT * FROM tenancy.$_", '42501', 'permission denied for function ' . s/\(.*//r, "nor calls $_") for 'audit_head()', 'audit_verify()', 'audit_statistics()';
	gives($session, "SELECT count(*) FROM pg_stats WHERE tablename LIKE 'audit_log%'", '0', 'nor sees statistics of it');
	refuses($session, 'SET tenancy.audit_overflow = drop', '42501', 'permission denied to set parameter "tenancy.audit_overflow"', 'nor sets what becomes of events')
	  if !grep { $_ eq ($session->{parameters}{session_authorization} || '') } 'postgres';
}

# --- Tampering

# A change by a superuser, what the check says of it, and back again.
sub tampering
{
	my ($name, $sql, $expected) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	$admin->query('BEGIN');
	my $result = $admin->query($sql);
	die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	gives($admin, $verify, $expected, $name);
	$admin->query('ROLLBACK');
	return;
}
write_events(5, 'there are more rows');
$head = rows($admin->query('SELECT id FROM tenancy.audit_head()'));
my $before = $head - 1;
tampering('a text that was changed', "UPDATE tenancy.audit_log SET objects = '{tenant_acme.nothing}' WHERE id = 5", "1|4|t|\n5|5|f|the row or the one before it has been changed\n6|$head|t|");
for my $column (
	["at = at + interval '1 microsecond'"], ["class = 'read'"], ["action = NULL"], ["outcome = 'failed'"], ["sqlstate = '42501'"], ["tenant = 'beta'"],
	["schema_name = 'tenant_beta'"], ["session_role = 'nobody'"], ["effective_role = ''"], ["application_name = 'x'"], ["client = '10.0.0.1'"], ['pid = pid + 1'],
	['transaction_id = 1'], ['objects = NULL'], ["objects = objects || 'x'::text"], ['rows = 77'], ["detail = 'x'"], ["query = 'x'"])
{
	tampering("$column->[0] shows", "UPDATE tenancy.audit_log SET $column->[0] WHERE id = 6", "1|5|t|\n6|6|f|the row or the one before it has been changed\n7|$head|t|");
}
tampering('what moves from one column to the next', "UPDATE tenancy.audit_log SET tenant = tenant || schema_name, schema_name = '' WHERE id = 7",
	"1|6|t|\n7|7|f|the row or the one before it has been changed\n8|$head|t|");
tampering('a hash that was computed anew', "UPDATE tenancy.audit_log SET hash = sha256('x') WHERE id = 5",
	"1|4|t|\n5|5|f|the row or the one before it has been changed\n6|6|f|the row or the one before it has been changed\n7|$head|t|");
tampering('rows that were removed', 'DELETE FROM tenancy.audit_log WHERE id IN (5, 6)', "1|4|t|\n5|6|f|rows are missing\n8|$head|t|");
tampering('the first row', 'DELETE FROM tenancy.audit_log WHERE id = 1', "1|1|f|rows are missing\n3|$head|t|");
tampering('the newest rows', "DELETE FROM tenancy.audit_log WHERE id >= $before", '1|' . ($head - 2) . "|t|\n$before|$head|f|the newest rows are missing");
tampering('all rows', 'DELETE FROM tenancy.audit_log', "1|$head|f|the newest rows are missing");
tampering('rows that changed places', 'UPDATE tenancy.audit_log SET id = CASE id WHEN 5 THEN 100006 ELSE 100005 END WHERE id IN (5, 6); UPDATE tenancy.audit_log SET id = id - 100000 WHERE id > 100000',
	"1|4|t|\n5|5|f|the row or the one before it has been changed\n6|6|f|the row or the one before it has been changed\n7|7|f|the row or the one before it has been changed\n8|$head|t|");
tampering('a row that was added', "INSERT INTO tenancy.audit_log SELECT chain, id + 1, at, class, action, outcome, sqlstate, tenant, schema_name, session_role, effective_role, application_name, client, pid, transaction_id, objects, rows, detail, query, hash FROM tenancy.audit_log WHERE id = $head",
	"1|$head|t|\n" . ($head + 1) . '|' . ($head + 1) . "|f|the row or the one before it has been changed\n" . ($head + 1) . '|' . ($head + 1) . "|f|there are rows after the newest one that was written");
tampering('a table without its end', "DELETE FROM tenancy.audit_log WHERE id = $head; UPDATE tenancy.audit_chains SET head_id = $before", "1|$before|t|\n$before|$before|f|the newest row is not the one that was written");
is(rows($admin->query("BEGIN; DELETE FROM tenancy.audit_chains; SELECT first_id, last_id, ok, problem FROM tenancy.audit_verify() ORDER BY last_id DESC, ok LIMIT 1; ROLLBACK")),
	"1|$head|f|tenancy.audit_chains has no row for the chain", 'which is told of each chain');

# A whole chain that was computed anew: what was written down outside shows it.
my $known = rows($admin->query("SELECT hash FROM tenancy.audit_head()"));
gives($admin, "SELECT ok FROM tenancy.audit_verify($chain, 1, $head, '$known')", 't', 'a hash that was written down is the one of its row');
gives($admin, "SELECT first_id, ok, problem FROM tenancy.audit_verify($chain, 1, 5, '$known') WHERE NOT ok", '5|f|the hash is not the one that is known of it', 'another one is not');
gives($admin, "SELECT first_id, ok, problem FROM tenancy.audit_verify($chain, 1, 100000, '$known') WHERE NOT ok", '100000|f|the row that is known is not there', 'nor one of a row that is not there');
gives($admin, "SELECT first_id, last_id, ok, problem FROM tenancy.audit_verify($chain, 7)", "7|$head|t|", 'a part is verified by itself');
refuses($admin, "SELECT tenancy.audit_verify($chain, 1, 5)", '22023', 'only_chain, known_id and known_hash go together', 'an id without its hash');
refuses($admin, "SELECT tenancy.audit_verify($chain, 1, 5, '\\x00')", '22023', 'a hash of the audit trail has 32 bytes', 'a hash that is none');

# --- What a superuser puts on the tables does not run, and does not stop the worker

run_as($admin,
	q{CREATE TABLE public.ran (what text)},
	q{CREATE FUNCTION public.runs() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.ran VALUES (TG_NAME); RETURN NULL; END'},
	q{CREATE FUNCTION public.runs_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.ran VALUES (TG_TAG); RAISE EXCEPTION ''no''; END'},
	'CREATE TRIGGER before_row BEFORE INSERT ON tenancy.audit_log FOR EACH ROW EXECUTE FUNCTION public.runs()',
	"CREATE TRIGGER of_partition BEFORE INSERT ON tenancy.$month FOR EACH ROW EXECUTE FUNCTION public.runs()",
	"ALTER TABLE tenancy.$month ENABLE ALWAYS TRIGGER of_partition",
	'CREATE TRIGGER of_chains BEFORE UPDATE ON tenancy.audit_chains FOR EACH ROW EXECUTE FUNCTION public.runs()',
	'ALTER TABLE tenancy.audit_chains ENABLE ALWAYS TRIGGER of_chains',
	"CREATE RULE nothing AS ON INSERT TO tenancy.$month DO INSTEAD NOTHING",
	"ALTER TABLE tenancy.$month ADD CHECK (class = 'none') NOT VALID",
	"ALTER TABLE tenancy.$month ALTER detail SET DEFAULT 'default'",
	"ALTER TABLE tenancy.audit_log ADD extra text",
	"CREATE POLICY nobody ON tenancy.$month AS RESTRICTIVE USING (false) WITH CHECK (false)",
	"ALTER TABLE tenancy.$month FORCE ROW LEVEL SECURITY");
write_events(3, 'the worker writes past triggers, rules, policies, constraints and defaults');
run_as($admin, "ALTER TABLE tenancy.audit_log DROP extra");
$head = rows($admin->query('SELECT id FROM tenancy.audit_head()'));
gives($admin, $verify, "1|$head|t|", 'and the chain is in order');
run_as($admin, 'CREATE EVENT TRIGGER starts ON ddl_command_start EXECUTE FUNCTION public.runs_event()', 'ALTER EVENT TRIGGER starts ENABLE ALWAYS',
	'CREATE EVENT TRIGGER ends ON ddl_command_end EXECUTE FUNCTION public.runs_event()', 'ALTER EVENT TRIGGER ends ENABLE ALWAYS');

# A partition out of its place: the worker says so, and goes on when it is back.
my $offset = -s $node->logfile;
run_as($admin, 'ALTER EVENT TRIGGER starts DISABLE', 'ALTER EVENT TRIGGER ends DISABLE', "ALTER TABLE tenancy.audit_log_c$chain DETACH PARTITION tenancy.$month",
	'ALTER EVENT TRIGGER starts ENABLE ALWAYS', 'ALTER EVENT TRIGGER ends ENABLE ALWAYS');
run_as($shop, "INSERT INTO accounts VALUES ('while it is away')");
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	last if slurp_file($node->logfile, $offset) =~ /is not where it belongs/;
	select(undef, undef, undef, 0.1);
}
like(slurp_file($node->logfile, $offset), qr/table tenancy\.$month is not where it belongs in tenancy\.audit_log/, 'a partition out of its place is in the server log');
gives($admin, 'SELECT pending > 0, dropped, refused FROM tenancy.audit_statistics()', 't|0|0', 'and events wait');
# A new month in its place: its making meets the event triggers.
run_as($admin, 'ALTER EVENT TRIGGER starts DISABLE', 'ALTER EVENT TRIGGER ends DISABLE', "ALTER TABLE tenancy.$month RENAME TO kept", 'ALTER EVENT TRIGGER starts ENABLE ALWAYS',
	'ALTER EVENT TRIGGER ends ENABLE ALWAYS');
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	run_as($shop, "INSERT INTO accounts VALUES ('knocks')");
	last if rows($admin->query('SELECT pending = 0 FROM tenancy.audit_statistics()')) eq 't';
	select(undef, undef, undef, 0.1);
}
gives($admin, "SELECT count(*) FROM pg_class WHERE relname = '$month' AND relispartition", '1', 'the worker makes another one, past event triggers');
gives($admin, 'SELECT * FROM public.ran', '', 'nothing of what was put there has run');
run_as($admin, 'DROP EVENT TRIGGER starts', 'DROP EVENT TRIGGER ends');
gives($admin, $verify . ' WHERE NOT ok', "1|$head|f|rows are missing", 'what was taken away is missing');
run_as($admin, 'ALTER TABLE tenancy.kept DISABLE TRIGGER ALL', 'DROP RULE nothing ON tenancy.kept', 'DROP TRIGGER before_row ON tenancy.audit_log',
	"INSERT INTO tenancy.$month SELECT chain, id, at, class, action, outcome, sqlstate, tenant, schema_name, session_role, effective_role, application_name, client, pid, transaction_id, objects, rows, detail, query, hash FROM tenancy.kept",
	'DROP TABLE tenancy.kept', 'DROP TRIGGER of_chains ON tenancy.audit_chains');
$head = rows($admin->query('SELECT id FROM tenancy.audit_head()'));
gives($admin, $verify, "1|$head|t|", 'and there again when it is brought back');

# --- Age

# Rows as if they were old, in a month of their own; their hashes are made right again.
run_as($admin, q{DO $$
	DECLARE previous bytea := decode(repeat('00', 32), 'hex'); r record; c int := (SELECT chain FROM tenancy.audit_head());
	BEGIN
		EXECUTE format('CREATE TABLE tenancy.audit_log_c%s_2020_01 (LIKE tenancy.audit_log)', c);
		EXECUTE format('ALTER TABLE tenancy.audit_log_c%s_2020_01 ADD PRIMARY KEY (id)', c);
		EXECUTE format('ALTER TABLE tenancy.audit_log_c%s ATTACH PARTITION tenancy.audit_log_c%s_2020_01 FOR VALUES FROM (''2020-01-01 00:00:00+00'') TO (''2020-02-01 00:00:00+00'')', c, c);
		UPDATE tenancy.audit_log SET at = '2020-01-15 00:00:00+00' WHERE chain = c AND id < 10 AND id <> 4;
	END $$});
run_as($admin, q{CREATE FUNCTION pg_temp.f(value text) RETURNS text LANGUAGE sql AS $$ SELECT coalesce(octet_length(value) || ':' || value || ';', '-;') $$},
	q{DO $$ DECLARE previous bytea := decode(repeat('00', 32), 'hex'); l record; h bytea; c int := (SELECT chain FROM tenancy.audit_head());
	BEGIN
		FOR l IN SELECT * FROM tenancy.audit_log WHERE chain = c ORDER BY id LOOP
			h := sha256(previous || convert_to(
				   pg_temp.f(l.chain::text) || pg_temp.f(l.id::text) || pg_temp.f((extract(epoch FROM l.at) * 1000000)::bigint::text)
				|| pg_temp.f(l.class) || pg_temp.f(l.action) || pg_temp.f(l.outcome) || pg_temp.f(l.sqlstate) || pg_temp.f(l.tenant)
				|| pg_temp.f(l.schema_name) || pg_temp.f(l.session_role) || pg_temp.f(l.effective_role) || pg_temp.f(l.application_name)
				|| pg_temp.f(host(l.client)) || pg_temp.f(l.pid::text) || pg_temp.f(l.transaction_id::text)
				|| coalesce(pg_temp.f(cardinality(l.objects)::text)
							|| (SELECT string_agg(pg_temp.f(o), '' ORDER BY n) FROM unnest(l.objects) WITH ORDINALITY u(o, n)), '-;')
				|| pg_temp.f(l.rows::text) || pg_temp.f(l.detail) || pg_temp.f(l.query), 'UTF8'));
			UPDATE tenancy.audit_log SET hash = h WHERE chain = c AND id = l.id;
			previous := h;
		END LOOP;
		UPDATE tenancy.audit_chains SET head_hash = previous WHERE chain = c;
	END $$});
gives($admin, $verify, "1|$head|t|", 'a superuser can compute a chain anew');
gives($admin, "SELECT count(*) > 0 FROM tenancy.audit_verify($chain, 1, 15, (SELECT hash FROM tenancy.audit_log WHERE id = 14 AND chain = $chain)) WHERE problem LIKE 'the hash%'", 't', 'which only a hash from outside shows');
gives($admin, "SELECT count(*) FROM tenancy.audit_log_c${chain}_2020_01", '8', 'there is an old month');
$node->append_conf('postgresql.conf', "tenancy.audit_retention = '365d'");
my $long = session($node, user => 'auditor');
run_as($long, 'BEGIN', 'SELECT count(*) FROM tenancy.audit_log');
$offset = -s $node->logfile;
$node->reload;
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	last if slurp_file($node->logfile, $offset) =~ /canceling statement due to lock timeout/;
	select(undef, undef, undef, 0.1);
}
like(slurp_file($node->logfile, $offset), qr/canceling statement due to lock timeout/, 'who reads for long holds up what goes with age');
run_as($long, 'COMMIT');
$node->reload;
wait_for($admin, "SELECT count(*) = 0 FROM pg_class WHERE relname = 'audit_log_c${chain}_2020_01'", 'then the month goes');
gives($admin, "SELECT first_id, last_id FROM tenancy.audit_anchors WHERE chain = $chain ORDER BY 1", "1|3\n5|9", 'and leaves the ends of what went');
gives($admin, "SELECT action, rows FROM tenancy.audit_log WHERE action = 'partition dropped'", 'partition dropped|8', 'the trail says what');
$head = rows($admin->query('SELECT id FROM tenancy.audit_head()'));
gives($admin, $verify, "4|4|t|\n10|$head|t|", 'the rest is in order');
tampering('a row that was removed is missing none the less', 'DELETE FROM tenancy.audit_log WHERE id = 4', "4|4|f|rows are missing\n10|$head|t|");
tampering('an anchor that was changed', "UPDATE tenancy.audit_anchors SET last_hash = sha256('x') WHERE first_id = 5", "4|4|t|\n10|10|f|the row or the one before it has been changed\n11|$head|t|");
tampering('one that was removed', 'DELETE FROM tenancy.audit_anchors WHERE first_id = 5', "4|4|t|\n5|9|f|rows are missing\n11|$head|t|");
gives($admin, "SELECT count(*) FROM tenancy.audit_log WHERE class = 'lifecycle' AND id > 10 AND pid IN (SELECT pid FROM pg_stat_activity WHERE backend_type = 'tenancy worker')", '0', 'the worker does not audit itself');

# --- Texts that are long, or what no encoding allows

run_as($admin, 'ALTER ROLE shop SET tenancy.audit_query_text = full');
$shop->close;
$shop = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
run_as($shop, "INSERT INTO accounts VALUES ('" . ("\xc3\xa4" x 20000) . "')");
wait_for($admin, 'SELECT pending = 0 FROM tenancy.audit_statistics()', 'a long text is written');
gives($admin, "SELECT octet_length(query) BETWEEN 8000 AND 8192, right(query, 3) FROM tenancy.audit_log WHERE pid = " . $shop->pid, 't|...', 'cut between two characters');
gives($admin, 'SELECT count(*) FROM tenancy.audit_verify() WHERE NOT ok', '0', 'and verifies');

# --- Elsewhere

my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump';
$node->command_ok(['pg_dump', '-Fc', '-f', $dump, 'postgres'], 'pg_dump');
run_as($admin, 'CREATE DATABASE copy', "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
my $rows = rows($admin->query('SELECT count(*) FROM tenancy.audit_log'));
for my $database ('copy', 'latin')
{
	# Else the worker may begin a chain with what the restore does, before the restored one is there.
	run_as($admin, "ALTER DATABASE $database SET tenancy.audit = none");
	$node->command_ok(['pg_restore', '--exit-on-error', '-d', $database, $dump], "pg_restore into $database");
	run_as($admin, "ALTER DATABASE $database RESET tenancy.audit");
	my $there = session($node, database => $database);
	gives($there, "SELECT count(*) FROM tenancy.audit_log WHERE chain = $chain", $rows, 'the trail comes along');
	gives($there, "SELECT first_id, last_id, ok, problem FROM tenancy.audit_verify($chain)", rows($admin->query($verify)), 'and verifies');
	run_as($there, "SELECT tenancy.suspend('acme')");
	wait_for($there, "SELECT count(*) > 0 FROM tenancy.audit_log WHERE chain <> $chain AND class = 'lifecycle'", 'new events go to a chain of its own');
	gives($there, "SELECT detail FROM tenancy.audit_log WHERE chain = (SELECT chain FROM tenancy.audit_head()) AND id = 1 AND action = 'chain begun'",
		"in database \"$database\", which has come with 1 of another one", 'which says where it comes from') ;
	gives($there, 'SELECT bool_and(ok), count(DISTINCT chain) FROM tenancy.audit_verify()', 't|2', 'both verify');
	is_deeply($there->query('DROP EXTENSION tenancy')->{errors}, [], 'the extension can be dropped');
	$there->close;
}

done_testing();
