-- Indexes: every way to make, change and rebuild one
-- needs extension: pg_trgm
CREATE INDEX ddl_i1 ON orders (placed) WHERE status = 'new';
CREATE UNIQUE INDEX ddl_i2 ON accounts (lower(mail), id) INCLUDE (name);
CREATE INDEX CONCURRENTLY ddl_i3 ON products USING gin (title gin_trgm_ops);
CREATE INDEX ddl_i4 ON events USING brin (at);
CREATE INDEX ddl_i5 ON products (full_price(price, 2));
ALTER INDEX ddl_i1 RENAME TO ddl_i6;
ALTER INDEX ddl_i6 SET (fillfactor = 60);
ALTER INDEX ddl_i5 ALTER COLUMN 1 SET STATISTICS 20;
REINDEX INDEX ddl_i6;
REINDEX TABLE CONCURRENTLY orders;
\d ddl_i2
\d events
COMMENT ON INDEX ddl_i2 IS 'of mails';
DROP INDEX CONCURRENTLY ddl_i3;
DROP INDEX ddl_i2, ddl_i4, ddl_i5, ddl_i6;
