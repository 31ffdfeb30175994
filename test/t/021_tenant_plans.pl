# Plans of prepared statements that a pooled session keeps for each tenant: that they are
# kept, that they change no result, and that their number stays bounded.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('tenant_plans');
my $admin = session($node);
my @slugs = qw(acme beta gamma delta);

# Runs SQL that must not fail.
sub must
{
	my ($session, @statements) = @_;
	for my $sql (@statements)
	{
		my $result = $session->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

# A tenant's tables; that of beta has another column in front, and no index.
sub fill
{
	my ($slug) = @_;
	my $schema = "tenant_$slug";
	must($admin, $slug eq 'beta' ? "CREATE TABLE $schema.things (extra text, owner text, id int)"
		: "CREATE TABLE $schema.things (id int PRIMARY KEY, owner text)");
	must($admin, "INSERT INTO $schema.things (id, owner) SELECT i, '$slug ' || i FROM generate_series(1, 50) i",
		"CREATE VIEW $schema.report AS SELECT owner FROM $schema.things WHERE id = 7",
		"CREATE FUNCTION $schema.label(x int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''$slug:'' || x'");
	return;
}

must($admin, "SELECT tenancy.provision('$_')") for @slugs;
fill($_) for @slugs;
must($admin, 'CREATE TABLE public.shared (x int)', 'INSERT INTO public.shared VALUES (1), (2)',
	'GRANT SELECT ON public.shared TO tenancy_tenant',
	'CREATE ROLE pool LOGIN IN ROLE tenancy_app', 'ALTER ROLE pool SET tenancy.rebind = transaction',
	'CREATE ROLE keeper LOGIN IN ROLE tenancy_app', 'ALTER ROLE keeper SET tenancy.rebind = transaction',
	'ALTER ROLE keeper SET tenancy.max_tenant_plans = 100',
	'CREATE ROLE watcher LOGIN SUPERUSER', 'ALTER ROLE watcher SET tenancy.rebind = transaction',
	'ALTER ROLE watcher SET tenancy.max_tenant_plans = 100');

# What the sessions prepare, by Parse; the arguments of each.
my %statements = (
	'thing' => [ 'SELECT owner FROM things WHERE id = $1', 7 ],
	'join' => [ 'SELECT a.owner, b.id FROM things a JOIN things b ON a.id = b.id WHERE b.id < $1 ORDER BY 1', 3 ],
	'report' => [ 'SELECT * FROM report' ],
	'label' => [ 'SELECT label($1)', 5 ],
	'shared' => [ 'SELECT count(*) FROM shared WHERE x >= $1', 0 ],
	'count' => [ 'SELECT count(*), min(owner) FROM things WHERE id > $1', 0 ],
	'insert' => [ 'INSERT INTO things (id, owner) VALUES ($1, current_user) RETURNING owner', 1000 ],
	'delete' => [ 'DELETE FROM things WHERE id = $1 RETURNING owner', 1000 ],
	'qualified' => [ 'SELECT owner FROM tenant_acme.things WHERE id = $1', 7 ]);

# Opens a session of a role, with all statements prepared.
sub pooled
{
	my ($user, @names) = @_;
	my $session = session($node, user => $user);
	$session->query("BEGIN; SET LOCAL tenancy.tenant = 'acme'");
	for my $name (@names ? @names : sort keys %statements)
	{
		$session->parse($name, $statements{$name}[0]);
		my $result = $session->sync;
		die "$name: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	$session->query('COMMIT');
	return $session;
}

# Executes a statement by Bind and Execute, in a transaction of a tenant's; more SQL may come before it.
sub serve
{
	my ($session, $slug, $name, @sql) = @_;
	$session->query($_) for 'BEGIN', "SET LOCAL tenancy.tenant = '$slug'", @sql;
	my (undef, @arguments) = @{ $statements{$name} };
	my $result = $session->bind('', $name, @arguments)->describe('P', '')->execute('')->sync;
	$session->query('COMMIT');
	return $result;
}

# The same result as text, error or not.
sub outcome
{
	my ($result) = @_;
	my $error = $result->{errors}[0];
	return $error ? "$error->{C}: $error->{M}" : join(',', @{ $result->{columns} }) . "\n" . rows($result);
}

# How many queries a result says were planned, with debug_print_plan on.
sub planned
{
	my ($result) = @_;
	return scalar grep { $_->{M} eq 'plan:' } @{ $result->{notices} };
}

# Has the session tell what it plans, and plan without regard to parameters.
sub watch
{
	my ($session) = @_;
	must($session, 'SET client_min_messages = log', 'SET debug_pretty_print = off', 'SET debug_print_plan = on',
		'SET plan_cache_mode = force_generic_plan');
	return;
}

# How many plan sources a backend has.
sub sources
{
	my ($session) = @_;
	return $session->value("SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'CachedPlanSource'");
}

# --- that they are kept

my $keeper = pooled('keeper');
my $pool = pooled('pool');
for my $session ($keeper, $pool)
{
	for my $round (1 .. 8)
	{
		for my $name (sort keys %statements)
		{
			serve($session, $_, $name) for @slugs;
		}
	}
	watch($session);
}
is(planned(serve($pool, 'acme', 'thing')) . planned(serve($pool, 'beta', 'thing')), '11', 'by default a statement is planned anew at each change of tenant');
# The body of a function in SQL is planned at each call.
for my $name (grep { $_ ne 'qualified' && $_ ne 'label' } sort keys %statements)
{
	is(join('', map { planned(serve($keeper, $_, $name)) } @slugs, reverse @slugs), '00000000', "$name: planned for each tenant once");
}
must($admin, "DELETE FROM tenant_$_.things WHERE id = 1000") for @slugs;
is(outcome(serve($keeper, $_, 'thing')), "owner\n$_ 7", "$_ reads his own row") for @slugs;
is(outcome(serve($keeper, $_, 'label')), "label\n$_:5", "$_ calls his own function") for @slugs;
is(outcome(serve($keeper, 'beta', 'qualified')), '42501: cross-tenant access to schema "tenant_acme" denied', "another's table is refused");
is(outcome(serve($keeper, 'acme', 'qualified')), "owner\nacme 7", 'and its owner reads it');
refuses($pool, 'SET tenancy.max_tenant_plans = 10', '42501', 'permission denied to set parameter "tenancy.max_tenant_plans"',
	'who serves tenants does not set the bound');

# EXECUTE in SQL of what the protocol prepared, and the view that shows statements.
must($keeper, 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'");
$keeper->parse('by_sql', 'SELECT owner FROM things WHERE id = $1')->sync;
must($keeper, 'COMMIT');
my @counts;
for my $slug ((@slugs) x 8)
{
	must($keeper, 'BEGIN', "SET LOCAL tenancy.tenant = '$slug'");
	my $result = $keeper->query('EXECUTE by_sql(7)');
	push @counts, planned($result);
	is(rows($result), "$slug 7", "EXECUTE for $slug") if @counts > 28;
	must($keeper, 'COMMIT');
}
is(join('', @counts[ 28 .. 31 ]), '0000', 'EXECUTE: planned for each tenant once');
must($keeper, 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'");
$keeper->parse('show', 'SHOW tenancy.tenant')->parse('empty', '')->sync;
must($keeper, 'COMMIT');
for my $slug ((@slugs) x 2)
{
	must($keeper, 'BEGIN', "SET LOCAL tenancy.tenant = '$slug'");
	is(rows($keeper->query('EXECUTE show')), $slug, "EXECUTE of a statement that is not planned, for $slug");
	must($keeper, 'EXECUTE empty');
	must($keeper, 'COMMIT');
}
must($keeper, 'SET client_min_messages = notice');
gives($keeper, q{SELECT name, statement, parameter_types, from_sql FROM pg_prepared_statements WHERE name IN ('thing', 'by_sql') ORDER BY 1},
	'by_sql|SELECT owner FROM things WHERE id = $1|{integer}|f' . "\n" . 'thing|SELECT owner FROM things WHERE id = $1|{integer}|f',
	'the view of prepared statements is what it was');
must($keeper, 'SET client_min_messages = log');

# --- what must have them planned again

# Has both sessions execute a statement for a tenant after a change, with another tenant between,
# so that the session which keeps nothing has it analysed again.
sub alike
{
	my ($what, $slug, $name, $expected, $plans, @sql) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	serve($_, $slug eq 'gamma' ? 'delta' : 'gamma', $name) for $keeper, $pool;
	my $other = serve($pool, $slug, $name, @sql);
	my $result = serve($keeper, $slug, $name, @sql);
	is(outcome($result), $expected, $what);
	is(outcome($result), outcome($other), "$what: as without");
	is(planned($result) ? 1 : 0, $plans, "$what: planned " . ($plans ? 'again' : 'already')) if defined $plans;
	return;
}

alike('nothing has changed', 'acme', 'thing', "owner\nacme 7", 0);
must($admin, 'ANALYZE tenant_acme.things');
alike('ANALYZE', 'acme', 'thing', "owner\nacme 7", 1);
alike("ANALYZE of another's table", 'beta', 'thing', "owner\nbeta 7", 0);
must($admin, 'CREATE INDEX ON tenant_beta.things (id)');
alike('CREATE INDEX', 'beta', 'thing', "owner\nbeta 7", 1);
must($admin, 'ALTER TABLE tenant_acme.things ADD more int DEFAULT 3');
alike('ADD COLUMN', 'acme', 'thing', "owner\nacme 7", 1);
must($admin, 'DROP TABLE tenant_gamma.things CASCADE', 'CREATE TABLE tenant_gamma.things (owner text, id int)',
	"INSERT INTO tenant_gamma.things VALUES ('new', 7)");
alike('another table of the same name', 'gamma', 'thing', "owner\nnew", 1);
must($admin, 'ALTER TABLE tenant_gamma.things RENAME TO old_things');
alike('a table that is gone', 'gamma', 'thing', '42P01: relation "things" does not exist');
must($admin, q{CREATE VIEW tenant_gamma.things AS SELECT id, owner || ' in a view' AS owner FROM tenant_gamma.old_things});
alike('a view in its place', 'gamma', 'thing', "owner\nnew in a view", 1);
must($admin, 'DROP VIEW tenant_delta.report', 'ALTER TABLE tenant_delta.things ALTER owner TYPE varchar(40)');
alike('another type', 'delta', 'thing', '0A000: cached plan must not change result type');
must($admin, 'ALTER TABLE tenant_delta.things ALTER owner TYPE text');
alike('the type of before', 'delta', 'thing', "owner\ndelta 7");
must($admin, q{CREATE OR REPLACE FUNCTION tenant_acme.label(x int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''again '' || x'});
alike('CREATE OR REPLACE FUNCTION', 'acme', 'label', "label\nagain 5", 1);
must($admin, 'DROP VIEW tenant_acme.report', q{CREATE VIEW tenant_acme.report AS SELECT owner || '!' AS owner FROM tenant_acme.things WHERE id = 8});
alike('another view', 'acme', 'report', "owner\nacme 8!", 1);

# New names that are found before the old ones.
must($admin, 'CREATE TABLE tenant_acme.shared (x int)', 'GRANT SELECT ON tenant_acme.shared TO tenant_acme');
alike('a table before a shared one', 'acme', 'shared', "count\n0", 1);
alike("and the others' statement", 'beta', 'shared', "count\n2", 1);
must($admin, 'DROP TABLE tenant_acme.shared');
alike('and without it', 'acme', 'shared', "count\n2", 1);
must($admin, 'CREATE TABLE tenant_acme.elsewhere (x int)', 'ALTER TABLE tenant_acme.elsewhere RENAME TO shared');
alike('a table that gets the name', 'acme', 'shared', "count\n0", 1);
must($admin, 'DROP TABLE tenant_acme.shared');
my $temporary = q{CREATE TEMP TABLE things ON COMMIT DROP AS SELECT 7 AS id, 'temporary'::text AS owner};
alike('a temporary table', 'acme', 'thing', "owner\ntemporary", 1, $temporary);
alike('a temporary table again', 'acme', 'thing', "owner\ntemporary", 1, $temporary);
alike('after temporary tables', 'acme', 'thing', "owner\nacme 7");
must($admin, q{CREATE FUNCTION public.label(x bigint) RETURNS text LANGUAGE sql AS 'SELECT ''shared''::text'});
alike('a function before another', 'beta', 'label', "label\nbeta:5", 1);
must($admin, 'DROP FUNCTION public.label(bigint)');

# What a transaction has done and taken back.
for my $end ('COMMIT', 'ROLLBACK')
{
	for my $session ($keeper, $pool)
	{
		serve($session, 'beta', 'thing');
		must($session, 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'", 'SAVEPOINT s', 'ALTER TABLE things RENAME owner TO owners',
			q{ALTER TABLE things ADD owner text DEFAULT 'added'});
		is_rows($session->bind('', 'thing', 7)->execute('')->sync, 'added', "DDL of the same transaction ($end)");
		must($session, $end eq 'COMMIT' ? 'ROLLBACK TO s' : 'SAVEPOINT t', $end);
	}
	alike("DDL that was rolled back ($end)", 'acme', 'thing', "owner\nacme 7");
}

# Settings.
for my $setting ('enable_indexscan = off', 'row_security = off', 'search_path = tenant_acme', 'search_path = public, tenant_acme',
	'plan_cache_mode = force_custom_plan')
{
	alike($setting, 'acme', 'thing', "owner\nacme 7", undef, "SET LOCAL $setting");
	alike("after $setting", 'acme', 'thing', "owner\nacme 7");
}
alike('an empty search path', 'acme', 'thing', '42P01: relation "things" does not exist', undef, "SET LOCAL search_path = ''");

# Row security by the current user.
must($admin, 'ALTER TABLE tenant_beta.things ENABLE ROW LEVEL SECURITY', 'ALTER TABLE tenant_beta.things FORCE ROW LEVEL SECURITY');
alike('row security', 'beta', 'count', "count,min\n0|", 1);
must($admin, q{CREATE POLICY few ON tenant_beta.things USING (id < 3 AND current_user = 'tenant_beta')});
alike('a policy', 'beta', 'count', "count,min\n2|beta 1", 1);
alike('row security switched off', 'beta', 'count', '42501: query would be affected by row-level security policy for table "things"', undef, 'SET LOCAL row_security = off');
must($admin, 'DROP POLICY few ON tenant_beta.things', 'ALTER TABLE tenant_beta.things DISABLE ROW LEVEL SECURITY');
alike('no row security', 'beta', 'count', "count,min\n50|beta 1", 1);

# The life of a tenant.
must($admin, "SELECT tenancy.suspend('beta', 'test')");
alike('suspended', 'beta', 'thing', '25P02: current transaction is aborted, commands ignored until end of transaction block');
must($admin, "SELECT tenancy.activate('beta')");
for my $session ($keeper, $pool)
{
	must($session, "SET tenancy.tenant = 'beta'");
	is_rows($session->bind('', 'thing', 7)->execute('')->sync, 'beta 7', 'a session that is bound');
	must($admin, "SELECT tenancy.suspend('beta', 'test')");
	is_refusal($session->bind('', 'thing', 7)->execute('')->sync, '55000', 'tenant "beta" is not active', 'and its tenant suspended');
	must($admin, "SELECT tenancy.activate('beta')");
	is_rows($session->bind('', 'thing', 7)->execute('')->sync, 'beta 7', 'and activated');
	must($session, 'RESET tenancy.tenant');
	is_refusal($session->bind('', 'thing', 7)->execute('')->sync, '42P01', 'relation "things" does not exist', 'and no longer bound');
}
alike('activated', 'beta', 'thing', "owner\nbeta 7");
must($admin, "SELECT tenancy.drop('delta')", "SELECT tenancy.provision('delta')");
fill('delta');
must($admin, q{UPDATE tenant_delta.things SET owner = 'reborn'});
alike('dropped and made again', 'delta', 'thing', "owner\nreborn", 1);

# --- statements that end

is(outcome(serve($keeper, 'acme', 'thing')), "owner\nacme 7", 'before the statement ends');
for my $round (1 .. 3)
{
	for my $session ($keeper, $pool)
	{
		$session->forget('S', 'thing')->sync if $round == 1;
		must($session, 'DEALLOCATE thing') if $round == 2;
		must($session, 'DEALLOCATE ALL') if $round == 3;
	}
	is(outcome(serve($_, 'beta', 'thing')), '26000: prepared statement "thing" does not exist', "gone in round $round") for $keeper, $pool;
	for my $session ($keeper, $pool)
	{
		must($session, 'BEGIN', "SET LOCAL tenancy.tenant = 'beta'");
		$session->parse('thing', "SELECT owner || ' $round' AS name FROM things WHERE id = \$1")->sync;
		must($session, 'COMMIT');
	}
	for my $slug ((@slugs) x 2)
	{
		is(outcome(serve($keeper, $slug, 'thing')), outcome(serve($pool, $slug, 'thing')), "the same name with another text, round $round, $slug");
	}
}
must($keeper, 'DISCARD ALL');
is(outcome(serve($keeper, 'acme', 'thing')), '26000: prepared statement "thing" does not exist', 'gone by DISCARD ALL');

# A statement that ends while it is bound and executed, and one that fails.
must($keeper, 'SET client_min_messages = notice', 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'");
$keeper->parse('thing', $statements{thing}[0])->parse('fails', 'SELECT 1 / (id - $1) FROM things WHERE id = $1')->sync;
must($keeper, 'COMMIT');
$statements{fails} = [ '', 7 ];
for my $slug ((@slugs) x 3)
{
	serve($keeper, $slug, 'thing');
	is(outcome(serve($keeper, $slug, 'fails')), $slug eq 'gamma' ? "?column?\n" : '22012: division by zero', "an error for $slug") if $slug ne 'gamma';
}
must($keeper, 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'");
my $result = $keeper->bind('p', 'thing', 7)->forget('S', 'thing')->execute('p')->sync;
is_rows($result, 'acme 7', 'a portal outlives its statement');
must($keeper, 'COMMIT');
$keeper->close;

# --- how many there are

$keeper = pooled('watcher');
serve($keeper, $slugs[ $_ % 4 ], 'thing') for 1 .. 40;
my $one = sources($keeper);
serve($keeper, $slugs[ $_ % 4 ], 'thing') for 1 .. 40;
is(sources($keeper), $one, 'the same plans go on');
for my $name ('thing', 'join', 'count', 'shared', 'report')
{
	serve($keeper, $slugs[ $_ % 4 ], $name) for 1 .. 12;
}
my $all = sources($keeper);
is($all - $one, 15, 'each statement has one for each tenant, but for the one that has no such view');
must($keeper, 'SET tenancy.max_tenant_plans = 6');
cmp_ok(sources($keeper), '<=', $all - 12, 'a smaller bound drops those that were not used for long');
for my $name ('thing', 'join', 'count', 'shared', 'report')
{
	is(rows(serve($keeper, $slugs[ $_ % 4 ], 'thing')), $slugs[ $_ % 4 ] eq 'gamma' ? 'new in a view' : $slugs[ $_ % 4 ] eq 'delta' ? 'reborn' : "$slugs[ $_ % 4 ] 7", 'rows beyond the bound')
	  for 1 .. 4;
	serve($keeper, $slugs[ $_ % 4 ], $name) for 1 .. 12;
}
cmp_ok(sources($keeper), '<=', $all - 12, 'the bound holds');
must($keeper, 'SET tenancy.max_tenant_plans = 0');
cmp_ok(sources($keeper), '<=', $one, 'none are left without');
is(rows(serve($keeper, 'acme', 'thing')), 'acme 7', 'and statements go on');
must($keeper, 'SET tenancy.max_tenant_plans = 100');
$one = undef;
for my $round (1 .. 20)
{
	serve($keeper, $slugs[ $_ % 4 ], 'thing') for 1 .. 4;
	$keeper->forget('S', 'thing')->sync;
	must($keeper, 'BEGIN', "SET LOCAL tenancy.tenant = 'acme'");
	$keeper->parse('thing', $statements{thing}[0])->sync;
	must($keeper, 'COMMIT');
	$one = sources($keeper) if $round == 5;
}
is(sources($keeper), $one, 'statements that end take their plans with them');
must($keeper, 'SET tenancy.max_cached_tenants = 2');
for my $slug ((@slugs) x 3)
{
	is(rows(serve($keeper, $slug, 'count')), rows(serve($pool, $slug, 'count')) || rows(serve($keeper, $slug, 'count')), "with a bound on cached tenants: $slug");
}
must($keeper, 'RESET tenancy.max_cached_tenants');
$_->close for $keeper, $pool;

# --- by chance: two sessions, one that keeps plans, have the same results

must($admin, 'DROP VIEW tenant_gamma.things', 'ALTER TABLE tenant_gamma.old_things RENAME TO things',
	'ALTER TABLE tenant_gamma.things ALTER owner TYPE text');
srand 5;
%statements = map { ($_ => $statements{$_}) } qw(thing join report label shared count insert delete);
$keeper = pooled('keeper');
$pool = pooled('pool');
my @changes = (
	sub { "ALTER TABLE tenant_$_[0].things ADD c$_[1] int" },
	sub { "ANALYZE tenant_$_[0].things" },
	sub { "DROP TABLE IF EXISTS tenant_$_[0].shared" },
	sub { "CREATE TABLE IF NOT EXISTS tenant_$_[0].shared (x int); GRANT SELECT ON tenant_$_[0].shared TO tenant_$_[0]" },
	sub { "DROP VIEW IF EXISTS tenant_$_[0].report" },
	sub { "CREATE OR REPLACE VIEW tenant_$_[0].report AS SELECT '$_[0] $_[1]'::text AS owner" },
	sub { "CREATE OR REPLACE FUNCTION tenant_$_[0].label(x int) RETURNS text LANGUAGE sql AS 'SELECT ''$_[0] $_[1]'' || x'" },
	sub { "DROP FUNCTION IF EXISTS tenant_$_[0].label(int)" },
	sub { "ALTER TABLE tenant_$_[0].things RENAME TO things_$_[1]; ALTER TABLE tenant_$_[0].things_$_[1] RENAME TO things" },
	sub { 'ALTER TABLE public.shared ADD c' . $_[1] . ' int' });
my @differences;
my $compared = 0;
for my $step (1 .. 600)
{
	my $slug = $slugs[ int rand @slugs ];
	if (rand() < 0.12)
	{
		must($admin, $changes[ int rand @changes ]->($slug, $step));
		next;
	}
	my $name = (sort keys %statements)[ int rand keys %statements ];
	if (rand() < 0.03)
	{
		for my $session ($keeper, $pool)
		{
			$session->forget('S', $name)->sync;
			$session->query("BEGIN; SET LOCAL tenancy.tenant = 'acme'");
			$session->parse($name, $statements{$name}[0])->sync;
			$session->query('COMMIT');
		}
	}
	my @sql = rand() < 0.05 ? "SELECT set_config('tenancy.tenant', '$slug', false)" : ();
	my $end = rand() < 0.2 ? 'ROLLBACK' : 'COMMIT';
	my @outcomes;
	# So that it is analysed again: else PostgreSQL itself would miss a table that a name finds first.
	my (undef, @arguments) = @{ $statements{$name} };
	$pool->query("BEGIN; SET LOCAL tenancy.tenant = '" . ($slug eq 'acme' ? 'beta' : 'acme') . "'");
	$pool->bind('', $name, @arguments)->execute('')->sync;
	$pool->query('ROLLBACK');
	for my $session ($keeper, $pool)
	{
		$session->query($_) for 'BEGIN', "SET LOCAL tenancy.tenant = '$slug'", @sql;
		push @outcomes, outcome($session->bind('', $name, @arguments)->execute('')->sync);
		$session->query($_) for $end, 'RESET tenancy.tenant';
		# What one has written the other must not see.
		$session->query("BEGIN; SET LOCAL tenancy.tenant = '$slug'; DELETE FROM things WHERE id >= 1000; COMMIT");
	}
	$compared++;
	push @differences, "step $step: $name for $slug: $outcomes[0] / $outcomes[1]" if $outcomes[0] ne $outcomes[1];
}
is(join("\n", @differences), '', "$compared executions by chance have the same results");
$_->close for $keeper, $pool, $admin;
done_testing();
