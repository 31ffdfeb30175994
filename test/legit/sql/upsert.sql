-- INSERT ... ON CONFLICT, RETURNING, OVERRIDING, DEFAULT VALUES
BEGIN;
INSERT INTO employees VALUES (1, 'again') ON CONFLICT (id) DO UPDATE SET name = excluded.name || ' ' || employees.name RETURNING *;
INSERT INTO employees VALUES (1, 'ignored') ON CONFLICT DO NOTHING;
INSERT INTO accounts (name, mail) VALUES ('x', 'a1@example.org') ON CONFLICT ON CONSTRAINT accounts_mail_key DO UPDATE SET balance = accounts.balance + 1 WHERE accounts.balance < 100 RETURNING id, name, balance, display;
INSERT INTO accounts (id, name) OVERRIDING SYSTEM VALUE VALUES (900, 'given') RETURNING id, created_at, tags;
INSERT INTO events (id, at, kind) VALUES (1, '2024-01-03', 'tap') ON CONFLICT (id, at, kind) DO NOTHING;
INSERT INTO order_log DEFAULT VALUES RETURNING order_id, was;
WITH moved AS (DELETE FROM ancestors WHERE id = 2 RETURNING *) INSERT INTO ancestors SELECT id + 100, label FROM moved RETURNING *;
UPDATE orders o SET remark = a.name FROM accounts a WHERE a.id = o.account_id AND o.id < 3 RETURNING o.id, o.remark;
DELETE FROM shipments USING orders o WHERE o.id = shipments.order_id AND o.id < 3 RETURNING shipments.*;
ROLLBACK;
