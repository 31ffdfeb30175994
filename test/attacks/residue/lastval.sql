-- The last value of a sequence.
-- @own_changes
-- @login pool
-- @session attacker as beta
SELECT nextval('numbers');
-- @as alpha
SELECT 'LEARNED ' || lastval();
SELECT 'LEARNED ' || currval('tenant_beta.numbers');
