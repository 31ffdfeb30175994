/*
 * describe_tables.c
 *	  Sequences and tables with their columns and defaults.
 */
#include "postgres.h"

#include "description_parts.h"

/* Parameters of a sequence, as CREATE SEQUENCE and identity columns take them. */
#define SEQUENCE_PARAMETERS                                                                          \
	"'START WITH ' || q.seqstart || ' INCREMENT BY ' || q.seqincrement || ' MINVALUE ' || q.seqmin " \
	"|| ' MAXVALUE ' || q.seqmax || ' CACHE ' || q.seqcache || CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END"

/* True for a column that is written in CREATE TABLE: not one that comes from a parent. */
#define WRITTEN "(a.attislocal OR c.relispartition)"

/* clang-format off */
static const DescriptionQuery queries[] = {
	/* Sequences, but for those of identity columns. */
	{"pg_class:S", "SELECT c.class, c.oid AS object, 'sequence' AS kind, quote_ident(c.relname) AS identity, "
	"'CREATE ' || CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'SEQUENCE ' "
	"|| quote_ident(c.relname) || ' AS ' || format_type(q.seqtypid, NULL) || ' ' || " SEQUENCE_PARAMETERS
	" AS definition, 'SEQUENCE ' || c.oid::regclass AS target, " COMMENT_OF("c.class", "c.oid", "0") " "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_sequence q ON q.seqrelid = c.oid "
	"WHERE c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = c.class AND d.objid = c.oid "
	"AND d.deptype = 'i') ORDER BY c.relname"},

	/* Tables. */
	{"pg_class:rp", "SELECT c.class, c.oid AS object, 'table' AS kind, quote_ident(c.relname) AS identity, "
	"'CREATE ' || CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'TABLE ' || quote_ident(c.relname) "
	"|| CASE WHEN c.reloftype <> 0 THEN ' OF ' || format_type(c.reloftype, NULL) ELSE '' END AS definition, "
	"CASE WHEN c.reloftype <> 0 THEN '' ELSE ' ()' END AS inlined, "
	"x.tail, 'TABLE ' || c.oid::regclass AS target, " COMMENT_OF("c.class", "c.oid", "0") ", "
	"CASE WHEN $5 THEN ARRAY['persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END, "
	"'type', CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) ELSE '' END, "
	"'parents and storage', x.tail, "
	"'order of columns', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a "
	"WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attislocal), "
	"'row security', CASE WHEN c.relrowsecurity THEN 'enabled' ELSE 'disabled' END "
	"|| CASE WHEN c.relforcerowsecurity THEN ', forced' ELSE '' END, "
	"'replica identity', CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' "
	"ELSE (SELECT 'index ' || quote_ident(i.relname) FROM pg_index n JOIN pg_class i ON i.oid = n.indexrelid "
	"WHERE n.indrelid = c.oid AND n.indisreplident) END, "
	"'clustered on', coalesce((SELECT quote_ident(i.relname) FROM pg_index n JOIN pg_class i ON i.oid = n.indexrelid "
	"WHERE n.indrelid = c.oid AND n.indisclustered), '')] END AS facts "
	"FROM " IN_SCHEMA("pg_class") " c LEFT JOIN pg_am m ON m.oid = c.relam "
	"LEFT JOIN pg_tablespace p ON p.oid = c.reltablespace "
	"LEFT JOIN pg_class t ON t.oid = c.reltoastrelid CROSS JOIN LATERAL (SELECT "
	"coalesce((SELECT ' INHERITS (' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) || ')' "
	"FROM pg_inherits i WHERE i.inhrelid = c.oid AND NOT c.relispartition AND NOT " INHERITS_LATER
	"), '') "
	"|| CASE c.relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END "
	"|| coalesce(' USING ' || nullif(quote_ident(m.amname), CASE c.relkind WHEN 'r' THEN 'heap' END), '') "
	"|| coalesce(' WITH (' || nullif(concat_ws(', ', " OPTIONS_OF("", "c.reloptions") ", " OPTIONS_OF("toast.",
	"t.reloptions")
	"), '') || ')', '') "
	"|| coalesce(' TABLESPACE ' || quote_ident(p.spcname), '') AS tail OFFSET 0) x "
	"WHERE c.relkind IN ('r', 'p') ORDER BY c.relname"},

	/* Columns of tables.  What ALTER TABLE adds to them later is among their facts. */
	{"pg_class:rp", "SELECT c.class, c.oid AS object, a.attnum::int AS subobject, c.oid AS host, 'column' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(c.relname) || '.' || quote_ident(a.attname) AS identity, "
	"CASE WHEN c.reloftype <> 0 THEN "
	"CASE WHEN x.rest <> '' OR d.adbin IS NOT NULL THEN quote_ident(a.attname) || ' WITH OPTIONS' || x.rest END "
	"WHEN " WRITTEN " THEN quote_ident(a.attname) || ' ' || x.type || x.collation || x.rest "
	"WHEN n.oid IS NOT NULL THEN ltrim(nullif(x.not_null, '')) || ' ' || quote_ident(a.attname) || x.heirs END "
	"AS inlined, "
	"'COLUMN ' || c.oid::regclass || '.' || quote_ident(a.attname) AS target, "
	"CASE WHEN a.attgenerated <> '' THEN ARRAY['pg_attrdef'::regclass::oid, d.oid] END AS also, " COMMENT_OF("c.class",
	"c.oid", "a.attnum") ", "
	"CASE WHEN $5 THEN ARRAY['type', x.type, 'collation', x.collation, 'nullability', CASE WHEN a.attnotnull THEN 'not "
	"null' || CASE WHEN n.conname <> format('%s_%s_not_null', c.relname, a.attname) THEN ' by ' || quote_ident(n.conname) "
	"ELSE '' END || CASE WHEN n.connoinherit THEN ', not inherited' ELSE '' END "
	"|| CASE WHEN NOT n.convalidated THEN ', not valid' ELSE '' END ELSE 'null' END, "
	"'identity', coalesce(x.identity, ''), "
	"'default', CASE WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END, "
	"'generation expression', coalesce(x.generation, ''), 'storage', a.attstorage::text, "
	"'compression', a.attcompression::text, 'statistics target', coalesce(a.attstattarget, -1)::text, "
	"'options', coalesce(" OPTIONS_OF("", "a.attoptions") ", '')] END AS facts "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
	"JOIN pg_type t ON t.oid = a.atttypid "
	"LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
	JOIN_NOT_NULL
	"CROSS JOIN LATERAL (SELECT format_type(a.atttypid, a.atttypmod) AS type, "
	"CASE WHEN n.oid IS NULL THEN CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END "
	"WHEN n.convalidated AND (c.relispartition OR " OWN_NOT_NULL " OR " INHERITS_LATER ") "
	"THEN ' CONSTRAINT ' || quote_ident(n.conname) || ' NOT NULL' ELSE '' END AS not_null, "
	/* Of identity columns ALTER TABLE says it. */
	"CASE WHEN n.connoinherit AND a.attidentity = '' THEN ' NO INHERIT' ELSE '' END AS heirs, "
	"CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END AS collation, "
	"CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') ' "
	"|| CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END END AS generation, "
	"(SELECT ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY (SEQUENCE "
	"NAME ' "
	"|| quote_ident(i.relname) || ' ' || " SEQUENCE_PARAMETERS
	" || ')' FROM pg_depend e "
	"JOIN pg_sequence q ON q.seqrelid = e.objid JOIN pg_class i ON i.oid = e.objid "
	"WHERE e.refclassid = c.class AND e.refobjid = c.oid AND e.refobjsubid = a.attnum AND e.classid = c.class "
	"AND e.deptype = 'i' AND a.attidentity <> '') AS identity OFFSET 0) y "
	"CROSS JOIN LATERAL (SELECT y.type, CASE a.attcompression WHEN 'p' THEN ' COMPRESSION pglz' "
	"WHEN 'l' THEN ' COMPRESSION lz4' ELSE '' END || y.collation AS collation, y.generation, y.identity, "
	"y.not_null, y.heirs, "
	"coalesce(y.identity, '') || coalesce(y.generation, '') || CASE WHEN y.not_null <> '' THEN y.not_null || y.heirs "
	"ELSE '' END AS rest OFFSET 0) x "
	"WHERE c.relkind IN ('r', 'p') ORDER BY c.relname, a.attnum"},

	/* Defaults, of views too. */
	{"pg_class:rpv", "SELECT 'pg_attrdef'::regclass::oid AS class, d.oid AS object, d.adnum::int AS subobject, c.oid AS "
	"host, 'column' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(c.relname) || '.' || quote_ident(a.attname) AS identity, "
	"CASE WHEN c.relkind <> 'v' AND " WRITTEN " THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END AS inlined, "
	"'ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) AS alters, "
	"CASE WHEN c.relkind <> 'v' THEN '{}'::text[] END AS facts "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_attrdef d ON d.adrelid = c.oid "
	"JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum AND a.attgenerated = '' "
	"ORDER BY c.relname, d.adnum"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

void
describe_tables(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
