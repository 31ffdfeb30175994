-- Bound to nobody, with the schema's name.
:unbind;
SELECT owner FROM tenant_beta.accounts;
