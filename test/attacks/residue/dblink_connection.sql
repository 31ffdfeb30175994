-- A named connection of dblink that the former tenant opened.
-- @open the state of other libraries stays with the connection
-- @login pool
-- @session attacker as beta
SELECT dblink_connect_u('theirs', 'host=:socket dbname=attack user=app');
SELECT dblink_exec('theirs', $$:bind_beta$$);
-- @as alpha
SELECT * FROM dblink('theirs', 'SELECT owner FROM accounts') AS t (owner text);
