-- The type of a parameter, given by OID, in an error of parse analysis.
-- @wire
--: parse s :beta_type_oid
SELECT f_that_is_not_there($1)
--: parse t :beta_type_oid
SELECT $1 + 1
