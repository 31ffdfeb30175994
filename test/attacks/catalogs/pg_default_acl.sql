-- Default privileges name schemas and roles.
SELECT defaclnamespace::regnamespace, defaclacl FROM pg_default_acl;
