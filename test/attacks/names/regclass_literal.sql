-- A literal becomes an OID at parse time.
SELECT 'LEARNED oid ' || 'tenant_beta.accounts'::regclass::oid;
