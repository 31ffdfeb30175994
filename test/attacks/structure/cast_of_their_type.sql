-- A cast and an operator for another tenant's type: it changes what their queries do.
CREATE FUNCTION as_text(tenant_beta.canary_pair) RETURNS text LANGUAGE sql AS 'SELECT ''planted''';
CREATE CAST (tenant_beta.canary_pair AS text) WITH FUNCTION as_text(tenant_beta.canary_pair) AS IMPLICIT;
