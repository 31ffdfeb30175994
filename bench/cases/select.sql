-- One row by its primary key.
\set id random(1, 10000)
SELECT title FROM tasks WHERE id = :id;
