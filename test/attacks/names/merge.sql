-- MERGE writes and reads.
MERGE INTO tenant_beta.accounts AS a USING (VALUES (1)) AS v (id) ON a.id = v.id
 WHEN MATCHED THEN UPDATE SET balance = -1;
