/*
 * small_tables.c
 *	  A faster way to add columns with defaults to small tables.
 *
 * ADD COLUMN ... DEFAULT makes the server look at every index of the database (see
 * docs/performance.md), so that a migration of n tenants takes n times n steps.  In a
 * small table it costs less to add the column without a default, to set the default
 * for what comes, to update the rows, and to set NOT NULL: the result is the same.
 *
 * Left alone is whatever could tell the difference: triggers and rules on UPDATE,
 * row security that holds for the owner, parents and children, logical replication,
 * constraints that are checked later or that old rows need not meet, domains that may
 * forbid the null which is there for a moment, and owners who may not update.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_type.h"
#include "settings.h"
#include "small_tables.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* The default of a column that is added, and whether it may be null. */
typedef struct AddedColumn
{
	const ColumnDef *definition;
	Node *value; /* NULL: none */
	bool not_null;
} AddedColumn;

/* Tells whether a type is a domain. */
static bool
is_domain(const TypeName *name)
{
	Type type = LookupTypeName(NULL, name, NULL, true);
	bool result = type != NULL && ((Form_pg_type) GETSTRUCT(type))->typtype == TYPTYPE_DOMAIN;

	if (type != NULL)
		ReleaseSysCache(type);
	return result;
}

/* Reads the constraints of a column; false if there are others than NULL, NOT NULL and one DEFAULT. */
static bool
read_column(const ColumnDef *definition, AddedColumn *column)
{
	ListCell *cell;

	*column = (AddedColumn){.definition = definition};
	foreach (cell, definition->constraints)
	{
		Constraint *constraint = lfirst_node(Constraint, cell);

		switch (constraint->contype)
		{
			case CONSTR_NULL:
				break;
			case CONSTR_NOTNULL:
				/* A name of its own would be lost. */
				if (constraint->conname != NULL)
					return false;
				column->not_null = true;
				break;
			case CONSTR_DEFAULT:
				column->value = constraint->raw_expr;
				break;
			default:
				return false;
		}
	}
	return true;
}

/* Returns the columns that a statement adds, as AddedColumn; NIL if it does anything else, or adds no default. */
static List *
added_columns(const AlterTableStmt *statement)
{
	List *columns = NIL;
	bool has_default = false;
	ListCell *cell;

	if (statement->objtype != OBJECT_TABLE)
		return NIL;
	foreach (cell, statement->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		AddedColumn *column = palloc(sizeof(AddedColumn));

		if (command->subtype != AT_AddColumn || command->missing_ok ||
			!read_column(castNode(ColumnDef, command->def), column) || is_domain(column->definition->typeName))
			return NIL;
		has_default = has_default || column->value != NULL;
		columns = lappend(columns, column);
	}
	return has_default ? columns : NIL;
}

/*
 * Tells whether triggers of the user's own fire on UPDATE, or such that wait for the
 * end of the transaction: as long as they do, nothing else changes the table.
 */
static bool
has_update_triggers(const TriggerDesc *triggers)
{
	if (triggers == NULL)
		return false;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if ((!trigger->tgisinternal || trigger->tgdeferrable) && TRIGGER_FOR_UPDATE(trigger->tgtype))
			return true;
	}
	return false;
}

/* Tells whether a foreign key holds for all rows. */
static bool
is_valid_constraint(Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool valid = HeapTupleIsValid(tuple) && ((Form_pg_constraint) GETSTRUCT(tuple))->convalidated;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return valid;
}

/* Tells whether there may be rows that are there, but could not be written again. */
static bool
has_unchecked_rows(Relation table)
{
	const TupleConstr *constraints = RelationGetDescr(table)->constr;
	ListCell *cell;

	for (int i = 0; constraints != NULL && i < constraints->num_check; i++)
	{
		const ConstrCheck *check = &constraints->check[i];

		if (!check->ccvalid || contain_mutable_functions(stringToNode(check->ccbin)))
			return true;
	}
	foreach (cell, RelationGetFKeyList(table))
	{
		if (!is_valid_constraint(((const ForeignKeyCacheInfo *) lfirst(cell))->conoid))
			return true;
	}
	foreach (cell, RelationGetIndexList(table))
	{
		if (!get_index_isvalid(lfirst_oid(cell)))
			return true;
	}
	return false;
}

/* Tells whether a table is small, and an UPDATE of all its rows does nothing else. */
static bool
is_fit(Relation table)
{
	return table->rd_rel->relkind == RELKIND_RELATION && !table->rd_rel->relispartition &&
		   !table->rd_rel->relhassubclass && !table->rd_rel->relhasrules && !table->rd_rel->relforcerowsecurity &&
		   !has_update_triggers(table->trigdesc) && !XLogLogicalInfoActive() &&
		   pg_class_aclcheck(RelationGetRelid(table), GetUserId(), ACL_UPDATE) == ACLCHECK_OK &&
		   RelationGetNumberOfBlocks(table) <= (BlockNumber) (tenancy_rewrite_small_tables / (BLCKSZ / 1024)) &&
		   !has_unchecked_rows(table);
}

/* Opens the table as ALTER TABLE does and looks at it. */
static bool
is_small_table(const RangeVar *name)
{
	Oid oid = RangeVarGetRelidExtended(name, AccessExclusiveLock, RVR_MISSING_OK, RangeVarCallbackOwnsRelation, NULL);
	Relation table;
	bool result;

	if (!OidIsValid(oid))
		return false;
	table = table_open(oid, NoLock);
	result = is_fit(table);
	table_close(table, NoLock);
	return result;
}

/* Returns a command of ALTER TABLE for a column. */
static AlterTableCmd *
make_command(AlterTableType type, const char *column, Node *definition)
{
	AlterTableCmd *command = makeNode(AlterTableCmd);

	command->subtype = type;
	command->name = column != NULL ? pstrdup(column) : NULL;
	command->def = definition;
	command->behavior = DROP_RESTRICT;
	return command;
}

/* Returns ALTER TABLE with these commands. */
static Node *
make_alter(const AlterTableStmt *original, List *commands)
{
	AlterTableStmt *statement = makeNode(AlterTableStmt);

	statement->relation = copyObject(original->relation);
	statement->cmds = commands;
	statement->objtype = OBJECT_TABLE;
	return (Node *) statement;
}

/* Adds the columns, and sets their defaults for rows that come. */
static Node *
make_addition(const AlterTableStmt *original, List *columns)
{
	List *commands = NIL;
	ListCell *cell;

	foreach (cell, columns)
	{
		const AddedColumn *column = lfirst(cell);
		ColumnDef *definition = copyObject(unconstify(ColumnDef *, column->definition));

		definition->constraints = NIL;
		commands = lappend(commands, make_command(AT_AddColumn, NULL, (Node *) definition));
		if (column->value != NULL)
			commands =
				lappend(commands, make_command(AT_ColumnDefault, definition->colname, copyObject(column->value)));
	}
	return make_alter(original, commands);
}

/* Gives the rows that are there the defaults. */
static Node *
make_update(const AlterTableStmt *original, List *columns)
{
	UpdateStmt *statement = makeNode(UpdateStmt);
	ListCell *cell;

	statement->relation = copyObject(original->relation);
	foreach (cell, columns)
	{
		const AddedColumn *column = lfirst(cell);
		ResTarget *target = makeNode(ResTarget);

		if (column->value == NULL)
			continue;
		target->name = pstrdup(column->definition->colname);
		target->val = (Node *) makeNode(SetToDefault);
		target->location = -1;
		((SetToDefault *) target->val)->location = -1;
		statement->targetList = lappend(statement->targetList, target);
	}
	return (Node *) statement;
}

/* Forbids nulls where the statement does; NULL: nowhere. */
static Node *
make_not_null(const AlterTableStmt *original, List *columns)
{
	List *commands = NIL;
	ListCell *cell;

	foreach (cell, columns)
	{
		const AddedColumn *column = lfirst(cell);

		if (column->not_null)
			commands = lappend(commands, make_command(AT_SetNotNull, column->definition->colname, NULL));
	}
	return commands != NIL ? make_alter(original, commands) : NULL;
}

bool
small_tables_run(const Script *script, const ScriptStatement *statement)
{
	AlterTableStmt *tree = (AlterTableStmt *) statement->raw->stmt;
	List *columns;
	Node *not_null;

	if (tenancy_rewrite_small_tables == 0 || !IsA(tree, AlterTableStmt))
		return false;
	columns = added_columns(tree);
	if (columns == NIL || !is_small_table(tree->relation))
		return false;
	script_run_instead(script, statement, make_addition(tree, columns));
	script_run_instead(script, statement, make_update(tree, columns));
	not_null = make_not_null(tree, columns);
	if (not_null != NULL)
		script_run_instead(script, statement, not_null);
	return true;
}
