-- The same without a name, which reaches all that one may.
ANALYZE;
REINDEX SCHEMA tenant_beta;
CLUSTER;
VACUUM FULL;
