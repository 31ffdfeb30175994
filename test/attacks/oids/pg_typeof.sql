-- pg_typeof() of a value whose type is another tenant's, by the OID of a parameter.
-- @wire
--: parse s :beta_type_oid
SELECT pg_typeof($1), $1 IS NULL
--: execute s CANARY_label_glad
--: parse t :beta_range_oid
SELECT pg_typeof($1)
--: execute t [1,2)
