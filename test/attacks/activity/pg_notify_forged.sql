-- The same by pg_notify() in a trigger, a default, and by the fast-path protocol.
-- @session victim
LISTEN orders;
-- @session attacker
CREATE TABLE t (a int, d text DEFAULT pg_notify('orders', 'PWNED')::text);
COPY t (a) FROM STDIN;
1
\.
-- @session victim
SELECT 1;
