/*
 * describe_constraints.c
 *	  Constraints and indexes of tables and materialised views.
 */
#include "postgres.h"

#include "description_parts.h"

/* clang-format off */
static const DescriptionQuery queries[] = {
	/*
	 * Constraints.  Those that come from a parent are left out, but for what a partition
	 * must have before it is attached, so that its names stay.
	 */
	{"pg_class:rp", "SELECT 'pg_constraint'::regclass::oid AS class, k.oid AS object, c.oid AS host, 'constraint' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(k.conname) || ' on ' || quote_ident(c.relname) AS identity, "
	"CASE WHEN k.convalidated THEN 'CONSTRAINT ' || quote_ident(k.conname) || ' ' || x.definition END AS inlined, "
	"'ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || x.definition AS alters, true AS recurses, "
	"CASE WHEN k.contype IN ('p', 'u', 'x') THEN ARRAY['pg_class'::regclass::oid, k.conindid] END AS also, "
	"'CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || c.oid::regclass AS target, "
	COMMENT_OF("'pg_constraint'::regclass", "k.oid", "0") ", "
	"ARRAY['definition', x.definition] AS facts "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_constraint k ON k.conrelid = c.oid "
	"LEFT JOIN pg_constraint p ON p.oid = k.conparentid "
	"CROSS JOIN LATERAL (SELECT pg_get_constraintdef(k.oid) AS definition OFFSET 0) x "
	"WHERE c.relkind IN ('r', 'p') AND k.contype IN ('c', 'p', 'u', 'x', 'f') "
	"AND CASE k.contype WHEN 'c' THEN k.conislocal OR c.relispartition "
	"WHEN 'f' THEN p.oid IS NULL OR (p.conrelid <> k.conrelid AND p.conname <> k.conname) ELSE true END "
	"ORDER BY c.relname, position(k.contype::text IN 'pucxf'), k.conname"},

	/* Indexes that no constraint made. */
	{"pg_class:rpm", "SELECT c.class, i.oid AS object, 'index' AS kind, quote_ident(i.relname) AS identity, "
	"quote_ident(c.relname) AS relation, "
	"pg_get_indexdef(i.oid) AS definition, pg_table_is_visible(c.oid) AS qualified, 'INDEX ' || i.oid::regclass AS "
	"target, " COMMENT_OF("c.class", "i.oid", "0") " "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid "
	"WHERE c.relkind IN ('r', 'p', 'm') AND (x.indisvalid OR i.relkind = 'I') "
	"AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = c.class AND d.objid = i.oid AND d.deptype = 'i' "
	"AND d.refclassid = 'pg_constraint'::regclass) ORDER BY c.relname, i.relname"},

	/* What their definitions do not say: tablespaces, statistics targets, and options of constraints' indexes. */
	{"pg_class:rpm", "SELECT c.class, i.oid AS object, 'index' AS kind, quote_ident(i.relname) AS identity, true AS late, "
	"quote_ident(c.relname) AS relation, "
	"'ALTER INDEX ' || i.oid::regclass || v.action AS definition, ARRAY[v.name, v.action] AS facts "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid "
	"CROSS JOIN LATERAL (SELECT 'tablespace', ' SET TABLESPACE ' || quote_ident(p.spcname) FROM pg_tablespace p "
	"WHERE p.oid = i.reltablespace UNION ALL "
	"SELECT 'options', ' SET (' || " OPTIONS_OF("",
	"i.reloptions") " || ')' "
	"FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conindid = i.oid AND k.contype IN ('p', 'u') AND i.reloptions IS "
	"NOT NULL "
	"UNION ALL "
	"SELECT 'statistics', ' ALTER COLUMN ' || a.attnum || ' SET STATISTICS ' || a.attstattarget FROM pg_attribute a "
	"WHERE a.attrelid = i.oid AND a.attstattarget >= 0) v (name, action) "
	"WHERE c.relkind IN ('r', 'p', 'm') AND (x.indisvalid OR i.relkind = 'I') ORDER BY c.relname, i.relname, v.action"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

void
describe_constraints(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
