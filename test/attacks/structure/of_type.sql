-- A typed table of another tenant's type.
CREATE TABLE typed OF tenant_beta.canary_pair;
INSERT INTO typed VALUES ('x', 1) RETURNING 'LEARNED ' || typed::text;
