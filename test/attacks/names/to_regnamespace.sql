-- Schema names are looked up without any event.
SELECT 'LEARNED' WHERE to_regnamespace('tenant_' || 'beta') IS NOT NULL;
