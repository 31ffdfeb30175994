-- Not-null constraints as tables have them since PostgreSQL 18: with names, comments and heirs, valid or not.

CREATE TABLE plain (id int PRIMARY KEY, a int NOT NULL, "B c" int CONSTRAINT "must Be" NOT NULL, d int CONSTRAINT alone NOT NULL NO INHERIT);
COMMENT ON CONSTRAINT plain_a_not_null ON plain IS 'simple';
COMMENT ON CONSTRAINT "must Be" ON plain IS 'named';
INSERT INTO plain VALUES (1, 2, 3, 4);
CREATE TABLE heir () INHERITS (plain);
INSERT INTO heir VALUES (2, 2, 3, NULL);
CREATE TABLE stricter (e int, CONSTRAINT of_heir NOT NULL d, CONSTRAINT other_a NOT NULL a) INHERITS (plain);
COMMENT ON CONSTRAINT of_heir ON stricter IS 'of a child';
CREATE TABLE merged (a int, e int NOT NULL) INHERITS (plain);
CREATE TABLE adopted (f int, "B c" int NOT NULL, a int CONSTRAINT adopted_a NOT NULL, id int NOT NULL, d int);
ALTER TABLE adopted INHERIT plain;
CREATE TABLE owners (id int GENERATED ALWAYS AS IDENTITY, s serial, name text COLLATE "C" DEFAULT 'x' NOT NULL);

CREATE TABLE counted (id int CONSTRAINT counted_id NOT NULL NO INHERIT);
ALTER TABLE counted ALTER id ADD GENERATED ALWAYS AS IDENTITY;

CREATE TABLE loose (a int, b int, c int, d int);
INSERT INTO loose VALUES (NULL, NULL, NULL, NULL);
ALTER TABLE loose ADD CONSTRAINT late_a NOT NULL a NOT VALID, ADD NOT NULL b NOT VALID, ADD CONSTRAINT late_d NOT NULL d NO INHERIT NOT VALID;
COMMENT ON CONSTRAINT late_a ON loose IS 'late';
COMMENT ON CONSTRAINT loose_b_not_null ON loose IS 'late too';

CREATE TABLE above (a int, b int);
CREATE TABLE below (c int) INHERITS (above);
CREATE TABLE bottom () INHERITS (below);
INSERT INTO bottom VALUES (NULL, NULL, NULL);
ALTER TABLE below ADD CONSTRAINT a_of_below NOT NULL a NOT VALID;
COMMENT ON CONSTRAINT a_of_below ON bottom IS 'inherited';
ALTER TABLE above ADD CONSTRAINT a_of_above NOT NULL a NOT VALID, ADD CONSTRAINT b_of_above NOT NULL b NOT VALID;
CREATE TABLE beside (a int, b int);
INSERT INTO beside VALUES (NULL, NULL);
ALTER TABLE beside ADD CONSTRAINT a_of_beside NOT NULL a NOT VALID, ADD NOT NULL b NOT VALID;
ALTER TABLE beside INHERIT above;

CREATE TABLE parts (a int CONSTRAINT whole NOT NULL, b int, c int) PARTITION BY RANGE (a);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE TABLE parts_2 (b int, a int CONSTRAINT part NOT NULL, c int NOT NULL);
INSERT INTO parts_2 VALUES (NULL, 11, 12);
ALTER TABLE parts_2 ADD CONSTRAINT own NOT NULL b NOT VALID;
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (20);
INSERT INTO parts_1 VALUES (1, NULL, NULL);
ALTER TABLE parts ADD CONSTRAINT whole_c NOT NULL c NOT VALID;
COMMENT ON CONSTRAINT whole ON parts_1 IS 'of a partition';
