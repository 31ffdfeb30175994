-- Types, by input functions and as parameters.
-- @wire
-- @oracle oid=:beta_type_oid|:missing_oid
--: query
SELECT format_type(:oid, NULL);
--: query
SELECT enum_in(textout('x'), :oid) IS NULL;
--: parse s :oid
SELECT $1
