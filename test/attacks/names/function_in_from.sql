-- A function in FROM, ROWS FROM and LATERAL.
SELECT * FROM ROWS FROM (tenant_beta.canary_definer(), generate_series(1, 2));
SELECT f FROM accounts, LATERAL tenant_beta.canary_function(id) AS f LIMIT 1;
