-- LOCK, TRUNCATE, COPY, VACUUM, ANALYZE, CREATE INDEX, COMMENT.
-- @oracle target=tenant_beta.accounts|tenant_zeta.accounts
BEGIN;
LOCK TABLE :target;
ROLLBACK;
COPY :target TO STDOUT;
ANALYZE :target;
VACUUM :target;
CREATE INDEX planted ON :target (id);
COMMENT ON TABLE :target IS 'x';
TRUNCATE :target CASCADE;
