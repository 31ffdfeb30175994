-- The estimate of rows with a value tells whether a shared parent's most common values have it.
-- @leak rows=(2[0-9]|5[0-9])
EXPLAIN SELECT FROM events WHERE what = 'CAN' || 'ARY_event_1';
