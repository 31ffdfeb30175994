-- Texts of prepared statements.
-- @open prepared statements stay, because poolers need them
-- @login pool
-- @session attacker as beta
PREPARE find AS SELECT owner FROM accounts WHERE owner <> 'CANARY_literal';
-- @as alpha
SELECT name, statement FROM pg_prepared_statements;
