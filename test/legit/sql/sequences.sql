-- nextval, setval, currval, lastval of what is there, in every way to name it
BEGIN;
SELECT nextval('invoice_numbers') > 1000, nextval('"invoice_numbers"') > 1000, currval('tenant_alpha.invoice_numbers') = lastval();
SELECT setval('invoice_numbers', 5000), nextval('invoice_numbers'::text), nextval('invoice_numbers'::regclass::oid);
SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders)), nextval(pg_get_serial_sequence('accounts', 'id'));
INSERT INTO orders (account_id) VALUES (1) RETURNING id, number, currval('orders_id_seq') = id, currval('invoice_numbers') = number;
SELECT s.relname, nextval(s.oid) IS NOT NULL FROM pg_class s WHERE relkind = 'S' AND relnamespace = 'tenant_alpha'::regnamespace ORDER BY 1;
SELECT sequencename, last_value IS NOT NULL FROM pg_sequences WHERE schemaname = 'tenant_alpha' ORDER BY 1;
SELECT last_value, log_cnt >= 0, is_called FROM invoice_numbers;
SELECT seqrelid::regclass, seqtypid::regtype, seqstart FROM pg_sequence WHERE seqrelid = 'small_numbers'::regclass;
CREATE FUNCTION next_of(s regclass) RETURNS bigint LANGUAGE sql AS 'SELECT nextval(s)';
SELECT next_of('small_numbers') > 0, next_of('small_numbers'::regclass) > 0;
SELECT n, nextval('small_numbers') > 0 FROM generate_series(1, 3) n WHERE nextval('small_numbers') > 0;
ROLLBACK;
SELECT setval('invoice_numbers', 3000), setval('small_numbers', 10);
DISCARD SEQUENCES;
