/*
 * query_guard.c
 *	  Calls of built-in functions, and values that name objects, in a query to be planned.
 *
 * Closes: built-in functions that are given the OID of another tenant's object, a
 * backend, a lock or a channel (builtins.c says which), by putting a checked call in
 * the place of each; values of regclass and its like, which print the name of what
 * they are the OID of, by a check wherever such a value enters an expression: from a
 * column, a parameter, a constant, a cast, a function; values of other tenants'
 * types.  All of that by the query that the planner is about to plan, with views
 * expanded; nothing at execution.
 *
 * Cannot see: expressions that are never planned (COPY's defaults, CHECK, trigger
 * WHEN, arguments of EXECUTE) and what the planner itself puts in.  There a call of a
 * guarded function is refused when it is set up (object_access.c), and functions in
 * SQL that contain one are not put in (inlining.c).
 *
 * A query with nothing of all this is looked through once and left alone.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/transam.h"
#include "builtins.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "extension_objects.h"
#include "guard.h"
#include "guarded_call.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "naming.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "plans.h"
#include "query_guard.h"
#include "statements.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
#include "visibility.h"
#include "whereabouts.h"

/* The queries around an expression, the innermost first: where its columns come from. */
typedef struct GuardContext
{
	List *queries;
	const char *text; /* of the statement; NULL: not at hand */
} GuardContext;

static bool user_type_needs_guard(Oid type);

/* Refuses a row type, or an array of one, with a column of another tenant's type. */
static void
check_columns(Oid type)
{
	Oid element_type = get_element_type(type);
	TupleDesc descriptor;

	check_stack_depth();
	if (!type_is_rowtype(OidIsValid(element_type) ? element_type : type))
		return;
	descriptor = lookup_rowtype_tupdesc_domain(OidIsValid(element_type) ? element_type : type, -1, true);
	if (descriptor == NULL)
		return;
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped)
			(void) (attribute->atttypid >= FirstNormalObjectId && user_type_needs_guard(attribute->atttypid));
	}
	ReleaseTupleDesc(descriptor);
}

/*
 * Tells whether values of a type must be looked at, and refuses those of another
 * tenant's type.
 */
static bool
user_type_needs_guard(Oid type)
{
	plans_note_call();
	guard_check_tenant(whereabouts_of_type(type));
	check_columns(type);
	return naming_type(type);
}

/* The same for any type; most are built in. */
static inline bool
type_needs_guard(Oid type)
{
	return type < FirstNormalObjectId ? naming_builtin_types[type] : user_type_needs_guard(type);
}

/* Tells whether a function must be looked at. */
static bool
function_needs_guard(Oid function)
{
	return function < FirstNormalObjectId && builtins_treatment(function) > BUILTIN_PLAIN;
}

/* Tells whether an operator calls a function that must be looked at: none that is built in does. */
static bool
operator_needs_guard(Oid operator)
{
	return operator>= FirstNormalObjectId && function_needs_guard(get_opcode(operator));
}

/*
 * Tells whether an expression makes a value of its own out of others, or brings one in
 * from elsewhere; of the frequent kinds those that look at a query name themselves.
 */
static bool
makes_value(Node *node)
{
	switch (nodeTag(node))
	{
		case T_RelabelType:
		case T_CoerceViaIO:
		case T_ArrayCoerceExpr:
		case T_ConvertRowtypeExpr:
		case T_CoerceToDomain:
		case T_Aggref:
		case T_WindowFunc:
		case T_FieldSelect:
		case T_SubscriptingRef:
			CASE_OF_JSON_EXPRESSIONS
			return true;
		default:
			return false;
	}
}

static bool needs_guard_walker(Node *node, void *context);

/* Looks at an expression; at columns, constants and parameters without a call. */
static inline bool
leaf_needs_guard(Node *node)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
			return type_needs_guard(((Var *) node)->vartype);
		case T_Const:
			return type_needs_guard(((Const *) node)->consttype);
		case T_Param:
			return type_needs_guard(((Param *) node)->paramtype);
		default:
			return needs_guard_walker(node, NULL);
	}
}

/* The same; also at an operator, the most frequent condition. */
static inline bool
optional_needs_guard(Node *node)
{
	ListCell *cell;

	if (node == NULL || !IsA(node, OpExpr))
		return leaf_needs_guard(node);
	if (operator_needs_guard(((OpExpr *) node)->opno) || type_needs_guard(((OpExpr *) node)->opresulttype))
		return true;
	foreach (cell, ((OpExpr *) node)->args)
	{
		if (leaf_needs_guard(lfirst(cell)))
			return true;
	}
	return false;
}

/* Looks at each member of a list. */
static inline bool
any_needs_guard(const List *list)
{
	ListCell *cell;

	foreach (cell, list)
	{
		if (leaf_needs_guard(lfirst(cell)))
			return true;
	}
	return false;
}

/* Looks at what a query reads from. */
static bool
source_needs_guard(const RangeTblEntry *entry)
{
	if (entry->securityQuals != NIL && any_needs_guard(entry->securityQuals))
		return true;
	switch (entry->rtekind)
	{
		case RTE_RELATION:
			return entry->tablesample != NULL && needs_guard_walker((Node *) entry->tablesample, NULL);
		case RTE_SUBQUERY:
			return needs_guard_walker((Node *) entry->subquery, NULL);
		case RTE_JOIN: /* its columns are looked at where they are used */
		case RTE_CTE:
		case RTE_NAMEDTUPLESTORE:
		case RTE_RESULT:
			return false;
		default:
			return range_table_entry_walker(unconstify(RangeTblEntry *, entry), needs_guard_walker, NULL, 0);
	}
}

/*
 * Looks at a query, the usual parts directly: query_tree_walker() would cost three
 * times as much for a query of one row.
 */
static bool
query_needs_guard(const Query *query)
{
	ListCell *cell;

	foreach (cell, query->targetList)
	{
		if (optional_needs_guard((Node *) lfirst_node(TargetEntry, cell)->expr))
			return true;
	}
	/* Of a plain list of tables there is nothing to see here. */
	foreach (cell, query->jointree->fromlist)
	{
		if (!IsA(lfirst(cell), RangeTblRef) && needs_guard_walker(lfirst(cell), NULL))
			return true;
	}
	if (optional_needs_guard(query->jointree->quals))
		return true;
	foreach (cell, query->rtable)
	{
		if (source_needs_guard(lfirst_node(RangeTblEntry, cell)))
			return true;
	}
	if (query->commandType != CMD_SELECT || query->hasWindowFuncs || query->cteList != NIL ||
		query->setOperations != NULL || query->groupClause != NIL || query->havingQual != NULL ||
		query->limitCount != NULL || query->limitOffset != NULL)
		return query_tree_walker(unconstify(Query *, query),
								 needs_guard_walker,
								 NULL,
								 QTW_IGNORE_RANGE_TABLE | QTW_IGNORE_JOINALIASES);
	return false;
}

/* Looks for what needs a guard.  What is most frequent comes first, and is looked at without a detour. */
static bool
needs_guard_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
			return type_needs_guard(((Var *) node)->vartype);
		case T_Const:
			return type_needs_guard(((Const *) node)->consttype);
		case T_Param:
			return type_needs_guard(((Param *) node)->paramtype);
		case T_TargetEntry:
			return optional_needs_guard((Node *) ((TargetEntry *) node)->expr);
		case T_RangeTblRef:
			return false;
		case T_FromExpr:
			return any_needs_guard(((FromExpr *) node)->fromlist) || optional_needs_guard(((FromExpr *) node)->quals);
		case T_List:
			return any_needs_guard((List *) node);
		case T_BoolExpr:
			return any_needs_guard(((BoolExpr *) node)->args);
		case T_OpExpr:
		case T_DistinctExpr: /* has the same shape */
		case T_NullIfExpr:
			return operator_needs_guard(((OpExpr *) node)->opno) ||
				   type_needs_guard(((OpExpr *) node)->opresulttype) || any_needs_guard(((OpExpr *) node)->args);
		case T_FuncExpr:
			return function_needs_guard(((FuncExpr *) node)->funcid) ||
				   type_needs_guard(((FuncExpr *) node)->funcresulttype) ||
				   any_needs_guard(((FuncExpr *) node)->args);
		case T_ScalarArrayOpExpr:
			if (operator_needs_guard(((ScalarArrayOpExpr *) node)->opno))
				return true;
			break;
		case T_Query:
			return query_needs_guard((Query *) node);
		default:
			if (makes_value(node) && type_needs_guard(exprType(node)))
				return true;
			break;
	}
	return expression_tree_walker(node, needs_guard_walker, context);
}

bool
query_guard_is_needed(Node *expression)
{
	return needs_guard_walker(expression, NULL);
}

/*
 * Puts a check around a value that names an object.  The check is made of the OID as a
 * number: EXPLAIN shows what a plan has in it, and a number shows no name.
 */
static Node *
guard_name(Node *value, Oid type, Oid class_id)
{
	Node *number = (Node *) makeRelabelType((Expr *) value, OIDOID, -1, InvalidOid, COERCE_IMPLICIT_CAST);
	FuncExpr *checked =
		extension_call(FUNCTION_VISIBLE_OID, OIDOID, list_make2(extension_oid(class_id), number), InvalidOid);

	return (Node *) makeRelabelType((Expr *) checked, type, -1, InvalidOid, COERCE_IMPLICIT_CAST);
}

/* The same for a value that names an object, or holds one that does. */
static Node *
guard_value(Node *value)
{
	Oid type = exprType(value);
	Oid class_id = builtins_class_of_type(type);

	if (!naming_type(type))
		return value;
	if (OidIsValid(class_id) && !expression_returns_set(value))
		return guard_name(value, type, class_id);
	return (Node *) extension_call(FUNCTION_VISIBLE_VALUE, type, list_make1(value), exprCollation(value));
}

/*
 * Refuses a constant that the statement spells with the name of a schema or a role which
 * is not visible: the core has looked it up without asking anybody.  One that is
 * spelled as a number could be any number.
 */
static void
check_spelled_name(const Const *constant, const char *name, const GuardContext *context)
{
	const char *spelled;

	if (name == NULL || context->text == NULL || constant->location < 0 ||
		constant->location >= (int) strlen(context->text))
		return;
	spelled = context->text + constant->location;
	if (*spelled == '\'' && (spelled[1] < '0' || spelled[1] > '9'))
		guard_check_schema_name_at(name, pg_mbstrlen_with_len(context->text, constant->location) + 1);
}

/* Does so for a constant of any type that names schemas or roles. */
static void
check_spelled_names(const Const *constant, const GuardContext *context)
{
	if (constant->consttype == REGNAMESPACEOID)
		check_spelled_name(constant, get_namespace_name(DatumGetObjectId(constant->constvalue)), context);
	else if (constant->consttype == REGROLEOID)
		check_spelled_name(constant, GetUserNameFromId(DatumGetObjectId(constant->constvalue), true), context);
	else if (constant->consttype == ACLITEMOID)
	{
		const AclItem *item = (const AclItem *) DatumGetPointer(constant->constvalue);

		check_spelled_name(constant, GetUserNameFromId(item->ai_grantee, true), context);
		check_spelled_name(constant, GetUserNameFromId(item->ai_grantor, true), context);
	}
}

/* Checks a constant once and for all: it stays, or becomes the OID that nothing has. */
static Node *
guard_constant(Const *constant, const GuardContext *context)
{
	Oid class_id = builtins_class_of_type(constant->consttype);
	Const *result;

	if (constant->constisnull || !naming_type(constant->consttype))
		return (Node *) constant;
	if (!OidIsValid(class_id))
	{
		check_spelled_names(constant, context);
		plans_note_call();
		result = copyObject(constant);
		result->constvalue = guarded_call_visible_value(constant->constvalue, constant->consttype);
		return (Node *) result;
	}
	if (DatumGetObjectId(constant->constvalue) >= FirstNormalObjectId)
		plans_note_call();
	if (visibility_of(class_id, DatumGetObjectId(constant->constvalue)))
		return (Node *) constant;
	check_spelled_names(constant, context);
	result = copyObject(constant);
	result->constvalue = ObjectIdGetDatum(InvalidOid);
	return (Node *) result;
}

/*
 * Tells whether a column has been looked at where it comes from: in the output of a
 * subquery, or because it is a catalog's, whose rows are visible with what they name.
 */
static bool
is_guarded_already(Var *column, GuardContext *context)
{
	Query *query;
	RangeTblEntry *entry;

	if ((int) column->varlevelsup >= list_length(context->queries))
		return false;
	query = list_nth(context->queries, column->varlevelsup);
	if ((int) column->varno > list_length(query->rtable))
		return false;
	entry = list_nth(query->rtable, column->varno - 1);
	if (entry->rtekind == RTE_SUBQUERY || entry->rtekind == RTE_CTE || entry->rtekind == RTE_VALUES)
		return true;
	/* Statistics hold values of users' columns, privileges those of all. */
	if (column->vartype == ANYARRAYOID || column->vartype == ACLITEMOID || column->vartype == ACLITEMARRAYOID)
		return false;
	return entry->rtekind == RTE_RELATION && entry->relid < FirstNormalObjectId;
}

/* Puts the arguments of a call in order and adds the defaults, as the planner would do later. */
static List *
complete_arguments(FuncExpr *call)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(call->funcid));
	List *result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", call->funcid);
	result = expand_function_arguments(call->args, false, call->funcresulttype, tuple);
	ReleaseSysCache(tuple);
	return result;
}

/* Tells whether an expression is a column or a parameter. */
static bool
is_bare_value(Expr *expression)
{
	return IsA(expression, Var) || IsA(expression, Param);
}

/* Tells whether an expression is the column tableoid. */
static bool
is_tableoid(Node *node)
{
	return IsA(node, Var) && ((Var *) node)->varattno == TableOidAttributeNumber;
}

/* Makes the checked call that stands for the call of a guarded function. */
static FuncExpr *
guard_call(FuncExpr *call)
{
	BuiltinTreatment treatment = builtins_treatment(call->funcid);
	const Builtin *builtin = builtins_describe(call->funcid);
	FuncExpr *result;

	if (treatment == BUILTIN_REFUSED)
		guard_refuse_statement(psprintf("%s()", get_func_name(call->funcid)));
	result = makeNode(FuncExpr);
	memcpy(result, call, sizeof(FuncExpr));
	result->args = complete_arguments(call);
	if (treatment == BUILTIN_GUARDED_SET)
	{
		result->funcid = extension_set_function(call->funcid);
		return result;
	}
	result->funcid = extension_function(builtin->is_volatile ? FUNCTION_CALL_VOLATILE : FUNCTION_CALL_STABLE);
	result->args = lcons(extension_oid(call->funcid), result->args);
	result->funcvariadic = false;
	result->funcformat = COERCE_EXPLICIT_CALL;
	return result;
}

/* Turns the use of an operator into the call of its function. */
static FuncExpr *
call_of_operator(OpExpr *expression)
{
	FuncExpr *call = makeFuncExpr(get_opcode(expression->opno),
								  expression->opresulttype,
								  expression->args,
								  expression->opcollid,
								  expression->inputcollid,
								  COERCE_EXPLICIT_CALL);

	call->location = expression->location;
	return call;
}

/* Checks the name in a cast of text to a schema or a role, which the core looks up without asking anybody. */
static Node *
guard_input(CoerceViaIO *coercion)
{
	FuncExpr *input;
	CoerceViaIO *to_cstring;
	Oid function;

	if (coercion->resulttype == REGNAMESPACEOID)
		function = F_REGNAMESPACEIN;
	else if (coercion->resulttype == REGROLEOID)
		function = F_REGROLEIN;
	else
		return (Node *) coercion;
	to_cstring = makeNode(CoerceViaIO);
	to_cstring->arg = coercion->arg;
	to_cstring->resulttype = CSTRINGOID;
	to_cstring->resultcollid = InvalidOid;
	to_cstring->coerceformat = COERCE_IMPLICIT_CAST;
	to_cstring->location = -1;
	input = makeFuncExpr(function,
						 coercion->resulttype,
						 list_make1(to_cstring),
						 InvalidOid,
						 InvalidOid,
						 COERCE_EXPLICIT_CALL);
	return (Node *) guard_call(input);
}

static Node *guard_mutator(Node *node, void *context);

/* Goes through a query within, which sees the columns of those around it. */
static Query *
guard_query(Query *query, GuardContext *context)
{
	Query *result;

	context->queries = lcons(query, context->queries);
	/* What a join's columns stand for is guarded where they are used. */
	result = query_tree_mutator(query, guard_mutator, context, QTW_IGNORE_JOINALIASES);
	context->queries = list_delete_first(context->queries);
	return result;
}

/* Refuses to explain what would have the value of a parameter in it, where that cannot be a number. */
static void
check_explained_parameter(const Param *parameter)
{
	if (statements_explained_depth >= 0 && naming_type(parameter->paramtype) &&
		!OidIsValid(builtins_class_of_type(parameter->paramtype)))
		guard_refuse_statement("EXPLAIN of a query with such a parameter");
}

/* Goes through the parts of ON CONFLICT that are expressions; the others must match the index as they are. */
static Node *
guard_on_conflict(OnConflictExpr *clause, GuardContext *context)
{
	OnConflictExpr *result = makeNode(OnConflictExpr);

	memcpy(result, clause, sizeof(OnConflictExpr));
	result->onConflictSet = (List *) guard_mutator((Node *) clause->onConflictSet, context);
	result->onConflictWhere = guard_mutator(clause->onConflictWhere, context);
	return (Node *) result;
}

/* Goes through a function in FROM: its rows are guarded where their columns are used. */
static Node *
guard_range_function(RangeTblFunction *function, GuardContext *context)
{
	RangeTblFunction *result = makeNode(RangeTblFunction);

	memcpy(result, function, sizeof(RangeTblFunction));
	if (IsA(function->funcexpr, FuncExpr))
	{
		FuncExpr *call = (FuncExpr *) expression_tree_mutator(function->funcexpr, guard_mutator, context);

		if (function_needs_guard(call->funcid))
			call = guard_call(call);
		/* The function that calls any built-in has no type of its own; this one has that of its argument. */
		if (extension_has_function(call->funcid))
			call = extension_call(FUNCTION_VISIBLE_VALUE, call->funcresulttype, list_make1(call), call->funccollid);
		result->funcexpr = (Node *) call;
	}
	else
		result->funcexpr = guard_mutator(function->funcexpr, context);
	return (Node *) result;
}

/* Puts the checks in. */
static Node *
guard_mutator(Node *node, void *context)
{
	Node *result;

	if (node == NULL)
		return NULL;
	switch (nodeTag(node))
	{
		case T_Var:
			if (is_guarded_already((Var *) node, context))
				return copyObject(node);
			return guard_value(copyObject(node));
		case T_Const:
			return guard_constant((Const *) node, context);
		case T_Param:
			/* What a subquery returns has been looked at there. */
			if (((Param *) node)->paramkind == PARAM_SUBLINK)
				return copyObject(node);
			check_explained_parameter((Param *) node);
			return guard_value(copyObject(node));
		case T_Query:
			return (Node *) guard_query((Query *) node, context);
		case T_OnConflictExpr:
			return guard_on_conflict((OnConflictExpr *) node, context);
		case T_RangeTblFunction:
			return guard_range_function((RangeTblFunction *) node, context);
		default:
			break;
	}

	result = expression_tree_mutator(node, guard_mutator, context);
	switch (nodeTag(result))
	{
		case T_FuncExpr:
			if (function_needs_guard(((FuncExpr *) result)->funcid))
				result = (Node *) guard_call((FuncExpr *) result);
			return guard_value(result);
		case T_OpExpr:
			if (operator_needs_guard(((OpExpr *) result)->opno))
				result = (Node *) guard_call(call_of_operator((OpExpr *) result));
			return guard_value(result);
		case T_CoerceViaIO:
			return guard_value(guard_input((CoerceViaIO *) result));
		case T_RelabelType:
			/* As a number a value names nothing, and may be looked for in an index. */
			if (!naming_type(((RelabelType *) result)->resulttype) && is_bare_value(((RelabelType *) node)->arg))
				return copyObject(node);
			/* A row that the session may read is of a table that it may know. */
			if (is_tableoid((Node *) ((RelabelType *) result)->arg))
				return result;
			return guard_value(result);
		default:
			return makes_value(result) ? guard_value(result) : result;
	}
}

/* Refuses values of other tenants' types throughout; the look for what needs a guard ends with the first. */
static bool
check_types_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
		case T_Const:
		case T_Param:
		case T_FuncExpr:
		case T_OpExpr:
			(void) type_needs_guard(exprType(node));
			break;
		case T_Query:
			return query_tree_walker((Query *) node, check_types_walker, context, QTW_IGNORE_JOINALIASES);
		default:
			if (makes_value(node))
				(void) type_needs_guard(exprType(node));
			break;
	}
	return expression_tree_walker(node, check_types_walker, context);
}

Query *
query_guard_apply(Query *query, const char *text)
{
	GuardContext context = {NIL, text};

	if (!query_needs_guard(query))
		return query;
	if (!visibility_is_limited())
	{
		plans_note_unguarded();
		return query;
	}
	(void) check_types_walker((Node *) query, NULL);
	return guard_query(query, &context);
}

List *
query_guard_apply_to_list(List *expressions)
{
	GuardContext context = {NIL, NULL};

	if (!visibility_is_limited() || !needs_guard_walker((Node *) expressions, NULL))
		return expressions;
	return (List *) guard_mutator((Node *) expressions, &context);
}
