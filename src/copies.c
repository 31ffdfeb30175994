/*
 * copies.c
 *	  COPY of a relation, which makes no plan.
 *
 * Closes: catalogs, values that name objects (regclass and its like) and values of
 * other tenants' types in what COPY ... TO sends, which none of the planner's hooks
 * sees.  Such a COPY becomes one of a query with the same columns.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog_filter.h"
#include "copies.h"
#include "naming.h"
#include "nodes/makefuncs.h"
#include "query_guard.h"
#include "utils/rel.h"
#include "visibility.h"

/* Tells whether what a relation holds can be sent as it is. */
static bool
is_plain(Relation relation)
{
	TupleDesc descriptor = RelationGetDescr(relation);

	if (catalog_filter_applies_to(RelationGetRelid(relation)))
		return false;
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped &&
			(attribute->atttypid >= FirstNormalObjectId || naming_type(attribute->atttypid)))
			return false;
	}
	return true;
}

/* Makes the output of a column of this name. */
static ResTarget *
make_target(const char *name)
{
	ResTarget *target = makeNode(ResTarget);
	ColumnRef *column = makeNode(ColumnRef);

	column->fields = list_make1(makeString(pstrdup(name)));
	column->location = -1;
	target->val = (Node *) column;
	target->location = -1;
	return target;
}

/* Lists the columns that COPY sends: those given, or all but generated ones. */
static List *
make_targets(Relation relation, List *columns)
{
	TupleDesc descriptor = RelationGetDescr(relation);
	List *targets = NIL;
	ListCell *cell;

	foreach (cell, columns)
		targets = lappend(targets, make_target(strVal(lfirst(cell))));
	for (int i = 0; columns == NIL && i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped && !attribute->attgenerated)
			targets = lappend(targets, make_target(NameStr(attribute->attname)));
	}
	return targets;
}

PlannedStmt *
copies_as_query(PlannedStmt *planned)
{
	CopyStmt *copy = (CopyStmt *) planned->utilityStmt;
	Relation relation;
	SelectStmt *select;
	Oid relation_id;

	if (copy->is_from || copy->relation == NULL || !visibility_is_limited())
		return planned;
	relation_id = RangeVarGetRelid(copy->relation, AccessShareLock, true);
	if (!OidIsValid(relation_id))
		return planned;
	relation = table_open(relation_id, NoLock);
	/* What else has no rows of its own, COPY refuses in its own words. */
	if ((relation->rd_rel->relkind == RELKIND_RELATION) && !is_plain(relation))
	{
		planned = copyObject(planned);
		copy = (CopyStmt *) planned->utilityStmt;
		select = makeNode(SelectStmt);
		select->targetList = make_targets(relation, copy->attlist);
		copy->relation->inh = false;
		select->fromClause = list_make1(copy->relation);
		copy->query = (Node *) select;
		copy->relation = NULL;
		copy->attlist = NIL;
	}
	table_close(relation, NoLock);
	return planned;
}
