-- A sequence is a relation that can be selected from.
SELECT 'LEARNED ' || last_value FROM tenant_beta.canary_seq;
