-- One row by its primary key, in a session that binds once, to a tenant of its own.
\set id random(1, 1000)
\if :bound = 0
SELECT set_config(':setting', ':prefix' || :client_id + 1, false);
\set bound 1
\endif
SELECT title FROM tasks WHERE id = :id;
