-- A cast of a shared type by another tenant's function.
-- @session setup
CREATE TYPE public.box_of AS (n int);
CREATE FUNCTION tenant_beta.unbox(public.box_of) RETURNS text LANGUAGE sql AS 'SELECT min(owner) FROM tenant_beta.accounts';
CREATE CAST (public.box_of AS text) WITH FUNCTION tenant_beta.unbox(public.box_of) AS ASSIGNMENT;
-- @session attacker
SELECT ROW(1)::box_of::text;
CREATE TABLE taken (t text);
INSERT INTO taken VALUES (ROW(1)::box_of) RETURNING t;
