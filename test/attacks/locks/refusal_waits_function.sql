-- The same through functions by OID, which open the relation.
-- @leak 55P03|57014
-- @session victim
BEGIN;
LOCK TABLE accounts;
-- @session attacker
SELECT pg_relation_size(:beta_table_oid);
SELECT pg_total_relation_size(:beta_table_oid);
