-- Definitions.
-- @oracle oid=:beta_view_oid|:missing_oid
SELECT pg_get_viewdef(:oid) IS NULL;
SELECT :oid::regclass::text = ':oid';
SELECT pg_get_ruledef(:oid) IS NULL;
