# JSON web tokens: the signatures of others, what the server log says, keys in several
# sessions, and that nothing of a token or a key stays behind.
use strict;
use warnings;

use Digest::SHA qw(hmac_sha256);
use FindBin;
use lib "$FindBin::RealBin/lib";
use MIME::Base64 qw(encode_base64 decode_base64 encode_base64url decode_base64url);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TenancyTest;
use Wire;

my $node = preloaded_node('jwt', 'log_statement = none');
my $admin = session($node);
$admin->query($_) for 'CREATE ROLE pool LOGIN IN ROLE tenancy_app', 'ALTER ROLE pool SET tenancy.rebind = transaction',
  'ALTER ROLE pool SET tenancy.require_ticket = on';
make_tenants($admin, 'acme', 'beta');
$admin->query('SELECT tenancy.create_ticket_key()');
my $pool = session($node, user => 'pool');

# --- tokens and keys

# What is signed.
sub message_of
{
	my ($header, $payload) = @_;
	return encode_base64url($header) . '.' . encode_base64url($payload);
}

my $payload = '{"tenant":"acme","exp":32503680000}';

sub hmac_token
{
	my ($secret, $header, $claims) = @_;
	my $message = message_of($header, $claims || $payload);
	return $message . '.' . encode_base64url(hmac_sha256($message, $secret));
}

sub pem
{
	my ($der) = @_;
	return "-----BEGIN PUBLIC KEY-----\n" . encode_base64($der) . "-----END PUBLIC KEY-----\n";
}

# One value of DER.
sub der
{
	my ($tag, $content) = @_;
	my $length = length $content;
	my $head = $length < 128 ? pack('C', $length) : $length < 256 ? pack('CC', 0x81, $length) : pack('Cn', 0x82, $length);
	return pack('C', $tag) . $head . $content;
}

# A positive number in DER.
sub der_number
{
	my ($bytes) = @_;
	return der(2, ord($bytes) >= 128 ? "\0$bytes" : $bytes);
}

# Public keys from their numbers, as RFC 7517 and RFC 8037 write them.
sub rsa_pem
{
	my ($modulus, $exponent) = map { decode_base64url($_) } @_;
	my $key = der(0x30, der_number($modulus) . der_number($exponent));
	return pem(der(0x30, pack('H*', '300d06092a864886f70d0101010500') . der(3, "\0$key")));
}

sub ec_pem
{
	my ($x, $y) = map { decode_base64url($_) } @_;
	return pem(der(0x30, pack('H*', '301306072a8648ce3d020106082a8648ce3d030107') . der(3, "\0\4$x$y")));
}

sub ed_pem
{
	my ($x) = @_;
	return pem(der(0x30, pack('H*', '300506032b6570') . der(3, "\0" . decode_base64url($x))));
}

sub create_key
{
	my ($kid, $algorithm, %key) = @_;
	my $secret = exists $key{secret} ? "decode('" . unpack('H*', $key{secret}) . "', 'hex')" : 'NULL';
	my $public = exists $key{pem} ? "'$key{pem}'" : 'NULL';
	return $admin->query("SELECT tenancy.create_jwt_key('$kid', '$algorithm', $secret, $public)");
}

sub is_created
{
	my ($kid, @key) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_rows(create_key($kid, @key), '', "key $kid");
}

# Runs a program on input from a file; returns what it prints.
my $folder = PostgreSQL::Test::Utils::tempdir();

sub openssl
{
	my ($input, @arguments) = @_;
	my $path = "$folder/input";
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $input;
	close $file;
	my ($output, $errors) = ('', '');
	IPC::Run::run([ 'openssl', map { $_ eq '-' ? $path : $_ } @arguments ], '<', \'', '>', \$output, '2>', \$errors)
	  or die "openssl @arguments: $errors";
	return $output;
}

# The server log since the last call.
my $offset = -s $node->logfile;

sub logged
{
	my $text = slurp_file($node->logfile, $offset);
	$offset += length $text;
	return $text;
}

sub bind_sql
{
	my ($token) = @_;
	return "SELECT tenancy.current_tenant() FROM tenancy.bind_jwt('$token', true)";
}

sub binds
{
	my ($token, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return gives($pool, bind_sql($token), 'acme', $name);
}

# A test: the token is refused, for this reason, which the log has and the client has not.
sub is_bad
{
	my ($token, $reason, $name) = @_;
	logged();
	my $error = $pool->query(bind_sql($token))->{errors}[0] || {};
	my @lines = grep { /token refused/ } split /\n/, logged();
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_deeply(
		[ @$error{qw(C M D H W)}, map { s/.*token refused: //r } @lines ],
		[ '28000', 'invalid token', undef, undef, undef, $reason ], $name);
}

# --- the examples of RFC 7515, appendix A, and RFC 8037: genuine, and no more than that

my $claims = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
my %examples = (
	A1 => [
		'HS256',
		{ secret => decode_base64url('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow') },
		"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.$claims.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" ],
	A2 => [
		'RS256',
		{   pem => rsa_pem(
				'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs'
				  . 'D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV'
				  . 'MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
				'AQAB') },
		"eyJhbGciOiJSUzI1NiJ9.$claims.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
		  . 'jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOL'
		  . 'n6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypG'
		  . 'lUPQGe77Rw' ],
	A3 => [
		'ES256',
		{ pem => ec_pem('f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0') },
		"eyJhbGciOiJFUzI1NiJ9.$claims.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q" ],
	'A4 of 8037' => [
		'EdDSA',
		{ pem => ed_pem('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo') },
		'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B'
		  . 'hVsPt9g7sVvpAr_MuM0KAg' ]);
for my $name (sort keys %examples)
{
	my ($algorithm, $key, $token) = @{ $examples{$name} };
	is_bad($token, 'there is no live key of its algorithm and kid', "example $name, before its key is known");
	is_created("example $name", $algorithm, %$key);
	is_bad($token, $name =~ /8037/ ? 'header or payload is not JSON' : 'it has expired', "example $name is genuine");
	# Every bit counts: one of the first byte, of one in the middle, of the last.
	my ($message, $signature) = $token =~ /(.*)\.(.*)/;
	for my $byte (0, length(decode_base64url($signature)) / 2, -1)
	{
		my $changed = decode_base64url($signature);
		substr($changed, $byte, 1) ^= "\x01";
		is_bad("$message." . encode_base64url($changed), 'the signature is wrong', "example $name with a bit changed at $byte");
	}
	is_bad("$message." . encode_base64url(decode_base64url($signature) . "\0"),
		'the signature is wrong', "example $name with a longer signature");
	is_bad("$message." . encode_base64url(substr(decode_base64url($signature), 0, -1)),
		'the signature is wrong', "example $name with a shorter signature");
	$admin->query("SELECT tenancy.retire_jwt_key('example $name')");
}

# --- keys that OpenSSL's command makes

my %private = (
	RS256 => openssl('', qw(genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048)),
	ES256 => openssl('', qw(genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)),
	EdDSA => openssl('', qw(genpkey -algorithm ed25519)));
my %public = map { $_ => openssl($private{$_}, qw(pkey -in - -pubout)) } keys %private;

# Signs a message; ECDSA as a pair of numbers in DER.
sub raw_signature
{
	my ($algorithm, $message) = @_;
	my $key = "$folder/key.pem";
	open my $file, '>', $key or die "$key: $!";
	print $file $private{$algorithm};
	close $file;
	return openssl($message, qw(pkeyutl -sign -rawin -in -), '-inkey', $key,
		$algorithm eq 'EdDSA' ? () : qw(-digest sha256));
}

# The two numbers of a pair in DER, 32 bytes each.
sub pair_of
{
	my ($der) = @_;
	my (undef, undef, undef, $first, $rest) = unpack('CCCC/aa*', $der);
	my (undef, $second) = unpack('CC/a', $rest);
	return join '', map { substr(("\0" x 32) . $_, -32) } $first, $second;
}

sub signed_token
{
	my ($algorithm, $header, $claims) = @_;
	my $message = message_of($header, $claims || $payload);
	my $signature = raw_signature($algorithm, $message);
	return "$message." . encode_base64url($algorithm eq 'ES256' ? pair_of($signature) : $signature);
}

for my $algorithm (sort keys %private)
{
	is_created("$algorithm key", $algorithm, pem => $public{$algorithm});
	binds(signed_token($algorithm, qq({"alg":"$algorithm"})), "$algorithm without kid");
	binds(signed_token($algorithm, qq({"alg":"$algorithm","kid":"$algorithm key"})), "$algorithm with kid");
	is_bad(signed_token($algorithm, qq({"alg":"$algorithm","kid":"$algorithm key"}), '{"tenant":"acme"}'),
		'exp is missing or not a time', "$algorithm and bad claims");
	is_bad(signed_token($algorithm, qq({"alg":"$algorithm","kid":"other"})),
		'there is no live key of its algorithm and kid', "$algorithm with another kid");
	# The key of one algorithm is nothing to another.
	for my $other (grep { $_ ne $algorithm } 'HS256', sort keys %private)
	{
		is_bad(signed_token($algorithm, qq({"alg":"$other","kid":"$algorithm key"})),
			'there is no live key of its algorithm and kid', "$algorithm that says $other");
	}
	is_bad(hmac_token($public{$algorithm}, qq({"alg":"HS256","kid":"$algorithm key"})),
		'there is no live key of its algorithm and kid', "an HMAC with the public key for $algorithm as the secret");
	is_bad(hmac_token($public{$algorithm}, qq({"alg":"$algorithm","kid":"$algorithm key"})),
		'the signature is wrong', "the same that says $algorithm");
}
my $message = message_of('{"alg":"ES256"}', $payload);
is_bad("$message." . encode_base64url(raw_signature('ES256', $message)), 'the signature is wrong', 'ES256 in DER');
is_bad("$message." . encode_base64url("\0" x 64), 'the signature is wrong', 'ES256 with two zeros');
is_bad("$message." . encode_base64url("\xff" x 64), 'the signature is wrong', 'ES256 with numbers that are too large');

# --- keys that will not do

my %refused = (
	'RSA with an exponent of 1' => [ 'RS256', rsa_pem(encode_base64url("\xc5" x 256), encode_base64url("\x01")) ],
	'RSA with an even modulus' => [ 'RS256', rsa_pem(encode_base64url("\xc6" x 256), 'AQAB') ],
	'RSA with 16384 bits' => [ 'RS256', rsa_pem(encode_base64url("\xc5" x 2048), 'AQAB') ],
	'RSA for PSS' => [
		'RS256',
		openssl(openssl('', qw(genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048)), qw(pkey -in - -pubout)) ],
	'a point that is not on the curve' => [ 'ES256', ec_pem(encode_base64url("\x11" x 32), encode_base64url("\x22" x 32)) ],
	'another curve of 256 bits' => [
		'ES256',
		openssl(openssl('', qw(genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1)), qw(pkey -in - -pubout)) ],
	'Ed448' => [ 'EdDSA', openssl(openssl('', qw(genpkey -algorithm ed448)), qw(pkey -in - -pubout)) ],
	'X25519' => [ 'EdDSA', openssl(openssl('', qw(genpkey -algorithm x25519)), qw(pkey -in - -pubout)) ],
	'a private key' => [ 'EdDSA', $private{EdDSA} ],
	'a passphrase asked for' => [
		'EdDSA',
		"-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
		  . "MCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n" ]);
for my $name (sort keys %refused)
{
	my ($algorithm, $pem) = @{ $refused{$name} };
	is_refusal(create_key('bad', $algorithm, pem => $pem), '22023', 'invalid JWT key', $name);
}

# --- what stays behind

# Neither bad tokens nor good ones whose tenant may not be bound get into the log with the statement.
my $secret = pack('H*', '0f' x 32);
is_created('hmac', 'HS256', secret => $secret);
logged();
my $unknown = hmac_token($secret, '{"alg":"HS256"}', '{"tenant":"nobody","exp":32503680000}');
refuses($pool, bind_sql($unknown), '42704', 'tenant "nobody" does not exist', 'a good token for nobody');
$pool->query("DO \$\$ BEGIN PERFORM tenancy.bind_jwt('$unknown'); END \$\$");
$pool->query(bind_sql(substr($unknown, 0, -2)));
my $log = logged();
like($log, qr/tenant "nobody" does not exist.*token refused: /s, 'the log has the errors');
unlike($log, qr/eyJ/, 'and nothing of the tokens');

is_refusal(create_key('hmac', 'HS256', secret => $secret), '42710', 'JWT key "hmac" already exists', 'a key for the second time');
is_refusal(create_key('hmac 2', 'RS256', secret => $secret), '22023', 'invalid JWT key', 'a secret for an algorithm with public keys');
refuses($admin, "SELECT tenancy.create_ticket_key('\\x0f0f0f0f')", '22023', 'invalid secret of a ticket key', 'a short secret for tickets');
$log = logged();
like($log, qr/JWT key "hmac" already exists/, 'the log has these errors');
unlike($log, qr/0f0f/, 'and nothing of the secrets');

my $dump = $node->safe_psql('postgres', 'SELECT 1') && do {
	my ($output, $errors) = run_command([ 'pg_dump', '-d', $node->connstr('postgres') ]);
	$output;
};
like($dump, qr/CREATE EXTENSION/, 'a dump has the extension');
unlike($dump, qr/0f0f0f0f|BEGIN PUBLIC KEY/, 'and no key');

# Memory of the backend, in kB: OpenSSL's is its own.
sub resident
{
	my ($line) = grep { /^RssAnon/ } split /\n/, slurp_file('/proc/' . $pool->pid . '/status');
	return $line =~ /(\d+)/ ? $1 : die $line;
}

# Many tokens of a kind, good or bad; each in a subtransaction of its own.
sub many
{
	my ($token) = @_;
	my $result = $pool->query(
		"DO \$\$ BEGIN FOR i IN 1..1000 LOOP BEGIN PERFORM tenancy.bind_jwt('$token', true); EXCEPTION WHEN invalid_authorization_specification THEN NULL; END; END LOOP; END \$\$");
	is_deeply($result->{errors}, [], 'no other error');
	return;
}
my @tokens = map { my $token = signed_token($_, qq({"alg":"$_"})); $token, substr($token, 0, -4) . 'AAAA' } sort keys %private;
push @tokens, hmac_token($secret, '{"alg":"HS256"}'), hmac_token($secret, '{"alg":"HS256","alg":"HS256"}'),
  hmac_token($secret, '{"alg":"HS256"}', '{"tenant":"acme","exp":' . ('[' x 4000));
many($_) for @tokens;
my $before = resident();
for my $round (1 .. 3)
{
	many($_) for @tokens;
}
my $grown = resident() - $before;
cmp_ok($grown, '<', 1000, "3000 tokens of each kind leave no memory behind ($grown kB)");

# --- keys in several sessions

my $token = hmac_token($secret, '{"alg":"HS256","kid":"hmac"}');
my $next = pack('H*', '1e' x 32);
my $next_token = hmac_token($next, '{"alg":"HS256","kid":"next"}');
binds($token, 'before');
$admin->query('BEGIN');
is_created('next', 'HS256', secret => $next);
gives($admin, bind_sql($next_token), 'acme', 'who makes a key knows it');
is_bad($next_token, 'there is no live key of its algorithm and kid', 'and nobody else does');
$admin->query('ROLLBACK');
refuses($admin, bind_sql($next_token), '28000', 'invalid token', 'a key that was rolled back is forgotten');
is_created('next', 'HS256', secret => $next);
binds($next_token, 'a key that was committed is known to all');
binds($token, 'beside the old one');
$admin->query('BEGIN');
$admin->query("SELECT tenancy.retire_jwt_key('hmac')");
binds($token, 'a key that is not retired yet');
$admin->query('COMMIT');
is_bad($token, 'there is no live key of its algorithm and kid', 'a key that is retired, in a session that knew it');
binds($next_token, 'the new one goes on');

# Of two who make the last key at once, one is refused.
my $other = session($node);
$admin->query("DO \$\$ BEGIN FOR i IN 1..(32 - (SELECT count(*) FROM tenancy.jwt_keys WHERE retired_at IS NULL) - 1) LOOP
	PERFORM tenancy.create_jwt_key('k' || i, 'HS256', decode(repeat('ab', 32), 'hex')); END LOOP; END \$\$");
$admin->query('BEGIN');
is_created('last', 'HS256', secret => $next);
$other->send_query("SELECT tenancy.create_jwt_key('one more', 'HS256', decode(repeat('ab', 32), 'hex'))");
ok($node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_locks WHERE NOT granted'), 'the second waits');
$admin->query('COMMIT');
is_refusal($other->collect, '54000', 'there cannot be more than 32 live JWT keys', 'and is refused');
binds($next_token, 'with all of them');

# Without the extension there are no keys.
$admin->query('CREATE DATABASE empty');
my $empty = session($node, database => 'empty');
$empty->query('CREATE SCHEMA tenancy; CREATE TABLE tenancy.jwt_keys (kid text, algorithm text, secret bytea, public_key text, created_at timestamptz, retired_at timestamptz)');
$empty->query("INSERT INTO tenancy.jwt_keys VALUES ('x', 'HS256', decode(repeat('ab', 32), 'hex'))");
$empty->query("CREATE FUNCTION tenancy.bind_jwt(text, boolean) RETURNS text LANGUAGE c AS 'tenancy', 'tenancy_bind_jwt'");
refuses($empty, "SELECT tenancy.bind_jwt('" . hmac_token("\xab" x 32, '{"alg":"HS256"}') . "', true)",
	'28000', 'invalid token', 'a table of that name is no table of keys');
$empty->query("CREATE TABLE tenancy.tenants (id uuid, slug text, schema_name text, status text, plan_tier text, created_at timestamptz, updated_at timestamptz)");
$empty->query("INSERT INTO tenancy.tenants VALUES (gen_random_uuid(), 'acme', 'tenant_acme', 'active'); CREATE SCHEMA tenant_acme");
refuses($empty, "SET tenancy.tenant = 'acme'", '42704', 'tenant "acme" does not exist', 'nor one of tenants');

$node->stop;
done_testing();
