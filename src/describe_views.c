/*
 * describe_views.c
 *	  Views and materialised views, and the columns of what is no table.
 */
#include "postgres.h"

#include "description_parts.h"

/* clang-format off */
static const DescriptionQuery queries[] = {
	/* Views.  The rule of a view holds what it depends on. */
	{"pg_class:vm", "SELECT c.class, c.oid AS object, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS "
	"kind, "
	"quote_ident(c.relname) AS identity, "
	"'CREATE ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END || quote_ident(c.relname) "
	"|| coalesce(' USING ' || nullif(quote_ident(m.amname), 'heap'), '') "
	"|| coalesce(' WITH (' || " OPTIONS_OF("",
	"c.reloptions") " || ')', '') "
	"|| coalesce(' TABLESPACE ' || quote_ident(p.spcname), '') "
	"|| ' AS ' || rtrim(pg_get_viewdef(c.oid), ';') "
	"|| CASE c.relkind WHEN 'm' THEN ' WITH NO DATA' ELSE '' END AS definition, "
	"(SELECT ARRAY['pg_rewrite'::regclass::oid, r.oid] FROM pg_rewrite r WHERE r.ev_class = c.oid "
	"AND r.rulename = '_RETURN') AS also, "
	"CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END || c.oid::regclass AS target, "
	COMMENT_OF("c.class", "c.oid", "0") " "
	"FROM " IN_SCHEMA("pg_class") " c LEFT JOIN pg_am m ON m.oid = c.relam "
	"LEFT JOIN pg_tablespace p ON p.oid = c.reltablespace WHERE c.relkind IN ('v', 'm') ORDER BY c.relname"},

	/* Comments on their columns. */
	{"pg_class:vm", "SELECT c.class, c.oid AS object, a.attnum::int AS subobject, 'column' AS kind, quote_ident(c.relname) "
	"AS relation, "
	"quote_ident(c.relname) || '.' || quote_ident(a.attname) AS identity, true AS late, '{}'::text[] AS facts, "
	"'COLUMN ' || c.oid::regclass || '.' || quote_ident(a.attname) AS target, d.description AS comment "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
	"JOIN pg_description d ON d.objoid = c.oid AND d.classoid = c.class AND d.objsubid = a.attnum "
	"WHERE c.relkind IN ('v', 'm') ORDER BY c.relname, a.attnum"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

/* Views of the same columns that need nothing but the types of these. */
/* clang-format off */
static const DescriptionQuery shell_queries[] = {
	{"pg_class:v", "SELECT c.class, c.oid AS object, 'view' AS kind, quote_ident(c.relname) AS identity, "
	"'CREATE VIEW ' || quote_ident(c.relname) || ' AS SELECT ' || (SELECT string_agg('NULL::' "
	"|| format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation "
	"THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END || ' AS ' || quote_ident(a.attname), ', ' ORDER BY "
	"a.attnum) "
	"FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0) AS definition "
	"FROM " IN_SCHEMA("pg_class") " c"},
};
/* clang-format on */

static SPIPlanPtr shell_plans[lengthof(shell_queries)];

void
describe_view_shells(Description *description)
{
	description_collect(description, shell_queries, shell_plans, lengthof(shell_queries));
}

void
describe_views(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
