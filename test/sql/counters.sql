-- What is counted, for whom.
CREATE ROLE co_app LOGIN IN ROLE tenancy_app;
CREATE ROLE co_auditor LOGIN IN ROLE tenancy_auditor;
SELECT slug FROM tenancy.provision('co-one');
SELECT slug FROM tenancy.provision('co-two');
CREATE TABLE tenant_co_one.t AS SELECT generate_series(1, 3) AS n;
SELECT tenancy.reset_stats();
\c - co_app
\set VERBOSITY terse
SET tenancy.tenant = 'co-one';           -- 1 bind; the statement ran unbound when it began
SELECT count(*) FROM t;                  -- 1 statement
INSERT INTO t VALUES (4) RETURNING n;    -- 2
UPDATE t SET n = n;                      -- 3
CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN PERFORM 1; RETURN (SELECT count(*) FROM t); END';  -- 4
SELECT f();                              -- 5, and not what the function runs
BEGIN;                                   -- 6
DECLARE c CURSOR FOR SELECT * FROM t;    -- 7
FETCH 1 FROM c;                          -- 8
FETCH 1 FROM c;
COMMIT;                                  -- 9
PREPARE p AS SELECT 1;                   -- 10
EXECUTE p;                               -- 11
SELECT 1/0;                              -- 12, 1 error
SELECT * FROM tenant_co_two.t;           -- 2 errors, 1 attempt
DO $$ BEGIN
  FOR i IN 1..3 LOOP
    BEGIN EXECUTE 'SELECT * FROM tenant_co_two.t'; EXCEPTION WHEN OTHERS THEN NULL; END;
  END LOOP;
END $$;                                  -- 13, and 3 attempts that no client saw
SET tenancy.tenant = 'co-two';           -- 14, 3 errors, 1 refused bind of co-two
SELECT tenancy.unbind();                 -- 15
SELECT * FROM tenant_co_two.t;           -- an attempt of nobody's
SET tenancy.tenant = 'co-nowhere';       -- a refused bind of nobody's
\c - co_auditor
SELECT slug, statements, errors, attempts_made, attempts_received, binds, refused_binds
  FROM tenancy.stat_tenants WHERE slug LIKE 'co-%' OR slug LIKE '(%' ORDER BY slug;
SELECT statements, errors, attempts_made, attempts_received, binds, refused_binds FROM tenancy.stat_totals;
SELECT * FROM tenancy.metrics() WHERE name LIKE '%attempts%' AND labels->>'tenant_id' LIKE 'co-%' ORDER BY 1, 4;
SELECT tenancy.reset_stats();
-- switched off, statements are not counted; attempts are
\c - postgres
ALTER ROLE co_app SET tenancy.track_statements = off;
SELECT tenancy.reset_stats();
\c - co_app
SET tenancy.tenant = 'co-one';
SELECT count(*) FROM t;
SELECT * FROM tenant_co_two.t;
\c - co_auditor
SELECT slug, statements, errors, attempts_made, binds FROM tenancy.stat_tenants WHERE slug = 'co-one';
\c - postgres
SELECT slug FROM tenancy.drop('co-one');
SELECT slug FROM tenancy.drop('co-two');
-- a tenant that comes back under the name starts from zero
SELECT slug FROM tenancy.provision('co-one');
SELECT slug, statements, errors, attempts_made, binds FROM tenancy.stat_tenants WHERE slug = 'co-one';
SELECT slug FROM tenancy.drop('co-one');
DROP ROLE co_app, co_auditor;
