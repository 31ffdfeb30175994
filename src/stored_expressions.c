/*
 * stored_expressions.c
 *	  Expressions that a definition puts into the catalogs.
 *
 * Closes: references by OID to other tenants' objects in defaults, constraints, views,
 * rules, triggers, policies, indexes and functions.  Such a reference would be printed
 * with the name of the object whenever the definition is, and as a dependency would
 * keep its owner from dropping it.  A default may take numbers from a sequence
 * without a check at run time (COPY and ALTER TABLE evaluate it unplanned), so that
 * the sequence must be known when the default is made.
 *
 * Looks at every column of type pg_node_tree of the row that an event is about.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "builtins.h"
#include "catalog/catalog.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "guard.h"
#include "naming.h"
#include "nodes/nodeFuncs.h"
#include "placement.h"
#include "query_guard.h"
#include "stored_expressions.h"
#include "unplanned.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "visibility.h"
#include "whereabouts.h"

/* Catalogs with expressions, and the index and column by which a row is found. */
static const struct
{
	Oid class_id;
	Oid index;
	AttrNumber column;
} holders[] = {
	{AttrDefaultRelationId, AttrDefaultIndexId, Anum_pg_attrdef_adrelid},
	{ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid},
	{IndexRelationId, IndexRelidIndexId, Anum_pg_index_indexrelid},
	{PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid},
	{ProcedureRelationId, ProcedureOidIndexId, Anum_pg_proc_oid},
	{RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid},
	{StatisticExtRelationId, StatisticExtOidIndexId, Anum_pg_statistic_ext_oid},
	{TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid},
	{TypeRelationId, TypeOidIndexId, Anum_pg_type_oid},
};

/* Refuses a definition; it says nothing of what the OID is the OID of. */
pg_noreturn static void
refuse(void)
{
	guard_refuse_statement("a definition that refers to an object by an OID which is not the tenant's");
}

/* Tells whether a constant holds no OID of what is not visible. */
static bool
is_visible_constant(const Const *constant)
{
	Oid class_id = builtins_class_of_type(constant->consttype);
	Oid element_class;
	ArrayType *array;
	Oid *objects;

	if (constant->constisnull || !naming_type(constant->consttype))
		return true;
	if (OidIsValid(class_id))
		return visibility_of(class_id, DatumGetObjectId(constant->constvalue));
	element_class = builtins_class_of_type(get_element_type(constant->consttype));
	if (!OidIsValid(element_class))
		return false;
	array = DatumGetArrayTypeP(constant->constvalue);
	objects = (Oid *) ARR_DATA_PTR(array);
	for (int i = 0; i < ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); i++)
	{
		if (ARR_HASNULL(array) || !visibility_of(element_class, objects[i]))
			return false;
	}
	return true;
}

/* Tells whether expressions of a catalog are evaluated without a plan: policies, rules and functions get one. */
static bool
is_unplanned(Oid class_id)
{
	return class_id == AttrDefaultRelationId || class_id == ConstraintRelationId || class_id == TriggerRelationId ||
		   class_id == TypeRelationId || class_id == ProcedureRelationId || class_id == IndexRelationId;
}

/* Looks for what must not be stored. */
static bool
check_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Const))
	{
		guard_check_tenant(whereabouts_of_type(((Const *) node)->consttype));
		if (!is_visible_constant((Const *) node))
			refuse();
		return false;
	}
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_NEXTVAL &&
		!unplanned_is_written_out(linitial(((FuncExpr *) node)->args)))
		guard_refuse_statement("nextval() of a computed sequence in a definition");
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, check_walker, context, 0);
	return expression_tree_walker(node, check_walker, context);
}

/* Looks at the expressions of one catalog row. */
static void
check_row(Oid class_id, HeapTuple tuple, TupleDesc descriptor)
{
	for (int i = 0; i < descriptor->natts; i++)
	{
		bool isnull;
		Datum value;
		Node *expressions;

		if (TupleDescAttr(descriptor, i)->atttypid != PG_NODE_TREEOID)
			continue;
		value = heap_getattr(tuple, i + 1, descriptor, &isnull);
		if (isnull)
			continue;
		expressions = stringToNode(TextDatumGetCString(value));
		(void) check_walker(expressions, NULL);
		/* The body of a function is planned, its defaults are put in by the planner itself. */
		if (is_unplanned(class_id) && !(class_id == ProcedureRelationId && i + 1 == Anum_pg_proc_prosqlbody) &&
			!unplanned_is_harmless(expressions))
			guard_refuse_statement("an expression with an OID in a definition");
	}
}

/* Looks at the expressions of one object, as of now. */
static void
check_object(int holder, Oid object_id, int sub_id)
{
	Relation catalog = table_open(holders[holder].class_id, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;
	int count = 1;

	ScanKeyInit(&keys[0], holders[holder].column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object_id));
	if (holders[holder].class_id == AttrDefaultRelationId)
		ScanKeyInit(&keys[count++], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(sub_id));
	scan = systable_beginscan(catalog, holders[holder].index, true, SnapshotSelf, count, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		check_row(holders[holder].class_id, tuple, RelationGetDescr(catalog));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Refuses to build on a guarded function: it would be called by another name. */
static void
check_function(Oid function)
{
	if (OidIsValid(function) && function < FirstNormalObjectId && builtins_treatment(function) > BUILTIN_PLAIN)
		guard_refuse_statement(psprintf("a definition on top of %s()", get_func_name(function)));
}

void
stored_expressions_check(Oid class_id, Oid object_id, int sub_id)
{
	if (!visibility_is_limited())
		return;
	if (class_id == OperatorRelationId)
		check_function(placement_read_oid(class_id, OperatorOidIndexId, object_id, Anum_pg_operator_oprcode));
	/* An index is announced as a relation. */
	if (class_id == RelationRelationId)
		class_id = IndexRelationId;
	for (int i = 0; i < (int) lengthof(holders); i++)
	{
		if (holders[i].class_id == class_id)
			check_object(i, object_id, sub_id);
	}
}
