-- ts_rewrite() runs a text too.
SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, to_tsquery(''simple'', min(owner)) FROM tenant_beta.accounts');
