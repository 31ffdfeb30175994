-- A large object of another tenant.
SELECT convert_from(lo_get(:beta_lo_oid), 'UTF8');
