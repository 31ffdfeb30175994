/*
 * audit_verify.c
 *	  The check of tenancy.audit_log against its hashes.
 *
 * Rows are read in the order of their ids.  Each must follow the one before, by its id and
 * by its hash; where ids are missing, an anchor has to say that they were dropped by age.  The
 * newest must be the one that tenancy.audit_chains knows, so that the end cannot be cut off.
 */
#include "postgres.h"

#include "audit_verify.h"
#include "catalog/pg_inherits.h"
#include "storage/lockdefs.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "own_table.h"
#include "privileged.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

/* So many rows are fetched at once. */
#define FETCH 1000

/* A range of ids that was dropped by age. */
typedef struct Anchor
{
	int64 first_id;
	int64 last_id;
	uint8 last_hash[AUDIT_HASH_SIZE];
} Anchor;

/* The walk along a chain. */
typedef struct Walk
{
	AuditCheck *check;
	int32 chain;
	bool has_head;
	int64 head_id;
	uint8 head_hash[AUDIT_HASH_SIZE];
	Anchor *anchors; /* in order */
	uint64 anchor_count;
	uint64 next_anchor;
	int64 last_id; /* that the walk has come past */
	uint8 hash[AUDIT_HASH_SIZE];
	bool follows;	  /* what comes next can be held against the hash */
	int64 good_since; /* first of the rows that are in order; 0: there is none yet */
	bool known_found;
} Walk;

/* Puts a row of the result. */
static void
report(const Walk *walk, int64 first_id, int64 last_id, const char *problem)
{
	Datum values[5];
	bool nulls[5] = {false};

	values[0] = Int32GetDatum(walk->chain);
	values[1] = Int64GetDatum(first_id);
	values[2] = Int64GetDatum(last_id);
	values[3] = BoolGetDatum(problem == NULL);
	if (problem != NULL)
		values[4] = CStringGetTextDatum(problem);
	else
		nulls[4] = true;
	tuplestore_putvalues(walk->check->result->setResult, walk->check->result->setDesc, values, nulls);
}

/* Reports the rows that have been in order so far. */
static void
report_good(Walk *walk)
{
	if (walk->good_since != 0)
		report(walk, walk->good_since, walk->last_id, NULL);
	walk->good_since = 0;
}

/* Reports a problem of a range of ids. */
static void
report_problem(Walk *walk, int64 first_id, int64 last_id, const char *problem)
{
	report_good(walk);
	report(walk, first_id, last_id, problem);
}

/* Copies a hash out of a column; one of another size is no hash, and equals none. */
static bool
copy_hash(HeapTuple row, TupleDesc descriptor, int column, uint8 *hash)
{
	bool isnull;
	Datum value = SPI_getbinval(row, descriptor, column, &isnull);

	memset(hash, 0, AUDIT_HASH_SIZE);
	if (isnull || VARSIZE_ANY_EXHDR(DatumGetByteaPP(value)) != AUDIT_HASH_SIZE)
		return false;
	memcpy(hash, VARDATA_ANY(DatumGetByteaPP(value)), AUDIT_HASH_SIZE);
	return true;
}

/* Compares the row or anchor at the id that was written down elsewhere. */
static void
compare_known(Walk *walk, int64 id, const uint8 *hash)
{
	if (walk->check->known_id != id || walk->check->chain != walk->chain)
		return;
	walk->known_found = true;
	if (memcmp(hash, walk->check->known_hash, AUDIT_HASH_SIZE) != 0)
		report_problem(walk, id, id, "the hash is not the one that is known of it");
}

/* Reports ids that no row has. */
static void
report_missing(Walk *walk, int64 before)
{
	if (walk->last_id + 1 >= before)
		return;
	report_problem(walk, walk->last_id + 1, before - 1, "rows are missing");
	walk->last_id = before - 1;
	walk->follows = false;
}

/* Goes past the ranges before an id that were dropped by age. */
static void
pass_anchors(Walk *walk, int64 before)
{
	while (walk->next_anchor < walk->anchor_count && walk->anchors[walk->next_anchor].first_id < before)
	{
		const Anchor *anchor = &walk->anchors[walk->next_anchor++];

		if (anchor->last_id <= walk->last_id)
			continue;
		report_missing(walk, anchor->first_id);
		report_good(walk);
		walk->last_id = anchor->last_id;
		memcpy(walk->hash, anchor->last_hash, AUDIT_HASH_SIZE);
		walk->follows = true;
		compare_known(walk, anchor->last_id, anchor->last_hash);
	}
}

/* Looks at one row. */
static void
visit(Walk *walk, HeapTuple tuple, TupleDesc descriptor)
{
	AuditRow row;
	uint8 stored[AUDIT_HASH_SIZE];
	uint8 computed[AUDIT_HASH_SIZE];
	int64 id;

	for (int i = 0; i < AUDIT_COLUMNS; i++)
		row.values[i] = SPI_getbinval(tuple, descriptor, i + 1, &row.nulls[i]);
	id = DatumGetInt64(row.values[AUDIT_COLUMN_ID]);
	if (!copy_hash(tuple, descriptor, AUDIT_COLUMN_HASH + 1, stored))
	{
		report_problem(walk, id, id, "the row has no hash");
		walk->follows = false;
		walk->last_id = id;
		return;
	}
	if (id <= walk->last_id)
	{
		report_problem(walk, id, id, "there has been a row of this id before");
		return;
	}
	pass_anchors(walk, id);
	report_missing(walk, id);
	walk->last_id = id;
	if (walk->follows)
	{
		audit_row_hash(&row, walk->hash, computed);
		if (memcmp(computed, stored, AUDIT_HASH_SIZE) != 0)
		{
			walk->last_id = id - 1;
			report_problem(walk, id, id, "the row or the one before it has been changed");
			walk->last_id = id;
		}
		else if (walk->good_since == 0)
			walk->good_since = id;
	}
	memcpy(walk->hash, stored, AUDIT_HASH_SIZE);
	walk->follows = true;
	compare_known(walk, id, stored);
}

/* Reads what is known of a chain besides its rows. */
static void
prepare(Walk *walk)
{
	uint64 count =
		privileged_execute_read_only("SELECT head_id, head_hash FROM tenancy.audit_chains WHERE chain = %d "
									 "ORDER BY head_id DESC LIMIT 1",
									 walk->chain);

	walk->has_head = count > 0;
	if (walk->has_head)
	{
		walk->head_id = privileged_number(0, 1);
		(void) copy_hash(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, walk->head_hash);
	}
	count = privileged_execute_read_only("SELECT first_id, last_id, last_hash FROM tenancy.audit_anchors "
										 "WHERE chain = %d AND last_id >= " INT64_FORMAT " ORDER BY first_id",
										 walk->chain,
										 walk->check->from_id);
	walk->anchors = palloc(Max(count, 1) * sizeof(Anchor));
	walk->anchor_count = count;
	for (uint64 i = 0; i < count; i++)
	{
		walk->anchors[i].first_id = privileged_number(i, 1);
		walk->anchors[i].last_id = privileged_number(i, 2);
		(void) copy_hash(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 3, walk->anchors[i].last_hash);
	}
	walk->last_id = walk->check->from_id - 1;
	/* The first row follows a hash of zeroes; further on, the row before it is believed. */
	walk->follows = walk->last_id == 0;
	if (walk->last_id > 0 &&
		privileged_execute_read_only("SELECT hash FROM tenancy.audit_log WHERE chain = %d AND id = " INT64_FORMAT,
									 walk->chain,
									 walk->last_id) > 0)
		walk->follows = copy_hash(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, walk->hash);
}

/* Looks at the end of a chain. */
static void
finish(Walk *walk)
{
	pass_anchors(walk, PG_INT64_MAX);
	report_good(walk);
	if (!walk->has_head)
		report(walk, walk->check->from_id, walk->last_id, "tenancy.audit_chains has no row for the chain");
	else if (walk->last_id < walk->head_id)
		report(walk, walk->last_id + 1, walk->head_id, "the newest rows are missing");
	else if (walk->last_id > walk->head_id)
		report(walk, walk->head_id + 1, walk->last_id, "there are rows after the newest one that was written");
	else if (walk->follows && walk->last_id >= walk->check->from_id &&
			 memcmp(walk->hash, walk->head_hash, AUDIT_HASH_SIZE) != 0)
		report(walk, walk->head_id, walk->head_id, "the newest row is not the one that was written");
	if (walk->check->known_id != 0 && walk->check->chain == walk->chain && !walk->known_found &&
		walk->check->known_id >= walk->check->from_id)
		report(walk, walk->check->known_id, walk->check->known_id, "the row that is known is not there");
}

/* Verifies a chain. */
static void
walk_chain(AuditCheck *check, int32 chain)
{
	Walk walk = {.check = check, .chain = chain};
	MemoryContext context = CurrentMemoryContext;
	MemoryContext of_rows = AllocSetContextCreate(context, "tenancy audit rows", ALLOCSET_DEFAULT_SIZES);
	StringInfoData sql;
	Portal portal;
	SPIPlanPtr plan;

	prepare(&walk);
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (int i = 0; i < AUDIT_COLUMNS; i++)
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "", quote_identifier(audit_columns[i].name));
	appendStringInfo(&sql,
					 " FROM tenancy.audit_log WHERE chain = %d AND id >= " INT64_FORMAT " ORDER BY id",
					 chain,
					 check->from_id);
	plan = SPI_prepare(sql.data, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	for (;;)
	{
		SPI_cursor_fetch(portal, true, FETCH);
		if (SPI_processed == 0)
			break;
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			MemoryContextSwitchTo(of_rows);
			visit(&walk, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
			MemoryContextSwitchTo(context);
			MemoryContextReset(of_rows);
		}
		SPI_freetuptable(SPI_tuptable);
		CHECK_FOR_INTERRUPTS();
	}
	SPI_cursor_close(portal);
	finish(&walk);
}

void
audit_verify(void *argument)
{
	AuditCheck *check = argument;
	Oid root = own_table_find("audit_log");
	uint64 count;
	int32 *chains;

	if (!OidIsValid(root))
		elog(ERROR, "table tenancy.audit_log does not exist");
	SPI_connect();
	/* What is dropped by age is dropped before the snapshot or after all has been read. */
	(void) find_all_inheritors(root, AccessShareLock, NULL);
	PushActiveSnapshot(GetLatestSnapshot());
	count = privileged_execute_read_only(
		"SELECT chain FROM (SELECT chain FROM tenancy.audit_chains UNION "
		"SELECT substring(relname FROM '^audit_log_c([0-9]{1,9}|[12][0-9]{9})$')::bigint FROM pg_inherits JOIN pg_class c "
		"ON c.oid = inhrelid WHERE inhparent = 'tenancy.audit_log'::regclass) AS chains "
		"WHERE chain BETWEEN 1 AND 2147483647 AND (%d = 0 OR chain = %d) ORDER BY chain",
		check->chain,
		check->chain);
	chains = palloc(Max(count, 1) * sizeof(int32));
	for (uint64 i = 0; i < count; i++)
		chains[i] = (int32) privileged_number(i, 1);
	for (uint64 i = 0; i < count; i++)
		walk_chain(check, chains[i]);
	PopActiveSnapshot();
	SPI_finish();
}
