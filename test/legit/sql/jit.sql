-- JIT, as soon as there is something to compile
SET jit = on;
SET jit_above_cost = 0;
SET jit_inline_above_cost = 0;
SET jit_optimize_above_cost = 0;
SELECT count(*), sum(full_price(price, 3)), max(title) FROM products WHERE price > 4;
SELECT name, home, tags FROM accounts WHERE balance BETWEEN 10 AND 40 ORDER BY id;
SELECT relname FROM pg_class WHERE relnamespace = 'tenant_alpha'::regnamespace AND relkind = 'p' ORDER BY 1;
