-- What all tenants share: tables, views, functions, types
SELECT * FROM countries ORDER BY code;
SELECT * FROM public.european_countries;
SELECT a.name, c.name FROM accounts a JOIN countries c ON c.code = a.country WHERE a.id < 4 ORDER BY a.id;
SELECT country_name('NL'), add_tax(price) FROM products WHERE sku = 'P0000007';
SELECT 'asia'::continent, enum_range(NULL::continent), 'NL'::country_code;
CREATE TABLE places (c continent, code country_code REFERENCES countries, v text DEFAULT country_name('KE'));
INSERT INTO places VALUES ('africa', 'KE') RETURNING *;
\d places
DROP TABLE places;
