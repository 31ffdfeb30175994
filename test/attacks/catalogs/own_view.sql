-- A view of the attacker's over a catalog, with security_invoker and without.
CREATE VIEW a AS SELECT nspname FROM pg_namespace;
CREATE VIEW b WITH (security_invoker) AS SELECT relname FROM pg_class WHERE oid = :beta_vault_oid;
TABLE a;
TABLE b;
