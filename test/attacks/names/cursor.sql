-- A cursor that outlives its transaction.
DECLARE c CURSOR WITH HOLD FOR SELECT owner FROM tenant_beta.accounts FOR UPDATE;
DECLARE d SCROLL CURSOR WITH HOLD FOR SELECT owner FROM tenant_beta.accounts;
FETCH ALL FROM d;
