-- Slugs: a tenant that exists, and one that does not. Without the library: schemas.
-- @oracle target=beta|zeta
SET :setting TO ':target';
SELECT 1 FROM tenant_:target.accounts LIMIT 1;
