-- Row estimates of a shared parent tell how much others have.
-- @leak rows=5\d
EXPLAIN SELECT FROM events;
