-- A dependency on an extension.
ALTER FUNCTION tenant_beta.get_owner(int) DEPENDS ON EXTENSION tablefunc;
ALTER INDEX tenant_beta.canary_index DEPENDS ON EXTENSION tablefunc;
