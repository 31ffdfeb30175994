-- A child of another tenant's table.
CREATE TABLE child () INHERITS (tenant_beta.accounts);
SELECT 'LEARNED ' || count(*) FROM pg_attribute WHERE attrelid = 'child'::regclass AND attnum > 0;
