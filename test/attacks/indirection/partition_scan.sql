-- A shared partitioned table has a partition in each tenant's schema.
-- @uniform
SELECT what FROM events;
