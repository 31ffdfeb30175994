-- What Prisma's migration engine asks first: version, settings, existence of a table, what is in no named schema
SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'tenant_alpha'), version() LIKE 'PostgreSQL%', current_setting('server_version_num')::int >= 140000 AS recent;
SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'tenant_alpha' AND tablename = '_prisma_migrations');
SELECT count(*) > 0 FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE';
SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1;
SELECT conname, conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('c', 'x') AND connamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND conrelid <> 0 ORDER BY conname, conrelid::regclass::text;
