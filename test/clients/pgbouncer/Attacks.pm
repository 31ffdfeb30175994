
=pod

=head1 NAME

Attacks - what a hostile client leaves in the server connection for the next one

=head1 DESCRIPTION

  test_attacks()    the tests; "mallory" is a client of tenant pb00, "victim" one of pb01. What
                    docs/poolers.md says that he can do is here too. The poolers track, and clean nothing, if not
                    said otherwise.

=cut

package Attacks;

use strict;
use warnings;

use Bouncer;
use Exporter 'import';
use Pooler;
use Test::More;
use Told;

our @EXPORT = qw(test_attacks);

my $look = 'SELECT DISTINCT mark FROM notes';

# Returns a pooler that tracks, and a client of each tenant.
sub scene
{
	my $pooler = bouncer('1.24', 'transaction', $tracking, 'max_prepared_statements = 10');
	my ($mallory, $victim) = map { $pooler->session } 1, 2;
	told($mallory, "SET tenancy.tenant = 'pb00'");
	told($victim, "SET tenancy.tenant = 'pb01'");
	return ($pooler, $mallory, $victim);
}

# Ends a scene.
sub leave
{
	my ($pooler, @clients) = @_;
	$_->vanish for @clients;
	$pooler->stop;
	return;
}

# The pooler's own statements have names that can be seen, and guessed.
sub test_substitution
{
	my %ways = (
		'in a session that is bound' => [],
		'unbound' => ["SET tenancy.tenant = ''"],
		'in a transaction that is rolled back' => ['BEGIN'],
	);
	for my $way (sort keys %ways)
	{
		my ($pooler, $mallory, $victim) = scene();
		is(of_result($victim->parse('look', $look)->bind('', 'look')->execute('')->sync), 'pb01', 'the victim prepares');
		my $name = told($mallory, "SELECT name FROM pg_prepared_statements WHERE statement = '$look'");
		is($name, 'PGBOUNCER_1', 'the name can be guessed');
		is_told($mallory, [ @{ $ways{$way} }, "DEALLOCATE \"$name\"" ], '', "the statement is taken away $way");
		is_told($mallory, "PREPARE \"$name\" AS SELECT 'poison'::text AS mark", $way eq 'unbound' ? 'ERROR 42501' : '',
			$way eq 'unbound' ? 'unbound, SQL prepares nothing' : 'and its name is given to another');
		told($mallory, 'ROLLBACK') if $way =~ /rolled back/;
		is(of_result($victim->bind('', 'look')->execute('')->sync), 'ERROR 26000', 'the victim does not run it');
		is_told($victim, $look, 'pb01', 'and works on without');
		leave($pooler, $mallory, $victim);
	}
	return;
}

# Tables that stand in the way of others' names, made by SQL that is not bound.
sub test_shadows
{
	my ($pooler, $mallory, $victim) = scene();
	my $shadow = "CREATE TEMP TABLE notes AS SELECT 'poison'::text AS mark";
	is_told($mallory, [ "SET tenancy.tenant = ''", $shadow ], 'ERROR 42501', 'unbound, there is no making a shadow');
	is_told($mallory, [ "SET tenancy.tenant = 'pb00'", $shadow, 'SELECT mark FROM pg_temp.notes' ], 'poison', 'a shadow, made bound');
	is_told($victim, $look, 'pb01', 'is not there for the next tenant');
	is_told($mallory, [ "SET tenancy.tenant = ''", 'SET search_path = pg_temp' ], '', 'a path');
	is_told($victim, $look, 'ERROR 42P01', 'leads to nothing');
	leave($pooler, $mallory, $victim);
	return;
}

# Settings: those made while bound go; those made unbound stay, unless the pooler replays the client's own.
sub test_settings
{
	my ($pooler, $mallory, $victim) = scene();
	my %value = (
		statement_timeout => [ '77ms', '0', 'stays' ],
		default_transaction_read_only => [ 'on', 'off', 'stays' ],
		transform_null_equals => [ 'on', 'off', 'stays' ],
		search_path => [ 'pg_catalog', '"$user", public', 'stays' ],
		'my.setting' => [ 'x', '', 'stays' ],
		standard_conforming_strings => [ 'off', 'on', 'replayed' ],
		application_name => [ 'mallory', '', 'replayed' ],
		DateStyle => [ 'German, DMY', 'ISO, MDY', 'replayed' ],
	);
	for my $setting (sort keys %value)
	{
		my ($hostile, $own, $fate) = @{ $value{$setting} };
		my $show = "SELECT current_setting('$setting', true)";
		is_told($mallory, [ "SET tenancy.tenant = 'pb00'", "SELECT set_config('$setting', '$hostile', false)" ], $hostile, "$setting, set while bound");
		is_told($victim, $show, $own, 'does not reach the next tenant');
		is_told($mallory, [ "SET tenancy.tenant = ''", "SELECT set_config('$setting', '$hostile', false)" ], $hostile, 'set unbound');
		is_told($victim, $show, $fate eq 'stays' ? $hostile : $own, $fate eq 'stays' ? 'it does' : 'neither, as the pooler replays it');
		told($mallory, "RESET $setting");
	}
	leave($pooler, $mallory, $victim);

	$pooler = bouncer('1.18', 'transaction', 'server_reset_query_always = 1');
	($mallory, $victim) = map { $pooler->session } 1, 2;
	told($mallory, 'SET statement_timeout = 77');
	is_told($victim, 'SHOW statement_timeout', '0', 'server_reset_query_always = 1 takes all of them away');
	leave($pooler, $mallory, $victim);
	return;
}

# Messages that rely on what somebody else has sent.
sub test_protocol
{
	my ($pooler, $mallory, $victim) = scene();
	is(of_result($mallory->parse('', 'SELECT mark FROM extras')->bind('', '')->execute('')->sync), 'pb00', 'an unnamed statement');
	my $said = of_result($victim->bind('', '')->execute('')->sync);
	is($said, 'ERROR 26000', 'is not the next client\'s');
	is_told($victim, $look, 'pb01', 'who works on');

	# Half of a COPY, and of a transaction.
	told($mallory, 'BEGIN');
	$mallory->send_query("INSERT INTO extras VALUES ('pb00/half'); COPY extras FROM STDIN");
	$mallory->vanish;
	is_told($victim, $look, 'pb01', 'a COPY that is left open is not the next client\'s');
	is(server_session()->value("SELECT count(*) FROM tenant_pb00.extras WHERE mark = 'pb00/half'"), 0, 'and is rolled back');
	leave($pooler, $victim);

	# Start-up parameters.
	$pooler = bouncer('1.24', 'transaction', $tracking);
	my $plain = $pooler->session('tenancy.tenant' => 'pb02');
	is_told($plain, $look, 'pb02', 'a start-up parameter binds as options= do');
	my $more = $pooler->session(options => '-c tenancy.tenant=pb02 -c role=tenant_pb03');
	like($more->{refusal}{M}, qr/unsupported startup parameter/, 'no other comes along');
	my $nobody = $pooler->session(options => '-c tenancy.tenant=nobody');
	is_told($nobody, $look, 'FATAL 08P01', 'a tenant that does not exist is refused at the first query');
	is_told($plain, $look, 'pb02', 'and others go on');
	leave($pooler, $plain, $nobody);

	# 1.18 knows nothing of named statements.
	$pooler = bouncer('1.18', 'transaction');
	($mallory, $victim) = map { $pooler->session } 1, 2;
	is(of_result($mallory->parse('S_1', 'SELECT 1')->sync), '', '1.18: a named statement');
	is(of_result($victim->parse('S_1', 'SELECT 2')->sync), 'ERROR 42P05', 'is in the way of the next client\'s');
	leave($pooler, $mallory, $victim);
	return;
}

# A statement that tenants share in the server, when their tables differ.
sub test_drift
{
	my ($pooler, $mallory, $victim) = scene();
	is_told($mallory, 'ALTER TABLE extras ADD COLUMN more integer', '', 'a tenant changes its table');
	is(of_result($mallory->parse('all', 'SELECT * FROM extras')->bind('', 'all')->execute('')->sync), 'pb00|', 'and prepares');
	is(of_result($victim->parse('all', 'SELECT * FROM extras')->bind('', 'all')->execute('')->sync), 'ERROR 0A000', 'the same statement fails for others');
	is_told($victim, 'SELECT mark FROM extras', 'pb01', 'who see nothing of it');
	is_told($mallory, 'ALTER TABLE extras DROP COLUMN more', '', 'the change is taken back');
	is(of_result($victim->bind('', 'all')->execute('')->sync), 'ERROR 0A000', 'the statement in the server stays as it was made');
	leave($pooler, $mallory, $victim);
	return;
}

sub test_attacks
{
	subtest 'statements in the place of the pooler\'s' => \&test_substitution;
	subtest 'shadows' => \&test_shadows;
	subtest 'settings' => \&test_settings;
	subtest 'protocol' => \&test_protocol;
	subtest 'drift' => \&test_drift;
	return;
}

1;
