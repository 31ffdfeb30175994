-- The same with an escape character of the attacker's choice, in DDL and in a function call.
-- allow: tenant_beta beta
CREATE VIEW uescape AS SELECT * FROM U&"tenant!005F!0062eta" UESCAPE '!'."accounts";
SELECT U&"tenant!005F!0062eta" UESCAPE '!'.canary_function(1);
