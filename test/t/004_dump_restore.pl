# pg_dump and restore: of a whole database into another one of the cluster and into
# another cluster, and of one tenant, which is adopted where it comes to.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('source');
my $target = preloaded_node('target');
my $dumps = PostgreSQL::Test::Utils::tempdir();
my $admin = session($node);

# A database with something of everything.  (028_audit_trail.pl tells of the partitions of the audit trail: a restored database has its own
# besides.)
make_tenants($admin, 'acme', 'beta', 'idle', 'gone');
for my $sql (
	'CREATE ROLE shop LOGIN IN ROLE tenancy_app', 'CREATE ROLE acme_login LOGIN IN ROLE tenant_acme',
	"ALTER ROLE acme_login SET tenancy.tenant = 'acme'", "ALTER ROLE shop SET tenancy.rebind = 'transaction'",
	'CREATE ROLE reporter', 'CREATE ROLE landlord',
	"SELECT tenancy.set_quota('beta', 'sessions', 5, 10)", "SELECT tenancy.set_plan_quota('free', 'mails_per_day', NULL, 3)",
	"SELECT tenancy.consume('acme', 'mails_per_day', 2)",
	"SELECT tenancy.suspend('idle', 'invoice overdue')", "SELECT tenancy.drop('gone')",
	"UPDATE tenancy.tenants SET allowed_domains = '{acme.example,\"a b\"}', api_key_hash = 'secret', max_agents = 3 WHERE slug = 'acme'",
	'CREATE TABLE public.shared (x int)', 'GRANT SELECT ON public.shared TO tenancy_tenant',
	# A schema that stays its landlord's.
	'CREATE SCHEMA tenant_kept AUTHORIZATION landlord', 'CREATE TABLE tenant_kept.accounts (owner text)',
	"INSERT INTO tenant_kept.accounts VALUES ('kept')", "SELECT tenancy.adopt('tenant_kept', keep_owner => true)",
	"SELECT tenancy.register_migration('v1', 'CREATE TABLE notes (id int)', 'DROP TABLE notes')",
	"SELECT tenancy.register_migration('v2', 'SELECT 1 / (tenancy.current_tenant() <> ''acme'')::int')",
	"CALL tenancy.migrate('v1')", "CALL tenancy.migrate('v2', tenants => '{acme}')")
{
	my $result = $admin->query($sql);
	die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
}
my $tenant = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
gives($tenant, q{
	CREATE TYPE mood AS ENUM ('good', 'bad');
	CREATE TABLE parts (id serial PRIMARY KEY, mood mood, note text) PARTITION BY RANGE (id);
	CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (1) TO (100);
	INSERT INTO parts (mood, note) SELECT 'good', 'part ' || i FROM generate_series(1, 5) i;
	CREATE VIEW good_parts AS SELECT * FROM parts WHERE mood = 'good';
	CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM parts;
	CREATE FUNCTION helper() RETURNS bigint LANGUAGE sql AS 'SELECT n FROM counted';
	CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, part int);
	INSERT INTO items (part) VALUES (1), (2);
	GRANT SELECT ON items TO reporter;
	SELECT nextval('numbers')}, 1, 'a tenant makes objects of many kinds');
$tenant->close;

# Everything about tenants that a dump must carry.
my %facts = (
	'the registry' => 'SELECT t FROM tenancy.tenants t ORDER BY slug',
	'the erasures' => 'SELECT e FROM tenancy.erasures e ORDER BY slug',
	'the quotas' => 'SELECT l FROM tenancy.limits l ORDER BY 1',
	'what was counted' => 'SELECT u FROM tenancy.usage u ORDER BY 1',
	'the events' => 'SELECT e FROM tenancy.events e ORDER BY id',
	'the ledger' => 'SELECT m FROM tenancy.migrations m ORDER BY ordinal',
	'what tenants have of it' => 'SELECT s FROM tenancy.migration_status s ORDER BY tenant, ordinal',
	'the runs' => 'SELECT r FROM tenancy.migration_runs r ORDER BY run',
	'their failures' => 'SELECT f FROM tenancy.run_failures f ORDER BY run, tenant',
	'the owners of schemas' => q{SELECT nspname, nspowner::regrole FROM pg_namespace
		WHERE nspname ~ '^tenan' ORDER BY 1},
	'the owners of relations' => q{SELECT relnamespace::regnamespace, relname, relowner::regrole FROM pg_class
		WHERE relnamespace::regnamespace::text ~ '^tenan' AND relname !~ '^audit_log_c' ORDER BY relnamespace::regnamespace::text, 2},
	'the owners of functions' => q{SELECT pronamespace::regnamespace, proname, proowner::regrole FROM pg_proc
		WHERE pronamespace::regnamespace::text ~ '^tenan' ORDER BY pronamespace::regnamespace::text, 2, oidvectortypes(proargtypes)},
	'the owners of types' => q{SELECT typnamespace::regnamespace, typname, typowner::regrole FROM pg_type
		WHERE typnamespace::regnamespace::text ~ '^tenan' AND typname !~ '^_*audit_log_c' ORDER BY typnamespace::regnamespace::text, 2},
	'the grants on functions' => q{SELECT pronamespace::regnamespace, proname, proacl FROM pg_proc
		WHERE pronamespace::regnamespace::text ~ '^tenan' ORDER BY pronamespace::regnamespace::text, 2, oidvectortypes(proargtypes)},
	'the grants on types' => q{SELECT typnamespace::regnamespace, typname, typacl FROM pg_type
		WHERE typnamespace::regnamespace::text ~ '^tenan' AND typname !~ '^_*audit_log_c' ORDER BY typnamespace::regnamespace::text, 2},
	'the grants on schemas' => q{SELECT nspname, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(nspacl) a)
		FROM pg_namespace WHERE nspname ~ '^tenan' ORDER BY 1},
	'the grants on relations' => q{SELECT relname, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a)
		FROM pg_class WHERE relnamespace::regnamespace::text ~ '^tenan|^public' AND relname !~ '^audit_log_c' AND relkind IN ('r', 'v', 'm', 'p', 'S') ORDER BY 1, relnamespace::regnamespace::text},
	'the default privileges' => q{SELECT defaclrole::regrole, defaclnamespace, defaclobjtype,
		(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(defaclacl) a) FROM pg_default_acl ORDER BY pg_get_userbyid(defaclrole), 3},
	'row level security' => 'SELECT polname, polroles::regrole[] FROM pg_policy ORDER BY 1',
	'the triggers' => q{SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1},
	'roles and their members' => q{SELECT r.rolname, r.rolcanlogin, m.rolname, s.setconfig
		FROM pg_roles r LEFT JOIN pg_auth_members a ON a.member = r.oid LEFT JOIN pg_roles m ON m.oid = a.roleid
		LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid WHERE r.rolname !~ '^pg_' ORDER BY 1, 3},
	'data and sequences' => q{SELECT (SELECT string_agg(note, ',') FROM tenant_acme.good_parts),
		(SELECT n FROM tenant_acme.counted), (SELECT last_value FROM tenant_acme.parts_id_seq),
		(SELECT owner FROM tenant_kept.accounts), (SELECT max(id) FROM tenancy.events)});
my %before = map { $_ => rows($admin->query($facts{$_})) } keys %facts;
is(scalar(grep { $_ eq '' } values %before), 0, 'there is something of everything');

# Runs a program of the server's; expects that it succeeds and says nothing.
sub runs
{
	my ($name, @command) = @_;
	my ($out, $err);
	my $ok = IPC::Run::run \@command, '>', \$out, '2>', \$err;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(($ok ? 'succeeded' : 'failed') . ": $err", 'succeeded: ', $name);
}

# Where programs connect to.
sub at { my ($server, $database) = @_; return $server->connstr($database); }

# Expects that a restored database is what was dumped, and works.
sub is_restored
{
	my ($server, $database, $how) = @_;
	my $session = session($server, database => $database);
	for my $fact (sort keys %facts)
	{
		my $result = $session->query($facts{$fact});
		is($result->{errors}[0] ? $result->{errors}[0]{M} : rows($result), $before{$fact}, "$how: $fact");
	}
	gives($session, q{SELECT event FROM tenancy.events WHERE slug = 'acme' ORDER BY id}, 'provisioned',
		"$how: restoring is no event");
	gives($session, "SELECT tenancy.suspend('beta'); SELECT tenancy.activate('beta'); SELECT max(id) FROM tenancy.events",
		"\n\n" . ($before{'data and sequences'} =~ s/.*\|//r + 2), "$how: events go on where they were");
	gives($session, "SELECT tenancy.unregister_migration('v2'); SELECT tenancy.register_migration('v3', 'SELECT 1')", "\n3", "$how: the ledger goes on where it was");
	gives($session, "SELECT (tenancy.provision('newcomer')).slug", 'newcomer', "$how: tenants can be provisioned");
	gives($session, "SELECT slug, erased_by FROM tenancy.drop('newcomer')", 'newcomer|postgres', "$how: and dropped");
	$session->close;

	$session = session($server, database => $database, user => 'shop', options => '-c tenancy.tenant=acme');
	gives($session, 'SELECT owner, current_user FROM accounts', 'acme|tenant_acme', "$how: binding works");
	gives($session, 'SELECT slug FROM tenancy.tenants', 'acme', "$how: a tenant sees its own row");
	gives($session, 'SELECT helper()', '5', "$how: and runs its functions");
	gives($session, "INSERT INTO parts (mood) VALUES ('bad') RETURNING id", '6', "$how: and writes");
	gives($session, 'SELECT count(*) FROM shared', '0', "$how: and reaches shared tables");
	refuses($session, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied',
		"$how: and no other tenant");
	gives($session, "SET tenancy.tenant = 'kept'; SELECT owner FROM accounts", 'kept', "$how: a kept schema works");
	refuses($session, 'SELECT * FROM tenant_beta.accounts', '42501', 'cross-tenant access to schema "tenant_beta" denied',
		"$how: and reaches no other tenant");
	refuses($session, "SET tenancy.tenant = 'idle'", '55000', 'tenant "idle" is not active', "$how: a suspended tenant stays so");
	refuses($session, "SET tenancy.tenant = 'gone'", '55000', 'tenant "gone" is not active', "$how: a dropped one, too");
	refuses($session, 'SELECT tenant_acme.helper()', '42501', 'cross-tenant access to schema "tenant_acme" denied',
		"$how: functions of others are refused");
	$session->close;
	return;
}

# --- the whole database

runs('pg_dump -Fc', 'pg_dump', '-Fc', '-f', "$dumps/all.dump", '-d', at($node, 'postgres'));
runs('pg_dump --inserts', 'pg_dump', '--inserts', '-f', "$dumps/all.sql", '-d', at($node, 'postgres'));
runs('pg_dumpall --roles-only', 'pg_dumpall', '--roles-only', '-f', "$dumps/roles.sql", '-d', at($node, 'postgres'));

$admin->query('CREATE DATABASE copied');
runs('pg_restore -j 2 into another database', 'pg_restore', '-j', '2', '-d', at($node, 'copied'), "$dumps/all.dump");
is_restored($node, 'copied', 'another database');
gives($admin, $facts{'the registry'}, $before{'the registry'}, 'the original is as it was');
gives($admin, $facts{'data and sequences'}, $before{'data and sequences'}, 'in its data as well');

# The target has the roles that its extension made, so the file's are created one by one.
my $there = session($target);
my $roles = slurp_file("$dumps/roles.sql");
$roles =~ s/^CREATE ROLE (?:postgres|tenancy_\w+);$//mg;
append_to_file("$dumps/missing_roles.sql", $roles);
runs('pg_dumpall\'s roles into another cluster', 'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1',
	'-d', at($target, 'postgres'), '-f', "$dumps/missing_roles.sql");
$there->query('CREATE DATABASE moved TEMPLATE template0');
runs('psql < dump into another cluster', 'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-1',
	'-d', at($target, 'moved'), '-f', "$dumps/all.sql");
is_restored($target, 'moved', 'another cluster');
my $login = session($target, database => 'moved', user => 'acme_login');
gives($login, 'SELECT owner FROM accounts', 'acme', 'a binding stored with ALTER ROLE moves with the roles');
$login->close;

# --- a tenant may dump its own schema

{
	local $ENV{PGOPTIONS} = '-c tenancy.tenant=acme';
	runs('pg_dump of the own schema in a bound session', 'pg_dump', '--schema=tenant_acme', '-f', "$dumps/own.sql",
		'-d', at($node, 'postgres') . ' user=shop');
	my ($out, $err);
	IPC::Run::run [ 'pg_dump', '--schema=tenant_beta', '-d', at($node, 'postgres') . ' user=shop' ], '>', \$out, '2>', \$err;
	unlike($out, qr/^beta$/m, "pg_dump of another tenant's schema gets no data");
}

# --- one tenant, adopted in another cluster

runs('pg_dump of one schema', 'pg_dump', '--schema=tenant_acme', '-f', "$dumps/acme.sql", '-d', at($node, 'postgres'));
runs('pg_dump -Fc of one schema', 'pg_dump', '-Fc', '--schema=tenant_acme', '-f', "$dumps/acme.dump", '-d', at($node, 'postgres'));
$there->query('CREATE ROLE ops LOGIN IN ROLE tenancy_admin');
for my $case (
	[ 'plain', 'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', "$dumps/acme.sql" ],
	[ 'by the tenant itself', 'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', "$dumps/own.sql" ],
	[ 'custom', 'pg_restore', "$dumps/acme.dump" ],
	[ 'no owner, no acl', 'pg_restore', '--no-owner', '--no-acl', "$dumps/acme.dump" ])
{
	my ($how, @command) = @$case;
	my $restore = shift @command;
	(my $database = "adopt_$how") =~ s/\W+/_/g;

	$there->query(qq(CREATE DATABASE $database TEMPLATE template0));
	my $owner = session($target, database => $database);
	$owner->query('CREATE EXTENSION tenancy');
	runs("$how: the schema is restored", $restore, '-d', at($target, $database), @command);

	my $session = session($target, database => $database, user => 'shop');
	# Without the grants the core refuses before a hook of ours is asked.
	refuses($session, 'SELECT * FROM tenant_acme.accounts', '42501',
		$how =~ /no acl/ ? 'permission denied for schema tenant_acme'
		: 'access to tenant schema "tenant_acme" denied: no tenant is bound',
		"$how: before it is adopted nobody reaches it");
	refuses($session, "SET tenancy.tenant = 'acme'", '42704', 'tenant "acme" does not exist', "$how: nor binds");
	$session->close;

	my $ops = session($target, database => $database, user => 'ops');
	gives($ops, "SELECT slug, schema_name, status FROM tenancy.adopt('tenant_acme')", 'acme|tenant_acme|active',
		"$how: an operator adopts it");
	refuses($ops, "SELECT tenancy.adopt('tenant_acme')", '42710', 'tenant "acme" already exists', "$how: once");
	$ops->close;
	$owner->query("SELECT tenancy.provision('beta')");

	for my $fact ('the owners of relations', 'the owners of functions', 'the owners of types')
	{
		my $theirs = join("\n", grep { /^tenant_acme/ } split /\n/, rows($owner->query($facts{$fact})));
		my $ours = join("\n", grep { /^tenant_acme/ } split /\n/, $before{$fact});
		is($theirs, $ours, "$how: $fact");
	}
	if ($how !~ /no acl/)
	{
		my $acl = "SELECT has_table_privilege('reporter', 'tenant_acme.items', 'SELECT')";
		gives($owner, $acl, 't', "$how: grants are kept");
	}
	gives($owner, "SELECT event, actor FROM tenancy.events WHERE slug = 'acme'", 'adopted|ops', "$how: there is an event");

	$session = session($target, database => $database, user => 'shop', options => '-c tenancy.tenant=acme');
	gives($session, 'SELECT owner, current_user FROM accounts', 'acme|tenant_acme', "$how: binding works");
	gives($session, "INSERT INTO parts (mood) VALUES ('bad') RETURNING id", '6', "$how: and writing");
	gives($session, 'REFRESH MATERIALIZED VIEW counted; SELECT helper()', '6', "$how: and functions");
	gives($session, 'ALTER TABLE items ADD note text; DROP VIEW good_parts; CREATE TABLE new (x int); DROP TABLE parts CASCADE', '',
		"$how: and changing tables");
	gives($session, "SET tenancy.tenant = 'beta'", '', "$how: another tenant works");
	refuses($session, 'SELECT * FROM tenant_acme.items', '42501', 'cross-tenant access to schema "tenant_acme" denied',
		"$how: and is kept apart");
	$session->close;
	gives($owner, "SELECT slug, objects > 5 FROM tenancy.drop('acme')", 'acme|t', "$how: it can be dropped");
	$owner->close;
}
$_->close for $admin, $there;

done_testing();
