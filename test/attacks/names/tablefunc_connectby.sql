-- connectby() takes names of a table and its columns.
-- allow: canary_owner_1
SELECT * FROM connectby('tenant_beta.accounts', 'owner', 'owner', 'CANARY_owner' || '_1', 1) AS t (k text, p text, level int);
