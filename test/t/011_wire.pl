# The protocol again, with objects of another tenant that are given by OID: fast-path calls
# of the server's own functions, parameter types, portals that are resumed, pipelines with
# an error amid, COPY both ways, cancel requests, replication connections.
#
# All that the other tenant has is named or filled with "canary".  What a bound session is
# told about it must be what it is told about an OID that nothing has, or a refusal; and the
# word must never reach the client.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('wire', 'wal_level = logical', 'max_wal_senders = 4', 'max_replication_slots = 4');
my $admin = session($node);

# Runs statements as the superuser.
sub prepare
{
	for my $sql (@_)
	{
		my $result = $admin->query($sql);
		die "$sql: $result->{errors}[0]{M}" if @{ $result->{errors} };
	}
	return;
}

# Gives a tenant one object of each kind, all with the word in their names and in what they hold.
sub furnish
{
	my ($slug, $owner, $word) = @_;
	my $schema = "tenant_$slug";
	prepare("SET ROLE $owner",
		map { s/SCHEMA/$schema/gr =~ s/WORD/$word/gr } (
			q{CREATE TYPE SCHEMA.WORD_mood AS ENUM ('WORD_happy', 'WORD_sad')},
			'CREATE TYPE SCHEMA.WORD_pair AS (WORD_left int, WORD_right text)',
			'CREATE DOMAIN SCHEMA.WORD_domain AS int CONSTRAINT WORD_positive CHECK (VALUE > 0)',
			'CREATE TYPE SCHEMA.WORD_range AS RANGE (subtype = int4, multirange_type_name = SCHEMA.WORD_multirange)',
			q{CREATE TABLE SCHEMA.WORD_table (WORD_column text PRIMARY KEY DEFAULT 'WORD default', mood SCHEMA.WORD_mood,
				amount int CONSTRAINT WORD_check CHECK (amount > 0))},
			q{INSERT INTO SCHEMA.WORD_table VALUES ('WORD row', 'WORD_happy', 1)},
			'CREATE INDEX WORD_index ON SCHEMA.WORD_table (lower(WORD_column))',
			'CREATE STATISTICS SCHEMA.WORD_statistics ON WORD_column, amount FROM SCHEMA.WORD_table',
			'CREATE TABLE SCHEMA.WORD_parts (WORD_key int) PARTITION BY RANGE (WORD_key)',
			'CREATE TABLE SCHEMA.WORD_part PARTITION OF SCHEMA.WORD_parts FOR VALUES FROM (4711) TO (4712)',
			'CREATE SEQUENCE SCHEMA.WORD_sequence START 4711',
			q{SELECT nextval('SCHEMA.WORD_sequence')},
			q{CREATE VIEW SCHEMA.WORD_view AS SELECT WORD_column || 'WORD view' AS x FROM SCHEMA.WORD_table},
			q{CREATE FUNCTION SCHEMA.WORD_function(WORD_argument int DEFAULT 4711) RETURNS text LANGUAGE sql AS $$SELECT 'WORD body'::text$$},
			q{CREATE FUNCTION SCHEMA.WORD_trigger_function() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$},
			q{CREATE TRIGGER WORD_trigger BEFORE INSERT ON SCHEMA.WORD_table FOR EACH ROW
				EXECUTE FUNCTION SCHEMA.WORD_trigger_function()},
			'CREATE RULE WORD_rule AS ON DELETE TO SCHEMA.WORD_view DO INSTEAD NOTHING',
			q{COMMENT ON TABLE SCHEMA.WORD_table IS 'WORD comment'},
			q{COMMENT ON COLUMN SCHEMA.WORD_table.WORD_column IS 'WORD column comment'},
			'ANALYZE SCHEMA.WORD_table'),
		'RESET ROLE');
	return;
}

# Two pairs of tenants, one for each kind of installation: the first of a pair is the
# attacker, bound by the login role of the pool; the second has the canaries.
make_tenants($admin, 'alpha', 'beta');
prepare('CREATE ROLE shop LOGIN IN ROLE tenancy_app', "ALTER ROLE shop SET tenancy.rebind = 'transaction'",
	'CREATE ROLE fixed LOGIN IN ROLE tenancy_app',
	# The owner of all schemas is a login role, too: the weakest case.
	'CREATE ROLE legacy LOGIN IN ROLE tenancy_app', "ALTER ROLE legacy SET tenancy.rebind = 'transaction'",
	'CREATE SCHEMA old AUTHORIZATION legacy', 'CREATE SCHEMA older AUTHORIZATION legacy',
	q{SELECT tenancy.adopt('old', keep_owner => true)}, q{SELECT tenancy.adopt('older', keep_owner => true)},
	'CREATE TABLE public.shared (x int)', 'INSERT INTO public.shared SELECT generate_series(1, 9)',
	'GRANT SELECT, INSERT ON public.shared TO tenancy_tenant, shop');
furnish('alpha', 'tenant_alpha', 'own');
furnish('beta', 'tenant_beta', 'canary');
furnish('old', 'legacy', 'own');
furnish('older', 'legacy', 'canary');
# So that there is something in the statistics that could be told (since 15; before, it may be late).
prepare('TABLE tenant_beta.canary_table', 'TABLE tenant_older.canary_table');
$admin->query('SELECT pg_stat_force_next_flush()');

# Opens a session that is bound.
sub bound
{
	my ($slug, $user) = @_;
	return session($node, user => $user || 'shop', options => "-c tenancy.tenant=$slug");
}

# The words of the refusals.
sub denied { return "cross-tenant access to schema \"tenant_$_[0]\" denied"; }
sub mixed { return "cannot bind tenant \"$_[0]\" in this transaction"; }
my $unbound = 'access to tenant schema "tenant_beta" denied: no tenant is bound';

# Expects that the server has never said the word to a session.
sub is_silent
{
	my ($session, $name) = @_;
	my @heard = $session->{heard} =~ /([^\0\n]{0,60}canary[^\0\n]{0,60})/g;
	# Each case is told once.
	$session->{heard} = '';
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(join("\n", @heard), '', $name);
}

# The SQLSTATE of the first error of a result, or nothing.
sub sqlstate
{
	my ($result) = @_;
	my ($error) = @{ $result->{errors} };
	return $error ? $error->{C} : '';
}

# An answer as text, without what differs between two calls: the OID in question.
sub answer
{
	my ($result, $oid) = @_;
	my ($error) = @{ $result->{errors} };
	my $text = $error ? join(' ', map { "$_=" . ($error->{$_} // '') } qw(C M D H s t c d n))
	  : join(' ', 'rows', rows($result), 'value', $result->{function} // 'null');
	return $text =~ s/\b$oid\b/OID/gr;
}

# Expects that the answer about a foreign OID is a refusal or as that about no object, and silent.
sub is_closed
{
	my ($session, $foreign, $absent, $name, $echo) = @_;
	my ($oid, $result) = @$foreign;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	# What the client itself has said may be said back.
	$session->{heard} =~ s/\b$echo\b//g if defined $echo;
	my $silent = is_silent($session, "$name: says nothing");
	return $silent && pass("$name: closed") if sqlstate($result) eq '42501';
	return is(answer($result, $oid), answer($absent->[1], $absent->[0]), "$name: as for no object");
}

# No object has this OID.
my $nothing = 4_000_000_123;

# --- the server's functions, by fast-path calls and with parameters

# The OID of a function by its signature; 0 if this major does not have it.
sub function_oid
{
	my ($signature) = @_;
	return $admin->value("SELECT coalesce(to_regprocedure('pg_catalog.$signature'), 0)::oid");
}

# The call of a function of the server's as SQL, with parameters.
sub call_as_sql
{
	my ($signature) = @_;
	my ($name, $types) = $signature =~ /^(\w+)\((.*)\)$/;
	my $number = 0;
	return "SELECT pg_catalog.$name(" . join(', ', map { $number++; "\$$number\::$_" } split /,/, $types) . ')';
}

# Calls a function of the server's in a way that must work: by the fast path, or, where that
# is refused because nobody checks the arguments there, by the extended protocol.
sub called
{
	my ($client, $signature, @arguments) = @_;
	my $result = $client->call_function(function_oid($signature), @arguments);
	return $result->{function} unless sqlstate($result) eq '42501' && $result->{errors}[0]{M} =~ /unplanned call/;
	$result = $client->extended(call_as_sql($signature), @arguments);
	return @{ $result->{errors} } ? "ERROR $result->{errors}[0]{M}" : $result->{rows}[0][0];
}

# The OIDs of what furnish() made.
sub oids
{
	my ($slug, $word) = @_;
	my $schema = "tenant_$slug";
	my %query = (
		(map { $_ => "'$schema.${word}_$_'::regclass" } qw(table index view sequence part parts)),
		(map { $_ => "'$schema.${word}_$_'::regtype" } qw(mood pair domain range multirange)),
		function => "'$schema.${word}_function'::regproc",
		schema => "'$schema'::regnamespace",
		trigger => "oid FROM pg_trigger WHERE tgname = '${word}_trigger' AND tgrelid = '$schema.${word}_table'::regclass",
		rule => "oid FROM pg_rewrite WHERE rulename = '${word}_rule' AND ev_class = '$schema.${word}_view'::regclass",
		constraint => "oid FROM pg_constraint WHERE conname = '${word}_check' AND connamespace = '$schema'::regnamespace",
		statistics => "oid FROM pg_statistic_ext WHERE stxname = '${word}_statistics' AND stxnamespace = '$schema'::regnamespace",
		label => "oid FROM pg_enum WHERE enumlabel = '${word}_happy' AND enumtypid = '$schema.${word}_mood'::regtype",
		default => "oid FROM pg_attrdef WHERE adrelid = '$schema.${word}_table'::regclass",
		class => "'pg_class'::regclass", type_class => "'pg_type'::regclass", proc_class => "'pg_proc'::regclass",
		trigger_class => "'pg_trigger'::regclass", constraint_class => "'pg_constraint'::regclass",
		namespace_class => "'pg_namespace'::regclass", default_class => "'pg_attrdef'::regclass");
	return map { $_ => $admin->value("SELECT ($query{$_})::oid" =~ s/\((oid) (FROM.*)\)::oid/oid $2/r) } keys %query;
}

# Signature, and arguments: an object of furnish() as "<kind>", of which the first is the one in question.
my @calls = (
	[ 'pg_relation_size(regclass,text)', '<table>', 'main' ], [ 'pg_table_size(regclass)', '<table>' ],
	[ 'pg_total_relation_size(regclass)', '<table>' ], [ 'pg_indexes_size(regclass)', '<table>' ],
	[ 'pg_relation_size(regclass)', '<table>' ],
	[ 'pg_relation_filenode(regclass)', '<table>' ], [ 'pg_relation_filepath(regclass)', '<table>' ],
	[ 'pg_get_viewdef(oid)', '<view>' ], [ 'pg_get_viewdef(oid,boolean)', '<view>', 't' ], [ 'pg_get_viewdef(oid,integer)', '<view>', '0' ],
	[ 'pg_get_ruledef(oid)', '<rule>' ], [ 'pg_get_ruledef(oid,boolean)', '<rule>', 't' ],
	[ 'pg_get_triggerdef(oid)', '<trigger>' ], [ 'pg_get_triggerdef(oid,boolean)', '<trigger>', 't' ],
	[ 'pg_get_indexdef(oid)', '<index>' ], [ 'pg_get_indexdef(oid,integer,boolean)', '<index>', '1', 't' ],
	[ 'pg_get_constraintdef(oid)', '<constraint>' ], [ 'pg_get_constraintdef(oid,boolean)', '<constraint>', 't' ],
	[ 'pg_get_functiondef(oid)', '<function>' ], [ 'pg_get_function_arguments(oid)', '<function>' ],
	[ 'pg_get_function_identity_arguments(oid)', '<function>' ], [ 'pg_get_function_result(oid)', '<function>' ],
	[ 'pg_get_function_arg_default(oid,integer)', '<function>', '1' ], [ 'pg_get_function_sqlbody(oid)', '<function>' ],
	[ 'pg_get_statisticsobjdef(oid)', '<statistics>' ], [ 'pg_get_statisticsobjdef_columns(oid)', '<statistics>' ],
	[ 'pg_get_partkeydef(oid)', '<parts>' ], [ 'pg_get_partition_constraintdef(oid)', '<part>' ],
	[ 'pg_partition_root(regclass)', '<part>' ], [ 'pg_get_replica_identity_index(regclass)', '<table>' ],
	[ 'obj_description(oid,name)', '<table>', 'pg_class' ], [ 'obj_description(oid)', '<table>' ], [ 'col_description(oid,integer)', '<table>', '1' ],
	[ 'pg_describe_object(oid,oid,integer)', '<class>', '<table>', '0' ], [ 'pg_describe_object(oid,oid,integer)', '<class>', '<table>', '1' ],
	[ 'pg_describe_object(oid,oid,integer)', '<type_class>', '<mood>', '0' ],
	[ 'pg_describe_object(oid,oid,integer)', '<proc_class>', '<function>', '0' ],
	[ 'pg_describe_object(oid,oid,integer)', '<trigger_class>', '<trigger>', '0' ],
	[ 'pg_describe_object(oid,oid,integer)', '<constraint_class>', '<constraint>', '0' ],
	[ 'pg_describe_object(oid,oid,integer)', '<default_class>', '<default>', '0' ],
	[ 'pg_identify_object(oid,oid,integer)', '<class>', '<table>', '0' ],
	[ 'pg_identify_object(oid,oid,integer)', '<proc_class>', '<function>', '0' ],
	[ 'pg_identify_object_as_address(oid,oid,integer)', '<class>', '<table>', '0' ],
	[ 'format_type(oid,integer)', '<mood>', undef ], [ 'format_type(oid,integer)', '<pair>', '-1' ],
	[ 'has_table_privilege(oid,text)', '<table>', 'select' ], [ 'has_any_column_privilege(oid,text)', '<table>', 'select' ],
	[ 'has_column_privilege(oid,smallint,text)', '<table>', '1', 'select' ], [ 'has_column_privilege(oid,text,text)', '<table>', 'amount', 'select' ],
	[ 'has_sequence_privilege(oid,text)', '<sequence>', 'usage' ], [ 'has_function_privilege(oid,text)', '<function>', 'execute' ],
	[ 'has_schema_privilege(oid,text)', '<schema>', 'usage' ], [ 'has_type_privilege(oid,text)', '<mood>', 'usage' ],
	[ 'has_table_privilege(name,oid,text)', 'shop', '<table>', 'select' ],
	[ 'pg_table_is_visible(oid)', '<table>' ], [ 'pg_type_is_visible(oid)', '<mood>' ], [ 'pg_function_is_visible(oid)', '<function>' ],
	[ 'pg_statistics_obj_is_visible(oid)', '<statistics>' ],
	[ 'row_security_active(oid)', '<table>' ], [ 'pg_relation_is_updatable(regclass,boolean)', '<view>', 't' ],
	[ 'pg_column_is_updatable(regclass,smallint,boolean)', '<table>', '1', 't' ], [ 'pg_relation_is_publishable(regclass)', '<table>' ],
	[ 'pg_index_has_property(regclass,text)', '<index>', 'clusterable' ],
	[ 'pg_index_column_has_property(regclass,integer,text)', '<index>', '1', 'asc' ],
	(map { [ "pg_stat_get_$_(oid)", '<table>' ] } qw(numscans live_tuples tuples_inserted tuples_fetched blocks_fetched last_analyze_time
		analyze_count mod_since_analyze xact_tuples_inserted ins_since_vacuum)),
	[ 'nextval(regclass)', '<sequence>' ], [ 'currval(regclass)', '<sequence>' ], [ 'setval(regclass,bigint)', '<sequence>', '5' ],
	[ 'setval(regclass,bigint,boolean)', '<sequence>', '5', 't' ], [ 'pg_sequence_last_value(regclass)', '<sequence>' ],
	[ 'pg_sequence_parameters(oid)', '<sequence>' ],
	[ 'regclassout(regclass)', '<table>' ], [ 'regtypeout(regtype)', '<mood>' ], [ 'regprocout(regproc)', '<function>' ],
	[ 'regprocedureout(regprocedure)', '<function>' ], [ 'regnamespaceout(regnamespace)', '<schema>' ],
	[ 'enum_in(cstring,oid)', 'nobody', '<mood>' ], [ 'enum_in(cstring,oid)', 'canary_happy', '<mood>' ],
	[ 'record_in(cstring,oid,integer)', '(x,y)', '<pair>', '-1' ], [ 'record_in(cstring,oid,integer)', '(1,2,3)', '<pair>', '-1' ],
	[ 'domain_in(cstring,oid,integer)', '-1', '<domain>', '-1' ], [ 'domain_in(cstring,oid,integer)', '1', '<domain>', '-1' ],
	[ 'range_in(cstring,oid,integer)', '[1,2)', '<range>', '-1' ], [ 'array_in(cstring,oid,integer)', '{nobody}', '<mood>', '-1' ],
	[ 'multirange_in(cstring,oid,integer)', '{[1,2)}', '<multirange>', '-1' ],
	[ 'brin_summarize_new_values(regclass)', '<index>' ], [ 'gin_clean_pending_list(regclass)', '<index>' ],
	[ 'lo_get(oid)', '<large object>' ], [ 'lo_open(integer,integer)', '<large object>', '262144' ], [ 'lo_unlink(oid)', '<large object>' ],
	[ 'lo_put(oid,bigint,bytea)', '<large object>', '0', 'x' ], [ 'table_to_xml(regclass,boolean,boolean,text)', '<table>', 't', 't', '' ],
	[ 'table_to_xmlschema(regclass,boolean,boolean,text)', '<table>', 't', 't', '' ],
	[ 'schema_to_xml(name,boolean,boolean,text)', '<schema name>', 't', 't', '' ],
	[ 'query_to_xml(text,boolean,boolean,text)', 'TABLE <table name>', 't', 't', '' ],
	[ 'ts_stat(text)', 'SELECT to_tsvector(owner) FROM <table name>' ]);
for my $pair ([ 'alpha', 'beta' ], [ 'old', 'older' ])
{
	my ($mine, $theirs) = @$pair;
	my %their_oid = oids($theirs, 'canary');
	my $large_owner = $theirs eq 'beta' ? 'tenant_beta' : 'legacy';
	prepare("SET ROLE $large_owner");
	$their_oid{'large object'} = $admin->value(q{SELECT lo_from_bytea(0, 'canary large object')});
	prepare('RESET ROLE');
	my $session = bound($mine);
	for my $call (@calls)
	{
		my ($signature, @arguments) = @$call;
		my $function = function_oid($signature) or next;
		my $called = $signature . (@arguments > 1 ? " of @{[ map { $_ // 'null' } @arguments ]}" : '');
		my ($kind) = map { defined $_ && /^<(.*)>$/ && $1 !~ /class$|name$/ ? $1 : () } @arguments;
		# Common owners of large objects are a known opening, see docs/security.md.
		next if $kind && $kind eq 'large object' && $theirs eq 'older';
		my $sql = call_as_sql($signature);
		for my $protocol ('fast path', 'extended')
		{
			# What is said about the foreign object, and about one that is not there.
			my ($foreign, $absent) = map {
				my $oid = $_;
				my $schema = $oid == $nothing ? 'tenant_nobody' : "tenant_$theirs";
				my @given = map { !defined $_ ? undef : s/<schema name>/$schema/r =~ s/<table name>/$schema.accounts/r
					=~ s/<(\w*class)>/$their_oid{$1}/r =~ s/<[\w ]+>/$oid/r } @arguments;
				$session->{heard} = '';
				$session->query('BEGIN') if $signature =~ /^lo_/;
				my $result = $protocol eq 'extended' ? $session->parse('', $sql)->bind('', '', @given)->execute('')->sync
				  : $session->call_function($function, @given);
				$session->query('ROLLBACK') if $signature =~ /^lo_/;
				[ $oid, $result, $session->{heard} ];
			} $kind ? $their_oid{$kind} : 0, $nothing;
			$session->{heard} = $foreign->[2];
			is_closed($session, $foreign, $absent, "$protocol, $mine to $theirs: $called", grep { defined $_ && /^canary/ } @arguments);
		}
	}
	is($admin->value("SELECT last_value FROM tenant_$theirs.canary_sequence"), '4711', "$theirs: the sequence is untouched");
	is($admin->value("SELECT count(*) FROM pg_largeobject WHERE loid = $their_oid{'large object'}"), '1', "$theirs: so is the large object");

	# About own objects the functions must go on working.
	my %own_oid = oids($mine, 'own');
	for my $own ([ 'pg_get_viewdef(oid)', 'view', qr/own view/ ], [ 'pg_relation_size(regclass,text)', 'table', qr/^\d+$/, 'main' ],
		[ 'nextval(regclass)', 'sequence', qr/^4712$/ ], [ 'regclassout(regclass)', 'table', qr/^own_table$/ ],
		[ 'obj_description(oid,name)', 'table', qr/^own comment$/, 'pg_class' ], [ 'has_table_privilege(oid,text)', 'table', qr/^t$/, 'select' ],
		[ 'format_type(oid,integer)', 'mood', qr/^own_mood$/, '-1' ], [ 'pg_get_functiondef(oid)', 'function', qr/own body/ ])
	{
		my ($signature, $kind, $expected, @rest) = @$own;
		like(called($session, $signature, $own_oid{$kind}, @rest), $expected, "$mine: $signature of an own object");
	}

	# An OID that nothing has is free to take, for large objects.
	is(called($session, 'lo_create(oid)', '54321'), '54321', "$mine: lo_create() with a free OID");
	is(called($session, 'lo_from_bytea(oid,bytea)', '54322', 'own large object'), '54322', "$mine: lo_from_bytea() with a free OID");
	is(called($session, 'lo_unlink(oid)', $_), '1', "$mine: lo_unlink() of an own large object") for 54321, 54322;

	# A function of the other tenant's, and an own one.
	$session->{heard} = '';
	my $result = $session->call_function($their_oid{function}, '1');
	is(sqlstate($result), '42501', "fast path, $mine to $theirs: a function");
	is_silent($session, 'says nothing of it');
	$result = $session->call_function($own_oid{function}, '1');
	is($result->{function}, 'own body', "fast path, $mine: an own function");

	# --- types of parameters by OID

	# Every way on which a client can bring a type in by its OID.
	for my $type (qw(mood pair domain range multirange table))
	{
		my $number = $type eq 'table' ? $admin->value("SELECT reltype FROM pg_class WHERE oid = $their_oid{table}") : $their_oid{$type};
		for my $case ([ 'text', 'SELECT $1', 'nobody' ], [ 'its name', 'SELECT pg_typeof($1)', undef ],
			[ 'record', 'SELECT to_json($1)', '(1,2)' ],
			[ 'cast', 'SELECT $1::text', '-1' ], [ 'comparison', 'SELECT $1 = $1', undef ])
		{
			my ($what, $sql, $value) = @$case;
			my @answers;
			for my $oid ($number, $nothing)
			{
				my $answer = $session->parse('typed', $sql, $oid)->describe('S', 'typed')->bind('', 'typed', $value)
				  ->describe('P', '')->execute('')->sync;
				push @answers, [ $oid, $answer, $session->{heard} ];
				$session->{heard} = '';
				$session->forget('S', 'typed')->sync;
			}
			$session->{heard} = $answers[0][2];
			is_closed($session, $answers[0], $answers[1], "$mine to $theirs: a parameter of the type of $type by OID, $what");
		}
		# A label's OID, a label, a number or an empty composite, range or multirange, a composite value.
		for my $binary (pack('N', $their_oid{label}), 'canary_happy', pack('N', 0), pack('NNNNNN', 2, 23, 4, 1, 25, 0))
		{
			$session->{heard} = '';
			my $answer = $session->parse('', 'SELECT $1', $number)->bind_binary('', '', $binary)->execute('')->sync;
			is($answer->{errors}[0] ? 'refused' : rows($answer), 'refused', "$mine to $theirs: a binary parameter of $type");
			is_silent($session, "and says nothing of $type");
		}
	}
	is_rows($session->parse('', 'SELECT $1', $own_oid{mood})->bind('', '', 'own_sad')->execute('')->sync, 'own_sad',
		"$mine: a parameter of an own enum by OID");
	is_rows($session->parse('', 'SELECT ($1).own_right', $own_oid{pair})->bind('', '', '(1,x)')->execute('')->sync, 'x',
		"$mine: of an own composite type");
	$session->close;
}

# Values of types that print names: regclass and its like, as parameters and as results.
for my $pair ([ 'alpha', 'beta' ], [ 'old', 'older' ])
{
	my ($mine, $theirs) = @$pair;
	my %their_oid = oids($theirs, 'canary');
	my $client = bound($mine);
	for my $case ([ 'regclass', 'table' ], [ 'regtype', 'mood' ], [ 'regproc', 'function' ],
		[ 'regprocedure', 'function' ], [ 'regnamespace', 'schema' ])
	{
		my ($type, $kind) = @$case;
		my $number = $admin->value("SELECT '$type'::regtype::oid");
		for my $sql ('SELECT $1', 'SELECT $1::text', 'SELECT ARRAY[$1]', 'SELECT ROW($1)', 'SELECT to_json($1)', 'SELECT format(\'%s\', $1)')
		{
			for my $format ('text', 'binary')
			{
				my ($foreign, $absent) = map {
					my $oid = $_;
					$client->{heard} = '';
					$client->parse('', $sql, $number);
					$client = $format eq 'text' ? $client->bind('', '', $oid) : $client->bind_mixed('', '', pack('N', $oid));
					my $result = $client->execute('')->sync;
					[ $oid, $result, $client->{heard} ];
				} $their_oid{$kind}, $nothing;
				$client->{heard} = $foreign->[2];
				is_closed($client, $foreign, $absent, "$mine to $theirs: $sql with a $type in $format");
			}
		}
	}
	$client->close;
}

# Binding itself, and settings that lead elsewhere, by fast-path calls.
my $session = session($node, user => 'shop');
my $set_config = function_oid('set_config(text,text,boolean)');
is($session->call_function($set_config, 'tenancy.tenant', 'alpha', 'f')->{function}, 'alpha', 'fast path: set_config binds');
is($session->parameter('tenancy.tenant'), 'alpha', 'and it is reported');
gives($session, 'SELECT owner, current_user FROM accounts', 'alpha|tenant_alpha', 'and true');
$session->query('BEGIN');
$session->query('SELECT * FROM accounts');
is_refusal($session->call_function($set_config, 'tenancy.tenant', 'beta', 't'), '25001', mixed('beta'),
	'fast path: no change of tenant within a transaction');
is_refusal($session->call_function($set_config, 'tenancy.tenant', 'beta', 't'), '25P02',
	'current transaction is aborted, commands ignored until end of transaction block', 'and no call in an aborted one');
$session->query('ROLLBACK');
$session->call_function($set_config, 'search_path', 'tenant_beta', 'f');
is($session->query('TABLE canary_table')->{errors}[0]{C}, '42P01', 'fast path: a search_path into another schema finds nothing');
$session->query('RESET search_path');
for my $setting ('role', 'session_authorization')
{
	$session->call_function($set_config, $setting, 'tenant_beta', 'f');
	refuses($session, 'TABLE tenant_beta.canary_table', '42501', denied('beta'), "fast path: $setting opens nothing");
	gives($session, 'SELECT current_user', 'tenant_alpha', 'and the role is still in effect');
}
my $bind = $admin->value("SELECT 'tenancy.bind(text,boolean)'::regprocedure::oid");
is($session->call_function($bind, 'beta', 'f')->{function}, $admin->value("SELECT id FROM tenancy.tenants WHERE slug = 'beta'"),
	'fast path: bind() binds');
is($session->parameter('tenancy.tenant'), 'beta', 'and it is reported');
$session->close;

# A statement that has a type of the tenant before: described and executed for the next.
$session = session($node, user => 'shop');
my %beta = oids('beta', 'canary');
prepare(q{CREATE FUNCTION tenant_beta.moods() RETURNS SETOF tenant_beta.canary_mood LANGUAGE sql
	AS 'SELECT mood FROM tenant_beta.canary_table'});
$session->query("SET tenancy.tenant = 'beta'");
$session->parse('typed', 'SELECT $1', $beta{mood})->parse('literal', q{SELECT 'canary_happy'::canary_mood})
  ->parse('row', 'SELECT t FROM canary_table t')->parse('constant', q{SELECT 'canary_table'::regclass})->parse('out', 'SELECT * FROM moods()')
  ->parse('utility', 'EXPLAIN (COSTS OFF) SELECT canary_column FROM canary_table')->parse('show', 'TABLE canary_view')->sync;
for (1 .. 6)
{
	$session->bind('', $_)->execute('') for qw(literal row constant out show);
	is_rows($session->bind('', 'typed', 'canary_sad')->execute('')->sync,
		join("\n", 'canary_happy', '("canary row",canary_happy,1)', 'canary_table', 'canary_happy', 'canary rowcanary view', 'canary_sad'),
		"statements of beta's work for beta, time $_") if $_ == 6;
	$session->sync if $_ < 6;
}
$session->query("SET tenancy.tenant = 'alpha'");
$session->{heard} = '';
for my $name (qw(typed literal row constant out utility show))
{
	my $result = $session->bind('', $name, $name eq 'typed' ? ('canary_sad') : ())->execute('')->sync;
	is($result->{errors}[0] ? 'error' : rows($result), 'error', "parsed for beta, executed for alpha: $name");
	# The value that the client has sent may come back.
	unlike($session->{heard}, qr/canary (row|view|default)|canary_happy/, "$name: nothing of beta's values is told");
	$session->{heard} = '';
	$result = $session->describe('S', $name)->sync;
	is(join(',', @{ $result->{columns} }) =~ /canary/ ? 'told' : '', '', "described for alpha: $name");
	$session->{heard} = '';
}
gives($session, 'SELECT tenancy.current_tenant(), count(*) FROM own_table', 'alpha|1', 'and the session goes on');
$session->close;

# The unnamed statement, parsed for one and executed for the other.
$session = session($node, user => 'shop');
$session->query("SET tenancy.tenant = 'beta'");
$session->parse('', 'SELECT canary_column FROM tenant_beta.canary_table')->sync;
# SET as a simple query would end the unnamed statement: this keeps it.
$session->parse('set', "SET tenancy.tenant = 'alpha'")->bind('', 'set')->execute('')->sync;
$session->{heard} = '';
my $result = $session->bind('', '')->execute('')->sync;
is_refusal($result, '42501', denied('beta'), 'the unnamed statement of beta, executed for alpha');
unlike($session->{heard}, qr/canary row/, 'sends no row');
$session->parse('', 'SELECT own_column FROM own_table')->sync;
is_rows($session->bind('', '')->execute('')->sync, 'own row', "the unnamed statement is alpha's again");
$session->close;

# Parse in a transaction that is bound locally, Execute after its end and in the next one.
$session = session($node, user => 'shop');
$session->query('BEGIN');
$session->query("SET LOCAL tenancy.tenant = 'beta'");
$session->parse('local', 'SELECT owner FROM accounts')->parse('full', 'SELECT owner FROM tenant_beta.accounts')->sync;
is_rows($session->bind('', 'local')->execute('')->sync, 'beta', 'parsed and executed under SET LOCAL');
$session->query('COMMIT');
is_refusal($session->bind('', 'full')->execute('')->sync, '42501', $unbound,
	'executed when SET LOCAL has ended');
is(sqlstate($session->bind('', 'local')->execute('')->sync), '42P01', 'a relative name finds nothing then');
$session->query('BEGIN');
$session->query("SET LOCAL tenancy.tenant = 'alpha'");
is_rows($session->bind('', 'local')->execute('')->sync, 'alpha', "in alpha's transaction it finds alpha's");
is(sqlstate($session->bind('', 'full')->execute('')->sync), '42501', 'a full name is refused');
is($session->query('COMMIT')->{tags}[0], 'ROLLBACK', 'and the transaction is over');

# --- portals

# Reads from a portal a row at a time; returns the rows so far and the result.
sub resume
{
	my ($client, $portal, $rows) = @_;
	return $client->execute($portal, $rows)->sync;
}

# Statements in between go by the extended protocol: a simple query ends no named portal in a block either.
$session = bound('alpha');
$session->query('BEGIN');
$session->parse('s', 'SELECT x FROM shared ORDER BY x')->bind('p', 's')->sync;
$result = resume($session, 'p', 2);
is_rows($result, "1\n2", 'a portal with a row limit');
is($result->{suspended}, 1, 'is suspended');
is_rows(resume($session, 'p', 2), "3\n4", 'and resumed');
is_refusal($session->query("SET LOCAL tenancy.tenant = 'beta'"), '25001', mixed('beta'),
	'no change of tenant with a portal open');
is($session->query('COMMIT')->{tags}[0], 'ROLLBACK', 'which ends the transaction');
is_refusal(resume($session, 'p', 0), '34000', 'portal "p" does not exist', 'and the portal');

# The same tenant again is no change: the portal lives on.
$session->query('BEGIN');
$session->bind('p', 's')->sync;
resume($session, 'p', 7);
is_rows($session->query("SET LOCAL tenancy.tenant = 'alpha'"), '', 'binding to the same tenant within the transaction');
is_rows(resume($session, 'p', 0), "8\n9", 'keeps the portal');
$session->query('COMMIT');
$session->close;

# A portal that began under SET LOCAL is resumed after a savepoint took the binding back.
$session = session($node, user => 'shop');
$session->query($_) for 'BEGIN', 'SAVEPOINT s', "SET LOCAL tenancy.tenant = 'alpha'";
$session->parse('q', 'SELECT own_column FROM own_table UNION ALL SELECT x::text FROM shared')->bind('p', 'q')->sync;
is_rows(resume($session, 'p', 1), 'own row', 'a portal under SET LOCAL');
$session->query('RELEASE SAVEPOINT s');
is_rows(resume($session, 'p', 1), '1', 'lives on when the savepoint is released');
$session->query('ROLLBACK');
$session->query($_) for 'BEGIN', 'SAVEPOINT s', "SET LOCAL tenancy.tenant = 'beta'";
$session->parse('b', 'SELECT canary_column FROM canary_table UNION ALL SELECT x::text FROM shared')->bind('p', 'b')->sync;
$session->query('ROLLBACK TO SAVEPOINT s');
$session->{heard} = '';
$result = resume($session, 'p', 0);
is(sqlstate($result), '34000', 'a portal does not outlive the savepoint that bound its tenant');
is_silent($session, 'and sends nothing');
$session->query('ROLLBACK');

# SET LOCAL; portal; unbinding in the same transaction: what is resumed is read for nobody, or for the former, never for another.
$session->query($_) for 'BEGIN', "SET LOCAL tenancy.tenant = 'beta'";
$session->bind('p', 'b')->sync;
$session->{heard} = '';
$session->query("SET LOCAL tenancy.tenant = ''");
is_refusal($session->query("SET LOCAL tenancy.tenant = 'alpha'"), '25001', mixed('alpha'),
	'unbinding does not open the transaction to another tenant');
$session->query('ROLLBACK');
is($session->parameter('tenancy.tenant'), '', 'the rollback is reported');
is_silent($session, 'and nothing was sent');

# A holdable cursor of beta's does not reach alpha; DECLARE and FETCH by the extended protocol.
$session->query("SET tenancy.tenant = 'beta'");
$session->query('BEGIN');
$session->extended('DECLARE held CURSOR WITH HOLD FOR SELECT canary_column FROM canary_table');
$session->query('COMMIT');
is_rows($session->extended('FETCH ALL FROM held'), 'canary row', 'a holdable cursor works for its tenant');
$session->parse('fetch', 'FETCH ABSOLUTE 1 FROM held')->sync;
$session->query("SET tenancy.tenant = 'alpha'");
$session->{heard} = '';
is(sqlstate($session->bind('', 'fetch')->execute('')->sync), '34000', 'it is gone for the next');
is(sqlstate($session->describe('P', 'held')->sync), '34000', 'also to Describe');
is(sqlstate($session->execute('held', 0)->sync), '34000', 'also to Execute');
is_silent($session, 'and nothing of it is told');
$session->close;

# --- pipelines

# Sends each statement with Parse, Bind, Describe, Execute, and one Sync at the end.
sub pipeline
{
	my ($client, @statements) = @_;
	$client->parse('', $_)->bind('', '')->describe('P', '')->execute('') for @statements;
	return $client->sync;
}

# The rows of accounts of all tenants.
sub accounts
{
	return rows($admin->query('SELECT * FROM tenant_alpha.accounts UNION ALL SELECT * FROM tenant_beta.accounts ORDER BY 1'));
}

my $write = q{INSERT INTO accounts SELECT 'written as ' || tenancy.current_tenant()};
for my $case (
	[ 'an error after SET', '', [ "SET tenancy.tenant = 'alpha'", $write, 'SELECT 1/0', "SET tenancy.tenant = 'beta'", $write ], '22012' ],
	[ 'an error before SET', 'alpha', [ 'SELECT 1/0', "SET tenancy.tenant = 'beta'", $write ], '22012' ],
	[ 'a refusal after SET', '', [ "SET tenancy.tenant = 'alpha'", $write, 'SELECT * FROM tenant_beta.accounts', $write ], '42501' ],
	[ 'a syntax error at the end', '', [ "SET tenancy.tenant = 'alpha'", $write, 'SELEKT' ], '42601' ],
	[ 'SET LOCAL, an error', '', [ "SET LOCAL tenancy.tenant = 'alpha'", $write, 'SELECT 1/0' ], '22012' ])
{
	my ($name, $slug, $statements, $sqlstate) = @$case;
	my $client = session($node, user => 'shop');
	$client->query("SET tenancy.tenant = '$slug'") if $slug;
	$client->{heard} = '';
	my $result = pipeline($client, @$statements);
	is(sqlstate($result), $sqlstate, "pipeline with $name");
	is(scalar @{ $result->{errors} }, 1, 'one error, the rest is skipped');
	is($client->parameter('tenancy.tenant'), $slug, 'the binding is what it was');
	is(accounts(), "alpha\nbeta", 'nothing is written');
	is_silent($client, 'nothing is told');
	gives($client, q{SELECT coalesce(tenancy.current_tenant(), '')}, $slug, 'the session goes on');
	$client->close;
}

# Explicit transactions within one pipeline: each may serve another tenant.
$session = session($node, user => 'shop');
$result = pipeline($session, 'BEGIN', "SET LOCAL tenancy.tenant = 'alpha'", 'SELECT owner FROM accounts', 'COMMIT',
	'BEGIN', "SET LOCAL tenancy.tenant = 'beta'", 'SELECT owner FROM accounts', 'COMMIT', 'SELECT tenancy.current_tenant()');
is_rows($result, "alpha\nbeta\n", 'two transactions in one pipeline, one for each tenant');
# An error in the first takes the second along; COMMIT is skipped, so that the block stays open until the client ends it.
$result = pipeline($session, 'BEGIN', "SET LOCAL tenancy.tenant = 'alpha'", $write, 'SELECT 1/0', 'COMMIT',
	'BEGIN', "SET LOCAL tenancy.tenant = 'beta'", $write, 'COMMIT');
is($result->{status}, 'E', 'an error in a pipelined block leaves the block aborted');
is_refusal($session->query("SET LOCAL tenancy.tenant = 'beta'"), '25P02',
	'current transaction is aborted, commands ignored until end of transaction block', 'in which nothing can be bound');
$session->query('ROLLBACK');
is(accounts(), "alpha\nbeta", 'nothing is written');
# All parsed before anything is executed: names are looked up when the plan is made for whoever executes.
$session->parse('one', "SET tenancy.tenant = 'beta'")->parse('two', 'SELECT owner FROM tenant_beta.accounts')
  ->bind('b1', 'one')->execute('b1');
is_refusal($session->sync, '42501', $unbound,
	'Parse of a full name before the Execute that binds: refused');
is($session->parameter('tenancy.tenant'), '', 'and nothing is bound');
# A portal bound before, executed after the SET of another tenant in the same pipeline.
$session->query("SET tenancy.tenant = 'beta'");
$session->parse('w', $write)->parse('set', "SET tenancy.tenant = 'alpha'")->sync;
$session->bind('w1', 'w')->bind('set', 'set')->execute('set')->execute('w1');
$result = $session->sync;
is(accounts() =~ s/^written as (alpha|beta)\n//mr, "alpha\nbeta", 'a portal bound before SET writes for one tenant at most');
unlike(accounts(), qr/(?:^|\n)beta(?s:.*)written as alpha/, 'in the order of the schemas');
is($admin->value(q{SELECT count(*) FROM tenant_alpha.accounts WHERE owner = 'written as beta'})
	  + $admin->value(q{SELECT count(*) FROM tenant_beta.accounts WHERE owner = 'written as alpha'}),
	0, 'and never into the table of the other');
prepare(q{DELETE FROM tenant_alpha.accounts WHERE owner LIKE 'written%'},
	q{DELETE FROM tenant_beta.accounts WHERE owner LIKE 'written%'});
$session->close;

# --- COPY

# The extended protocol.
$session = session($node, user => 'shop');
$session->query("SET tenancy.tenant = 'alpha'");
$result = $session->parse('', 'COPY accounts FROM STDIN')->bind('', '')->execute('')->copy_in('copied')->sync;
is($result->{tags}[0], 'COPY 1', 'COPY FROM STDIN by the extended protocol');
$result = $session->extended('COPY (SELECT owner FROM accounts ORDER BY owner) TO STDOUT');
is($result->{copied}, "alpha\ncopied\n", 'COPY TO STDOUT by the extended protocol');
prepare(q{DELETE FROM tenant_alpha.accounts WHERE owner = 'copied'});
for my $copy ('COPY tenant_beta.accounts FROM STDIN', 'COPY tenant_beta.canary_table TO STDOUT',
	'COPY (TABLE tenant_beta.canary_view) TO STDOUT')
{
	my $result = $session->parse('', $copy)->bind('', '')->execute('')->copy_in('stray')->sync;
	is_refusal($result, '42501', denied('beta'), "extended: $copy");
	is($result->{copied}, '', 'nothing is sent');
}
# Parsed for one, executed for the other.
$session->parse('in', 'COPY accounts FROM STDIN')->parse('in_full', 'COPY tenant_alpha.accounts FROM STDIN')
  ->parse('out', 'COPY tenant_alpha.accounts TO STDOUT')->sync;
$session->query("SET tenancy.tenant = 'beta'");
$result = $session->bind('', 'in')->execute('')->copy_in('copied as beta')->sync;
is($result->{tags}[0], 'COPY 1', 'COPY parsed for alpha, executed for beta');
is(accounts(), "alpha\nbeta\ncopied as beta", 'writes one row');
is($admin->value(q{DELETE FROM tenant_beta.accounts WHERE owner = 'copied as beta' RETURNING 'written to beta'}),
	'written to beta', "into beta's table");
for my $name ('in_full', 'out')
{
	my $result = $session->bind('', $name)->execute('')->copy_in('stray')->sync;
	is_refusal($result, '42501', denied('alpha'), "COPY with its full name, parsed for alpha, executed for beta: $name");
	is($result->{copied}, '', 'nothing is sent');
}
$session->close;

# Several statements in one message, with a binding between.
$session = session($node, user => 'shop');
$session->query("SET tenancy.tenant = 'alpha'");
$result = $session->query_copying("COPY accounts FROM STDIN; SET tenancy.tenant = 'beta'; COPY accounts FROM STDIN", ['first'], ['second']);
is_refusal($result, '25001', mixed('beta'), 'COPY, SET, COPY in one message');
is(accounts(), "alpha\nbeta", 'nothing is written');
$result = $session->query_copying(
	"BEGIN; COPY accounts FROM STDIN; COMMIT; SET tenancy.tenant = 'beta'; BEGIN; COPY accounts FROM STDIN; COMMIT", ['first'], ['second']);
is(join(',', map { "$_->{C}" } @{ $result->{errors} }), '', 'the same with transactions of their own');
is(rows($admin->query(q{DELETE FROM tenant_alpha.accounts WHERE owner <> 'alpha' RETURNING owner})), 'first', "alpha's row is in alpha's table");
is(rows($admin->query(q{DELETE FROM tenant_beta.accounts WHERE owner <> 'beta' RETURNING owner})), 'second', "beta's in beta's");
gives($session, 'SELECT owner FROM accounts', 'beta', 'the last binding holds');
$result = $session->query("SELECT 'one'; SELECT owner FROM tenant_alpha.accounts; SELECT 'three'");
is_refusal($result, '42501', denied('alpha'), 'a refusal amid several statements');
is_rows({ %$result, errors => [] }, 'one', 'ends the message');
# An error in COPY's data: the binding of the same message goes with it.
$result = $session->query_copying("SET tenancy.tenant = 'beta'; COPY accounts FROM STDIN", ["too\tmany"]);
is(sqlstate($result), '22P04', 'an error in the data');
gives($session, 'SELECT owner FROM accounts', 'beta', 'leaves the session bound');
$session->close;

# --- cancel requests

# Waits until a session runs pg_sleep().
sub wait_for_sleep
{
	my ($client) = @_;
	return $node->poll_query_until('postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = " . $client->pid);
}

for my $case ([ 'alpha', 'beta', 'shop' ], [ 'old', 'older', 'legacy' ])
{
	my ($mine, $theirs, $user) = @$case;
	my ($attacker, $victim, $sibling) = map { bound($_, $user) } $mine, $theirs, $mine;
	$victim->send_query('SELECT pg_sleep(300)');
	wait_for_sleep($victim) or die 'the session does not sleep';
	# A wrong key, and the attacker's own: nothing happens to the victim.
	is($victim->cancel(pack('N', 0)), '', 'a cancel request with a guessed key is answered with nothing');
	is($victim->cancel($attacker->{key}), '', "and so is one with the attacker's");
	gives($admin, 'SELECT wait_event FROM pg_stat_activity WHERE pid = ' . $victim->pid, 'PgSleep', 'the victim sleeps on');
	for my $function ('pg_cancel_backend(integer)', 'pg_terminate_backend(integer,bigint)')
	{
		my ($name) = $function =~ /^(\w+)/;
		my $oid = function_oid($function);
		my @rest = $function =~ /bigint/ ? ('0') : ();
		for my $case ([ 'fast path', sub { $attacker->call_function($oid, $_[0], @rest) } ],
			[ 'simple query', sub { $attacker->query("SELECT $name($_[0])") } ],
			[ 'extended', sub { $attacker->extended("SELECT $name(\$1)", $_[0]) } ])
		{
			my ($protocol, $call) = @$case;
			my $result = $call->($victim->pid);
			is($result->{function} // rows($result), @{ $result->{errors} } ? '' : 'f',
				"$protocol: $name of a session of another tenant does nothing");
			my $code = sqlstate($result);
			ok($code eq '' || $code eq '42501', "$protocol: $name says no more");
		}
	}
	gives($admin, 'SELECT wait_event FROM pg_stat_activity WHERE pid = ' . $victim->pid, 'PgSleep', 'the victim still sleeps');
	$victim->cancel;
	is_refusal($victim->collect, '57014', 'canceling statement due to user request', 'its own key cancels');
	gives($victim, 'SELECT tenancy.current_tenant(), current_user', "$theirs|tenant_$theirs", 'and it is bound and usable');
	is_refusal($victim->query("TABLE tenant_$mine.own_table"), '42501', denied($mine), 'and guarded');

	# A session of the own tenant may be cancelled where PostgreSQL's privileges allow it.
	$sibling->send_query('SELECT pg_sleep(300)');
	wait_for_sleep($sibling) or die 'the session does not sleep';
	if ($user eq 'legacy')
	{
		gives($attacker, 'SELECT pg_cancel_backend(' . $sibling->pid . ')', 't', 'pg_cancel_backend of a session of the own tenant');
	}
	else
	{
		$sibling->cancel;
	}
	is(sqlstate($sibling->collect), '57014', 'works');

	# What the server's functions tell about another's process.
	$attacker->{heard} = '';
	$victim->query("SELECT 'canary query'");
	my $foreign_pid = $victim->pid;
	for my $call ([ 'pg_blocking_pids(integer)', "$foreign_pid" ], [ 'pg_safe_snapshot_blocking_pids(integer)', "$foreign_pid" ],
		[ 'pg_log_backend_memory_contexts(integer)', "$foreign_pid" ])
	{
		my ($signature, @arguments) = @$call;
		my $result = $attacker->call_function(function_oid($signature), @arguments);
		my $absent = $attacker->call_function(function_oid($signature), '2147483646');
		is_closed($attacker, [ $foreign_pid, $result ], [ 2147483646, $absent ], "fast path: $signature of another tenant's process");
	}
	# The identifiers of backends are small numbers: all that there can be.
	for my $signature (qw(pg_stat_get_backend_activity(integer) pg_stat_get_backend_userid(integer) pg_stat_get_backend_pid(integer)
		pg_stat_get_backend_client_addr(integer) pg_stat_get_backend_start(integer)))
	{
		my $oid = function_oid($signature);
		my %answers = map { $_ => $attacker->call_function($oid, $_)->{function} } 1 .. 30;
		if ($signature =~ /_pid/)
		{
			is(join(',', grep { defined $answers{$_} && $answers{$_} == $foreign_pid } keys %answers), '',
				"fast path: $signature does not tell the foreign process");
		}
		is_silent($attacker, "fast path: $signature tells nothing of the foreign query");
	}
	$_->close for $attacker, $victim, $sibling;
}

# In a transaction that is bound locally; amid a binding pipeline; amid a COPY.
$session = session($node, user => 'shop');
$session->query('BEGIN');
$session->query("SET LOCAL tenancy.tenant = 'alpha'");
$session->send_query('SELECT pg_sleep(300)');
wait_for_sleep($session) or die 'the session does not sleep';
$session->cancel;
is($session->collect->{status}, 'E', 'a cancel aborts the transaction');
$session->query('ROLLBACK');
is($session->parameter('tenancy.tenant'), '', 'and its binding ends with it');
$session->send_query("SET tenancy.tenant = 'alpha'; SELECT pg_sleep(300)");
wait_for_sleep($session) or die 'the session does not sleep';
$session->cancel;
is(sqlstate($session->collect), '57014', 'a cancel after SET in the same message');
gives($session, q{SELECT coalesce(tenancy.current_tenant(), 'nobody'), current_user}, 'nobody|shop', 'takes the binding back');
$session->query("SET tenancy.tenant = 'alpha'");
$session->send_query('COPY (SELECT owner, pg_sleep(300) FROM accounts) TO STDOUT');
wait_for_sleep($session) or die 'the session does not sleep';
$session->cancel;
is(sqlstate($session->collect), '57014', 'a cancel amid COPY');
gives($session, 'SELECT owner, current_user FROM accounts', 'alpha|tenant_alpha', 'leaves the session bound');

$session->close;

# --- advisory locks

my $victim = bound('beta');
my $sibling = bound('alpha');
$session = bound('alpha');
for my $case (
	[ 'pg_try_advisory_lock(bigint)', 'pg_advisory_unlock(bigint)', 4711 ],
	[ 'pg_try_advisory_lock(integer,integer)', 'pg_advisory_unlock(integer,integer)', 47, 11 ],
	[ 'pg_try_advisory_lock_shared(bigint)', 'pg_advisory_unlock_shared(bigint)', 4712 ])
{
	my ($lock, $unlock, @key) = @$case;
	my $types = join(',', $lock =~ /(integer|bigint)/g);
	called($victim, "pg_advisory_lock($types)", @key);
	is(called($session, $lock, @key), 't', "$lock of a key that another tenant has locked");
	is(called($sibling, $lock, @key), $lock =~ /shared/ ? 't' : 'f', 'which excludes the own tenant');
	is(called($session, $unlock, @key), 't', 'and is unlocked');
	called($sibling, $unlock, @key) if $lock =~ /shared/;
	is($session->query('SELECT pg_try_advisory_lock(' . join(',', @key) . ')')->{rows}[0][0], 't', 'a simple query sees the same space');
	called($session, 'pg_advisory_unlock_all()');
	is(called($victim, "pg_advisory_unlock($types)", @key), 't', "the other tenant's lock was there all along");
}

# --- notifications

$victim->query('LISTEN news');
$sibling->query('LISTEN news');
called($session, 'pg_notify(text,text)', 'news', 'for alpha');
my @got = @{ $sibling->query('SELECT 1')->{notifications} };
is(join(',', map { s/.*://r } @got), 'for alpha', 'pg_notify reaches the own tenant');
is(join(',', @{ $victim->query('SELECT 1')->{notifications} }), '', 'and no other');
$_->close for $victim, $session, $sibling;

# --- replication connections

prepare('CREATE ROLE replicator LOGIN REPLICATION IN ROLE tenancy_app', "ALTER ROLE replicator SET tenancy.rebind = 'transaction'");
my $refused = Wire->connect($node, user => 'shop', replication => 'database', options => '-c tenancy.tenant=alpha');
is($refused->{refusal}{C}, '42501', 'a replication connection of a role without REPLICATION is refused by PostgreSQL');
is_silent($refused, 'and tells nothing');
$refused->vanish;
# Without a database there is no registry, so nobody to bind to.
$refused = Wire->connect($node, user => 'replicator', replication => 'true', options => '-c tenancy.tenant=alpha');
is($refused->{refusal}{S}, 'FATAL', 'a replication connection without a database cannot be bound');
$refused->vanish;
# The commands of replication themselves (BASE_BACKUP, START_REPLICATION) have no hook, and give
# the whole server to whoever has REPLICATION: docs/security.md says not to grant it.
$session = session($node, user => 'replicator', replication => 'database', options => '-c tenancy.tenant=alpha');
is($session->parameter('tenancy.tenant'), 'alpha', 'one with it is bound, and told so');
$session->{heard} = '';
is(scalar @{ $session->query('IDENTIFY_SYSTEM')->{rows} }, 1, 'IDENTIFY_SYSTEM works');
is_silent($session, 'and tells nothing of beta');
for my $sql ('SELECT * FROM tenant_beta.canary_table', 'COPY tenant_beta.canary_table TO STDOUT', 'SELECT tenant_beta.canary_function()',
	'TRUNCATE tenant_beta.canary_table', q{SELECT nextval('tenant_beta.canary_sequence')},
	q{DO $$ BEGIN PERFORM FROM tenant_beta.canary_table; END $$})
{
	refuses($session, $sql, '42501', denied('beta'), "over replication: $sql");
}
gives($session, 'SELECT own_column FROM own_table', 'own row', 'own tables are reached');
$session->{heard} = '';
for my $sql (q{SELECT pg_create_logical_replication_slot('stolen', 'test_decoding', true)},
	q{SELECT pg_logical_slot_get_changes('stolen', NULL, NULL)},
	q{SELECT pg_create_physical_replication_slot('stolen')}, q{SELECT pg_read_file('PG_VERSION')}, q{SELECT pg_ls_dir('.')})
{
	is(sqlstate($session->query($sql)), '42501', "over replication, bound: $sql");
}
is_silent($session, 'and nothing is told');
refuses($session, "BEGIN; SELECT count(*) FROM own_table; SET LOCAL tenancy.tenant = 'beta'", '25001', mixed('beta'),
	'one transaction, one tenant here, too');
$session->query('ROLLBACK');
gives($session, "SET tenancy.tenant = 'beta'; SELECT canary_column FROM canary_table", 'canary row', 'another one in the next transaction');
$session->query("SET tenancy.tenant = ''");
refuses($session, 'SELECT * FROM tenant_beta.canary_table', '42501', $unbound,
	'and unbound, nothing');
$session->vanish;

# --- start-up options, later changes, and what is reported

$session = session($node, user => 'shop', options => '-c tenancy.tenant=alpha');
is($session->parameter('tenancy.tenant'), 'alpha', 'bound by the start-up packet');
for my $case ([ q{SET tenancy.tenant = 'beta'}, 'beta' ], [ 'RESET tenancy.tenant', 'alpha' ],
	[ q{SELECT set_config('tenancy.tenant', 'beta', false)}, 'beta' ],
	[ q{SELECT tenancy.unbind()}, 'alpha' ], [ q{SELECT tenancy.bind('beta')}, 'beta' ], [ 'DISCARD ALL', 'alpha' ], [ q{SET tenancy.tenant = ''}, '' ],
	[ 'RESET ALL', 'alpha' ], [ q{SET tenancy.tenant = 'nobody'}, 'alpha' ], [ 'SELECT 1/0', 'alpha' ])
{
	my ($sql, $expected) = @$case;
	$session->extended($sql);
	is($session->parameter('tenancy.tenant'), $expected, "reported after $sql, extended");
	gives($session, q{SELECT coalesce(tenancy.current_tenant(), '')}, $expected, 'and true');
}
# The report comes before the server is ready, once for each message that changes it.
$session->{heard} = '';
$session->query("BEGIN; SET LOCAL tenancy.tenant = ''; COMMIT");
unlike($session->{heard}, qr/^Stenancy\.tenant/m, 'a change that has ended within the message is not reported');
$session->query("SET tenancy.tenant = 'beta'");
is(scalar(() = $session->{heard} =~ /^Stenancy\.tenant/mg), 1, 'a change is reported once');
$session->close;
# Later binding in a session with tenancy.rebind = never.
$session = session($node, user => 'fixed', options => '-c tenancy.tenant=alpha');
is_refusal($session->extended("SET tenancy.tenant = 'beta'"), '55000', 'cannot bind tenant "beta" in this session',
	'a fixed session stays with its tenant');
is($session->parameter('tenancy.tenant'), 'alpha', 'and that is what is reported');
$session->query("SET tenancy.tenant = ''");
is_refusal($session->extended("SELECT tenancy.bind('beta')"), '55000', 'cannot bind tenant "beta" in this session',
	'also when it was unbound in between');
gives($session, 'RESET tenancy.tenant; SELECT owner FROM accounts', 'alpha', 'and returns to it');
$session->close;
# Two bindings in one packet are two in one transaction.
$refused = Wire->connect($node, user => 'shop', options => '-c tenancy.tenant=alpha -c tenancy.tenant=beta');
is("$refused->{refusal}{S} " . sqlstate({ errors => [ $refused->{refusal} ] }), 'FATAL 25001', 'two tenants in the start-up packet are refused');
$refused->vanish;

is(accounts(), "alpha\nbeta", 'nobody has written to another');
my $log = PostgreSQL::Test::Utils::slurp_file($node->logfile);
unlike($log, qr/PANIC:|TRAP:|was terminated by signal/, 'the server has not crashed');
$admin->close;
done_testing();
