# Other libraries that use the same hooks, loaded before and after; and psql's own
# commands, which read all the catalogs, bound and unbound.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('coexistence');
my $admin = session($node);
make_tenants($admin, 'acme', 'beta');
$admin->query('CREATE ROLE shop LOGIN IN ROLE tenancy_app');
my $tenant = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
gives($tenant, q{
	CREATE TYPE mood AS ENUM ('good', 'bad');
	CREATE DOMAIN positive AS int CHECK (VALUE > 0);
	CREATE TABLE parts (id serial PRIMARY KEY, mood mood, n positive, account text CHECK (account <> ''));
	CREATE TABLE uses (part int REFERENCES parts, EXCLUDE USING btree (part WITH =));
	CREATE VIEW good_parts AS SELECT * FROM parts WHERE mood = 'good';
	CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM parts;
	CREATE TABLE split (id int PRIMARY KEY) PARTITION BY RANGE (id);
	CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM (1) TO (2);
	CREATE FUNCTION double(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
	CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER touch BEFORE UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION touched();
	CREATE STATISTICS stats ON id, n FROM parts;
	COMMENT ON TABLE parts IS 'of things'}, '', 'a tenant with objects of many kinds');
$tenant->close;

# --- psql

# Runs psql commands as a role, with options; expects no complaint, and what is wanted in
# the output, and nothing of what is not.
sub psql_shows
{
	my ($name, $user, $options, $script, $wanted, $unwanted) = @_;
	my ($status, $out, $err);
	{
		local $ENV{PGOPTIONS} = $options;
		($status, $out, $err) = $node->psql('postgres', $script,
			connstr => $node->connstr('postgres') . " user=$user");
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is("$status: $err", '0: ', "$name: no complaint");
	like($out, $wanted, "$name: shows what it should") if $wanted;
	unlike($out, $unwanted, "$name: shows nothing else") if $unwanted;
	return;
}

my $everything = join("\n", map { "\\$_" } 'd', 'd+', 'dt', 'dt+', 'di', 'di+', 'ds', 'ds+', 'dv', 'dv+', 'dm', 'dm+', 'dE', 'dP', 'dP+',
	'df', 'df+', 'da', 'dT', 'dT+', 'dD', 'dD+', 'do', 'dO', 'dc', 'dC', 'dd', 'ddp', 'dp', 'z', 'dn', 'dn+', 'du', 'du+', 'dg', 'drds',
	'db', 'l', 'l+', 'dl', 'dL', 'dL+', 'dx', 'dx+', 'dX', 'dy', 'dew', 'des', 'deu', 'det', 'dF', 'dFd', 'dFp', 'dFt',
	'dRp', 'dRs', 'dA', 'dAc', 'dAf', 'dAo', 'dAp', 'dtS pg_class', 'dfS now', 'dconfig tenancy.*', 'conninfo', 'encoding',
	'dt *.*', 'dn *', 'df public.*', 'sf pg_catalog.pg_table_size', 'set', 'timing', 'lo_list');
# \dconfig came with psql 15.
$everything =~ s/^\\dconfig.*\n//m if $admin->value('SHOW server_version_num') < 150000;
my $own = join("\n", "\\t off", map { "\\$_" } 'd parts', 'd+ parts', 'd uses', 'd good_parts', 'd+ good_parts', 'd counted', 'd split', 'd+ split',
	'd split_1', 'd parts_id_seq', 'd parts_pkey', 'sf double', 'sv good_parts', 'dT+ mood', 'dD positive', 'df double', 'z parts',
	'd tenant_acme.*', 'dt tenant_acme.*');

psql_shows('psql of a superuser', 'postgres', '', $everything, qr/tenant_beta/);
psql_shows('psql of an unbound role', 'shop', '', $everything, qr/tenancy_app/);
psql_shows('psql of a bound role', 'shop', '-c tenancy.tenant=acme', $everything, qr/^tenant_acme\|parts\|table/m);
psql_shows('psql of a bound superuser', 'postgres', '-c tenancy.tenant=acme', $everything, qr/^tenant_acme\|parts\|table/m);
psql_shows('psql on own objects', 'shop', '-c tenancy.tenant=acme', $own, qr/parts_account_check/, qr/tenant_beta/);
psql_shows("psql's lists of what is in the path", 'shop', '-c tenancy.tenant=acme', "\\d\n\\df\n\\dT\n\\dv", qr/good_parts/, qr/beta/);
psql_shows('psql on the search path', 'shop', '-c tenancy.tenant=acme', "\\t off\nSET search_path = '';\n\\d tenant_acme.parts\nSET search_path = pg_catalog;\n\\d tenant_acme.parts",
	qr/parts_account_check/);
psql_shows('psql with \gdesc, \crosstabview, \gset and \copy', 'shop', '-c tenancy.tenant=acme',
	"SELECT * FROM parts \\gdesc\nSELECT 'a', 'b', 1 \\crosstabview\nSELECT 1 AS x \\gset\n\\echo :x\n\\copy parts to '/dev/null'\nBEGIN;\n\\d parts\nCOMMIT;",
	qr/mood/);
psql_shows('psql with AUTOCOMMIT and ON_ERROR_ROLLBACK', 'shop', '-c tenancy.tenant=acme',
	"\\set ON_ERROR_ROLLBACK on\n\\set AUTOCOMMIT off\nINSERT INTO parts (n) VALUES (1);\nSELECT 1;\nROLLBACK;\n", qr/1/);

# --- other libraries

SKIP:
{
	my $known = $admin->value(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_stat_statements'});
	$admin->close;
	my $library = $node->config_data('--pkglibdir');
	skip 'pg_stat_statements and auto_explain are not installed', 1
	  unless $known && -f "$library/auto_explain.so" && -f "$library/pg_stat_statements.so";

	$node->append_conf('postgresql.conf', "auto_explain.log_min_duration = 0\nauto_explain.log_nested_statements = on");
	for my $libraries ('pg_stat_statements, auto_explain, tenancy', 'tenancy, pg_stat_statements, auto_explain',
		'auto_explain, tenancy, pg_stat_statements')
	{
		$node->stop;
		$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', "'$libraries'");
		$node->start;
		my $log = -s $node->logfile;
		$admin = session($node);
		$admin->query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
		$admin->query('SELECT pg_stat_statements_reset(); SELECT tenancy.reset_stats()');
		my $session = session($node, user => 'shop', options => '-c tenancy.tenant=acme');
		gives($session, 'SELECT owner AS marked FROM accounts', 'acme', "$libraries: a bound session works");
		gives($session, 'CREATE TABLE made AS SELECT 1 AS x; DROP TABLE made', '', 'so do utility statements');
		refuses($session, 'SELECT owner AS refused FROM tenant_beta.accounts', '42501',
			'cross-tenant access to schema "tenant_beta" denied', 'another tenant is refused');
		refuses($session, 'LOCK TABLE tenant_beta.accounts', '42501',
			'cross-tenant access to schema "tenant_beta" denied', 'also by a utility statement');
		refuses($session, 'COPY tenant_beta.accounts TO STDOUT', '42501',
			'cross-tenant access to schema "tenant_beta" denied', 'or COPY');
		refuses($session, 'EXPLAIN ANALYZE SELECT * FROM tenant_beta.accounts', '42501',
			'cross-tenant access to schema "tenant_beta" denied', 'or EXPLAIN');
		$session->close;
		gives($admin, q{SELECT statements >= 3, errors, attempts_made FROM tenancy.stat_tenants WHERE slug = 'acme'}, 't|4|4',
			'all is counted');
		gives($admin, q{SELECT calls, rows, userid::regrole FROM pg_stat_statements WHERE query LIKE '%AS marked%' AND query !~ 'LIKE'},
			'1|1|tenant_acme', 'pg_stat_statements sees the statements');
		gives($admin, q{SELECT sum(calls) FROM pg_stat_statements WHERE query ~ '^(CREATE|DROP) TABLE'}, '2', 'of both kinds');
		gives($admin, q{SELECT count(*) FROM pg_stat_statements WHERE query ~ 'AS refused'}, '0', 'and not what was refused');
		like(slurp_file($node->logfile, $log), qr/Query Text: SELECT owner AS marked FROM accounts\s+Seq Scan on accounts/,
			'auto_explain sees the plan');
		my $provisioned = $admin->query("SELECT (tenancy.provision('new')).slug; SELECT (tenancy.drop('new')).slug");
		is(rows($provisioned), "new\nnew", 'tenants come and go');
		$admin->close;
	}
}

done_testing();
