-- Functions and types of extensions in public: pgcrypto, hstore, ltree, intarray, uuid-ossp, btree_gist, tablefunc
-- needs extension: pgcrypto hstore ltree intarray uuid-ossp btree_gist tablefunc
SELECT encode(digest('x', 'sha256'), 'hex'), crypt('pw', '$1$salt') = crypt('pw', crypt('pw', '$1$salt')), length(gen_salt('bf')), pgp_sym_decrypt(pgp_sym_encrypt('secret', 'k'), 'k');
SELECT 'a=>1,b=>2'::hstore -> 'b', hstore(e) -> 'name', akeys('x=>1'::hstore) FROM employees e WHERE id = 1;
SELECT uuid_generate_v5(uuid_ns_dns(), 'example.org'), uuid_generate_v4() IS NOT NULL;
SELECT 'top.a.b'::ltree <@ 'top.a', subpath('top.a.b', 1), ARRAY[1, 2, 3] && ARRAY[3], sort(ARRAY[3, 1]);
CREATE TABLE booked (room int, during tsrange, attrs hstore, path ltree, EXCLUDE USING gist (room WITH =, during WITH &&));
CREATE INDEX ON booked USING gist (path);
INSERT INTO booked VALUES (1, '[2024-01-01,2024-01-02)', 'a=>1', 'x.y'), (1, '[2024-01-02,2024-01-03)', '', 'x.z');
SELECT room, attrs, path FROM booked WHERE path <@ 'x' ORDER BY path;
SELECT * FROM crosstab('SELECT account_id, status::text, count(*)::int FROM orders WHERE account_id < 4 GROUP BY 1, 2 ORDER BY 1, 2') AS ct (account bigint, a int, b int, c int, d int);
SELECT * FROM connectby('employees', 'id', 'boss', '2', 0, '/') AS t (id int, boss int, level int, branch text) ORDER BY branch;
\d booked
DROP TABLE booked;
