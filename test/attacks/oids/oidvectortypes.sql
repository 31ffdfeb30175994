-- oidvectortypes() names types by OIDs in a vector.
SELECT oidvectortypes(':beta_type_oid :beta_pair_oid'::oidvector);
