-- A variable that PL/pgSQL returns as text, cast without a plan.
CREATE FUNCTION gives(o oid) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r regclass; BEGIN SELECT o INTO r; RETURN r; END $$;
SELECT gives(:beta_vault_oid);
