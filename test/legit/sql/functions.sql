-- One's own functions: inlined or not, in FROM, named arguments, VARIADIC, OUT, SETOF, CALL
SELECT full_price(2.5, 4), full_price(amount => 2, price => 3);
SELECT id, status FROM orders_of(3) WHERE id > 10;
SELECT (orders_of(1)).id ORDER BY 1 LIMIT 2;
SELECT * FROM order_total(5);
SELECT o.id, t.* FROM orders o, order_total(o.id) t WHERE o.id < 4 ORDER BY 1;
SELECT * FROM best_accounts(360);
SELECT * FROM best_accounts() LIMIT 1;
SELECT joined('a', 'b', 'c'), joined(VARIADIC ARRAY['x', 'y']);
SELECT slowly(1), total(balance) FROM accounts WHERE id < 3;
SELECT home ~~~ ROW('Other', 1, 'City 1')::address FROM accounts WHERE id = 4;
SELECT tenant_alpha.full_price(1, 1), public.add_tax(100), add_tax(10, 0.5), country_name('JP');
SELECT home::text, address_text(home) FROM accounts WHERE id = 1;
BEGIN;
CALL settle(4, NULL);
SELECT * FROM order_log;
ROLLBACK;
DO $$
DECLARE
	ok boolean;
BEGIN
	CALL settle(8, ok);
	RAISE NOTICE 'done %', ok;
	ROLLBACK;
END
$$;
