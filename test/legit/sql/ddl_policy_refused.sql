-- Row level security: what the policies refuse
-- expects error
BEGIN;
INSERT INTO secrets (id, body) VALUES (-1, 'negative');
ROLLBACK;
SET row_security = off;
SELECT * FROM secrets;
RESET row_security;
SELECT id FROM secrets ORDER BY id;
