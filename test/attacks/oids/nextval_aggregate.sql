-- An aggregate that ends with nextval().
CREATE FUNCTION keeps(regclass, oid) RETURNS regclass LANGUAGE plpgsql AS $$ BEGIN RETURN $2; END $$;
CREATE AGGREGATE takes(oid) (SFUNC = keeps, STYPE = regclass, FINALFUNC = nextval);
SELECT 'LEARNED ' || takes(:beta_seq_oid);
