-- The numbers of random() that the next tenant gets are known to the one before.
-- @login pool
SELECT setseed(0.25);
-- @as beta
SELECT 'PWNED' WHERE abs(random() - 0.19726358498438978) < 1e-9;
