-- A new connection with search_path in its options.
\connect "host=:socket user=app dbname=attack options=-csearch_path=tenant_beta"
SELECT owner FROM accounts;
