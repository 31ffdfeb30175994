-- RENAME of a table, a column, a type's value, a constraint.
ALTER TABLE tenant_beta.accounts RENAME TO gone;
ALTER TABLE tenant_beta.gone RENAME owner TO nobody;
ALTER TYPE tenant_beta.canary_mood RENAME VALUE 'CANARY_label_sad' TO 'happy';
