-- CREATE TABLE LIKE copies columns, defaults, constraints and comments.
CREATE TABLE copied (LIKE tenant_beta.canary_vault INCLUDING ALL);
SELECT attname FROM pg_attribute WHERE attrelid = 'copied'::regclass AND attnum > 0;
