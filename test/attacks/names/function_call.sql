-- A function of another tenant.
SELECT tenant_beta.canary_function();
