-- Things of the whole database: extensions, languages, database settings, roles.
ALTER DATABASE attack SET search_path = tenant_alpha;
ALTER ROLE tenant_beta SET search_path = tenant_alpha;
CREATE ROLE planted IN ROLE tenant_beta;
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA tenant_beta GRANT ALL ON FUNCTIONS TO tenant_alpha;
