/*
 * describe_table_properties.c
 *	  What tables get when all that they consist of is there: partitions, parents,
 *	  properties that only ALTER TABLE can set, statistics, rules, triggers, policies.
 */
#include "postgres.h"

#include "description_parts.h"

/* clang-format off */
static const DescriptionQuery queries[] = {
	/* Partitions. */
	{"pg_class:rp", "SELECT c.class, c.oid AS object, 'partition' AS kind, quote_ident(c.relname) AS relation, "
	"quote_ident(c.relname) AS identity, true AS late, "
	"'ALTER TABLE ONLY ' || i.inhparent::regclass || ' ATTACH PARTITION ' || c.oid::regclass || ' ' "
	"|| pg_get_expr(c.relpartbound, c.oid) AS definition "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent "
	"WHERE c.relispartition AND c.relkind IN ('r', 'p') AND p.relnamespace = $1 ORDER BY p.relname, c.relname"},

	/* Parents. */
	{"pg_class:r", "SELECT c.class, c.oid AS object, c.oid AS host, 'table' AS kind, quote_ident(c.relname) AS identity, "
	"true AS late, "
	"string_agg('INHERIT ' || i.inhparent::regclass, ', ' ORDER BY i.inhseqno) AS alters "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_inherits i ON i.inhrelid = c.oid "
	"WHERE NOT c.relispartition AND c.relkind = 'r' AND " INHERITS_LATER " "
	"GROUP BY c.class, c.oid, c.relname ORDER BY c.relname"},

	/* Columns: what CREATE TABLE cannot say. */
	{"pg_class:rpm", "SELECT c.class, c.oid AS object, a.attnum::int AS subobject, c.oid AS host, 'column' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(c.relname) || '.' || quote_ident(a.attname) AS identity, true AS late, '{}'::text[] AS facts, "
	"string_agg('ALTER COLUMN ' || quote_ident(a.attname) || v.action, ', ' ORDER BY v.action) AS alters "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
	"JOIN pg_type t ON t.oid = a.atttypid CROSS JOIN LATERAL (VALUES "
	"(CASE WHEN a.attstattarget >= 0 THEN ' SET STATISTICS ' || a.attstattarget END), "
	"(CASE WHEN a.attstorage <> t.typstorage THEN ' SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' "
	"WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END), "
	"(' SET (' || " OPTIONS_OF("",
	"a.attoptions") " || ')'), "
	"(CASE WHEN NOT a.attislocal AND NOT c.relispartition AND a.attnotnull AND NOT EXISTS (SELECT FROM pg_inherits i "
	"JOIN pg_attribute b ON b.attrelid = i.inhparent AND b.attname = a.attname WHERE i.inhrelid = c.oid "
	"AND b.attnotnull) AND NOT EXISTS (SELECT FROM pg_constraint n WHERE n.conrelid = c.oid AND n.contype = 'n' "
	"AND n.conkey[1] = a.attnum) THEN ' SET NOT NULL' END), "
	"(CASE WHEN NOT c.relispartition AND NOT a.atthasdef AND EXISTS ("
	"WITH RECURSIVE above AS (SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = c.oid "
	"UNION SELECT i.inhparent FROM above u JOIN pg_inherits i ON i.inhrelid = u.inhparent) "
	"SELECT FROM above u JOIN pg_attribute b ON b.attrelid = u.inhparent AND b.attname = a.attname "
	"AND b.atthasdef) THEN ' DROP DEFAULT' END)) v (action) "
	"WHERE c.relkind IN ('r', 'p', 'm') AND v.action IS NOT NULL AND (a.attstattarget >= 0 OR a.attstorage <> t.typstorage "
	"OR cardinality(a.attoptions) > 1 OR a.attoptions[1] NOT LIKE 'pg\\_attver=%' OR NOT a.attislocal "
	"OR a.attinhcount > 0) "
	"GROUP BY c.class, c.oid, c.relname, a.attnum, a.attname ORDER BY c.relname, a.attnum"},

	/* Tables: the same. */
	{"pg_class:rpm", "SELECT c.class, c.oid AS object, c.oid AS host, 'table' AS kind, quote_ident(c.relname) AS identity, "
	"true AS late, "
	"'{}'::text[] AS facts, v.action AS alters "
	"FROM " IN_SCHEMA("pg_class") " c CROSS JOIN LATERAL ("
	"SELECT 'ENABLE ROW LEVEL SECURITY' WHERE c.relrowsecurity "
	"UNION ALL SELECT 'FORCE ROW LEVEL SECURITY' WHERE c.relforcerowsecurity "
	"UNION ALL SELECT 'REPLICA IDENTITY ' || CASE c.relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END "
	"WHERE c.relreplident IN ('f', 'n') "
	"UNION ALL SELECT 'REPLICA IDENTITY USING INDEX ' || quote_ident(i.relname) FROM pg_index x "
	"JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisreplident AND c.relreplident = 'i' "
	"UNION ALL SELECT 'CLUSTER ON ' || quote_ident(i.relname) FROM pg_index x "
	"JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisclustered) v (action) "
	"WHERE c.relkind IN ('r', 'p', 'm') ORDER BY c.relname, v.action"},

	/*
	 * Not-null constraints that are not valid, of children before their parents, which give them theirs; and that those of
	 * identity columns are not inherited, which CREATE TABLE does not take.
	 */
	{"pg_class:rp", "SELECT 'pg_constraint'::regclass::oid AS class, n.oid AS object, c.oid AS host, 'constraint' AS kind, "
	"quote_ident(c.relname) AS relation, quote_ident(n.conname) || ' on ' || quote_ident(c.relname) AS identity, "
	"true AS late, true AS recurses, '{}'::text[] AS facts, "
	"CASE WHEN n.convalidated THEN 'ALTER CONSTRAINT ' || quote_ident(n.conname) ELSE 'ADD CONSTRAINT ' "
	"|| quote_ident(n.conname) || ' NOT NULL ' || quote_ident(a.attname) END "
	"|| CASE WHEN n.connoinherit THEN ' NO INHERIT' ELSE '' END "
	"|| CASE WHEN n.convalidated THEN '' ELSE ' NOT VALID' END AS alters "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_constraint n ON n.conrelid = c.oid AND n.contype = 'n' "
	"JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = n.conkey[1] "
	"WHERE c.relkind IN ('r', 'p') AND CASE WHEN n.convalidated THEN n.connoinherit AND a.attidentity <> '' "
	"ELSE " OWN_NOT_NULL " END ORDER BY (WITH RECURSIVE above AS (SELECT i.inhparent FROM pg_inherits i "
	"WHERE i.inhrelid = c.oid UNION SELECT i.inhparent FROM above u JOIN pg_inherits i ON i.inhrelid = u.inhparent) "
	"SELECT count(*) FROM above) DESC, c.relname, a.attnum"},

	/* Comments on all of them; what else there is to say is said of their columns. */
	{"pg_class:rp", "SELECT 'pg_constraint'::regclass::oid AS class, n.oid AS object, 'constraint' AS kind, "
	"quote_ident(c.relname) AS relation, quote_ident(n.conname) || ' on ' || quote_ident(c.relname) AS identity, "
	"true AS late, '{}'::text[] AS facts, "
	"'CONSTRAINT ' || quote_ident(n.conname) || ' ON ' || c.oid::regclass AS target, "
	COMMENT_OF("'pg_constraint'::regclass", "n.oid", "0") " "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_constraint n ON n.conrelid = c.oid AND n.contype = 'n' "
	"WHERE c.relkind IN ('r', 'p') ORDER BY c.relname, n.conname"},

	/* Sequences that belong to a column. */
	{"pg_class:S", "SELECT c.class, c.oid AS object, 'sequence' AS kind, quote_ident(c.relname) AS identity, true AS late, "
	"'ALTER SEQUENCE ' || c.oid::regclass || ' OWNED BY ' || d.refobjid::regclass || '.' || quote_ident(a.attname) "
	"AS definition, ARRAY['owned by', d.refobjid::regclass || '.' || quote_ident(a.attname)] AS facts "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_depend d ON d.classid = c.class AND d.objid = c.oid AND d.deptype = 'a' "
	"AND d.refclassid = c.class AND d.refobjsubid > 0 "
	"JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
	"WHERE c.relkind = 'S' ORDER BY c.relname"},

	/* Extended statistics. */
	{"pg_statistic_ext", "SELECT s.class, s.oid AS object, 'statistics' AS kind, quote_ident(s.stxname) AS identity, true "
	"AS late, "
	"pg_get_statisticsobjdef(s.oid) AS definition, true AS qualified, 'STATISTICS ' || quote_ident(s.stxname) AS target, "
	COMMENT_OF("s.class", "s.oid", "0") " FROM " IN_SCHEMA("pg_statistic_ext") " s ORDER BY s.stxname"},
	{"pg_statistic_ext", "SELECT s.class, s.oid AS object, 'statistics' AS kind, quote_ident(s.stxname) AS identity, true "
	"AS late, "
	"'ALTER STATISTICS ' || quote_ident(s.stxname) || ' SET STATISTICS ' || s.stxstattarget AS definition, "
	"ARRAY['target', s.stxstattarget::text] AS facts "
	"FROM " IN_SCHEMA("pg_statistic_ext") " s WHERE s.stxstattarget >= 0 ORDER BY s.stxname"},

	/* Rules. */
	{"pg_class:rpv", "SELECT 'pg_rewrite'::regclass::oid AS class, r.oid AS object, 'rule' AS kind, quote_ident(c.relname) "
	"AS relation, "
	"quote_ident(r.rulename) || ' on ' || quote_ident(c.relname) AS identity, true AS late, "
	"rtrim(pg_get_ruledef(r.oid), ';') AS definition, pg_table_is_visible(c.oid) AS qualified, "
	"'RULE ' || quote_ident(r.rulename) || ' ON ' || c.oid::regclass AS target, " COMMENT_OF("'pg_rewrite'::regclass",
	"r.oid", "0") " "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN' "
	"ORDER BY c.relname, r.rulename"},
	{"pg_class:rpv", "SELECT 'pg_rewrite'::regclass::oid AS class, r.oid AS object, c.oid AS host, 'rule' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(r.rulename) || ' on ' || quote_ident(c.relname) AS identity, true AS late, v.state || ' RULE ' "
	"|| quote_ident(r.rulename) AS alters, ARRAY['state', v.state] AS facts "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.ev_enabled <> 'O' "
	"CROSS JOIN LATERAL (SELECT CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' "
	"ELSE 'ENABLE ALWAYS' END AS state) v ORDER BY c.relname, r.rulename"},

	/* Triggers; the states of those that the server made on partitions too. */
	{"pg_class:rpv", "SELECT 'pg_trigger'::regclass::oid AS class, t.oid AS object, 'trigger' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(t.tgname) || ' on ' || quote_ident(c.relname) AS identity, true AS late, "
	"pg_get_triggerdef(t.oid) AS definition, pg_table_is_visible(c.oid) AS qualified, "
	"'TRIGGER ' || quote_ident(t.tgname) || ' ON ' || c.oid::regclass AS target, " COMMENT_OF("'pg_trigger'::regclass",
	"t.oid", "0") " "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_trigger t ON t.tgrelid = c.oid "
	"WHERE NOT t.tgisinternal AND t.tgparentid = 0 ORDER BY c.relname, t.tgname"},
	{"pg_class:rpv", "SELECT 'pg_trigger'::regclass::oid AS class, t.oid AS object, c.oid AS host, 'trigger' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(t.tgname) || ' on ' || quote_ident(c.relname) AS identity, true AS late, v.state || ' TRIGGER ' "
	"|| quote_ident(t.tgname) AS alters, ARRAY['state', v.state] AS facts "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgenabled <> 'O' "
	"CROSS JOIN LATERAL (SELECT CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' "
	"ELSE 'ENABLE ALWAYS' END AS state) v "
	"WHERE NOT t.tgisinternal OR t.tgparentid <> 0 ORDER BY c.relname, t.tgname"},

	/* Policies. */
	{"pg_class:rp", "SELECT 'pg_policy'::regclass::oid AS class, p.oid AS object, 'policy' AS kind, quote_ident(c.relname) "
	"AS relation, "
	"quote_ident(p.polname) || ' on ' || quote_ident(c.relname) AS identity, true AS late, "
	"'CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || c.oid::regclass "
	"|| CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END "
	"|| CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' "
	"WHEN 'd' THEN ' FOR DELETE' ELSE '' END "
	"|| CASE WHEN p.polroles = '{0}' THEN '' ELSE ' TO ' || (SELECT string_agg(x.name, ', ' ORDER BY x.name) "
	"FROM (SELECT " ROLE_NAME("g.role") " AS name FROM unnest(p.polroles) AS g (role)) x) END "
	"|| coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '') "
	"|| coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') AS definition, "
	"'POLICY ' || quote_ident(p.polname) || ' ON ' || c.oid::regclass AS target, " COMMENT_OF("'pg_policy'::regclass",
	"p.oid", "0") " "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_policy p ON p.polrelid = c.oid ORDER BY c.relname, p.polname"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

void
describe_table_properties(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
