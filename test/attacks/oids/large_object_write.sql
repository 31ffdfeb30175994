-- Overwritten and removed.
SELECT lo_put(:beta_lo_oid, 0, 'overwritten');
SELECT lo_unlink(:beta_lo_oid);
