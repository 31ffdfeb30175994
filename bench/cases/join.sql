-- One row through five tables, each by its primary key.
\set id random(1, 10000)
SELECT n.body, t.title, a.name, p.name, c.name FROM notes n JOIN tasks t ON t.id = n.task_id JOIN agents a ON a.id = t.agent_id JOIN projects p ON p.id = a.project_id JOIN customers c ON c.id = p.customer_id WHERE n.id = :id;
