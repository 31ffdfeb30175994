-- A domain's constraint shows its name, and its text by what it refuses.
SELECT 'CANARY_domain' '_text'::tenant_beta.canary_domain;
SELECT 'LEARNED' FROM (SELECT 'x'::tenant_beta.canary_domain) AS t;
