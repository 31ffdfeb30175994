/*
 * inlining.c
 *	  Functions in SQL that the planner must not put into a query.
 *
 * Closes: calls of guarded built-in functions that come into a query after
 * query_guard.c has looked at it, in the body of a function in SQL.  Such a function is
 * called as a function; its body is planned by itself, with the checks.  A body
 * without such calls may be put in, which keeps those functions fast that users write.
 *
 * The body is analysed as the planner would do, with its views expanded, and looked
 * through as a query is; the answer is kept until something that it rests on changes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "bridge.h"
#include "builtins.h"
#include "catalog/namespace.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/functions.h"
#include "guard.h"
#include "inlining.h"
#include "miscadmin.h"
#include "naming.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parse_node.h"
#include "parser/parser.h"
#include "query_guard.h"
#include "registry.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
#include "visibility.h"

/* Tells whether a function has arguments whose types a call decides about. */
static bool
is_polymorphic(Form_pg_proc form)
{
	for (int i = 0; i < form->pronargs; i++)
	{
		if (IsPolymorphicType(form->proargtypes.values[i]))
			return true;
	}
	return false;
}

/* Looks at a body that is stored as a query, or a list of lists of such; with what its views are made of. */
static bool
stored_body_is_harmless(Node *body)
{
	ListCell *cell;

	if (IsA(body, List))
	{
		foreach (cell, (List *) body)
		{
			if (!stored_body_is_harmless(lfirst(cell)))
				return false;
		}
		return true;
	}
	/* The planner puts in a single SELECT, and nothing else. */
	if (castNode(Query, body)->commandType != CMD_SELECT)
		return true;
	AcquireRewriteLocks((Query *) body, true, false);
	foreach (cell, QueryRewrite(copyObject((Query *) body)))
	{
		if (query_guard_is_needed(lfirst(cell)))
			return false;
	}
	return true;
}

/* Analyses the text of a body as the planner would before it puts it in, views included. */
static bool
text_is_harmless(HeapTuple function, const char *text)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(function);
	List *statements = raw_parser(text, RAW_PARSE_DEFAULT);
	ParseState *state;
	ListCell *cell;
	List *queries;

	/* The planner puts in a single SELECT, and nothing else. */
	if (list_length(statements) != 1 || !IsA(linitial_node(RawStmt, statements)->stmt, SelectStmt))
		return true;
	if (is_polymorphic(form))
		return false;
	state = make_parsestate(NULL);
	state->p_sourcetext = text;
	sql_fn_parser_setup(state, prepare_sql_fn_parse_info(function, NULL, InvalidOid));
	queries = QueryRewrite(transformTopLevelStmt(state, linitial_node(RawStmt, statements)));
	free_parsestate(state);
	foreach (cell, queries)
	{
		if (query_guard_is_needed(lfirst(cell)))
			return false;
	}
	return true;
}

/* Looks at the body of a function: at its query if it was written as one, else at its text. */
static bool
body_is_harmless(HeapTuple function)
{
	bool isnull;
	Datum body = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_prosqlbody, &isnull);

	if (!isnull)
		return stored_body_is_harmless(stringToNode(TextDatumGetCString(body)));
	body = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_prosrc, &isnull);
	return isnull || text_is_harmless(function, TextDatumGetCString(body));
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

/* Tells whether a function may be put into a query. */
static bool
is_inlinable(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	bool result = true;

	if (!HeapTupleIsValid(tuple))
		return true;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->prolang == SQLlanguageId)
		result = signature_is_harmless(form) && body_is_harmless(tuple);
	ReleaseSysCache(tuple);
	return result;
}

/* Forgets the answers when the names in a body may mean something else: the search path or the role has changed. */
static void
follow_search_path(void)
{
	static char path[NAMEDATALEN * 4];
	static Oid role = InvalidOid;
	static Oid schema = InvalidOid;

	if (role == GetUserId() && schema == guard_own_schema() && strlen(namespace_search_path) < sizeof(path) &&
		strcmp(path, namespace_search_path) == 0)
		return;
	bridge_object_forget(BRIDGE_INLINABLE, InvalidOid);
	strlcpy(path, namespace_search_path, sizeof(path));
	role = GetUserId();
	schema = guard_own_schema();
}

bool
inlining_is_forbidden(Oid function)
{
	uint32 inlinable;

	if (!visibility_is_limited())
		return false;
	follow_search_path();
	if (!bridge_object_find(BRIDGE_INLINABLE, function, &inlinable))
	{
		/* While it is being found out, a function that calls itself is not put in. */
		registry_begin_caches();
		bridge_object_remember(BRIDGE_INLINABLE, function, false);
		inlinable = is_inlinable(function);
		bridge_object_remember(BRIDGE_INLINABLE, function, inlinable);
	}
	return inlinable == 0;
}
