-- A catalog through the extended protocol, by a portal that is fetched in pieces.
-- @wire
--: parse s
SELECT nspname FROM pg_namespace
--: portal s
--: fetch
--: extended
SELECT nspname FROM pg_namespace ORDER BY 1
