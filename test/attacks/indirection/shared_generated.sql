-- A generated column of a shared table.
-- @session setup
CREATE FUNCTION public.look(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT owner FROM tenant_beta.accounts WHERE id = $1); END $$;
CREATE TABLE public.looks (id int, told text GENERATED ALWAYS AS (public.look(id)) STORED);
GRANT ALL ON public.looks TO PUBLIC;
-- @session attacker
INSERT INTO looks VALUES (3) RETURNING told;
