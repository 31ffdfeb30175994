-- What the superuser does for a tenant once it is in the registry; :schema names its role too.
ALTER PUBLICATION changes ADD TABLE :"schema".accounts;
ALTER ROLE :"schema" SET statement_timeout = '1min';
CREATE USER MAPPING FOR :"schema" SERVER warehouse OPTIONS (user :'schema', password 'secret');
SET ROLE :"schema";
SELECT lo_from_bytea(0, 'large');
RESET ROLE;
