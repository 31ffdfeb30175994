-- Sequences by name, within a default.
CREATE TABLE takes (n bigint DEFAULT nextval('tenant_beta.canary_seq'), a int);
INSERT INTO takes (a) VALUES (1) RETURNING 'LEARNED ' || n;
SELECT setval('tenant_beta.canary_seq', 1);
