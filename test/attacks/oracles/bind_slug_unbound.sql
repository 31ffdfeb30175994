-- The same by a login that may bind to one tenant alone, in a session that has served nobody.
-- @login alpha_login
-- @oracle target=beta|zeta
-- @session attacker as none
SET :setting TO ':target';
SELECT 1 FROM tenant_:target.accounts LIMIT 1;
