#!/usr/bin/perl

=pod

=head1 NAME

runner.pl - runs attacks on the servers that run has made, and prints TAP

=head1 DESCRIPTION

Each job is a worker process with servers of its own, one for each installation.  For each
attack it makes the database "attack" anew from a template (so that OIDs never change), if
anything has been written since, runs the file, and judges:

  - what sessions of alpha received: words of beta (canaries) in results, or in messages if
    the file itself does not contain them; LEARNED in results and notices; what the file
    says with @leak
  - what sessions of beta received: errors, LEARNED and PWNED
  - whether beta's state is what it was: a digest over its data and definitions
  - whether the server still is there

An attack that got something of this has succeeded.  With the library that is a failure;
without the library it is what must happen.

=cut

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../t/lib", "$FindBin::RealBin/lib";
use Getopt::Long;
use IO::Handle;
use IO::Select;
use JSON::PP;
use Psql;
use Socket;
use Time::HiRes 'time';
use Wire;
use WireSession;

my %option = (jobs => 1);
GetOptions(\%option, 'bin=s', 'work=s', 'jobs=i', 'verbose') or die "bad options\n";

my @installations = qw(managed keep_owner without);

# Longest time for a step of an attack, in seconds; the servers' own limits are shorter.
my $patience = 30;
my $limits = '-c statement_timeout=8s -c lock_timeout=300ms';

# Test points that have failed.
my $failed = 0;

# Words that only beta may see.
my $canary = qr/\w*(?:canary|beta)\w*/i;

$SIG{TERM} = $SIG{INT} = sub { exit 1 };
STDOUT->autoflush(1);
main();

# Reads the files, runs them and prints what was found, in the order of the files.
sub main
{
	my @attacks = map { read_attack($_) } chosen_files(@ARGV);
	my ($printed, %found) = (0);

	printf "1..%d\n", @attacks * @installations;
	in_parallel(
		scalar @attacks,
		sub {
			my ($worker, $index) = @_;
			return { map { $_ => judged($worker->{$_}, $attacks[$index]) } @installations };
		},
		sub {
			my ($index, $verdicts) = @_;
			$found{$index} = $verdicts;
			while ($found{$printed})
			{
				print_verdicts($printed, $attacks[$printed], delete $found{$printed});
				$printed++;
			}
		});
	exit($failed || $printed < @attacks ? 1 : 0);
}

# ---------------------------------------------------------------- files

# Returns the paths of the attacks that were asked for; of all, sorted, if none was.
sub chosen_files
{
	my @names = @_;
	my $here = $FindBin::RealBin;

	return sort grep { !m{/fixture/} } glob("$here/*/*.sql") unless @names;
	for my $name (@names)
	{
		$name =~ m{([^/]+/[^/]+?)(?:\.sql)?$} && -f "$here/$1.sql" or die "there is no attack $name\n";
		$name = "$here/$1.sql";
	}
	return @names;
}

# Reads a file: the directives that hold for all of it, and its steps.
sub read_attack
{
	my ($path) = @_;
	my ($name) = $path =~ m{([^/]+/[^/]+)\.sql$};
	my %attack = (name => $name, login => 'app', leak => [], beta_error => [], allow => {}, versions => [ {} ]);
	my $step = { session => 'attacker', text => '' };
	my @steps = ($step);

	open(my $file, '<', $path) or die "cannot read $path: $!";
	while (my $line = <$file>)
	{
		if ($line =~ /^-- allow: (.*)/) { $attack{allow}{ lc $_ } = 1 for split ' ', $1; }
		elsif ($line !~ /^-- \@(\w+) ?(.*)/) { $step->{text} .= $line; }
		elsif ($1 eq 'login') { $attack{login} = $2; }
		elsif ($1 eq 'leak') { push @{ $attack{leak} }, qr/$2/m; }
		elsif ($1 eq 'beta_error') { push @{ $attack{beta_error} }, qr/$2/; }
		elsif ($1 eq 'open') { $attack{open} = $2; }
		elsif ($1 =~ /^(background|wire|uniform|location|own_changes)$/) { $attack{$1} = 1; }
		elsif ($1 eq 'oracle') { ($attack{oracle}, $attack{versions}) = (1, versions($2)); }
		elsif ($1 eq 'session')
		{
			my ($session, $tenant) = $2 =~ /^(\w+)(?: as (\w+))?$/ or die "$path:$.: no session\n";
			push @steps, $step = { session => $session, first => $tenant, text => '' };
		}
		elsif ($1 eq 'as') { push @steps, $step = { session => $step->{session}, as => $2, text => '' }; }
		elsif ($1 eq 'reconnect') { push @steps, $step = { session => $step->{session}, anew => 1, text => '' }; }
		else { die "$path:$.: no directive \@$1\n"; }
	}
	close $file;
	$attack{setup} = grep { $_->{session} eq 'setup' } @steps;
	$attack{steps} = [ grep { $_->{text} =~ /^(?!-- |\s*$)/m || $_->{as} } @steps ];
	return \%attack;
}

# Returns what the words of an oracle's directive, name=one|other, make of it: two hashes.
sub versions
{
	my ($words) = @_;
	my @versions = ({}, {});
	while ($words =~ /(\w+)=(\S+)/g)
	{
		my ($name, @values) = ($1, split /\|/, $2);
		$versions[$_]{$name} = $values[$_] for 0, 1;
	}
	return \@versions;
}

# ---------------------------------------------------------------- workers

# Has workers judge attacks 0 to $count - 1, and calls $done with each outcome.
sub in_parallel
{
	my ($count, $judge, $done) = @_;
	my ($next, $select, %busy) = (0, IO::Select->new);

	for my $number (1 .. $option{jobs})
	{
		socketpair(my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
		my $pid = fork;
		die "fork: $!" unless defined $pid;
		if (!$pid)
		{
			close $ours;
			work($theirs, $number, $judge);
			exit 0;
		}
		close $theirs;
		$ours->autoflush(1);
		$select->add($ours);
		if ($next < $count) { print $ours $next++, "\n"; }
		else { shutdown($ours, 1); }
	}
	while (my @ready = $select->can_read)
	{
		for my $socket (@ready)
		{
			my $line = <$socket>;
			if (!defined $line)
			{
				$select->remove($socket);
				next;
			}
			my ($index, $outcome) = @{ decode_json($line) };
			$done->($index, $outcome);
			if ($next < $count) { print $socket $next++, "\n"; }
			else { shutdown($socket, 1); }
		}
	}
	return;
}

# Life of a worker: prepares its servers, then judges what it is told to.
sub work
{
	my ($socket, $number, $judge) = @_;
	my %worker = map { $_ => installation($_, $number) } @installations;
	$socket->autoflush(1);
	while (my $index = <$socket>)
	{
		chomp $index;
		print $socket encode_json([ $index + 0, $judge->(\%worker, $index) ]), "\n";
	}
	return;
}

# ---------------------------------------------------------------- installations

# Puts the tenants into the template of a server, and returns what is to be known of it.
sub installation
{
	my ($name, $number) = @_;
	my $server = { name => $name, library => $name ne 'without', host => "$option{work}/$name$number" };
	my $admin = $server->{admin} = connection($server, 'postgres');
	my $owner = $name eq 'managed' ? 'tenant_beta' : 'app';
	my $alpha_owner = $name eq 'managed' ? 'tenant_alpha' : 'app';
	my $as_owner = 'SET ROLE %s; SET search_path = tenant_%s, public;';

	# Writes less than the default, which goes through the log.
	$server->{strategy} = $admin->value('SHOW server_version_num') >= 150000 ? ' STRATEGY file_copy' : '';
	$admin->query('CREATE DATABASE attack_template');
	fixture($server,
		"\\set installation $name\n\\set owner $owner\n\\set alpha_owner $alpha_owner\n",
		'before.sql',
		sprintf($as_owner, $alpha_owner, 'alpha') . "\n\\set word ALPHA\n",
		'tenant.sql',
		sprintf("RESET ROLE; $as_owner", $owner, 'beta') . "\n\\set word CANARY\n",
		'tenant.sql', 'beta.sql', "RESET ROLE; RESET search_path;\n",
		$name eq 'keep_owner'
		? "SELECT slug FROM tenancy.adopt('tenant_alpha', keep_owner => true);\n"
		  . "SELECT slug FROM tenancy.adopt('tenant_beta', keep_owner => true);\n"
		: $name eq 'without' ? "GRANT app TO tenant_alpha, tenant_beta;\n"
		: '',
		'after.sql');

	my $template = connection($server, 'attack_template');
	$server->{words} = { words_of_beta($template), binding_words($server) };
	$server->{style} = $template->value("SELECT count(*) FROM pg_settings WHERE name = 'tenancy.error_style'");
	$server->{data} = join(' UNION ALL ', map { "SELECT '$_:' || t::text FROM tenant_beta.$_ AS t" }
		  map { $_->[0] } @{ $template->query("SELECT relname FROM pg_class WHERE relnamespace = 'tenant_beta'::regnamespace
			AND relkind IN ('r', 'm') ORDER BY 1")->{rows} });
	$server->{sequences} = join(' UNION ALL ', map { "SELECT '$_:' || last_value || is_called FROM tenant_beta.$_" } qw(numbers canary_seq));
	$template->close;
	$admin->query("CREATE TEMP TABLE saved_$_ AS SELECT * FROM $_") for shared_catalogs();
	$admin->query('SET allow_system_table_mods = on');
	$server->{shared} = $admin->value(digest_of_shared());
	restore($server);
	return $server;
}

# Runs text and fixture files in the template.  An error there ends the run.
sub fixture
{
	my ($server, @parts) = @_;
	my $psql = Psql->start(program => "$option{bin}/psql", host => $server->{host}, user => 'postgres', database => 'attack_template', patience => 60);
	for my $part (@parts)
	{
		my $text = $part;
		if ($part =~ /\.sql$/)
		{
			open(my $file, '<', "$FindBin::RealBin/fixture/$part") or die "cannot read $part: $!";
			local $/ = undef;
			$text = <$file>;
			close $file;
		}
		my ($results, $messages) = $psql->run($text);
		if ($psql->{ended} || $psql->{silent} || $messages =~ /^(?:ERROR|FATAL)|^psql|invalid command/m)
		{
			print "Bail out! $server->{name}: cannot make the tenants\n";
			die "$server->{name}, $part: $messages\n";
		}
	}
	$psql->stop;
	return;
}

# Opens a superuser's session.
sub connection
{
	my ($server, $database) = @_;
	return Wire->connect(bless({ host => $server->{host} }, 'WireSession::Place'), user => 'postgres', database => $database);
}

# Returns OIDs of beta's objects and other numbers that an attacker can guess, by name.
sub words_of_beta
{
	my ($session) = @_;
	my %expression = (
		beta_schema_oid => "'tenant_beta'::regnamespace",
		beta_role_oid => "'tenant_beta'::regrole",
		beta_toast_oid => "(SELECT reltoastrelid FROM pg_class WHERE oid = 'tenant_beta.canary_toast'::regclass)",
		beta_row_type_oid => "'tenant_beta.accounts'::regtype",
		beta_type_oid => "'tenant_beta.canary_mood'::regtype",
		beta_enum_array_oid => "'tenant_beta.canary_mood[]'::regtype",
		beta_pair_oid => "'tenant_beta.canary_pair'::regtype",
		beta_range_oid => "'tenant_beta.canary_range'::regtype",
		beta_domain_oid => "'tenant_beta.canary_domain'::regtype",
		beta_operator_oid => "'tenant_beta.===(text,text)'::regoperator",
		beta_config_oid => "'tenant_beta.canary_config'::regconfig",
		beta_dictionary_oid => "'tenant_beta.canary_dictionary'::regdictionary",
		beta_collation_oid => "'tenant_beta.canary_collation'::regcollation",
		alpha_schema_oid => "'tenant_alpha'::regnamespace",
		alpha_table_oid => "'tenant_alpha.accounts'::regclass",
		(map { ("beta_${_}_oid" => "(SELECT oid FROM pg_constraint WHERE conname = 'canary_$_')") } qw(check fkey)),
		beta_constraint_oid => "(SELECT oid FROM pg_constraint WHERE conname = 'canary_check')",
		beta_domain_constraint_oid => "(SELECT oid FROM pg_constraint WHERE conname = 'canary_domain_check')",
		beta_trigger_oid => "(SELECT oid FROM pg_trigger WHERE tgname = 'canary_trigger')",
		beta_rule_oid => "(SELECT oid FROM pg_rewrite WHERE rulename = 'canary_rule')",
		beta_policy_oid => "(SELECT oid FROM pg_policy WHERE polname = 'canary_policy')",
		beta_statistics_oid => "(SELECT oid FROM pg_statistic_ext WHERE stxname = 'canary_statistics')",
		beta_publication_oid => "(SELECT oid FROM pg_publication WHERE pubname = 'canary_publication')",
		beta_lo_oid => '(SELECT min(oid) FROM pg_largeobject_metadata)',
		beta_filenode => "pg_relation_filenode('tenant_beta.accounts')",
		beta_temp_oid => '0');
	my %relation = (
		beta_table_oid => 'accounts',
		beta_vault_oid => 'canary_vault',
		beta_toasted_oid => 'canary_toast',
		beta_child_oid => 'canary_child',
		beta_seq_oid => 'canary_seq',
		beta_view_oid => 'canary_view',
		beta_matview_oid => 'canary_matview',
		beta_index_oid => 'canary_index',
		beta_partition_oid => 'canary_events',
		beta_foreign_oid => 'canary_foreign');
	my %function = (
		beta_function_oid => 'canary_function',
		beta_getter_oid => 'get_owner',
		beta_definer_oid => 'canary_definer',
		beta_atomic_oid => 'canary_atomic',
		beta_procedure_oid => 'canary_procedure',
		beta_trigger_function_oid => 'canary_trigger_function',
		beta_aggregate_oid => 'canary_aggregate');
	$expression{$_} = "'tenant_beta.$relation{$_}'::regclass" for keys %relation;
	$expression{$_} = "'tenant_beta.$function{$_}'::regproc" for keys %function;

	my @names = sort keys %expression;
	my $answer = $session->query('SELECT ' . join(', ', map { /oid$/ ? "($expression{$_})::oid" : $expression{$_} } @names));
	die $answer->{errors}[0]{M} if @{ $answer->{errors} };
	my %words;
	@words{@names} = @{ $answer->{rows}[0] };
	# Never given out: the counter is far below.
	$words{missing_oid} = 3999999999;
	return %words;
}

# Returns how a session changes its tenant in an installation, by name.
sub binding_words
{
	my ($server) = @_;
	my %words;
	for my $tenant (qw(alpha beta))
	{
		my ($setting, $value) = $server->{library} ? ('tenancy.tenant', "'$tenant'") : ('search_path', "tenant_$tenant, public");
		$words{"bind_$tenant"} = "SET $setting TO $value";
		$words{"bind_${tenant}_local"} = "SET LOCAL $setting TO $value";
		$words{"bind_${tenant}_clause"} = "SET $setting TO $value";
		$value =~ tr/'//d;
		$words{"call_bind_$tenant"} = "set_config('$setting', '$value', false)";
		$words{"call_bind_${tenant}_local"} = "set_config('$setting', '$value', true)";
		$words{"option_bind_$tenant"} = "-c $setting=" . $value =~ s/ //gr;
	}
	$words{socket} = $server->{host};
	$words{unbind} = $server->{library} ? "SET tenancy.tenant TO ''" : 'SET search_path TO public';
	$words{setting} = $server->{library} ? 'tenancy.tenant' : 'search_path';
	$words{value_beta} = $server->{library} ? 'beta' : 'tenant_beta';
	return %words;
}

# ---------------------------------------------------------------- state

# Makes the database anew and takes note of its state.
sub restore
{
	my ($server) = @_;
	my $admin = $server->{admin};
	my $answer = $admin->query('DROP DATABASE IF EXISTS attack WITH (FORCE)');
	if (@{ $answer->{errors} })
	{
		# A prepared transaction or a slot is in the way.
		my $session = connection($server, 'attack');
		$session->query("ROLLBACK PREPARED '$_->[0]'") for @{ $session->query('SELECT gid FROM pg_prepared_xacts')->{rows} };
		$session->query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots');
		$session->close;
		$answer = $admin->query('DROP DATABASE IF EXISTS attack WITH (FORCE)');
		die $answer->{errors}[0]{M} if @{ $answer->{errors} };
	}
	if ($admin->value(digest_of_shared()) ne $server->{shared})
	{
		$admin->query("DELETE FROM $_; INSERT INTO $_ SELECT * FROM saved_$_") for shared_catalogs();
	}
	$answer = $admin->query("CREATE DATABASE attack TEMPLATE attack_template$server->{strategy}");
	die $answer->{errors}[0]{M} if @{ $answer->{errors} };
	$admin->query('GRANT ALL ON DATABASE attack TO PUBLIC');
	$server->{before} = state_of($server);
	return;
}

# Takes note of the state that attacks are to leave alone, and of the next transaction number.
sub state_of
{
	my ($server) = @_;
	my $session = connection($server, 'attack');
	my %state = (quick => digest($session, quick_parts($server)), full => digest($session, full_parts($server)));
	$session->close;
	/^error/ and die "digest: $_" for values %state;
	$state{xid} = $server->{admin}->value('SELECT pg_snapshot_xmax(pg_current_snapshot())');
	return \%state;
}

# Waits for the sessions of an attack to end, and tells what has changed: '' is nothing at
# all, 'other' is nothing of beta's, 'beta' is beta's state.
sub changes
{
	my ($server) = @_;
	my $admin = $server->{admin};
	my $before = $server->{before};
	my $waiting = 0;

	while ($admin->value("SELECT count(*) FROM pg_stat_activity WHERE datname = 'attack' AND backend_type NOT IN ('autovacuum worker', 'tenancy worker')"))
	{
		# Sessions that do not end by themselves are ended by restore().
		last if $waiting++ > 300;
		select(undef, undef, undef, 0.01);
	}
	my $written = $before->{xid} ne $admin->value('SELECT pg_snapshot_xmax(pg_current_snapshot())');
	my $session = connection($server, 'attack');
	my $quick = digest($session, quick_parts($server));
	my $full = $written ? digest($session, full_parts($server)) : $before->{full};
	$session->close;
	return 'beta' if $quick ne $before->{quick} || $full ne $before->{full};
	return $written ? 'other' : '';
}

# Returns a digest of the rows of queries of one column.
sub digest
{
	my ($session, @parts) = @_;
	my $answer = $session->query('SELECT md5(string_agg(x, chr(10) ORDER BY x)) FROM (' . join(' UNION ALL ', @parts) . ') AS rows (x)');
	return @{ $answer->{errors} } ? "error: $answer->{errors}[0]{M}" : $answer->{rows}[0][0];
}

# What changes without a transaction number.
sub quick_parts
{
	my ($server) = @_;
	my $relations = "SELECT %s FROM pg_class WHERE relnamespace = $server->{words}{beta_schema_oid}";
	return ($server->{sequences},
		sprintf("SELECT 'class' || c::text FROM pg_class AS c WHERE oid IN ($relations) OR oid IN ($relations)", 'oid', 'reltoastrelid'));
}

# All the rest of beta's: data, definitions, rights, and what hangs on them.
sub full_parts
{
	my ($server) = @_;
	my $schema = $server->{words}{beta_schema_oid};
	my $role = $server->{words}{beta_role_oid};
	my $relations = "(SELECT oid FROM pg_class WHERE relnamespace = $schema)";
	my $functions = "(SELECT oid FROM pg_proc WHERE pronamespace = $schema)";
	my $types = "(SELECT oid FROM pg_type WHERE typnamespace = $schema)";
	my %condition = (
		pg_namespace => "oid = $schema OR nspname LIKE 'tenant\\_%'",
		pg_attribute => "attrelid IN $relations",
		pg_attrdef => "adrelid IN $relations",
		pg_index => "indrelid IN $relations",
		pg_constraint => "connamespace = $schema OR confrelid IN $relations OR contypid IN $types",
		pg_trigger => "tgrelid IN $relations OR tgfoid IN $functions",
		pg_rewrite => "ev_class IN $relations",
		pg_policy => "polrelid IN $relations",
		pg_inherits => "inhparent IN $relations OR inhrelid IN $relations",
		pg_proc => "pronamespace = $schema",
		pg_type => "typnamespace = $schema",
		pg_enum => "enumtypid IN $types",
		pg_range => "rngtypid IN $types",
		pg_operator => "oprnamespace = $schema",
		pg_cast => "castsource IN $types OR casttarget IN $types OR castfunc IN $functions",
		pg_collation => "collnamespace = $schema",
		pg_conversion => "connamespace = $schema",
		pg_ts_config => "cfgnamespace = $schema",
		pg_ts_dict => "dictnamespace = $schema",
		pg_statistic_ext => "stxnamespace = $schema OR stxrelid IN $relations",
		pg_statistic => "starelid IN $relations",
		pg_sequence => "seqrelid IN $relations",
		pg_foreign_table => "ftrelid IN $relations",
		pg_description => "objoid IN $relations OR objoid IN $functions OR objoid IN $types OR objoid = $schema OR objoid = $server->{words}{beta_lo_oid}",
		pg_depend => "NOT EXISTS (SELECT FROM pg_class WHERE oid = refobjid AND relkind = 't')
			AND (objid IN $relations OR objid IN $functions OR refobjid = $schema OR refobjid IN $relations OR refobjid IN $functions OR refobjid IN $types)",
		pg_shdescription => "objoid = $role",
		pg_default_acl => "defaclnamespace = $schema OR defaclrole = $role",
		pg_publication => 'true',
		pg_publication_rel => 'true',
		pg_publication_namespace => 'true',
		pg_db_role_setting => "setrole = $role OR setrole = 0",
		pg_auth_members => "roleid = $role",
		pg_authid => "oid = $role",
		pg_largeobject_metadata => "oid = $server->{words}{beta_lo_oid}",
		pg_largeobject => "loid = $server->{words}{beta_lo_oid}");
	return ($server->{data}, map { "SELECT '$_' || t::text FROM $_ AS t WHERE $condition{$_}" } sort keys %condition);
}

# Catalogs of the cluster that an attack may change.
sub shared_catalogs { return qw(pg_db_role_setting pg_auth_members pg_authid); }

# A query for a digest of them.
sub digest_of_shared
{
	return 'SELECT md5(string_agg(x, chr(10) ORDER BY x)) FROM ('
	  . join(' UNION ALL ', map { "SELECT '$_' || t::text FROM $_ AS t" } shared_catalogs())
	  . ') AS rows (x)';
}

# ---------------------------------------------------------------- attacks

# Runs an attack in an installation and judges it.
sub judged
{
	my ($server, $attack) = @_;
	my %verdict = (leaks => [], shown => '');
	my $began = time;

	if ($attack->{oracle} && $server->{library} && !$server->{style})
	{
		$verdict{skip} = 'there is no tenancy.error_style';
		return \%verdict;
	}
	eval {
		my @outputs;
		for my $version (@{ $attack->{versions} })
		{
			push @outputs, run_attack($server, $attack, $version, \%verdict);
			my $changes = changes($server);
			push @{ $verdict{leaks} }, "beta's state is changed" if $changes eq 'beta' && !$attack->{oracle} && !$attack->{own_changes};
			restore($server) if $changes || $attack->{setup};
		}
		push @{ $verdict{leaks} }, difference(@outputs) if $attack->{oracle};
		1;
	} or do {
		push @{ $verdict{leaks} }, alive($server) ? "runner: $@" : 'the server has crashed';
	};
	$verdict{seconds} = time - $began;
	return \%verdict;
}

# After a failure: waits until the server accepts sessions again, begins anew and tells
# whether it had been there all the time.
sub alive
{
	my ($server) = @_;
	my $there = eval { $server->{admin}->value('SELECT 1') };
	for (1 .. 300)
	{
		last if eval { $server->{admin} = connection($server, 'postgres') unless $there; !$server->{admin}{refusal} };
		select(undef, undef, undef, 0.1);
	}
	if (!$there)
	{
		$server->{admin}->query("CREATE TEMP TABLE saved_$_ AS SELECT * FROM $_; SET allow_system_table_mods = on") for shared_catalogs();
	}
	restore($server);
	return $there;
}

# Runs the steps of an attack; %$version are its own words.  Notes leaks, unless the attack is an
# oracle, and returns all that alpha received with these words taken out.
sub run_attack
{
	my ($server, $attack, $version, $verdict) = @_;
	my %words = (%{ $server->{words} });
	my $received = '';
	my $background = $attack->{background} ? background($server) : undef;
	my (%sessions, %tenant);

	$words{beta_pid} = $background ? $background->pid : 0;
	$words{beta_temp_oid} = $background->value("SELECT 'canary_temp'::regclass::oid") if $background;
	$words{$_} = fill_in($version->{$_}, \%words) for keys %$version;
	for my $step (@{ $attack->{steps} })
	{
		my $name = $step->{session};
		if ($step->{anew})
		{
			$sessions{$name}->stop;
			delete $sessions{$name};
		}
		if (!$sessions{$name})
		{
			$tenant{$name} = $step->{first} || $tenant{$name} || { operator => 'operator', setup => 'operator', victim => 'beta', unbound => 'none' }->{$name} || 'alpha';
			$sessions{$name} = open_session($server, $attack, $name, $tenant{$name}, \%words);
		}
		if ($step->{as})
		{
			$tenant{$name} = $step->{as};
			my (undef, $messages) = $sessions{$name}->run('ROLLBACK; ' . ($step->{as} eq 'none' ? $words{unbind} : $words{"bind_$step->{as}"}) . ';');
			$verdict->{shown} .= shown("$name becomes $step->{as}", '', $messages);
			push @{ $verdict->{leaks} }, "cannot become $step->{as}: $1" if $messages =~ /^((?:ERROR|FATAL):.*)/m;
		}
		my $text = fill_in($step->{text}, \%words);
		my ($results, $messages) = $sessions{$name}->run($text);
		$verdict->{shown} .= shown("$name as $tenant{$name}", $results, $messages);
		$server->{before} = state_of($server) if $name eq 'setup';
		push @{ $verdict->{leaks} }, "setup: $1" if $name eq 'setup' && $messages =~ /^((?:ERROR|FATAL):.*)/m;
		push @{ $verdict->{leaks} }, 'psql is silent: the text has no end?' if $sessions{$name}{silent};
		push @{ $verdict->{leaks} }, leaks($server, $attack, $tenant{$name}, $results, $messages, join('', map { fill_in($_->{text}, \%words) } @{ $attack->{steps} }))
		  unless $attack->{oracle};
		$received .= "$results--\n$messages" if $tenant{$name} eq 'alpha' || $tenant{$name} eq 'none';
	}
	$_->stop for values %sessions;
	if ($background)
	{
		push @{ $verdict->{leaks} }, "beta's session is ended" if !eval { $background->value('SELECT 1') };
		eval { $background->close };
	}
	return normalised($attack, $received, $version, \%words);
}

# Puts the words of an installation in for their names, also within quotes.
sub fill_in
{
	my ($text, $words) = @_;
	$text =~ s/:(\w+)/exists $words->{$1} ? $words->{$1} : ":$1"/ge;
	return $text;
}

# Opens a session of a tenant ('none': bound to none, 'operator': superuser).
sub open_session
{
	my ($server, $attack, $name, $tenant, $words) = @_;
	my $login = $tenant eq 'operator' ? 'postgres' : $name eq 'victim' ? 'app' : $attack->{login} . ($attack->{uniform} || $attack->{oracle} ? '_uniform' : '');
	my $class = $attack->{wire} && $tenant ne 'operator' ? 'WireSession' : 'Psql';
	my $session = $class->start(
		program => "$option{bin}/psql",
		host => $server->{host},
		user => $login,
		database => 'attack',
		options => $tenant eq 'operator' ? '-c statement_timeout=8s' : $limits,
		patience => $patience);
	if ($words->{"bind_$tenant"})
	{
		my (undef, $messages) = $session->run($words->{"bind_$tenant"} . ';');
		die "cannot bind $tenant: $messages" if $messages =~ /ERROR|FATAL/;
	}
	return $session;
}

# Opens a session of beta that is busy: its query, its application name, its locks and its
# temporary table are canaries.
sub background
{
	my ($server) = @_;
	my $session = Wire->connect(bless({ host => $server->{host} }, 'WireSession::Place'), user => 'app', database => 'attack');
	for my $sql ($server->{words}{bind_beta}, "SET application_name = 'CANARY_application'", 'LISTEN canary_channel',
		'SELECT pg_advisory_lock(424242), pg_advisory_lock(42, 43)', "CREATE TEMP TABLE canary_temp AS SELECT 'CANARY_temporary' AS row",
		'BEGIN', 'UPDATE accounts SET balance = balance WHERE id = 20', "SELECT 'CANARY_query' FROM canary_vault LIMIT 1")
	{
		my $error = $session->query($sql)->{errors}[0];
		die "$sql: $error->{M}" if $error;
	}
	return $session;
}

# Lists what a tenant has received in a step that is not his to have.
sub leaks
{
	my ($server, $attack, $tenant, $results, $messages, $typed) = @_;
	my @leaks;

	return () if $tenant eq 'operator';
	push @leaks, "received: $1" if $results =~ /^(.*\b(?:LEARNED|PWNED)\b.*)/m || $messages =~ /^((?:NOTICE|INFO|WARNING): .*\b(?:LEARNED|PWNED)\b.*)/m;
	if ($tenant eq 'beta')
	{
		for my $error ($messages =~ /^((?:ERROR|FATAL):.*)/mg)
		{
			push @leaks, "beta is disturbed: $error" unless grep { $error =~ $_ } @{ $attack->{beta_error} };
		}
		return @leaks;
	}
	for my $pattern (@{ $attack->{leak} })
	{
		push @leaks, "received: $&" if $results =~ $pattern || $messages =~ $pattern;
	}
	push @leaks, "result: $1" if $results =~ /^(.*$canary.*)/m;
	# Where errors cannot be uniform yet, a refusal may name the schema.
	$typed = lc $typed;
	$typed .= ' tenant_beta' if $attack->{uniform} && !$server->{style};
	for my $line (split /\n/, $messages)
	{
		my @words = grep { index($typed, lc $_) < 0 && !$attack->{allow}{ lc $_ } } $line =~ /$canary/g;
		push @leaks, "message: $line" if @words;
	}
	return @leaks > 3 ? @leaks[ 0 .. 2 ] : @leaks;
}

# Takes out of what was received the words that differ between the versions of an oracle, and
# what depends on their length.
sub normalised
{
	my ($attack, $received, $version, $words) = @_;
	for my $name (sort keys %$version)
	{
		my $value = $words->{$name};
		my @parts = ($value, $value =~ /\./ ? split(/\./, $value) : ());
		$received =~ s/"?\Q$_\E"?/<$name>/gi for @parts;
	}
	$received =~ s/^ *\^$//mg;
	$received =~ s/^LOCATION: .*\n//mg unless $attack->{location};
	return $received;
}

# Tells where two outputs differ.
sub difference
{
	my ($one, $other) = @_;
	return () if $one eq $other;
	my @one = split /\n/, $one;
	my @other = split /\n/, $other;
	shift @one, shift @other while @one && @other && $one[0] eq $other[0];
	return sprintf 'existing and missing differ: "%s" and "%s"', map { defined $_ ? $_ : '' } $one[0], $other[0];
}

# What -v shows of a step.
sub shown
{
	my ($who, $results, $messages) = @_;
	return "-- $who\n" . join('', map { "$_\n" } split /\n/, $results . $messages);
}

# Prints the test points of an attack.
sub print_verdicts
{
	my ($index, $attack, $verdicts) = @_;
	for my $number (0 .. $#installations)
	{
		my $installation = $installations[$number];
		my $verdict = $verdicts->{$installation};
		my $test = $index * @installations + $number + 1;
		my @leaks = @{ $verdict->{leaks} };
		my $broken = grep { /^(?:runner:|setup:|psql is silent|cannot become)/ } @leaks;
		my $good = $installation eq 'without' ? @leaks && !$broken : !@leaks;

		printf "%sok %d - %s (%s)%s\n", $good ? '' : 'not ', $test, $attack->{name}, $installation, 
		  $verdict->{skip} ? " # SKIP $verdict->{skip}" : $attack->{open} && $installation ne 'without' ? " # TODO $attack->{open}" : '';
		if (!$good && !$verdict->{skip})
		{
			$failed++ unless $attack->{open} && $installation ne 'without';
			print map { s/\n/\n#   /gr . "\n" } map { "# $_" } @leaks ? @leaks : 'the attack fails without the library: it proves nothing';
		}
		printf "# | %.2f s\n", $verdict->{seconds} || 0 if $option{verbose};
		print map { "# | $_\n" } split /\n/, $verdict->{shown} if $option{verbose};
	}
	return;
}
