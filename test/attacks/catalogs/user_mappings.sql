-- User mappings, with passwords if one may see them.
-- @session setup
CREATE USER MAPPING FOR tenant_beta SERVER loop OPTIONS (user 'CANARY_user', password 'CANARY_password');
-- @session attacker
SELECT usename, umoptions FROM pg_user_mappings;
SELECT authorization_identifier FROM information_schema.user_mappings;
