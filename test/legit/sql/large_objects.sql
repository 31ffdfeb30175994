-- Large objects: made, written, read, described, granted, removed
SELECT lo_create(0) AS lo \gset
SELECT lo_put(:lo, 0, 'hello'), lo_put(:lo, 5, ' world');
SELECT lo_get(:lo), lo_get(:lo, 0, 5), encode(lo_get(:lo), 'escape');
BEGIN;
SELECT lo_open(:lo, x'60000'::int) AS fd \gset
SELECT lowrite(:fd, 'HELLO'), lo_lseek(:fd, 0, 0), loread(:fd, 20), lo_tell(:fd), lo_truncate(:fd, 3), lo_close(:fd);
COMMIT;
SELECT lo_get(:lo);
SELECT count(*), count(*) FILTER (WHERE oid = :lo) AS this FROM pg_largeobject_metadata WHERE lomowner = 'tenant_alpha'::regrole;
GRANT SELECT ON LARGE OBJECT :lo TO reporting;
COMMENT ON LARGE OBJECT :lo IS 'greeting';
SELECT obj_description(:lo, 'pg_largeobject'), lomacl FROM pg_largeobject_metadata WHERE oid = :lo;
SELECT lo_unlink(:lo);
SELECT lo_from_bytea(0, '\x616263') AS lo \gset
SELECT lo_get(:lo);
SELECT lo_unlink(:lo);
