-- A schema renamed out of the guard's sight.
ALTER SCHEMA tenant_beta RENAME TO mine;
SELECT owner FROM mine.accounts;
