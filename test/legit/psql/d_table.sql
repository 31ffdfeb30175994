-- \d and \d+ of tables, with columns, indexes, constraints, triggers and policies
\d accounts
\d+ accounts
\d orders
\d+ orders
\d order_items
\d employees
\d+ secrets
\d "Mixed Case"
\d tenant_alpha.scratch
