-- \gset, \gexec, \crosstabview, \gdesc, \watch once, \errverbose
SELECT id AS which, name AS who FROM accounts ORDER BY id LIMIT 1 \gset
\echo :which :'who'
SELECT format('SELECT count(*) FROM %I', relname) FROM my_tables WHERE relname IN ('orders', 'products') ORDER BY relname
\gexec
SELECT status, extract(month FROM placed) AS month, count(*) FROM orders GROUP BY 1, 2 ORDER BY 1, 2
\crosstabview
SELECT id, name, home, tags, balance FROM accounts
\gdesc
\errverbose
