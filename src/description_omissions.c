/*
 * description_omissions.c
 *	  What the statements of a description cannot bring.
 */
#include "postgres.h"

#include "description.h"
#include "description_parts.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

/* One kind of omission: rows of class, object, kind, identity, and the reason in "definition". */
#define OMISSION(class, object, identity, reason) \
	"SELECT " class " AS class, " object " AS object, x.kind, " identity " AS identity, " reason " AS definition "

/* An object's kind and name without its schema, from its address. */
#define NAMED(class, object)                                                                                       \
	"(SELECT i.type AS kind, CASE WHEN i.schema IS NULL THEN i.identity ELSE "                                     \
	"substr(i.identity, length(quote_ident(i.schema)) + 2) END AS name FROM pg_identify_object(" class ", " object \
																									   ", 0) i) x"

/* The objects of a catalog that are in the schema, for a query about several catalogs. */
#define BY_DEPENDENCY(catalog)                                                                \
	"(SELECT o.*, s.classid AS class FROM pg_depend s JOIN " catalog " o ON o.oid = s.objid " \
	"WHERE s.refclassid = 'pg_namespace'::regclass AND s.refobjid = $1 AND s.classid = '" catalog "'::regclass)"

/* Objects of a schema that only a superuser makes, each by its catalog. */
#define SUPERUSERS(catalog, condition, reason)                                                        \
	OMISSION("o.class", "o.oid", "x.name", reason)                                                    \
	"FROM " IN_SCHEMA(catalog) " o CROSS JOIN LATERAL " NAMED("o.class", "o.oid") " WHERE " condition \
																				  " ORDER BY x.name"

/* clang-format off */
static const DescriptionQuery queries[] = {
	{NULL, OMISSION("s.classid", "s.objid", "x.name",
	"CASE d.deptype WHEN 'e' THEN 'It belongs to' ELSE 'It will not be dropped with' END || ' extension \"' || e.extname || "
	"'\".'") "FROM pg_depend s JOIN pg_depend d ON d.classid = s.classid AND d.objid = s.objid AND d.deptype IN ('e', 'x') "
	"JOIN pg_extension e ON e.oid = d.refobjid CROSS JOIN LATERAL " NAMED("s.classid",
	"s.objid") " WHERE s.refclassid = 'pg_namespace'::regclass AND s.refobjid = $1 ORDER BY x.kind, x.name"},

	{"pg_type:b", SUPERUSERS("pg_type",
	"o.typtype = 'b' AND o.typelem = 0 OR o.typtype = 'b' AND o.typsubscript <> "
	"'array_subscript_handler'::regproc",
	"'A base type is made of functions in C.'")},
	{"pg_type:pb", SUPERUSERS("pg_type", "o.typtype = 'p' OR NOT o.typisdefined", "'The type is only a shell.'")},
	{"pg_type:r", SUPERUSERS("pg_type", "o.typtype = 'r' AND (SELECT g.rngcanonical FROM pg_range g WHERE g.rngtypid = "
	"o.oid) <> 0",
	"'Its canonical function is in C.'")},
	{"pg_opclass", SUPERUSERS("pg_opclass", "true", "'Only a superuser makes operator classes.'")},
	{"pg_opfamily", SUPERUSERS("pg_opfamily", "true", "'Only a superuser makes operator families.'")},
	{"pg_ts_parser", SUPERUSERS("pg_ts_parser", "true", "'Only a superuser makes text search parsers.'")},
	{"pg_ts_template", SUPERUSERS("pg_ts_template", "true", "'Only a superuser makes text search templates.'")},
	{"pg_class:f", SUPERUSERS("pg_class", "true", "'A foreign table reads a server outside.'")},

	/* Indexes that a failed CREATE INDEX CONCURRENTLY left, and those of partitioned tables that are not complete. */
	{"pg_class:rpm", OMISSION("c.class", "i.oid", "quote_ident(i.relname)", "CASE i.relkind WHEN 'I' THEN 'It is not valid, "
	"and will be.' ELSE 'It is not valid.' END") "FROM " IN_SCHEMA("pg_class") " c JOIN pg_index n ON n.indrelid = c.oid "
	"AND NOT n.indisvalid "
	"JOIN pg_class i ON i.oid = n.indexrelid CROSS JOIN (SELECT 'index' AS kind) x ORDER BY i.relname"},

	{"pg_class:rp", OMISSION("c.class", "c.oid", "quote_ident(c.relname)", "'It is a partition of ' || "
	"i.inhparent::regclass || '.'") "FROM " IN_SCHEMA("pg_class") " c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN "
	"pg_class p ON p.oid = i.inhparent "
	"AND p.relnamespace <> $1 CROSS JOIN (SELECT 'partition' AS kind) x WHERE c.relispartition "
	"AND c.relkind IN ('r', 'p') ORDER BY c.relname"},

	/* Membership in publications. */
	{"pg_class:rp", OMISSION("c.class", "c.oid", "quote_ident(c.relname)", "'Publication \"' || p.pubname || '\" lists "
	"it.'") "FROM " IN_SCHEMA("pg_class") " c JOIN pg_publication_rel r ON r.prrelid = c.oid JOIN pg_publication p "
	"ON p.oid = r.prpubid CROSS JOIN (SELECT 'publication' AS kind) x ORDER BY c.relname, p.pubname"},
	{NULL, OMISSION("d.refclassid", "d.refobjid", "'schema'",
	"'Publication \"' || p.pubname || '\" lists the schema.'") "FROM pg_depend d JOIN pg_depend m ON m.classid = d.classid "
	"AND m.objid = d.objid "
	"AND m.refclassid = 'pg_publication'::regclass JOIN pg_publication p ON p.oid = m.refobjid "
	"CROSS JOIN (SELECT 'publication' AS kind) x "
	"WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = $1 AND d.deptype = 'a' ORDER BY p.pubname"},

	{NULL, OMISSION("l.classoid", "l.objoid", "x.name",
	"'Security labels are not carried.'") "FROM pg_depend s JOIN pg_seclabel l ON l.classoid = s.classid AND l.objoid = "
	"s.objid "
	"CROSS JOIN LATERAL " NAMED("s.classid",
	"s.objid") " WHERE s.refclassid = 'pg_namespace'::regclass AND s.refobjid = $1 ORDER BY x.kind, x.name"},

	/* Owners. */
	{NULL, OMISSION("s.classid", "s.objid", "x.name",
	"'Its owner is ' || quote_ident(r.rolname) || '.'") "FROM pg_depend s JOIN pg_shdepend o ON o.dbid = (SELECT d.oid FROM "
	"pg_database d WHERE d.datname = current_database()) "
	"AND o.classid = s.classid AND o.objid = s.objid AND o.deptype = 'o' "
	"JOIN pg_authid r ON r.oid = o.refobjid CROSS JOIN LATERAL " NAMED("s.classid",
	"s.objid") " WHERE s.refclassid = 'pg_namespace'::regclass AND s.refobjid = $1 AND s.deptype = 'n' "
	"AND s.classid <> 'pg_default_acl'::regclass "
	"AND r.oid <> (SELECT n.nspowner FROM pg_namespace n WHERE n.oid = $1) ORDER BY x.kind, x.name"},

	/* Grants by others than the owner. */
	{NULL, OMISSION("g.class", "g.oid", "g.name", "g.grants || ' is granted to ' || g.grantee || ' by ' || g.grantor || "
	"'.'") "FROM (SELECT o.class, o.oid, o.name, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS grants, "
	ROLE_NAME("a.grantee") " AS grantee, " ROLE_NAME("a.grantor") " AS grantor FROM ("
	"SELECT c.class, c.oid, quote_ident(c.relname) AS name, c.relowner AS owner, c.relacl AS acl FROM "
	BY_DEPENDENCY("pg_class") " c "
	"UNION ALL SELECT f.class, f.oid, quote_ident(f.proname), f.proowner, f.proacl FROM " BY_DEPENDENCY("pg_proc") " f "
	"UNION ALL SELECT t.class, t.oid, quote_ident(t.typname), t.typowner, t.typacl FROM " BY_DEPENDENCY("pg_type") " t "
	"UNION ALL SELECT 'pg_namespace'::regclass, n.oid, 'schema', n.nspowner, n.nspacl FROM pg_namespace n WHERE n.oid = $1) "
	"o "
	"CROSS JOIN LATERAL aclexplode(o.acl) a WHERE a.grantor <> o.owner "
	"GROUP BY o.class, o.oid, o.name, a.grantee, a.grantor) g CROSS JOIN (SELECT 'privileges' AS kind) x ORDER BY g.name, 5"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

List *
description_omissions(Oid schema)
{
	Description description;
	List *omissions = NIL;
	int guc_level;
	ListCell *cell;

	guc_level = description_settle_settings();
	description_begin(&description, schema, NULL, false);
	description_collect(&description, queries, plans, lengthof(queries));
	AtEOXact_GUC(true, guc_level);
	foreach (cell, description.parts)
	{
		DescriptionPart *part = lfirst(cell);
		DescribedObject *object = palloc0(sizeof(DescribedObject));

		object->address = part->address;
		object->kind = part->kind;
		object->identity = part->identity;
		object->definition = part->definition;
		omissions = lappend(omissions, object);
	}
	return omissions;
}
