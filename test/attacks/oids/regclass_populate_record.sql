-- json_populate_record() makes a regclass out of a number.
CREATE TYPE shows AS (r regclass, p regprocedure);
SELECT json_populate_record(NULL::shows, '{"r": :beta_vault_oid, "p": :beta_function_oid}');
