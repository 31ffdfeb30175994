-- A cursor over a catalog, opened before the session is bound.
-- @login pool
:unbind;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT nspname FROM pg_namespace;
COMMIT;
:bind_alpha;
FETCH ALL FROM c;
