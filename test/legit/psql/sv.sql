-- \sv and \sv+
\sv open_orders
\sv+ chain
\sv tenant_alpha.my_tables
