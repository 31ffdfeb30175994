-- The number of groups that is estimated for a shared parent's column.
-- @leak HashAggregate .*rows=3\b
EXPLAIN SELECT what FROM events GROUP BY what;
