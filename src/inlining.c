/*
 * inlining.c
 *	  Functions in SQL that the planner must not put into a query.
 *
 * Closes: calls of guarded built-in functions that come into a query after
 * query_guard.c has looked at it, in the body of a function in SQL.  Such a function is
 * called as a function; its body is planned by itself, with the checks.  A body
 * without such calls may be put in, which keeps those functions fast that users write.
 *
 * Tells by the text of the body, which is not analysed: names of guarded functions
 * and of types that name objects.  A call that hides behind an operator is refused
 * when it is set up.
 */
#include "postgres.h"

#include "naming.h"
#include "access/htup_details.h"
#include "access/transam.h"
#include "bridge.h"
#include "builtins.h"
#include "catalog/namespace.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "inlining.h"
#include "nodes/nodeFuncs.h"
#include "nodes/value.h"
#include "parser/parse_type.h"
#include "parser/parser.h"
#include "query_guard.h"
#include "registry.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/syscache.h"
#include "visibility.h"

/* Tells whether there is a guarded built-in function of this name. */
static bool
names_guarded_function(const char *name)
{
	CatCList *functions = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	bool result = false;

	for (int i = 0; i < functions->n_members && !result; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&functions->members[i]->tuple);

		result = form->oid < FirstNormalObjectId && builtins_treatment(form->oid) > BUILTIN_PLAIN;
	}
	ReleaseSysCacheList(functions);
	return result;
}

/*
 * Looks for a guarded function, or a type that names objects, in a parsed body; takes
 * note if it names types that depend on the search path.
 */
static bool
has_guarded_name(Node *node, void *depends_on_path)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncCall) && names_guarded_function(strVal(llast(((FuncCall *) node)->funcname))))
		return true;
	if (IsA(node, TypeName))
	{
		TypeName *name = (TypeName *) node;

		if (list_length(name->names) < 2)
			*(bool *) depends_on_path = true;
		if (naming_type(LookupTypeNameOid(NULL, name, true)))
			return true;
	}
	return raw_expression_tree_walker(node, has_guarded_name, depends_on_path);
}

/* Looks at the body of a function: at its query if it was written as one, else at its text. */
static bool
body_is_harmless(HeapTuple function, bool *depends_on_path)
{
	bool isnull;
	Datum body = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_prosqlbody, &isnull);
	List *statements;
	Node *statement;

	if (!isnull)
		return !query_guard_is_needed(stringToNode(TextDatumGetCString(body)));
	body = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_prosrc, &isnull);
	if (isnull)
		return true;
	statements = raw_parser(TextDatumGetCString(body), RAW_PARSE_DEFAULT);
	/* The planner puts in a single SELECT, and nothing else. */
	if (list_length(statements) != 1)
		return true;
	statement = linitial_node(RawStmt, statements)->stmt;
	return !IsA(statement, SelectStmt) || !has_guarded_name(statement, depends_on_path);
}

/* Tells whether arguments and result of a function are plain values. */
static bool
signature_is_harmless(Form_pg_proc form)
{
	if (naming_type(form->prorettype))
		return false;
	for (int i = 0; i < form->pronargs; i++)
	{
		if (naming_type(form->proargtypes.values[i]))
			return false;
	}
	return true;
}

/* Tells whether a function may be put into a query, and whether that depends on the search path. */
static bool
is_inlinable(Oid function, bool *depends_on_path)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	bool result = true;

	if (!HeapTupleIsValid(tuple))
		return true;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->prolang == SQLlanguageId)
		result = signature_is_harmless(form) && body_is_harmless(tuple, depends_on_path);
	ReleaseSysCache(tuple);
	return result;
}

bool
inlining_is_forbidden(Oid function)
{
	uint32 inlinable;

	if (!visibility_is_limited())
		return false;
	if (!bridge_object_find(BRIDGE_INLINABLE, function, &inlinable))
	{
		bool depends_on_path = false;

		inlinable = is_inlinable(function, &depends_on_path);
		registry_begin_caches();
		if (!depends_on_path)
			bridge_object_remember(BRIDGE_INLINABLE, function, inlinable);
	}
	return inlinable == 0;
}
