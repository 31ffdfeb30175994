-- table_to_xml() by OID.
-- @uniform
SELECT table_to_xml(:beta_table_oid, true, false, '');
