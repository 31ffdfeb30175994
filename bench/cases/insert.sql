-- One row into a table with an identity column and a primary key.
\set id random(1, 10000)
INSERT INTO entries (task_id, body) VALUES (:id, 'done');
