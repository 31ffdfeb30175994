-- plpgsql evaluates simple expressions without the executor.
CREATE FUNCTION tell(o oid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text := pg_get_viewdef(o, true);
BEGIN
    RETURN answer;
END
$$;
SELECT tell(:beta_view_oid);
