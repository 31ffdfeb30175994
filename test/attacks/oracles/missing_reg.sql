-- Names given to casts and to_reg*().
-- @oracle target=tenant_beta.accounts|tenant_zeta.accounts
SELECT to_regclass(':target') IS NULL;
SELECT ':target'::regclass::oid > 0;
