-- A sequence that tenants share.
-- @session setup
CREATE SEQUENCE public.tickets;
ALTER SEQUENCE public.tickets OWNER TO app;
GRANT ALL ON SEQUENCE public.tickets TO PUBLIC;
-- @session attacker
ALTER SEQUENCE public.tickets MAXVALUE 5;
SELECT setval('public.tickets', 5);
-- @session victim
SELECT nextval('public.tickets');
