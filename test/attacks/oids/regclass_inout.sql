-- A procedure's output of type regclass, set by a plain assignment.
CREATE PROCEDURE gives(INOUT r regclass) LANGUAGE plpgsql AS $$ BEGIN r := :beta_vault_oid; END $$;
CALL gives(NULL);
