-- In xml, both ways.
SELECT xmlelement(name e, :beta_vault_oid::regclass);
SELECT xmlforest(:beta_vault_oid::regclass AS r);
SELECT r FROM xmltable('/a' PASSING '<a>:beta_vault_oid</a>' COLUMNS r regclass PATH '.');
