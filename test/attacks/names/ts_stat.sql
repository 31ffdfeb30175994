-- ts_stat() runs a text.
SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', owner) FROM tenant_beta.accounts');
