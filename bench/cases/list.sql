-- One tenant of the registry.
SELECT * FROM tenancy.list() WHERE slug = 'acme';
