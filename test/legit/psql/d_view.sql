-- \d and \d+ of views and a materialised view
\d open_orders
\d+ open_orders
\d+ rich_accounts
\d+ chain
\d+ sales
\d my_tables
