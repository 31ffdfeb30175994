-- A child of a shared table, in the attacker's schema: others read what he writes, and run his functions.
-- @session setup
CREATE TABLE public.notices (what text);
ALTER TABLE public.notices OWNER TO app;
GRANT ALL ON public.notices TO PUBLIC;
-- @session attacker
CREATE TABLE more () INHERITS (public.notices);
INSERT INTO more VALUES ('PWNED');
GRANT ALL ON more TO PUBLIC;
-- @session victim
SELECT * FROM notices;
