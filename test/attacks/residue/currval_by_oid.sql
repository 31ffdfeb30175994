-- The same by OID.
-- @own_changes
-- @login pool
-- @session attacker as beta
SELECT nextval('canary_seq');
-- @as alpha
SELECT 'LEARNED ' || currval(:beta_seq_oid);
