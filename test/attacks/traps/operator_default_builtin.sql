-- The same with nothing but built-in functions, which no hook is asked about.
-- @open an operator binds before he writes to a tenant's table
CREATE TABLE bait (a int, x xml DEFAULT query_to_xml('SELECT owner FROM tenant_beta.accounts', true, false, ''));
-- @session operator
INSERT INTO tenant_alpha.bait (a) VALUES (1);
-- @session attacker
SELECT x FROM bait;
