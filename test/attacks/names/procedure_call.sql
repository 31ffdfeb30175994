-- A procedure of another tenant that writes.
CALL tenant_beta.canary_procedure();
