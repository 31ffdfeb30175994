-- Types that come with tables: row types, and arrays of them.
SELECT 'LEARNED ' || typname FROM pg_type WHERE oid = :beta_row_type_oid;
SELECT 'LEARNED ' || typname FROM pg_type WHERE typelem = :beta_row_type_oid;
SELECT 'LEARNED ' || typname FROM pg_type WHERE typrelid = :beta_table_oid;
