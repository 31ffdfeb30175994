-- The contrib trigger that notifies of changes.
-- @session victim
LISTEN tcn;
-- @session attacker
CREATE TABLE "PWNED" (id int PRIMARY KEY);
CREATE TRIGGER t AFTER INSERT ON "PWNED" FOR EACH ROW EXECUTE FUNCTION triggered_change_notification();
INSERT INTO "PWNED" VALUES (1);
-- @session victim
SELECT 'waited';
