-- A security_invoker view of the operator's, and one with security_barrier.
-- @session setup
CREATE VIEW public.invoked WITH (security_invoker) AS SELECT owner FROM tenant_beta.accounts;
CREATE VIEW public.barred WITH (security_barrier) AS SELECT owner FROM tenant_beta.accounts;
GRANT SELECT ON public.invoked, public.barred TO PUBLIC;
-- @session attacker
SELECT * FROM invoked;
SELECT * FROM barred;
EXPLAIN ANALYZE SELECT * FROM barred;
SELECT (SELECT max(owner) FROM invoked);
