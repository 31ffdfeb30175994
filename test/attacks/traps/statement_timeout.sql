-- Another.
-- @login pool
SET statement_timeout = '1ms';
-- @as beta
SELECT count(*) FROM generate_series(1, 1000000);
