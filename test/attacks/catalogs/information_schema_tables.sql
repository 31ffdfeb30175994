-- information_schema: relations and columns that one has a privilege on.
SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE 'tenant%';
SELECT column_name, column_default FROM information_schema.columns WHERE table_schema LIKE 'tenant%';
