/*
 * audit_insert.c
 *	  Rows into the partitions of tenancy.audit_log.
 *
 * They are put into the table as COPY does it, many at once, but without triggers, policies
 * and constraints: what somebody has put on the table neither runs nor stops them.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "audit_table.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/executor.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

/* So many rows at once. */
#define CHUNK 500

/* A partition that rows are put into. */
typedef struct Target
{
	Relation table;
	EState *state;
	ResultRelInfo *result;
	AttrNumber places[AUDIT_COLUMNS]; /* of our columns in it */
	TupleTableSlot *slots[CHUNK];
} Target;

/* Finds our columns; others stay null. */
static void
find_columns(Target *target)
{
	TupleDesc descriptor = RelationGetDescr(target->table);

	for (int i = 0; i < AUDIT_COLUMNS; i++)
	{
		target->places[i] = InvalidAttrNumber;
		for (int j = 0; j < descriptor->natts; j++)
		{
			Form_pg_attribute column = TupleDescAttr(descriptor, j);

			if (!column->attisdropped && strcmp(NameStr(column->attname), audit_columns[i].name) == 0 &&
				column->atttypid == audit_columns[i].type)
				target->places[i] = column->attnum;
		}
		if (target->places[i] == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("table tenancy.%s has no column \"%s\" of type %s",
							RelationGetRelationName(target->table),
							audit_columns[i].name,
							format_type_be(audit_columns[i].type))));
	}
}

/* Opens a partition. */
static void
open_target(Target *target, Oid partition)
{
	memset(target, 0, sizeof(*target));
	target->table = table_open(partition, RowExclusiveLock);
	find_columns(target);
	target->state = CreateExecutorState();
	target->result = makeNode(ResultRelInfo);
	InitResultRelInfo(target->result, target->table, 0, NULL, 0);
	ExecOpenIndices(target->result, false);
}

/* Closes it; what has been put there is seen from now on. */
static void
close_target(Target *target)
{
	for (int i = 0; i < CHUNK && target->slots[i] != NULL; i++)
		ExecDropSingleTupleTableSlot(target->slots[i]);
	ExecCloseIndices(target->result);
	FreeExecutorState(target->state);
	table_close(target->table, NoLock);
	CommandCounterIncrement();
}

/* Fills the slot of a row. */
static void
fill_slot(Target *target, int number, const AuditRow *row)
{
	TupleTableSlot *slot = target->slots[number];

	if (slot == NULL)
		slot = target->slots[number] =
			MakeSingleTupleTableSlot(RelationGetDescr(target->table), table_slot_callbacks(target->table));
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
	for (int i = 0; i < AUDIT_COLUMNS; i++)
	{
		slot->tts_values[target->places[i] - 1] = row->values[i];
		slot->tts_isnull[target->places[i] - 1] = row->nulls[i];
	}
	ExecStoreVirtualTuple(slot);
}

/* Puts some rows into a partition, and what its indexes need. */
static void
put_chunk(Target *target, const AuditRow *rows, int count)
{
	for (int i = 0; i < count; i++)
		fill_slot(target, i, &rows[i]);
	if (!ExecPartitionCheck(target->result, target->slots[0], target->state, false))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table tenancy.%s is not where it belongs in tenancy.audit_log",
						RelationGetRelationName(target->table))));
	table_multi_insert(target->table, target->slots, count, GetCurrentCommandId(true), 0, NULL);
	for (int i = 0; i < count; i++)
	{
		(void) insert_index_tuples(target->result, target->slots[i], target->state);
		ResetPerTupleExprContext(target->state);
	}
}

/* Returns how many of the rows, from the first on, are of one month. */
static int
count_of_month(const AuditRow *rows, int count)
{
	struct pg_tm first;
	struct pg_tm other;
	fsec_t microseconds;
	int result = 1;

	(void) timestamp2tm(audit_row_time(&rows[0]), NULL, &first, &microseconds, NULL, NULL);
	while (result < count &&
		   timestamp2tm(audit_row_time(&rows[result]), NULL, &other, &microseconds, NULL, NULL) == 0 &&
		   first.tm_year == other.tm_year && first.tm_mon == other.tm_mon)
		result++;
	return result;
}

void
audit_table_insert(int32 chain, AuditRow *rows, int count)
{
	while (count > 0)
	{
		Oid partition = audit_partition_of(chain, audit_row_time(&rows[0]));
		int here = count_of_month(rows, count);
		Target *target = palloc(sizeof(Target));

		open_target(target, partition);
		for (int done = 0; done < here; done += CHUNK)
			put_chunk(target, rows + done, Min(here - done, CHUNK));
		close_target(target);
		rows += here;
		count -= here;
	}
}
