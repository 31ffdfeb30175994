-- MERGE into the parent, pruned by nothing that the planner knows.
-- @uniform
MERGE INTO events AS e USING (VALUES ('be' || 'ta')) AS v (tenant) ON e.tenant = v.tenant WHEN MATCHED THEN UPDATE SET what = 'changed';
