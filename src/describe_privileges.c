/*
 * describe_privileges.c
 *	  Privileges, default privileges in the schema, and the schema's own comment.
 *
 * What a new object of a tenant role has by itself is left out: everything for its
 * owner, and nothing for PUBLIC (see lifecycle_set_privileges()).  Grants that another
 * role than the owner made are omissions.
 */
#include "postgres.h"

#include "description_parts.h"

/*
 * GRANT and REVOKE that lead from one access control list to another, for "object"
 * after ON, and with "columns" after each privilege.
 */
#define GRANTS(from, to, owner, columns, object)                                                                      \
	"(SELECT g.grantee, g.verb || ' ' || string_agg(g.privilege_type || " columns                                     \
	", ', ' ORDER BY g.privilege_type) "                                                                              \
	"|| ' ON ' || " object " || CASE g.verb WHEN 'GRANT' THEN ' TO ' ELSE ' FROM ' END || " ROLE_NAME(                \
		"g.grantee") " || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS definition FROM "         \
					 "(SELECT 'GRANT' AS verb, now.grantee, now.privilege_type, now.is_grantable FROM aclexplode(" to \
					 ") now "                                                                                         \
					 "WHERE now.grantor = " owner " AND NOT EXISTS (SELECT FROM aclexplode(" from                     \
					 ") base WHERE base.grantee = now.grantee "                                                       \
					 "AND base.privilege_type = now.privilege_type AND base.is_grantable = now.is_grantable) "        \
					 "UNION ALL SELECT 'REVOKE', base.grantee, base.privilege_type, false FROM aclexplode(" from      \
					 ") base WHERE NOT EXISTS "                                                                       \
					 "(SELECT FROM aclexplode(" to                                                                    \
					 ") now WHERE now.grantee = base.grantee AND now.privilege_type = base.privilege_type)) g "       \
					 "GROUP BY g.verb, g.grantee, g.is_grantable)"

/* What an owner has of an object of a kind, and nobody else. */
#define OWN(kind, owner) \
	"(SELECT array_agg(b) FROM unnest(acldefault(" kind ", " owner ")) b WHERE b::text NOT LIKE '=%')"

/* clang-format off */
static const DescriptionQuery queries[] = {
	/* Relations. */
	{"pg_class:rpvmS", "SELECT c.class, c.oid AS object, 'privileges' AS kind, quote_ident(c.relname) AS relation, "
	"quote_ident(c.relname) || ' for ' || " ROLE_NAME("g.grantee") " AS identity, true AS late, g.definition "
	"FROM " IN_SCHEMA("pg_class") " c CROSS JOIN LATERAL " GRANTS("acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' "
	"END::\"char\", c.relowner)",
	"c.relacl", "c.relowner", "''",
	"CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass") " g WHERE c.relacl IS NOT NULL ORDER "
	"BY c.relname, g.definition"},

	/* Columns. */
	{"pg_class:rpvm", "SELECT c.class, c.oid AS object, a.attnum::int AS subobject, 'privileges' AS kind, "
	"quote_ident(c.relname) AS relation, "
	"quote_ident(c.relname) || '.' || quote_ident(a.attname) || ' for ' || " ROLE_NAME("g.grantee") " AS identity, true AS "
	"late, g.definition "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL "
	"AND NOT a.attisdropped CROSS JOIN LATERAL " GRANTS("acldefault('c', c.relowner)", "a.attacl", "c.relowner",
	"' (' || quote_ident(a.attname) || ')'",
	"'TABLE ' || c.oid::regclass") " g ORDER BY c.relname, a.attnum, g.definition"},

	/* Routines. */
	{"pg_proc", "SELECT f.class, f.oid AS object, 'privileges' AS kind, "
	"quote_ident(f.proname) || '(' || pg_get_function_identity_arguments(f.oid) || ')' AS relation, "
	"quote_ident(f.proname) || '(' || pg_get_function_identity_arguments(f.oid) || ') for ' || " ROLE_NAME("g.grantee") " "
	"AS identity, true AS late, g.definition "
	"FROM " IN_SCHEMA("pg_proc") " f CROSS JOIN LATERAL " GRANTS(
	OWN("'f'", "f.proowner"), "coalesce(f.proacl, acldefault('f', f.proowner))", "f.proowner",
	"''",
	"'ROUTINE ' || f.oid::regprocedure") " g WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = f.class AND "
	"d.objid = f.oid AND d.deptype = 'i') "
	"ORDER BY f.proname, 4, g.definition"},

	/* Types. */
	{"pg_type:edcr", "SELECT t.class, t.oid AS object, 'privileges' AS kind, quote_ident(t.typname) AS relation, "
	"quote_ident(t.typname) || ' for ' || " ROLE_NAME("g.grantee") " AS identity, true AS late, g.definition "
	"FROM " IN_SCHEMA("pg_type") " t CROSS JOIN LATERAL " GRANTS(
	OWN("'T'", "t.typowner"), "coalesce(t.typacl, acldefault('T', t.typowner))", "t.typowner",
	"''",
	"'TYPE ' || t.oid::regtype") " g WHERE t.typtype IN ('e', 'd', 'r') "
	"OR (t.typtype = 'c' AND (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c') "
	"ORDER BY t.typname, g.definition"},

	/* The schema; its owner's and PUBLIC's USAGE are what provision() gives. */
	{NULL, "SELECT 'pg_namespace'::regclass::oid AS class, n.oid AS object, 'privileges' AS kind, "
	"'schema for ' || " ROLE_NAME("g.grantee") " AS identity, true AS late, g.definition "
	"FROM pg_namespace n CROSS JOIN LATERAL " GRANTS("(acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', "
	"false))", "n.nspacl",
	"n.nspowner", "''",
	"'SCHEMA ' || quote_ident(n.nspname)") " g WHERE n.oid = $1 AND n.nspacl IS NOT NULL ORDER BY g.definition"},
	{NULL, "SELECT 'pg_namespace'::regclass::oid AS class, n.oid AS object, 'schema' AS kind, 'schema' AS identity, true AS "
	"late, "
	"'{}'::text[] AS facts, 'SCHEMA ' || quote_ident(n.nspname) AS target, " COMMENT_OF("'pg_namespace'::regclass",
	"n.oid", "0") " FROM pg_namespace n WHERE n.oid = $1"},

	/* Default privileges in the schema, last: what is made before does not get them. */
	{NULL, "SELECT 'pg_default_acl'::regclass::oid AS class, a.oid AS object, 'default privileges' AS kind, "
	"v.name || ' of ' || " ROLE_NAME("a.defaclrole") " || ' for ' || " ROLE_NAME("g.grantee") " AS identity, true AS late, "
	"a.defaclrole <> n.nspowner AS privileged, "
	"'ALTER DEFAULT PRIVILEGES ' || CASE WHEN a.defaclrole = n.nspowner THEN '' "
	"ELSE 'FOR ROLE ' || " ROLE_NAME("a.defaclrole") " || ' ' END || 'IN SCHEMA ' || quote_ident(n.nspname) || ' ' "
	"|| g.definition AS definition "
	"FROM pg_namespace n JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid "
	"AND d.classid = 'pg_default_acl'::regclass JOIN pg_default_acl a ON a.oid = d.objid "
	"CROSS JOIN LATERAL (SELECT CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' "
	"WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END AS name) v CROSS JOIN LATERAL "
	GRANTS("acldefault('c', a.defaclrole)", "a.defaclacl", "a.defaclrole", "''",
	"v.name") " g WHERE n.oid = $1 ORDER BY v.name, 4, g.definition"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

void
describe_privileges(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
