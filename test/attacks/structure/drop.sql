-- DROP, of one thing and of all.
DROP TABLE tenant_beta.accounts CASCADE;
DROP SCHEMA tenant_beta CASCADE;
