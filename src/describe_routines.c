/*
 * describe_routines.c
 *	  Functions, procedures, aggregates, operators and casts.
 */
#include "postgres.h"

#include "description_parts.h"

/* A routine's name with the types of its arguments; COMMENT ON and GRANT take it too. */
#define SIGNATURE "quote_ident(f.proname) || '(' || pg_get_function_identity_arguments(f.oid) || ')'"

/* A function as options name it: those take no types of arguments, so that the schema's must be found first. */
#define FUNCTION_NAME(function)                                                                                     \
	"(SELECT CASE WHEN p.pronamespace = $1 AND pg_function_is_visible(p.oid) THEN '' "                              \
	"ELSE p.pronamespace::regnamespace || '.' END || quote_ident(p.proname) FROM pg_proc p WHERE p.oid = " function \
	")"

/* A function of an aggregate or operator as one of its options; empty without one. */
#define FUNCTION_OPTION(option, function) "coalesce(', " option " = ' || " FUNCTION_NAME(function) ", '')"

/* Whether a final function may change the state, where that is not the default of the kind of aggregate. */
#define MODIFIES(option, column)                                                                                 \
	"CASE WHEN a." column " = CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END::\"char\" THEN '' ELSE ', " option \
	" = ' || CASE a." column " WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END"

/* An operator as options name it. */
#define OPERATOR_NAME(operator)                                                                          \
	"(SELECT 'OPERATOR(' || CASE WHEN pg_operator_is_visible(n.oid) AND n.oprnamespace = $1 THEN '' "    \
	"ELSE n.oprnamespace::regnamespace || '.' END || n.oprname || ')' FROM pg_operator n WHERE n.oid = " \
	operator")"

/* clang-format off */
static const DescriptionQuery queries[] = {
	/* Functions and procedures. */
	{"pg_proc:fpw", "SELECT f.class, f.oid AS object, CASE f.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS "
	"kind, " SIGNATURE
	" AS identity, pg_get_functiondef(f.oid) AS definition, true AS qualified, "
	"l.lanname IN ('c', 'internal') OR NOT l.lanpltrusted OR f.proleakproof OR f.prosupport <> 0 AS privileged, "
	"CASE f.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || f.oid::regprocedure AS target, "
	COMMENT_OF("f.class", "f.oid", "0") " "
	"FROM " IN_SCHEMA("pg_proc") " f JOIN pg_language l ON l.oid = f.prolang "
	"WHERE f.prokind <> 'a' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = f.class AND d.objid = f.oid "
	"AND d.deptype = 'i') ORDER BY f.proname, 4"},

	/* Aggregates. */
	{"pg_proc:a", "SELECT f.class, f.oid AS object, 'aggregate' AS kind, " SIGNATURE " AS identity, "
	"'CREATE AGGREGATE ' || quote_ident(f.proname) || '(' || coalesce(nullif(pg_get_function_arguments(f.oid), ''), '*') "
	"|| ') (SFUNC = ' || " FUNCTION_NAME("a.aggtransfn") " || ', STYPE = ' || format_type(a.aggtranstype, NULL) "
	"|| CASE WHEN a.aggtransspace > 0 THEN ', SSPACE = ' || a.aggtransspace ELSE '' END "
	"|| " FUNCTION_OPTION("FINALFUNC", "a.aggfinalfn") " || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END "
	"|| " MODIFIES("FINALFUNC_MODIFY", "aggfinalmodify") " || " FUNCTION_OPTION("COMBINEFUNC", "a.aggcombinefn") " || "
	FUNCTION_OPTION("SERIALFUNC", "a.aggserialfn") " || " FUNCTION_OPTION("DESERIALFUNC", "a.aggdeserialfn") " || "
	"coalesce(', INITCOND = ' || quote_literal(a.agginitval), '')"
	" || " FUNCTION_OPTION("MSFUNC", "a.aggmtransfn") " || " FUNCTION_OPTION("MINVFUNC", "a.aggminvtransfn") " || CASE WHEN "
	"a.aggmtranstype <> 0 THEN ', MSTYPE = ' || format_type(a.aggmtranstype, NULL) ELSE '' END"
	" || CASE WHEN a.aggmtransspace > 0 THEN ', MSSPACE = ' || a.aggmtransspace ELSE '' END"
	" || " FUNCTION_OPTION("MFINALFUNC", "a.aggmfinalfn") " || CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' "
	"END"
	" || CASE WHEN a.aggmtransfn <> 0 THEN " MODIFIES("MFINALFUNC_MODIFY",
	"aggmfinalmodify") " ELSE '' END"
	" || coalesce(', MINITCOND = ' || quote_literal(a.aggminitval), '')"
	" || coalesce(', SORTOP = ' || " OPERATOR_NAME("a.aggsortop") ", '')"
	" || CASE f.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END"
	" || CASE a.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END || ')' AS definition, "
	"'AGGREGATE ' || x.name AS target, " COMMENT_OF("f.class", "f.oid", "0") " "
	"FROM " IN_SCHEMA("pg_proc") " f JOIN pg_aggregate a ON a.aggfnoid = f.oid CROSS JOIN LATERAL "
	"(SELECT CASE WHEN f.pronargs = 0 THEN regexp_replace(f.oid::regprocedure::text, '\\(\\)$', '(*)') "
	"ELSE f.oid::regprocedure::text END AS name) x WHERE f.prokind = 'a' ORDER BY f.proname, 4"},

	/* Operators; what is only named by another one is made with that. */
	{"pg_operator", "SELECT o.class, o.oid AS object, 'operator' AS kind, o.oprname || '(' || "
	"coalesce(nullif(format_type(o.oprleft, NULL), '-'), 'NONE') || ', ' "
	"|| format_type(o.oprright, NULL) || ')' AS identity, "
	"'CREATE OPERATOR ' || o.oprname || ' (FUNCTION = ' || " FUNCTION_NAME("o.oprcode") " "
	"|| CASE WHEN o.oprleft <> 0 THEN ', LEFTARG = ' || format_type(o.oprleft, NULL) ELSE '' END "
	"|| ', RIGHTARG = ' || format_type(o.oprright, NULL) "
	"|| coalesce(', COMMUTATOR = ' || " OPERATOR_NAME("o.oprcom") ", '') "
	"|| coalesce(', NEGATOR = ' || " OPERATOR_NAME("o.oprnegate") ", '') "
	"|| " FUNCTION_OPTION("RESTRICT", "o.oprrest") " || " FUNCTION_OPTION("JOIN", "o.oprjoin") " "
	"|| CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')' "
	"AS definition, 'OPERATOR ' || o.oid::regoperator AS target, " COMMENT_OF("o.class", "o.oid", "0") " "
	"FROM " IN_SCHEMA("pg_operator") " o WHERE o.oprcode <> 0 ORDER BY o.oprname, 4"},

	/* Casts from and to types of the schema. */
	{"pg_type:edcr", "SELECT 'pg_cast'::regclass::oid AS class, c.oid AS object, 'cast' AS kind, x.name AS identity, "
	"'CREATE CAST ' || x.name || CASE c.castmethod WHEN 'b' THEN ' WITHOUT FUNCTION' WHEN 'i' THEN ' WITH INOUT' "
	"ELSE ' WITH FUNCTION ' || c.castfunc::regprocedure END "
	"|| CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END AS definition, "
	"c.castmethod = 'b' AS privileged, 'CAST ' || x.name AS target, " COMMENT_OF("'pg_cast'::regclass", "c.oid", "0") " "
	"FROM (SELECT DISTINCT d.objid FROM " IN_SCHEMA("pg_type") " t JOIN pg_depend d ON d.refclassid = t.class "
	"AND d.refobjid = t.oid AND d.classid = 'pg_cast'::regclass AND d.deptype = 'n') i JOIN pg_cast c ON c.oid = i.objid "
	"CROSS JOIN LATERAL "
	"(SELECT '(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')' AS name) x "
	"ORDER BY x.name"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

void
describe_routines(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
