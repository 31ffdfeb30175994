/*
 * describe_types.c
 *	  Types and collations.
 */
#include "postgres.h"

#include "description_parts.h"

/* Parts of a type: its name, and what COMMENT ON calls it. */
#define TYPE(keyword)                               \
	"quote_ident(t.typname) AS identity, '" keyword \
	" ' || t.oid::regtype AS target, " COMMENT_OF("t.class", "t.oid", "0")

/* clang-format off */
static const DescriptionQuery queries[] = {
	/* Collations; columns that only some majors have are read by name. */
	{"pg_collation", "SELECT l.class, l.oid AS object, 'collation' AS kind, quote_ident(l.collname) AS identity, "
	"'CREATE COLLATION ' || quote_ident(l.collname) || ' (PROVIDER = ' || CASE l.collprovider WHEN 'i' THEN 'icu' "
	"WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END "
	"|| CASE WHEN l.collprovider = 'c' THEN ', LC_COLLATE = ' || quote_literal(l.collcollate) || ', LC_CTYPE = ' "
	"|| quote_literal(l.collctype) ELSE ', LOCALE = ' || quote_literal(coalesce(x.j ->> 'colllocale', "
	"x.j ->> 'colliculocale', x.j ->> 'collcollate')) END "
	"|| CASE WHEN l.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END "
	"|| coalesce(', RULES = ' || quote_literal(x.j ->> 'collicurules'), '') || ')' AS definition, "
	"'COLLATION ' || l.oid::regcollation AS target, " COMMENT_OF("l.class", "l.oid", "0") " "
	"FROM " IN_SCHEMA("pg_collation") " l CROSS JOIN LATERAL (SELECT to_jsonb(l) AS j) x ORDER BY l.collname"},

	/* Enums. */
	{"pg_type:e", "SELECT t.class, t.oid AS object, 'type' AS kind, " TYPE("TYPE") ", "
	"'CREATE TYPE ' || quote_ident(t.typname) || ' AS ENUM (' || coalesce((SELECT string_agg(quote_literal(e.enumlabel), "
	"', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '') || ')' AS definition "
	"FROM " IN_SCHEMA("pg_type") " t WHERE t.typtype = 'e' ORDER BY t.typname"},

	/* Composite types; the relation has what their columns depend on. */
	{"pg_type:c", "SELECT t.class, t.oid AS object, 'type' AS kind, " TYPE("TYPE") ", "
	"'CREATE TYPE ' || quote_ident(t.typname) || ' AS (' || coalesce((SELECT string_agg(quote_ident(a.attname) || ' ' "
	"|| format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> b.typcollation "
	"THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum) "
	"FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 "
	"AND NOT a.attisdropped), '') || ')' AS definition, ARRAY['pg_class'::regclass::oid, c.oid] AS also "
	"FROM " IN_SCHEMA("pg_type") " t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' "
	"WHERE t.typtype = 'c' ORDER BY t.typname"},
	{"pg_type:c", "SELECT true AS late, t.class, t.oid AS object, a.attnum::int AS subobject, 'column' AS kind, "
	"quote_ident(t.typname) AS relation, "
	"quote_ident(t.typname) || '.' || quote_ident(a.attname) AS identity, '{}'::text[] AS facts, "
	"'COLUMN ' || t.oid::regtype || '.' || quote_ident(a.attname) AS target, d.description AS comment "
	"FROM " IN_SCHEMA("pg_type") " t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' "
	"JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
	"JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum "
	"WHERE t.typtype = 'c' ORDER BY t.typname, a.attnum"},

	/* Ranges; a canonical function is in C, and only a superuser makes one. */
	{"pg_type:r", "SELECT t.class, t.oid AS object, 'type' AS kind, " TYPE("TYPE") ", "
	"'CREATE TYPE ' || quote_ident(t.typname) || ' AS RANGE (SUBTYPE = ' || format_type(g.rngsubtype, NULL) "
	"|| CASE WHEN o.opcdefault AND o.opcnamespace = 'pg_catalog'::regnamespace THEN '' ELSE ', SUBTYPE_OPCLASS = ' "
	"|| o.opcnamespace::regnamespace || '.' || quote_ident(o.opcname) END "
	"|| CASE WHEN g.rngcollation <> u.typcollation THEN ', COLLATION = ' || g.rngcollation::regcollation ELSE '' END "
	"|| CASE WHEN g.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || g.rngsubdiff ELSE '' END "
	"|| coalesce(', MULTIRANGE_TYPE_NAME = ' || quote_ident(m.typname), '') || ')' AS definition "
	"FROM " IN_SCHEMA("pg_type") " t JOIN pg_range g ON g.rngtypid = t.oid JOIN pg_opclass o ON o.oid = g.rngsubopc "
	"JOIN pg_type u ON u.oid = g.rngsubtype LEFT JOIN pg_type m ON m.oid = g.rngmultitypid "
	"WHERE t.typtype = 'r' AND g.rngcanonical = 0 ORDER BY t.typname"},

	/* Domains, and their constraints. */
	{"pg_type:d", "SELECT t.class, t.oid AS object, 'domain' AS kind, " TYPE("DOMAIN") ", "
	"'CREATE DOMAIN ' || quote_ident(t.typname) || ' AS ' || format_type(t.typbasetype, t.typtypmod) "
	"|| CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE ' || t.typcollation::regcollation ELSE '' END "
	"|| coalesce(' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)), '') "
	"|| CASE WHEN t.typnotnull THEN coalesce(' CONSTRAINT ' || quote_ident(n.conname), '') || ' NOT NULL' ELSE '' END "
	"AS definition FROM " IN_SCHEMA("pg_type") " t JOIN pg_type b ON b.oid = t.typbasetype "
	/* Since 17. */
	"LEFT JOIN pg_constraint n ON n.contypid = t.oid AND n.contype = 'n' WHERE t.typtype = 'd' ORDER BY t.typname"},
	{"pg_type:d", "SELECT true AS late, 'pg_constraint'::regclass::oid AS class, n.oid AS object, 'constraint' AS kind, "
	"quote_ident(t.typname) AS relation, quote_ident(n.conname) || ' on ' || quote_ident(t.typname) AS identity, "
	"'{}'::text[] AS facts, 'CONSTRAINT ' || quote_ident(n.conname) || ' ON DOMAIN ' || t.oid::regtype AS target, "
	COMMENT_OF("'pg_constraint'::regclass", "n.oid", "0") " "
	"FROM " IN_SCHEMA("pg_type") " t JOIN pg_constraint n ON n.contypid = t.oid AND n.contype = 'n' "
	"WHERE t.typtype = 'd' ORDER BY t.typname"},
	{"pg_type:d", "SELECT 'pg_constraint'::regclass::oid AS class, k.oid AS object, t.oid AS host, t.class AS host_class, "
	"'constraint' AS kind, quote_ident(t.typname) AS relation, "
	"quote_ident(k.conname) || ' on ' || quote_ident(t.typname) AS identity, "
	"CASE WHEN k.convalidated THEN ' CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) END AS "
	"inlined, "
	"'ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) AS alters, "
	"'CONSTRAINT ' || quote_ident(k.conname) || ' ON DOMAIN ' || t.oid::regtype AS target, "
	COMMENT_OF("'pg_constraint'::regclass", "k.oid", "0") " "
	"FROM " IN_SCHEMA("pg_type") " t JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'c' "
	"WHERE t.typtype = 'd' ORDER BY t.typname, k.conname"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

void
describe_types(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
