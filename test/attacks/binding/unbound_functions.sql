-- A session that was never bound gives functions OIDs.
-- @session attacker as none
SELECT 'LEARNED ' || nextval(:beta_seq_oid);
SELECT convert_from(lo_get(:beta_lo_oid), 'UTF8');
