-- A parameter of another tenant's type, named by OID in Parse; a wrong value tells the type's name.
-- @wire
--: parse s :beta_type_oid
SELECT $1
--: execute s ?
--: parse d :beta_domain_oid
SELECT 'LEARNED ' || $1
--: execute d x
