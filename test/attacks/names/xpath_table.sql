-- xpath_table() puts a table's name into a query.
SELECT * FROM xpath_table('id', '''<a>'' || owner || ''</a>''', 'tenant_beta.accounts', '/a', 'true') AS t (id int, v text);
