-- WHERE CURRENT OF a cursor over another tenant's table.
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM tenant_beta.accounts FOR UPDATE;
FETCH c;
UPDATE tenant_beta.accounts SET balance = -5 WHERE CURRENT OF c;
COMMIT;
