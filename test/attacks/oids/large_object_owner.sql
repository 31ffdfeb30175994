-- Comment on, own and grant a large object.
COMMENT ON LARGE OBJECT :beta_lo_oid IS 'taken';
GRANT SELECT ON LARGE OBJECT :beta_lo_oid TO PUBLIC;
