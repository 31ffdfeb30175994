-- A default over a sequence's OID, by COPY.
CREATE TABLE takes (a int, n bigint DEFAULT nextval(':beta_seq_oid'::oid::regclass));
COPY takes (a) FROM STDIN;
1
\.
SELECT 'LEARNED ' || n FROM takes;
