-- The first schema of search_path is where things are created.
SET search_path = tenant_beta;
CREATE TABLE planted (a int);
SELECT 'LEARNED schemas ' || array_to_string(current_schemas(false), ',') WHERE 'tenant_' || 'beta' = ANY (current_schemas(false));
