-- Options of foreign tables.
SELECT ftoptions FROM pg_foreign_table;
