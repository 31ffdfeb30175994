-- A SECURITY DEFINER function of a superuser binds.
-- @session setup
CREATE FUNCTION public.switches() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM :call_bind_beta;
    RETURN 'switched';
END
$$;
-- @session attacker
SELECT switches();
SELECT owner FROM accounts;
