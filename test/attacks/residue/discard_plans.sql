-- What DISCARD PLANS, DISCARD SEQUENCES and RESET ALL leave.
-- @login pool
-- @session attacker as beta
CREATE TEMP TABLE secrets AS SELECT owner FROM accounts;
GRANT ALL ON secrets TO PUBLIC;
DISCARD PLANS;
DISCARD SEQUENCES;
-- @as alpha
TABLE pg_temp.secrets;
