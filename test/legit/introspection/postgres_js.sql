-- Of the shape that postgres.js and node-postgres have on connecting: types that are arrays
SELECT b.typcategory, a.typname, a.typarray > 0 AS has_array FROM pg_catalog.pg_type a LEFT JOIN pg_catalog.pg_type b ON b.oid = a.typelem WHERE a.typcategory = 'A' ORDER BY b.oid < 16384 DESC, 2, a.oid;
SELECT typname, typarray::regtype FROM pg_type WHERE typname IN ('order_status', 'hstore', 'citext') AND typarray <> 0 ORDER BY 1, pg_type.oid;
SELECT oid::regtype::text FROM pg_type WHERE oid = 'order_status'::regtype::oid;
