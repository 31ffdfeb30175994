-- UPDATE moves a row into another tenant's partition.
-- @uniform
UPDATE events SET tenant = 'be' || 'ta' WHERE tenant = 'alpha';
