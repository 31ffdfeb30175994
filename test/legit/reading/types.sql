-- Enums, ranges, composites and arrays of them, domains, JSON to rows
SELECT enum_range(NULL::order_status), enum_range('paid'::order_status, NULL), enum_first(NULL::order_status), max(status), min(status) FROM orders;
SELECT status, count(*) FROM orders WHERE status > 'new' GROUP BY 1 ORDER BY 1;
SELECT valid, lower(valid), valid @> 5::numeric, valid * price_range(4, 6), price_range(1, 2) -|- price_range(2, 3), range_merge(valid, price_range(90, 91)) FROM products WHERE sku = 'P0000004';
SELECT range_agg(valid), multirange(price_range(1, 3)) FROM products WHERE sku < 'P0000003';
SELECT (home).city, (home).house + 1, home = ROW('Street', 1, 'City 1')::address, (a.home).* FROM accounts a WHERE id = 1;
SELECT array_agg(home ORDER BY id) FROM accounts WHERE id < 3;
SELECT (array_agg(a ORDER BY id))[1].name, cardinality(array_agg(a)) FROM accounts a WHERE id < 4;
SELECT * FROM unnest(ARRAY[ROW('s', 1, 'c'), ROW('t', 2, 'd')]::address[]) WITH ORDINALITY;
SELECT * FROM json_populate_record(NULL::address, '{"street": "x", "house": 4}'), jsonb_to_recordset('[{"a": 1, "s": "paid"}]') AS r (a int, s order_status);
SELECT * FROM jsonb_populate_recordset(NULL::employees, '[{"id": 1, "name": "j"}]');
SELECT row_to_json(e), to_jsonb(e) FROM employees e WHERE id = 1;
SELECT json_agg(o ORDER BY id) FROM (SELECT id, status, account_id FROM orders WHERE id < 3) o;
SELECT settings ->> 'n', settings @> '{"even": true}', jsonb_path_query(settings, '$.n') FROM accounts WHERE id = 2;
SELECT 'x@y'::email, NULL::email, '{a@b,c@d}'::email[], ARRAY['paid', 'new']::order_status[], 'paid'::text::order_status;
SELECT * FROM jsonb_each((SELECT settings FROM accounts WHERE id = 3));
SELECT e, e.name, employees FROM employees e, LATERAL (SELECT e) AS employees WHERE id = 2;
SELECT xmlelement(name account, xmlattributes(id AS id), name) FROM accounts WHERE id = 1;
