-- The whole database as XML, and its shape.
SELECT database_to_xml(true, false, '');
SELECT database_to_xmlschema(true, false, '');
