-- Operators, collations, text search configurations.
-- @oracle target=tenant_beta|tenant_zeta
SELECT 'a'::text OPERATOR(:target.===) 'a'::text;
SELECT 'a' < 'b' COLLATE :target.canary_collation;
SELECT to_tsvector(':target.canary_config', 'x');
