-- All OIDs of a range at once, without a catalog.
SELECT string_agg(o::oid::regclass::text, ' ') FROM generate_series(:beta_schema_oid, :beta_schema_oid + 100) AS o;
