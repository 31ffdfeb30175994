-- A contrib function that runs a text.
SELECT * FROM crosstab('SELECT owner, id::text, owner FROM tenant_beta.accounts ORDER BY 1') AS ct (a text, b text, c text);
