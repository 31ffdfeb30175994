/*
 * unplanned.c
 *	  Expressions of utility statements that are evaluated without a plan.
 *
 * Closes: casts of OIDs to regclass and its like, and calls of guarded functions, in
 * the arguments of EXECUTE, in COPY's WHERE, in ALTER TABLE's USING and in the bounds
 * of partitions.  No hook sees their evaluation, and what they come to is shown or
 * stored.  They are analysed here as the core will, and refused if the planner would
 * have put a check into them; but for nextval() of a sequence that is written out.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/transam.h"
#include "builtins.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "guard.h"
#include "naming.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "parser/parse_type.h"
#include "query_guard.h"
#include "unplanned.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "visibility.h"

bool
unplanned_is_written_out(Node *node)
{
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_REGCLASS)
		node = linitial(((FuncExpr *) node)->args);
	return IsA(node, Const);
}

/* Tells whether a constant is no OID of what is not visible. */
static bool
is_visible_constant(const Const *constant)
{
	Oid class_id = builtins_class_of_type(constant->consttype);

	if (constant->constisnull || !naming_type(constant->consttype))
		return true;
	return OidIsValid(class_id) && visibility_of(class_id, DatumGetObjectId(constant->constvalue));
}

/*
 * Tells whether a cast makes a name of something else, or something else of a name,
 * unless it is of an OID or a name that is written out.
 */
static bool
is_dangerous_cast(Node *argument, Oid result_type)
{
	Oid class_id = builtins_class_of_type(result_type);

	if (naming_type(result_type) == naming_type(exprType(argument)))
		return false;
	if (!naming_type(result_type))
		return !unplanned_is_written_out(argument);
	return !OidIsValid(class_id) || !IsA(argument, Const) || ((Const *) argument)->consttype != OIDOID ||
		   ((Const *) argument)->constisnull ||
		   !visibility_of(class_id, DatumGetObjectId(((Const *) argument)->constvalue));
}

/* Tells whether a function is guarded, other than nextval() of a sequence that is written out. */
static bool
is_dangerous_call(Oid function, List *arguments)
{
	if (function == F_NEXTVAL && unplanned_is_written_out(linitial(arguments)))
		return false;
	return function < FirstNormalObjectId && builtins_treatment(function) > BUILTIN_PLAIN;
}

static bool is_dangerous(Node *node, void *context);

/*
 * Looks at the arguments of a function.  Columns that name a configuration of text
 * search are harmless where the function takes one: it prints none.
 */
static bool
has_dangerous_argument(const FuncExpr *call)
{
	Oid *types;
	int count;
	int i = 0;
	ListCell *cell;

	(void) get_func_signature(call->funcid, &types, &count);
	foreach (cell, call->args)
	{
		Oid type = exprType(lfirst(cell));
		bool of_search = type == REGCONFIGOID || type == REGDICTIONARYOID;

		if (!(of_search && IsA(lfirst(cell), Var) && i < count && types[i] == type) &&
			is_dangerous(lfirst(cell), NULL))
			return true;
		i++;
	}
	return false;
}

/* Looks for what the planner would put a check around, unless the check can be made now. */
static bool
is_dangerous(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Const:
			return !is_visible_constant((Const *) node);
		case T_Var:
			return naming_type(((Var *) node)->vartype);
		case T_Param:
			return naming_type(((Param *) node)->paramtype);
		case T_RelabelType:
			/* As a number a value names nothing. */
			if (!naming_type(((RelabelType *) node)->resulttype) && IsA(((RelabelType *) node)->arg, Var))
				return false;
			if (is_dangerous_cast((Node *) ((RelabelType *) node)->arg, ((RelabelType *) node)->resulttype))
				return true;
			break;
		case T_CoerceViaIO:
			/* Text that is read as a name may be a number. */
			if (naming_type(((CoerceViaIO *) node)->resulttype) ||
				is_dangerous_cast((Node *) ((CoerceViaIO *) node)->arg, ((CoerceViaIO *) node)->resulttype))
				return true;
			break;
		case T_ArrayCoerceExpr:
			if (is_dangerous_cast((Node *) ((ArrayCoerceExpr *) node)->arg, ((ArrayCoerceExpr *) node)->resulttype))
				return true;
			break;
		case T_FuncExpr:
			return is_dangerous_call(((FuncExpr *) node)->funcid, ((FuncExpr *) node)->args) ||
				   (naming_type(((FuncExpr *) node)->funcresulttype) && !unplanned_is_written_out(node)) ||
				   has_dangerous_argument((FuncExpr *) node);
		case T_OpExpr:
			if (is_dangerous_call(get_opcode(((OpExpr *) node)->opno), ((OpExpr *) node)->args))
				return true;
			break;
		case T_Query:
			return query_tree_walker((Query *) node, is_dangerous, context, 0);
		default:
			break;
	}
	return expression_tree_walker(node, is_dangerous, context);
}

bool
unplanned_is_harmless(Node *expression)
{
	return !is_dangerous(expression, NULL);
}

/* Analyses an expression and refuses it if it is not harmless. */
static void
check_expression(ParseState *state, Node *raw, ParseExprKind kind, const char *where)
{
	if (raw != NULL && !unplanned_is_harmless(transformExpr(state, copyObject(raw), kind)))
		guard_refuse_statement(psprintf("an expression with an OID %s", where));
}

void
unplanned_check_execute(ExecuteStmt *statement)
{
	ParseState *state;
	ListCell *cell;

	if (statement->params == NIL || !visibility_is_limited())
		return;
	state = make_parsestate(NULL);
	foreach (cell, statement->params)
		check_expression(state, lfirst(cell), EXPR_KIND_EXECUTE_PARAMETER, "in an argument of EXECUTE");
	free_parsestate(state);
}

/* Begins to analyse expressions over the columns of a relation, which stays open; NULL if there is none. */
static ParseState *
begin_for_relation(RangeVar *name, Relation *relation)
{
	Oid relation_id = RangeVarGetRelid(name, AccessShareLock, true);
	ParseState *state;

	if (!OidIsValid(relation_id))
		return NULL;
	*relation = relation_open(relation_id, NoLock);
	state = make_parsestate(NULL);
	addNSItemToQuery(state,
					 addRangeTableEntryForRelation(state, *relation, AccessShareLock, NULL, false, false),
					 false,
					 true,
					 true);
	return state;
}

void
unplanned_check_copy(CopyStmt *statement)
{
	Relation relation;
	ParseState *state;

	if (!statement->is_from || statement->relation == NULL || !visibility_is_limited())
		return;
	state = begin_for_relation(statement->relation, &relation);
	if (state == NULL)
		return;
	check_expression(state, statement->whereClause, EXPR_KIND_COPY_WHERE, "in COPY's WHERE");
	free_parsestate(state);
	relation_close(relation, AccessShareLock);
}

/* Refuses to turn OIDs into names or names into something else by changing the type of a column. */
static void
check_change_of_type(Relation relation, AlterTableCmd *command)
{
	AttrNumber column = get_attnum(RelationGetRelid(relation), command->name);
	Oid type = LookupTypeNameOid(NULL, ((ColumnDef *) command->def)->typeName, true);

	if (column != InvalidAttrNumber && OidIsValid(type) &&
		naming_type(type) != naming_type(get_atttype(RelationGetRelid(relation), column)))
		guard_refuse_statement("a change of a column to or from regclass or the like");
}

void
unplanned_check_alteration(AlterTableStmt *statement)
{
	ListCell *cell;

	if (!visibility_is_limited())
		return;
	foreach (cell, statement->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		Relation relation;
		ParseState *state;

		if (command->subtype == AT_AttachPartition)
			unplanned_check_bound(((PartitionCmd *) command->def)->bound, statement->relation);
		if (command->subtype != AT_AlterColumnType)
			continue;
		state = begin_for_relation(statement->relation, &relation);
		if (state == NULL)
			continue;
		if (((ColumnDef *) command->def)->raw_default == NULL)
			check_change_of_type(relation, command);
		check_expression(state,
						 ((ColumnDef *) command->def)->raw_default,
						 EXPR_KIND_ALTER_COL_TRANSFORM,
						 "in ALTER TABLE's USING");
		free_parsestate(state);
		relation_close(relation, AccessShareLock);
	}
}

/* Checks the expressions of a list of bounds; MINVALUE and MAXVALUE look like columns, and have nothing to check. */
static void
check_bounds(List *bounds)
{
	ListCell *cell;

	foreach (cell, bounds)
	{
		ParseState *state = make_parsestate(NULL);

		if (!IsA(lfirst(cell), ColumnRef) && !IsA(lfirst(cell), PartitionRangeDatum))
			check_expression(state, lfirst(cell), EXPR_KIND_PARTITION_BOUND, "in the bound of a partition");
		free_parsestate(state);
	}
}

/* Refuses to make a partition of a table whose key names objects: the bound is printed as it is. */
static void
check_key(RangeVar *parent)
{
	Oid relation_id = RangeVarGetRelid(parent, AccessShareLock, true);
	Relation relation;
	PartitionKey key;

	if (!OidIsValid(relation_id))
		return;
	relation = relation_open(relation_id, NoLock);
	key = RelationGetPartitionKey(relation);
	for (int i = 0; key != NULL && i < key->partnatts; i++)
	{
		if (naming_type(key->parttypid[i]))
			guard_refuse_statement("a partition by a column of type regclass or the like");
	}
	relation_close(relation, AccessShareLock);
}

void
unplanned_check_bound(PartitionBoundSpec *bound, RangeVar *parent)
{
	if (bound == NULL || !visibility_is_limited())
		return;
	check_key(parent);
	check_bounds(bound->listdatums);
	check_bounds(bound->lowerdatums);
	check_bounds(bound->upperdatums);
}
