/*
 * quota_storage.c
 *	  What may not be done any more when a tenant's storage is used up.
 *
 * Refused is what stores rows, when it is about to run and whoever runs it: a client, a
 * function, a trigger, a rule, a part of WITH.  What reads, removes or only defines goes
 * on, and so does what goes into temporary tables.  The size is what was measured last,
 * and that of files which the running transaction has made: nobody else can see them yet.
 *
 * Cannot see: what grows without rows, such as catalogs; rows that a foreign key's own
 * actions change, which must not be in the way of a deletion.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/storage.h"
#include "compat.h"
#include "counters.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "privileged.h"
#include "quota_storage.h"
#include "statements.h"
#include "storage_usage.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Files of relations that the transaction has made, RelationFiles; in its memory.  NULL: none. */
static HTAB *new_files = NULL;

/*
 * Notes the files of relations that were made at this level of savepoints.  A level that
 * is rolled back takes its files away, so that they need not be forgotten.
 */
void
quota_storage_note_new_files(void)
{
	RelationFiles *files;
	int count = smgrGetPendingDeletes(false, &files);

	if (count == 0)
		return;
	if (new_files == NULL)
	{
		HASHCTL control = {.keysize = sizeof(RelationFiles),
						   .entrysize = sizeof(RelationFiles),
						   .hcxt = TopTransactionContext};

		new_files = hash_create("tenancy new files", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	for (int i = 0; i < count; i++)
		(void) hash_search(new_files, &files[i], HASH_ENTER, NULL);
	pfree(files);
}

void
quota_storage_end_transaction(void)
{
	new_files = NULL;
}

/* Returns the size of these files. */
static int64
size_of_new_files(void)
{
	HASH_SEQ_STATUS scan;
	const RelationFiles *files;
	int64 bytes = 0;

	if (new_files == NULL)
		return 0;
	hash_seq_init(&scan, new_files);
	while ((files = hash_seq_search(&scan)) != NULL)
	{
		const char *path = path_of_files(files);

		bytes += (int64) storage_usage_of_fork(path);
		pfree(unconstify(char *, path));
	}
	return bytes;
}

/* Raises the refusal if no more may be stored. */
static void
refuse_if_exhausted(void)
{
	const TenancyTenant *tenant = &current_binding->tenant;
	TenantUsage *usage = counters_usage(tenant->counters);
	int64 used = (int64) pg_atomic_read_u64(&usage->storage_bytes);

	if (binding_held || IsParallelWorker() || privileged_is_running() || !counters_is_own_record(tenant->counters) ||
		pg_atomic_read_u64(&usage->storage_measured_at) == 0)
		return;
	used += size_of_new_files();
	if (bridge_judge_use(used, &tenant->limits.limits[TENANCY_QUOTA_STORAGE_BYTES]) == TENANCY_USE_EXHAUSTED)
		quota_refuse(TENANCY_QUOTA_STORAGE_BYTES, used);
}

/* Tells whether a relation is a temporary one, which is no part of what is stored. */
static bool
is_temporary(Oid relation)
{
	return OidIsValid(relation) && get_rel_persistence(relation) == RELPERSISTENCE_TEMP;
}

/* Tells whether a node of a plan stores rows in a relation that is not temporary. */
static bool
stores_rows(const Plan *plan, List *range_table)
{
	const ModifyTable *node = (const ModifyTable *) plan;
	ListCell *cell;

	if (plan == NULL || !IsA(plan, ModifyTable) || !command_stores_rows(node->operation))
		return false;
	/* A foreign key takes away what refers to rows that are deleted. */
	if (node->operation == CMD_UPDATE && InNoForceRLSOperation())
		return false;
	foreach (cell, node->resultRelations)
	{
		if (!is_temporary(rt_fetch(lfirst_int(cell), range_table)->relid))
			return true;
	}
	return false;
}

void
quota_storage_judge_plan(const QueryDesc *query)
{
	const PlannedStmt *statement = query->plannedstmt;
	ListCell *cell;
	/* CREATE TABLE AS is judged as a utility statement, but not where EXPLAIN runs it. */
	bool stores = stores_rows(statement->planTree, statement->rtable) ||
				  (query->dest->mydest == DestIntoRel && statements_explained_depth >= 0);

	if (statement->hasModifyingCTE)
	{
		/* Each such part of WITH is a plan of its own. */
		foreach (cell, statement->subplans)
			stores = stores || stores_rows(lfirst(cell), statement->rtable);
	}
	if (stores)
		refuse_if_exhausted();
}

/* Tells whether a name is that of a temporary relation. */
static bool
names_temporary(const RangeVar *name)
{
	return name->relpersistence == RELPERSISTENCE_TEMP || is_temporary(RangeVarGetRelid(name, NoLock, true));
}

/* Tells whether an index is made for a constraint. */
static bool
needs_index(const Constraint *constraint)
{
	return (constraint->contype == CONSTR_PRIMARY || constraint->contype == CONSTR_UNIQUE ||
			constraint->contype == CONSTR_EXCLUSION) &&
		   constraint->indexname == NULL;
}

/* Tells whether ALTER TABLE makes values for all rows, or an index. */
static bool
alteration_stores_rows(const AlterTableStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->cmds)
	{
		switch (lfirst_node(AlterTableCmd, cell)->subtype)
		{
			case AT_AddColumn:
			case AT_AlterColumnType:
			case AT_SetLogged:
				return true;
			case AT_AttachPartition:
				/* The table gets the indexes that it lacks; an index is there. */
				if (statement->objtype != OBJECT_INDEX)
					return true;
				break;
			case AT_AddConstraint:
				if (needs_index((Constraint *) lfirst_node(AlterTableCmd, cell)->def))
					return true;
				break;
			default:
				break;
		}
	}
	return false;
}

/* Tells whether a utility statement stores rows. */
static bool
utility_stores_rows(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_CopyStmt:
			return ((CopyStmt *) statement)->is_from && !names_temporary(((CopyStmt *) statement)->relation);
		case T_CreateTableAsStmt:
			return !((CreateTableAsStmt *) statement)->into->skipData &&
				   ((CreateTableAsStmt *) statement)->into->rel->relpersistence != RELPERSISTENCE_TEMP;
		case T_RefreshMatViewStmt:
			return !((RefreshMatViewStmt *) statement)->skipData;
		case T_IndexStmt:
			return !names_temporary(((IndexStmt *) statement)->relation);
		case T_AlterTableStmt:
			return alteration_stores_rows((AlterTableStmt *) statement) &&
				   !names_temporary(((AlterTableStmt *) statement)->relation);
		default:
			return false;
	}
}

void
quota_storage_judge_utility(Node *statement)
{
	if (utility_stores_rows(statement))
		refuse_if_exhausted();
}

void
quota_storage_judge_function(Oid function)
{
	switch (function)
	{
		case F_LO_CREAT:
		case F_LO_CREATE:
		case F_LO_FROM_BYTEA:
		case F_LO_PUT:
		case F_LOWRITE:
		case F_LO_IMPORT_TEXT:
		case F_LO_IMPORT_TEXT_OID:
			refuse_if_exhausted();
			break;
		default:
			break;
	}
}
