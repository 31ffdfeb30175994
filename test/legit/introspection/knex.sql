-- Of the shape that Knex's schema builder and its lock table have
SELECT * FROM information_schema.tables WHERE table_name = 'accounts' AND table_schema = current_schema() AND table_catalog = current_database();
SELECT * FROM information_schema.columns WHERE table_name = 'shipments' AND table_schema = current_schema() ORDER BY ordinal_position;
BEGIN;
CREATE TABLE IF NOT EXISTS "knex_migrations" ("id" serial primary key, "name" varchar(255), "batch" integer, "migration_time" timestamptz);
CREATE TABLE IF NOT EXISTS "knex_migrations_lock" ("index" serial primary key, "is_locked" integer);
INSERT INTO "knex_migrations_lock" ("is_locked") VALUES (0);
SELECT "is_locked" FROM "knex_migrations_lock" FOR UPDATE;
UPDATE "knex_migrations_lock" SET "is_locked" = 1 WHERE "is_locked" = 0;
INSERT INTO "knex_migrations" ("batch", "name") VALUES (1, '001.js') RETURNING "id";
SELECT max("batch") AS "max_batch" FROM "knex_migrations";
ROLLBACK;
