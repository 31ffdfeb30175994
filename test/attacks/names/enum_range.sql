-- The labels of an enum.
SELECT enum_range(NULL::tenant_beta.canary_mood);
