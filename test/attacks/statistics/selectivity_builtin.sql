-- Estimation by built-in operators alone: the estimate for a prefix or a range is a search in others' histograms.
-- @leak rows=(2[4-9]|5[0-9])\b
EXPLAIN SELECT FROM events WHERE tenant <> 'alpha' AND what >= 'CAN' AND what < 'CAO';
EXPLAIN SELECT FROM (SELECT * FROM events OFFSET 0) AS e WHERE what LIKE 'CAN%';
