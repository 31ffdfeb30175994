-- A SECURITY DEFINER function of the operator's takes a regclass: the OID needs no name.
-- @uniform
SELECT 'LEARNED ' || public.count_rows(:beta_table_oid);
