-- Quoted identifiers name another tenant's table.
SELECT "owner" FROM "tenant_beta"."accounts";
