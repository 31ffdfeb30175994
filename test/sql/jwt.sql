-- JSON web tokens of an identity provider, exchanged for tickets.
SET timezone = 'UTC';
CREATE ROLE jw_pool LOGIN IN ROLE tenancy_app;
ALTER ROLE jw_pool SET tenancy.rebind = 'transaction';
ALTER ROLE jw_pool SET tenancy.require_ticket = on;
CREATE ROLE jw_guest LOGIN;
CREATE ROLE jw_reader LOGIN IN ROLE pg_read_all_data;
CREATE ROLE jw_ops LOGIN IN ROLE tenancy_admin;
SELECT slug FROM tenancy.provision('jw-one');
SELECT slug FROM tenancy.provision('jw-two');
SELECT slug FROM tenancy.provision('jw-three');
CREATE TABLE tenant_jw_one.t AS SELECT 'one' AS of;
CREATE TABLE tenant_jw_two.t AS SELECT 'two' AS of;

-- An issuer of tokens that has nothing in common with what verifies them: HMAC-SHA-256 as RFC 2104 describes it.
CREATE SCHEMA jw;
GRANT USAGE ON SCHEMA jw TO PUBLIC;
CREATE FUNCTION jw.padded(key bytea, pad int) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    key := key || decode(repeat('00', 64 - length(key)), 'hex');
    FOR i IN 0..63 LOOP
        key := set_byte(key, i, get_byte(key, i) # pad);
    END LOOP;
    RETURN key;
END
$$;
CREATE FUNCTION jw.base64url(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE
RETURN rtrim(translate(encode(bytes, 'base64'), E'+/\n', '-_'), '=');
CREATE FUNCTION jw.sign(message text, key bytea) RETURNS text LANGUAGE sql IMMUTABLE
RETURN message || '.' || jw.base64url(sha256(jw.padded(key, 92) || sha256(jw.padded(key, 54) || convert_to(message, 'UTF8'))));
CREATE FUNCTION jw.token(payload text, header text DEFAULT '{"alg":"HS256","kid":"hmac"}',
                         key bytea DEFAULT decode(repeat('5a', 32), 'hex')) RETURNS text LANGUAGE sql IMMUTABLE
RETURN jw.sign(jw.base64url(convert_to(header, 'UTF8')) || '.' || jw.base64url(convert_to(payload, 'UTF8')), key);
-- What comes of a token; a binding lasts as long as the transaction.
CREATE FUNCTION jw.try(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tenancy.bind_jwt(token, true);
    RETURN 'bound to ' || tenancy.current_tenant();
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
-- RFC 4231, test case 2, says that this HMAC is right.
SELECT encode(sha256(jw.padded('Jefe', 92) || sha256(jw.padded('Jefe', 54) || 'what do ya want for nothing?')), 'hex');

-- keys: for operators to make, for nobody to read
\c - jw_ops
SELECT tenancy.create_jwt_key('hmac', 'HS256', decode(repeat('5a', 32), 'hex'));
SELECT tenancy.create_jwt_key('hmac', 'HS256', decode(repeat('5b', 32), 'hex'));
SELECT tenancy.create_jwt_key('old', 'HS256', decode(repeat('0d', 64), 'hex'));
SELECT tenancy.create_jwt_key('short', 'HS256', decode(repeat('5a', 31), 'hex'));
SELECT tenancy.create_jwt_key('long', 'HS256', decode(repeat('5a', 1025), 'hex'));
SELECT tenancy.create_jwt_key('none', 'HS256');
SELECT tenancy.create_jwt_key('none', 'none');
SELECT tenancy.create_jwt_key('none', NULL);
SELECT tenancy.create_jwt_key('none', 'HS512', decode(repeat('5a', 64), 'hex'));
SELECT tenancy.create_jwt_key(NULL, 'HS256', decode(repeat('5a', 32), 'hex'));
SELECT tenancy.create_jwt_key('', 'HS256', decode(repeat('5a', 32), 'hex'));
SELECT tenancy.create_jwt_key(E'a\nb', 'HS256', decode(repeat('5a', 32), 'hex'));
SELECT tenancy.create_jwt_key(repeat('k', 256), 'HS256', decode(repeat('5a', 32), 'hex'));
SELECT $$-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAruSDmRjAJ/w1+EhW2iy9
TATe9IdFDhP5gvkyUhkpvTPFmdr2gdCxXbsjrbmPheTHizQ/sT4ECx7ioH5doGY4
KvKPgjU47Ym2uPm8htooj7nqrPqSHx1/2TUMeIrg5R7NS2MZR5SwfwwKRCmKfrDF
oswTXgRdE9+gPFDi0QRKL78zZysJ3fSUrU9ESq8sHihtrm/1PU3Ov7NeBRsD37jk
0WKGlRh/6zWZgRsgm8KPO44yAQgBzQoKclbvS0kOieaezq3VpMWA+27wn/62qhHx
5UMkVpMLrSubnw2rgir6LUf4t1Bs1sSGD1vt6VTJxfjPVMhnrN4aOl9qEGnxvW94
ewIDAQAB
-----END PUBLIC KEY-----
$$ AS rsa \gset
SELECT $$-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3xt429s5t/qZ2235b/omyhjZMbtu
Oy+6rAAjnFvZRbylQk95Fx9SBOqeJPLZ+rblYu/b04cPN71htsnhNfPfcQ==
-----END PUBLIC KEY-----
$$ AS ec \gset
SELECT $$-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA2eFaLWDocYtI91QtdqwdVqeMj/WItZr5O9NEBxwCtV8=
-----END PUBLIC KEY-----
$$ AS ed \gset
SELECT $$-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC5cv0wyfifwjccHC9rBH9inyuM
JIGEkwv6Zw6Ztz+5rq+GYeMKkc+Gfvi7zYkvknW1kb70mjfUrinTcbYbL5HDBscm
KeNXvy0VjIjRdRATFVA70WTIav0wYyoBBumadNXUZKDDclsQx0hQXdxWkYFQV1le
2Fxp9k1pMLvm67haRQIDAQAB
-----END PUBLIC KEY-----
$$ AS small \gset
SELECT $$-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEV7fmulsxMtc3o786afjfzV4Av+Nj0O0N
oUN3cz0aBTEYSIlgq6Ytwn5tkg21PXXD10Q6xe6OEk11FBmlLIlF0UXLpndwCmO0
dcwWJEvI6Jeq1whnoyFTF6eXF5E7FjQR
-----END PUBLIC KEY-----
$$ AS p384 \gset
SELECT tenancy.create_jwt_key('rsa', 'RS256', public_key => :'rsa');
SELECT tenancy.create_jwt_key('ec', 'ES256', public_key => :'ec');
SELECT tenancy.create_jwt_key('ed', 'EdDSA', public_key => :'ed');
SELECT tenancy.create_jwt_key('bad', 'RS256', public_key => :'ec');
SELECT tenancy.create_jwt_key('bad', 'RS256', public_key => :'small');
SELECT tenancy.create_jwt_key('bad', 'ES256', public_key => :'rsa');
SELECT tenancy.create_jwt_key('bad', 'ES256', public_key => :'p384');
SELECT tenancy.create_jwt_key('bad', 'EdDSA', public_key => :'ec');
SELECT tenancy.create_jwt_key('bad', 'EdDSA', public_key => '');
SELECT tenancy.create_jwt_key('bad', 'EdDSA', public_key => :'ed' || :'ed');
SELECT tenancy.create_jwt_key('bad', 'EdDSA', public_key => 'x' || :'ed');
SELECT tenancy.create_jwt_key('bad', 'EdDSA', public_key => replace(:'ed', 'MCow', 'MCox'));
SELECT tenancy.create_jwt_key('bad', 'EdDSA', public_key => replace(:'ed', 'PUBLIC', 'PRIVATE'));
SELECT tenancy.create_jwt_key('bad', 'EdDSA', public_key => repeat(' ', 8192) || :'ed');
SELECT tenancy.create_jwt_key('bad', 'EdDSA', decode(repeat('5a', 32), 'hex'), :'ed');
SELECT tenancy.create_jwt_key('bad', 'HS256', decode(repeat('5a', 32), 'hex'), :'ed');
SELECT tenancy.create_jwt_key('bad', 'HS256', convert_to(:'rsa', 'UTF8'));
SELECT tenancy.retire_jwt_key('bad');
SELECT tenancy.retire_jwt_key(NULL);
SELECT FROM tenancy.bind('jw-one');
SELECT tenancy.create_jwt_key('bound', 'EdDSA', public_key => :'ed');
SELECT tenancy.retire_jwt_key('ed');
SELECT * FROM tenancy.jwt_keys;
SELECT tenancy.unbind();
SELECT * FROM tenancy.jwt_keys;
\c - postgres
ANALYZE tenancy.jwt_keys, tenancy.ticket_keys;
\c - jw_reader
SELECT * FROM tenancy.jwt_keys;
SELECT tablename, attname FROM pg_stats WHERE tablename IN ('jwt_keys', 'ticket_keys');
SELECT * FROM tenancy.ticket_keys;
SELECT tenancy.create_jwt_key('ed2', 'EdDSA', public_key => :'ed');
SELECT tenancy.retire_jwt_key('ed');
\c - jw_ops
-- no token binds as long as there is no key for tickets
SELECT tenancy.bind_jwt(jw.token('{"tenant":"jw-one","exp":32503680000}'));
SELECT tenancy.create_ticket_key(decode(repeat('7b', 32), 'hex'));

-- what binds
\c - jw_pool
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}'));
SELECT jw.try(jw.token('{"tenant":"jw-two","exp":32503680000}', '{"typ":"JWT","alg":"HS256"}'));
SELECT jw.try(jw.token(format('{"tenant":"jw-one","exp":%s,"iat":%s,"nbf":%s.5}', (extract(epoch FROM now()))::int - 20, (extract(epoch FROM now()))::int + 20, (extract(epoch FROM now()))::int + 20)));
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256"}', decode(repeat('0d', 64), 'hex')));
SELECT jw.try('eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJ0ZW5hbnQiOiJqdy1vbmUiLCJleHAiOjMyNTAzNjgwMDAwfQ.LmObuBvtjnLBSVON6dB-0GZ6J-4EsemZkEWQowHG44KO6vc0F2euEqgdCNvM1ELzVIafb3--RY2CjQXoES2WzlyAdIyIfcOY_p2xC1rC8TFV9sLRNhDjMUD0Gwg5ogLCXXqVVmPxzzXgX6edOnm7clyzU7j8hoOaO8PizX8DDvPEZCoLMmM8AyAdh-GdH1ZicX-bb6ozyuw5qYKimD-sTIDqPFba4flU4bsF0QTam-q9vWb5YsqwJWbxwWR8BtiX1p5QJFnbVf900CxljSzOFE0uq5qyskzHuMPITDFmUouoTV-dVj34FuR5QT-DZ3zNPq2FhOwpCOHm_KFDws-LhA');
SELECT jw.try('eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJ0ZW5hbnQiOiJqdy1vbmUiLCJleHAiOjMyNTAzNjgwMDAwfQ.CoSeuzJmZXzbeQjYgcvD9_g4aO1ERJ1Rr6-epJQmyp51VsRIkGY7ddpOImsk3Yq2Jam6ZqL5esplh06wVn7GoA');
SELECT jw.try('eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJ0ZW5hbnQiOiJqdy1vbmUiLCJleHAiOjMyNTAzNjgwMDAwfQ.tskalRbBOl40ZYzwwhef3PLBpnGJ7ieIXTlppkEUyy52UuP_tWuEUQMKClcLqEp7aQvtoC9xVDWZlZ0nOcCSBQ');

-- a binding as SET makes it, and as SET LOCAL does
SELECT length(tenancy.bind_jwt(jw.token('{"tenant":"jw-one","exp":32503680000}'))) AS length;
SHOW tenancy.tenant;
SELECT current_user, * FROM t;
SET tenancy.tenant = '';
BEGIN;
SELECT FROM tenancy.bind_jwt(jw.token('{"tenant":"jw-two","exp":32503680000}'), true);
SELECT current_user, * FROM t;
-- one transaction, one tenant
SELECT jw.try(jw.token('{"tenant":"jw-two","exp":32503680000}'));
SELECT tenancy.bind_jwt(jw.token('{"tenant":"jw-one","exp":32503680000}'));
ROLLBACK;
SELECT tenancy.current_tenant();
-- what is returned is a ticket, for as long as a ticket can last
SELECT tenancy.bind_jwt(jw.token('{"tenant":"jw-one","exp":32503680000}'), true) AS far,
       tenancy.bind_jwt(jw.token(format('{"tenant":"jw-one","exp":%s}', (extract(epoch FROM now()))::int + 600)), true) AS near,
       tenancy.bind_jwt(jw.token(format('{"tenant":"jw-one","exp":%s}', (extract(epoch FROM now()))::int - 10)), true) AS late \gset
SET tenancy.tenant = :'near';
SELECT * FROM t;
RESET tenancy.tenant;
\c - jw_ops
SELECT slug, key_id, expires - not_before AS valid_for, problem FROM tenancy.inspect_ticket(:'far');
SELECT slug, expires - not_before BETWEEN '628 s' AND '632 s' AS valid_for, problem FROM tenancy.inspect_ticket(:'near');
SELECT slug, expires - not_before BETWEEN '18 s' AND '22 s' AS valid_for FROM tenancy.inspect_ticket(:'late');
-- the ticket is bound to its tenant: in functions and amid statements all is as with bind()
\c - jw_guest
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}'));
SELECT jw.try(jw.token('{"tenant":"jw-none","exp":32503680000}'));
\c - postgres
CREATE FUNCTION jw.definer(token text) RETURNS text SECURITY DEFINER LANGUAGE sql AS 'SELECT tenancy.bind_jwt(token)';
CREATE TABLE jw.twice (token text);
INSERT INTO jw.twice VALUES (jw.token('{"tenant":"jw-one","exp":32503680000}')), (jw.token('{"tenant":"jw-two","exp":32503680000}'));
GRANT SELECT ON jw.twice TO PUBLIC;
\c - jw_pool
SELECT jw.definer(jw.token('{"tenant":"jw-one","exp":32503680000}'));
SELECT tenancy.bind_jwt(token) FROM jw.twice;
SELECT tenancy.current_tenant();
-- what the signature is good for, and the tenant is not
SELECT jw.try(jw.token('{"tenant":"jw-none","exp":32503680000}'));
\c - postgres
SELECT tenancy.suspend('jw-two');
SELECT FROM tenancy.drop('jw-three');
SELECT refused_tickets AS tickets, refused_binds AS binds FROM tenancy.stat_tenants WHERE slug = '(unbound)' \gset
SELECT slug, refused_tickets, refused_binds FROM tenancy.stat_tenants WHERE slug LIKE 'jw-%' ORDER BY 1;
\c - jw_pool
SELECT jw.try(jw.token('{"tenant":"jw-two","exp":32503680000}'));
SELECT jw.try(jw.token('{"tenant":"jw-three","exp":32503680000}'));

-- what is refused: all of it in the same words
\c - postgres
CREATE TABLE refused (name text, token text);
INSERT INTO refused VALUES
('null', NULL),
('nothing', ''),
('a slug', 'jw-one'),
('two dots', '..'),
('no signature', rtrim(jw.token('{"tenant":"jw-one","exp":32503680000}'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')),
('no header', regexp_replace(jw.token('{"tenant":"jw-one","exp":32503680000}'), '^[^.]*', '')),
('no payload', jw.sign(jw.base64url('{"alg":"HS256"}') || '.', decode(repeat('5a', 32), 'hex'))),
('four parts', jw.token('{"tenant":"jw-one","exp":32503680000}') || '.AAAA'),
('cut short', left(jw.token('{"tenant":"jw-one","exp":32503680000}'), -1)),
('one character more', jw.token('{"tenant":"jw-one","exp":32503680000}') || 'A'),
('padding', jw.token('{"tenant":"jw-one","exp":32503680000}') || '='),
('a line break', jw.token('{"tenant":"jw-one","exp":32503680000}') || E'\n'),
('a blank in front', ' ' || jw.token('{"tenant":"jw-one","exp":32503680000}')),
('non-ASCII', jw.token('{"tenant":"jw-one","exp":32503680000}') || U&'\00e4'),
('10 kB', jw.token(format('{"tenant":"jw-one","exp":32503680000,"x":"%s"}', repeat('x', 7500)))),
('another tenant in the payload', replace(jw.token('{"tenant":"jw-one","exp":32503680000}'),
    jw.base64url('{"tenant":"jw-one","exp":32503680000}'), jw.base64url('{"tenant":"jw-two","exp":32503680000}'))),
('the wrong secret', jw.token('{"tenant":"jw-one","exp":32503680000}', key => decode(repeat('5b', 32), 'hex'))),
('an empty secret', jw.token('{"tenant":"jw-one","exp":32503680000}', key => '')),
('alg none, signed', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"none"}')),
('alg none, not signed', jw.base64url('{"alg":"none"}') || '.' || jw.base64url('{"tenant":"jw-one","exp":32503680000}') || '.'),
('alg None', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"None"}')),
('alg NONE', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"NONE"}')),
('alg nOnE', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"nOnE"}')),
('no alg', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"kid":"hmac"}')),
('alg null', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":null}')),
('alg of the wrong key', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"RS256","kid":"hmac"}')),
('alg RS256, an HMAC', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"RS256"}')),
('alg ES256, an HMAC', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"ES256"}')),
('alg EdDSA, an HMAC', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"EdDSA"}')),
('a public key as a secret', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"rsa"}', sha256(convert_to(:'rsa', 'UTF8')))),
('a public key as a secret, no kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256"}', sha256(convert_to(:'rsa', 'UTF8')))),
('a short public key as a secret', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"ed"}', '-----BEGIN PUBLIC KEY-----')),
('a key in the header', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","jwk":{"kty":"oct","k":"W1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1s"}}', decode(repeat('5b', 32), 'hex'))),
('an unknown kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"hmac2"}')),
('an empty kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":""}')),
('kid in capitals', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"HMAC"}')),
('SQL in kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"x'' OR ''1''=''1"}')),
('a path in kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"../../../dev/null"}')),
('a line break in kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"hmac\nLOG: forged"}')),
('zero in kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"hmac\u0000"}')),
('a number as kid', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":1}')),
('crit', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","crit":["exp"]}')),
('b64', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","b64":false,"crit":["b64"]}')),
('duplicate in the header', jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"none","alg":"HS256"}')),
('duplicate tenant', jw.token('{"tenant":"jw-two","exp":32503680000,"tenant":"jw-one"}')),
('duplicate with an escape', jw.token('{"tenant":"jw-two","exp":32503680000,"ten\u0061nt":"jw-one"}')),
('nested duplicate', jw.token('{"tenant":"jw-one","exp":32503680000,"x":[{"a":1,"a":2}]}')),
('deep', jw.token(format('{"tenant":"jw-one","exp":32503680000,"x":%s%s}', repeat('[', 1000), repeat(']', 1000)))),
('no JSON', jw.token('tenant=jw-one')),
('JSON cut short', jw.token('{"tenant":"jw-one","exp":32503680000')),
('an array', jw.token('["tenant","jw-one"]')),
('no exp', jw.token('{"tenant":"jw-one"}')),
('exp as text', jw.token('{"tenant":"jw-one","exp":"32503680000"}')),
('exp 1e400', jw.token('{"tenant":"jw-one","exp":1e400}')),
('exp 1e300', jw.token('{"tenant":"jw-one","exp":1e300}')),
('exp negative', jw.token('{"tenant":"jw-one","exp":-32503680000}')),
('exp null', jw.token('{"tenant":"jw-one","exp":null}')),
('expired', jw.token(format('{"tenant":"jw-one","exp":%s}', (extract(epoch FROM now()))::int - 60))),
('nbf', jw.token(format('{"tenant":"jw-one","exp":32503680000,"nbf":%s}', (extract(epoch FROM now()))::int + 120))),
('iat', jw.token(format('{"tenant":"jw-one","exp":32503680000,"iat":%s}', (extract(epoch FROM now()))::int + 120))),
('nbf as text', jw.token('{"tenant":"jw-one","exp":32503680000,"nbf":"0"}')),
('aud', jw.token('{"tenant":"jw-one","exp":32503680000,"aud":"somebody"}')),
('no tenant', jw.token('{"exp":32503680000}')),
('tenant null', jw.token('{"tenant":null,"exp":32503680000}')),
('no slug', jw.token('{"tenant":"JW-ONE","exp":32503680000}')),
('SQL', jw.token('{"tenant":"jw-one''; DROP TABLE t; --","exp":32503680000}')),
('zero in the tenant', jw.token('{"tenant":"jw-one\u0000","exp":32503680000}'));
GRANT SELECT ON refused TO PUBLIC;
\c - jw_pool
SELECT count(*) FROM refused;
SELECT name, jw.try(token) AS answer FROM refused WHERE jw.try(token) <> '28000 invalid token';
SELECT tenancy.bind_jwt('..');
-- each is counted
\c - postgres
SELECT refused_tickets - :tickets AS tickets, refused_binds - :binds AS binds FROM tenancy.stat_tenants WHERE slug = '(unbound)';
SELECT slug, refused_tickets, refused_binds FROM tenancy.stat_tenants WHERE slug LIKE 'jw-%' ORDER BY 1;

-- issuer, audience and claim
ALTER ROLE jw_pool SET tenancy.jwt_issuer = 'https://login.example';
ALTER ROLE jw_pool SET tenancy.jwt_audience = 'db';
ALTER ROLE jw_pool SET tenancy.jwt_claim = '/https:~1~1x.example~1app/tenants/0';
SET tenancy.jwt_claim = '';
SET tenancy.jwt_claim = '/a~2';
\c - jw_pool
SELECT jw.try(jw.token('{"iss":"https://login.example","aud":["web","db"],"exp":32503680000,"https://x.example/app":{"tenants":["jw-one"]}}'));
SELECT jw.try(jw.token('{"iss":"https://login.example","aud":"db","exp":32503680000,"https://x.example/app":{"tenants":["jw-one"]}}'));
SELECT jw.try(jw.token('{"iss":"https://login.example/","aud":"db","exp":32503680000,"https://x.example/app":{"tenants":["jw-one"]}}'));
SELECT jw.try(jw.token('{"aud":"db","exp":32503680000,"https://x.example/app":{"tenants":["jw-one"]}}'));
SELECT jw.try(jw.token('{"iss":"https://login.example","aud":"web","exp":32503680000,"https://x.example/app":{"tenants":["jw-one"]}}'));
SELECT jw.try(jw.token('{"iss":"https://login.example","exp":32503680000,"https://x.example/app":{"tenants":["jw-one"]}}'));
SELECT jw.try(jw.token('{"iss":"https://login.example","aud":"db","exp":32503680000,"tenant":"jw-one"}'));
SET tenancy.jwt_audience = '';

-- a retired key ends at once; so do tokens from before a revocation
\c - postgres
ALTER ROLE jw_pool RESET tenancy.jwt_issuer;
ALTER ROLE jw_pool RESET tenancy.jwt_audience;
ALTER ROLE jw_pool RESET tenancy.jwt_claim;
\c - jw_pool
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"old"}', decode(repeat('0d', 64), 'hex')));
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000,"iat":0}'));
\c - jw_ops
SELECT tenancy.retire_jwt_key('old');
SELECT tenancy.retire_jwt_key('old');
SELECT tenancy.create_jwt_key('old', 'HS256', decode(repeat('0d', 64), 'hex'));
SELECT tenancy.revoke_tickets('jw-one');
\c - jw_pool
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256","kid":"old"}', decode(repeat('0d', 64), 'hex')));
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256"}', decode(repeat('0d', 64), 'hex')));
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000,"iat":0}'));
\c - postgres
-- the time of a revocation goes back for nobody: here it was an hour ago
SET session_replication_role = replica;
UPDATE tenancy.tenants SET tickets_after = now() - interval '1 hour' WHERE slug = 'jw-one';
\c - jw_pool
SELECT jw.try(jw.token(format('{"tenant":"jw-one","exp":32503680000,"iat":%s}', (extract(epoch FROM now()))::int - 3700)));
SELECT jw.try(jw.token(format('{"tenant":"jw-one","exp":32503680000,"iat":%s}', (extract(epoch FROM now()))::int - 3500)));
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}'));
\c - postgres
SELECT kid, algorithm, secret IS NULL AS no_secret, public_key IS NULL AS no_public_key, retired_at IS NOT NULL AS retired
  FROM tenancy.jwt_keys ORDER BY 1;
-- live keys are few
SELECT count(tenancy.create_jwt_key('k' || i, 'HS256', decode(repeat('11', 32), 'hex'))::text) FROM generate_series(1, 28) i;
SELECT tenancy.create_jwt_key('k29', 'HS256', decode(repeat('11', 32), 'hex'));
-- what superusers write by hand is checked by constraints, and left out if it cannot be used
\set VERBOSITY terse
INSERT INTO tenancy.jwt_keys (kid, algorithm, secret) VALUES ('x', 'none', '\x');
INSERT INTO tenancy.jwt_keys (kid, algorithm, secret) VALUES ('x', 'RS256', '\x');
INSERT INTO tenancy.jwt_keys (kid, algorithm) VALUES ('x', 'RS256');
\set VERBOSITY default
DELETE FROM tenancy.jwt_keys;
INSERT INTO tenancy.jwt_keys (kid, algorithm, secret, public_key) VALUES ('x', 'HS256', '\x', NULL), ('y', 'EdDSA', NULL, 'y');
\c - jw_pool
SELECT jw.try(jw.token('{"tenant":"jw-one","exp":32503680000}', '{"alg":"HS256"}', ''));

\c - postgres
TRUNCATE tenancy.jwt_keys;
DELETE FROM tenancy.ticket_keys;
SELECT count(*) FROM tenancy.tenants t, tenancy.drop(t.slug) d WHERE t.slug IN ('jw-one', 'jw-two');
DROP SCHEMA jw CASCADE;
DROP ROLE jw_pool, jw_guest, jw_reader, jw_ops;
