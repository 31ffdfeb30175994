-- Results of functions: RETURN, RETURN NEXT, OUT parameters, RETURNS TABLE, CALL.
CREATE FUNCTION a(o oid) RETURNS regclass LANGUAGE plpgsql AS $$ BEGIN RETURN o; END $$;
CREATE FUNCTION b(o oid, OUT r regclass, OUT p regproc) LANGUAGE plpgsql AS $$ BEGIN r := o; p := :beta_function_oid; END $$;
CREATE FUNCTION c(o oid) RETURNS TABLE (r regclass) LANGUAGE plpgsql AS $$ BEGIN r := o; RETURN NEXT; END $$;
CREATE PROCEDURE d(o oid, INOUT r regclass) LANGUAGE plpgsql AS $$ BEGIN r := o; END $$;
SELECT a(:beta_vault_oid);
SELECT * FROM b(:beta_vault_oid);
SELECT * FROM c(:beta_vault_oid);
CALL d(:beta_vault_oid, NULL);
