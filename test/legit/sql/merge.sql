-- MERGE with every action
-- needs server: 15
BEGIN;
MERGE INTO ancestors e USING (VALUES (1, 'renamed'), (2, 'gone'), (99, 'new')) AS s (id, name) ON e.id = s.id
 WHEN MATCHED AND s.name = 'gone' THEN DO NOTHING
 WHEN MATCHED THEN UPDATE SET label = s.name
 WHEN NOT MATCHED THEN INSERT (id, label) VALUES (s.id, s.name);
SELECT * FROM ancestors ORDER BY id;
MERGE INTO order_log l USING orders o ON o.id = l.order_id WHEN MATCHED AND l.n < 0 THEN DELETE WHEN NOT MATCHED AND o.id < 4 THEN INSERT (order_id, becomes) VALUES (o.id, o.status);
SELECT order_id, becomes FROM order_log ORDER BY 1;
MERGE INTO events t USING (SELECT 1000 AS id, timestamp '2024-08-08' AS at, 'click' AS kind) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, at, kind) VALUES (s.id, s.at, s.kind);
SELECT tableoid::regclass, id FROM events WHERE id = 1000;
ROLLBACK;
