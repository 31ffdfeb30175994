-- What a client finds out about its pooler.  One session stands for a connection of the
-- pool here, and the names for its clients.
CREATE ROLE pp_app LOGIN IN ROLE tenancy_app;
CREATE ROLE pp_pool LOGIN IN ROLE tenancy_app;
ALTER ROLE pp_pool SET tenancy.rebind = 'transaction';
SELECT slug FROM tenancy.provision('pp-one');
SELECT slug FROM tenancy.provision('pp-two');

-- Without a name nothing is remembered.
\c - pp_pool
SELECT * FROM tenancy.pooler_probe();
SELECT * FROM tenancy.pooler_probe(NULL);
SELECT * FROM tenancy.pooler_probe('ann');

-- A binding that one client left is found by the next, whatever is asked first.
SET tenancy.tenant = 'pp-one';
SELECT * FROM tenancy.pooler_probe('ann');
SELECT * FROM tenancy.pooler_probe('ben') WHERE "check" = 'own binding';
SELECT * FROM tenancy.pooler_probe('ann') WHERE "check" = 'own binding';

-- Bound anew for each client, by itself or by a pooler that replays the setting.
SET tenancy.tenant = 'pp-two';
SELECT * FROM tenancy.pooler_probe('ben');
SET tenancy.tenant = 'pp-one';
SELECT * FROM tenancy.pooler_probe('ann') WHERE "check" = 'own binding';

-- The same in transactions.
\c - pp_pool
BEGIN;
SET LOCAL tenancy.tenant = 'pp-one';
SELECT * FROM tenancy.pooler_probe('ann');
COMMIT;
BEGIN;
SELECT tenancy.bind('pp-two', true) IS NOT NULL AS bound;
SAVEPOINT one;
SELECT * FROM tenancy.pooler_probe('ben');
ROLLBACK TO one;
-- What a rollback takes away, the probe still knows.
SELECT ok FROM tenancy.pooler_probe('eve') WHERE "check" = 'own binding';
COMMIT;
SELECT "check", ok, detail FROM tenancy.pooler_probe('ben') WHERE "check" LIKE '%binding';

-- After a rollback the former binding is in effect, and it is whose it was.
SET tenancy.tenant = 'pp-one';
SELECT ok FROM tenancy.pooler_probe('fay') WHERE "check" = 'own binding';
RESET tenancy.tenant;
BEGIN;
SET tenancy.tenant = 'pp-two';
SELECT ok FROM tenancy.pooler_probe('gil') WHERE "check" = 'own binding';
ROLLBACK;
SET tenancy.tenant = 'pp-one';
SELECT ok FROM tenancy.pooler_probe('fay') WHERE "check" = 'own binding';

-- A connection that is bound from its beginning.
\c "dbname=contrib_regression user=pp_app options='-c tenancy.tenant=pp-one'"
SELECT * FROM tenancy.pooler_probe('ann');
SELECT * FROM tenancy.pooler_probe('ben');

-- The same name is another client when the session works for another tenant: who tries
-- names learns nothing of those of others.
\c - pp_pool
SET tenancy.tenant = 'pp-one';
SELECT detail FROM tenancy.pooler_probe('secret name') WHERE "check" = 'other clients';
SET tenancy.tenant = 'pp-two';
SELECT detail FROM tenancy.pooler_probe('secret name') WHERE "check" = 'other clients';
SELECT detail FROM tenancy.pooler_probe('guess') WHERE "check" = 'other clients';
SELECT detail FROM tenancy.pooler_probe('secret name') WHERE "check" = 'other clients';

-- Of many clients only so many are remembered.
SELECT count(*) FROM generate_series(1, 100) AS n, LATERAL tenancy.pooler_probe('client ' || n) AS p;
SELECT detail FROM tenancy.pooler_probe('one more') WHERE "check" = 'other clients';
SELECT ok FROM tenancy.pooler_probe('one more') WHERE "check" = 'own binding';

\c -reuse-previous=on "user=postgres options=''"

-- What the settings of a role mean.
SET tenancy.bind_scope = 'transaction';
SET tenancy.require_ticket = on;
SELECT * FROM tenancy.pooler_probe('admin') WHERE "check" LIKE 'tenancy.%';

SELECT slug FROM tenancy.drop('pp-one');
SELECT slug FROM tenancy.drop('pp-two');
DROP ROLE pp_app, pp_pool;
