/*
 * removal.c
 *	  Dropping of objects, with an account of the rows and the disk space that go with them.
 *
 * The account costs little beside the removal.  It is taken of each relation when the
 * server is about to drop it: it has it locked then, its catalog row at hand, and opens
 * a table anyway.
 */
#include "postgres.h"

#include <sys/stat.h>

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "compat.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "object_access.h"
#include "removal.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* Bytes below which an index has no free space map: it never had a page to reuse. */
#define SMALL_INDEX (4 * BLCKSZ)

/* Counts the rows of a table that nobody else can reach. */
static int64
count_rows(Oid relation)
{
	Relation table = table_open(relation, NoLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = table_slot_create(table, NULL);
	TableScanDesc scan = table_beginscan(table, snapshot, 0, NULL);
	int64 count = 0;

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		count++;
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	table_close(table, NoLock);
	return count;
}

/* Returns the size of one fork of a relation, which is a file for each gigabyte. */
static int64
fork_size(const FormData_pg_class *relation, ForkNumber fork)
{
	const char *path = path_of_relation(relation->reltablespace, relation->relfilenode, fork);
	int64 size = 0;

	for (int segment = 0;; segment++)
	{
		struct stat file;

		if (stat(segment == 0 ? path : psprintf("%s.%d", path, segment), &file) != 0)
			return size;
		size += file.st_size;
		if (file.st_size < (off_t) RELSEG_SIZE * BLCKSZ)
			return size;
	}
}

/* Returns the size of a relation in bytes; asks for no file that it cannot have, because asking costs most here. */
static int64
relation_size(const FormData_pg_class *relation)
{
	int64 size = fork_size(relation, MAIN_FORKNUM);
	bool is_index = relation->relkind == RELKIND_INDEX;

	/* A small index has no free space map. */
	if (size > (is_index ? SMALL_INDEX : 0))
		size += fork_size(relation, FSM_FORKNUM);
	if (size > 0 && !is_index)
		size += fork_size(relation, VISIBILITYMAP_FORKNUM);
	if (relation->relpersistence == RELPERSISTENCE_UNLOGGED)
		size += fork_size(relation, INIT_FORKNUM);
	return size;
}

/* Takes note that a relation is about to be dropped; it is locked. */
static void
note_relation(Oid relation, void *argument)
{
	Losses *losses = argument;
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	const FormData_pg_class *form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_class) GETSTRUCT(tuple);
	if (RELKIND_HAS_STORAGE(form->relkind) && OidIsValid(form->relfilenode))
		losses->bytes += relation_size(form);
	if ((form->relkind == RELKIND_RELATION || form->relkind == RELKIND_MATVIEW) && form->relispopulated)
		losses->rows += count_rows(relation);
	ReleaseSysCache(tuple);
}

void
removal_run(const ObjectAddresses *objects, Oid confined_to, Losses *losses)
{
	DropWatch watch = {.confined_to = confined_to, .note_relation = note_relation, .argument = losses};

	object_access_watch_drops(&watch);
	PG_TRY();
	{
		performMultipleDeletions(objects, DROP_CASCADE, PERFORM_DELETION_QUIETLY);
	}
	PG_FINALLY();
	{
		object_access_watch_drops(NULL);
	}
	PG_END_TRY();
	CommandCounterIncrement();
}
