-- reg* types: casts from names and OIDs, to_reg*, tableoid, pg_typeof, as columns and arguments
SELECT 'accounts'::regclass, 'accounts'::regclass::oid = (SELECT oid FROM pg_class WHERE relname = 'accounts' AND relnamespace = 'tenant_alpha'::regnamespace), 'tenant_alpha.orders'::regclass, '"Mixed Case"'::regclass, 'public.countries'::regclass;
SELECT to_regclass('accounts'), to_regclass('no_such'), to_regtype('order_status[]'), to_regproc('slowly'), to_regprocedure('full_price(numeric, int)'), to_regoper('~~~'), to_regoperator('~~~(address, address)'), to_regnamespace('tenant_alpha'), to_regrole('tenant_alpha'), to_regcollation('by_code');
SELECT 'order_status'::regtype, 'email'::regtype::oid::regtype, 'slowly'::regproc, 'joined(text[])'::regprocedure, '~~~(address,address)'::regoperator, 'by_code'::regcollation, 'words'::regconfig, 'plain_words'::regdictionary, 'tenant_alpha'::regnamespace, current_user::regrole;
SELECT tableoid::regclass, count(*) FROM events GROUP BY tableoid ORDER BY tableoid::regclass::text;
SELECT tableoid::regclass, * FROM ancestors ORDER BY id;
SELECT pg_typeof(a), pg_typeof(a.home), pg_typeof(a.mail), pg_typeof(tags), pg_typeof('accounts'::regclass) FROM accounts a WHERE id = 1;
SELECT al, al::oid = 'accounts'::regclass, al::text FROM all_types;
SELECT '1259'::regclass, 1247::oid::regclass, 'int4'::regtype, 23::regtype, 0::regclass, '-'::regproc;
SELECT array_agg(c::text ORDER BY c::text) FROM unnest(ARRAY['accounts', 'orders']::regclass[]) c;
SELECT format('%s %s %I', 'accounts'::regclass, 'email'::regtype, 'Mixed Case'), 'accounts'::regclass || '!', json_build_object('t', 'accounts'::regclass), row('orders'::regclass, 'slowly'::regproc), to_json('email'::regtype), concat('orders'::regclass, 1);
SELECT oid::regclass FROM pg_class WHERE oid = ANY (ARRAY['accounts'::regclass, 'orders'::regclass]) ORDER BY relname;
CREATE TEMP TABLE refs (r regclass, t regtype, p regproc);
INSERT INTO refs VALUES ('accounts', 'email', 'slowly');
SELECT * FROM refs;
COPY refs TO STDOUT;
COPY refs FROM STDIN;
orders	order_status	log_order
\.
SELECT * FROM refs ORDER BY r::text;
