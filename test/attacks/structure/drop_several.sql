-- DROP of several, of which one is the attacker's own.
CREATE TABLE mine (a int);
DROP VIEW IF EXISTS rich, tenant_beta.rich;
DROP TABLE mine, tenant_beta.canary_toast;
