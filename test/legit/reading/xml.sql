-- XML out of one's own tables, where PostgreSQL has it
SELECT query_to_xml('SELECT id, name FROM employees WHERE id < 3 ORDER BY id', false, false, '');
SELECT table_to_xml('ancestors', true, false, '');
SELECT table_to_xmlschema('tenant_alpha.ancestors'::regclass, false, false, '');
SELECT xpath('//name/text()', query_to_xml('SELECT name FROM employees WHERE id = 1', true, false, ''));
SELECT schema_to_xml('tenant_alpha', false, false, '') IS NOT NULL;
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM employees ORDER BY id;
SELECT cursor_to_xml('c', 1, false, false, '');
COMMIT;
