-- The names of temporary things are in the catalogs.
-- @login pool
-- @session attacker as beta
CREATE TEMP TABLE canary_temp (canary_column int);
CREATE TEMP SEQUENCE canary_temp_seq;
-- @as alpha
SELECT relname FROM pg_class WHERE relpersistence = 't';
