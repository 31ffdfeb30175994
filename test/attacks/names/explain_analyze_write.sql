-- EXPLAIN ANALYZE runs what it explains.
EXPLAIN ANALYZE UPDATE tenant_beta.accounts SET balance = -1;
