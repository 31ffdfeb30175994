-- Large objects that exist and that do not.
-- @oracle oid=:beta_lo_oid|:missing_oid
SELECT lo_get(:oid) IS NULL;
SELECT lo_unlink(:oid) = 1;
BEGIN;
SELECT lo_open(:oid, 262144) >= 0;
ROLLBACK;
COMMENT ON LARGE OBJECT :oid IS 'x';
