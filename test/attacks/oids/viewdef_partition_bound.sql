-- The bound of a partition is evaluated once, when it is made.
CREATE FUNCTION tell(o oid) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN pg_get_viewdef(o); END $$;
CREATE TABLE parts (t text) PARTITION BY LIST (t);
CREATE TABLE part PARTITION OF parts FOR VALUES IN (tell(:beta_view_oid));
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'part'::regclass;
