-- Parsed and planned by one tenant, run after the change.
-- @wire
--: parse s
SELECT owner FROM accounts
--: execute s
--: query
:bind_beta;
--: execute s
