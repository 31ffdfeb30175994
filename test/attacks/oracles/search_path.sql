-- search_path and what becomes of it.
-- @oracle target=tenant_beta|tenant_zeta
SET search_path = :target, tenant_alpha;
SELECT array_length(current_schemas(false), 1);
SELECT count(*) FROM accounts WHERE owner NOT LIKE 'ALPHA%';
