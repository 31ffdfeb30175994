-- enum_in() in a condition that the planner evaluates to estimate it, also out of functions
SELECT 'LEARNED' FROM (SELECT count(*) FROM accounts WHERE owner > enum_in(textout('CANARY_label' || '_glad'), :beta_type_oid)::text) AS c;
CREATE FUNCTION glad() RETURNS text STABLE LANGUAGE sql AS $$ SELECT enum_in(textout('CANARY_label' || '_glad'), :beta_type_oid)::text $$;
SELECT 'LEARNED' FROM (SELECT count(*) FROM accounts WHERE owner > glad()) AS c;
CREATE FUNCTION sure(text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM enum_in(textout($1), :beta_type_oid); RETURN true; END $$;
SELECT 'LEARNED' FROM (SELECT count(*) FROM accounts WHERE sure('CANARY_label' || '_glad')) AS c;
