-- Texts of prepared statements.
-- @login pool
-- @session attacker as beta
PREPARE find AS SELECT owner FROM accounts WHERE owner <> 'CANARY_literal';
-- @as alpha
SELECT name, statement FROM pg_prepared_statements;
