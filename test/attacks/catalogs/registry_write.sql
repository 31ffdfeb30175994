-- Its functions by an ordinary role. Without the library: the same by DDL.
SELECT tenancy.suspend('beta', 'x');
SELECT tenancy.drop('beta', force => true);
SELECT tenancy.reset_stats();
DO $$
BEGIN
    IF to_regclass('tenancy.tenants') IS NULL THEN
        DROP SCHEMA tenant_beta CASCADE;
    END IF;
    UPDATE tenancy.tenants SET status = 'suspended';
END
$$;
