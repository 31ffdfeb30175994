/*
 * audit_verify.c
 *	  The check of tenancy.audit_log against its hashes.
 *
 * Rows are read in the order of their ids.  Each must follow the one before, by its id and
 * by its hash; where ids are missing, an anchor has to say that they were dropped by age, and
 * a row of the trail has to name them.  The newest must be the one that tenancy.audit_chains
 * knows, so that the end cannot be cut off.  A whole chain may be gone: the first row of a
 * chain names those that were there before it.
 */
#include "postgres.h"

#include "audit_ranges.h"
#include "audit_ring.h"
#include "audit_trail.h"
#include "audit_verify.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "own_table.h"
#include "privileged.h"
#include "storage/lockdefs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

/* So many rows are fetched at once. */
#define FETCH 1000

/* The walk along a chain. */
typedef struct Walk
{
	AuditCheck *check;
	AuditTrail *trail;
	int32 chain;
	bool has_head;
	int64 head_id;
	uint8 head_hash[AUDIT_HASH_SIZE];
	AuditRange *anchors; /* in order, of which rows of the trail tell */
	uint64 anchor_count;
	uint64 next_anchor;
	AuditRange *unknown; /* anchors of which none tells */
	uint64 unknown_count;
	bool has_rows;
	int64 last_id; /* that the walk has come past */
	uint8 hash[AUDIT_HASH_SIZE];
	bool follows;	  /* what comes next can be held against the hash */
	int64 good_since; /* first of the rows that are in order; 0: there is none yet */
} Walk;

/* Puts a row of the result: of a range that is none without ids, and without a chain where there is none. */
static void
put_result(AuditCheck *check, const int32 *chain, int64 first_id, int64 last_id, const char *problem)
{
	Datum values[5] = {0};
	bool nulls[5] = {false};

	nulls[0] = chain == NULL;
	if (chain != NULL)
		values[0] = Int32GetDatum(*chain);
	nulls[1] = nulls[2] = first_id > last_id;
	values[1] = Int64GetDatum(first_id);
	values[2] = Int64GetDatum(last_id);
	values[3] = BoolGetDatum(problem == NULL);
	nulls[4] = problem == NULL;
	if (problem != NULL)
		values[4] = CStringGetTextDatum(problem);
	tuplestore_putvalues(check->result->setResult, check->result->setDesc, values, nulls);
}

/* Puts a row of the result about the chain. */
static void
report(const Walk *walk, int64 first_id, int64 last_id, const char *problem)
{
	put_result(walk->check, &walk->chain, first_id, last_id, problem);
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

/* Compares the row or anchor at an id with what is known of it from elsewhere. */
static void
compare_known(Walk *walk, int64 id, const uint8 *hash)
{
	for (uint64 i = 0; i < walk->trail->known_count; i++)
	{
		AuditKnownRow *known = &walk->trail->known[i];

		if (known->chain != walk->chain || known->id != id)
			continue;
		known->found = true;
		if (memcmp(hash, known->hash, AUDIT_HASH_SIZE) != 0)
			report_problem(walk,
						   id,
						   id,
						   known->outside ? "the hash is not the one that is known of it"
										  : "the hash is not the one that the first row of another chain names");
	}
}

/* Notes that rows were dropped by age which another chain names. */
static void
pass_known(Walk *walk, const AuditRange *anchor)
{
	for (uint64 i = 0; i < walk->trail->known_count; i++)
	{
		AuditKnownRow *known = &walk->trail->known[i];

		if (!known->outside && known->chain == walk->chain && known->id >= anchor->first_id &&
			known->id < anchor->last_id)
			known->found = true;
	}
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
		const AuditRange *anchor = &walk->anchors[walk->next_anchor++];

		if (anchor->last_id <= walk->last_id)
			continue;
		report_missing(walk, anchor->first_id);
		report_good(walk);
		pass_known(walk, anchor);
		walk->last_id = anchor->last_id;
		memcpy(walk->hash, anchor->last_hash, AUDIT_HASH_SIZE);
		walk->follows = true;
		compare_known(walk, anchor->last_id, anchor->last_hash);
	}
}

/* Tells whether the objects of a row are a list as the writer makes it: the hash is over the elements alone. */
static bool
is_plain(const AuditRow *row)
{
	ArrayType *objects;

	if (row->nulls[AUDIT_COLUMN_OBJECTS])
		return true;
	objects = DatumGetArrayTypeP(row->values[AUDIT_COLUMN_OBJECTS]);
	return ARR_NDIM(objects) == 1 && ARR_LBOUND(objects)[0] == 1;
}

/* Looks at one of the rows that were fetched. */
static void
visit(Walk *walk, uint64 number)
{
	AuditRow row;
	uint8 stored[AUDIT_HASH_SIZE];
	uint8 computed[AUDIT_HASH_SIZE];
	int64 id;

	for (int i = 0; i < AUDIT_COLUMNS; i++)
		row.values[i] = SPI_getbinval(SPI_tuptable->vals[number], SPI_tuptable->tupdesc, i + 1, &row.nulls[i]);
	id = DatumGetInt64(row.values[AUDIT_COLUMN_ID]);
	walk->has_rows = true;
	if (!audit_read_hash(number, AUDIT_COLUMN_HASH + 1, stored))
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
	if (id <= walk->last_id)
	{
		report_problem(walk, id, id, "the row is in a range that was dropped");
		return;
	}
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
	if (!is_plain(&row))
	{
		if (walk->good_since == id)
			walk->good_since = 0;
		walk->last_id = id - 1;
		report_problem(walk, id, id, "the row has been changed: its objects are no list");
		walk->last_id = id;
	}
	memcpy(walk->hash, stored, AUDIT_HASH_SIZE);
	walk->follows = true;
	compare_known(walk, id, stored);
}

/* Reads the anchors of a chain, and sorts out those of which no row of the trail tells. */
static void
read_anchors(Walk *walk)
{
	AuditRanges told;
	uint64 count = privileged_execute_read_only("SELECT first_id, last_id, last_hash FROM tenancy.audit_anchors "
												"WHERE chain = %d AND last_id >= " INT64_FORMAT " ORDER BY first_id",
												walk->chain,
												walk->check->from_id);
	AuditRange *anchors = palloc(Max(count, 1) * sizeof(AuditRange));

	for (uint64 i = 0; i < count; i++)
	{
		anchors[i].first_id = privileged_number(i, 1);
		anchors[i].last_id = privileged_number(i, 2);
		(void) audit_read_hash(i, 3, anchors[i].last_hash);
	}
	walk->anchors = palloc(Max(count, 1) * sizeof(AuditRange));
	walk->unknown = palloc(Max(count, 1) * sizeof(AuditRange));
	if (count == 0)
		return;
	audit_ranges_read(&told, walk->chain, walk->chain == walk->trail->chain, walk->check->from_id, false);
	for (uint64 i = 0; i < count; i++)
	{
		const AuditRange *range = audit_ranges_find(&told, &anchors[i]);

		if (range == NULL)
		{
			walk->unknown[walk->unknown_count++] = anchors[i];
			continue;
		}
		/* One that was changed is followed by nothing. */
		if (range->last_id == anchors[i].last_id &&
			memcmp(range->last_hash, anchors[i].last_hash, AUDIT_HASH_SIZE) != 0)
			memset(anchors[i].last_hash, 0, AUDIT_HASH_SIZE);
		walk->anchors[walk->anchor_count++] = anchors[i];
	}
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
		(void) audit_read_hash(0, 2, walk->head_hash);
	}
	read_anchors(walk);
	walk->last_id = walk->check->from_id - 1;
	/* The first row follows a hash of zeroes; further on, the row before it is believed. */
	walk->follows = walk->last_id == 0;
	if (walk->last_id > 0 &&
		privileged_execute_read_only("SELECT hash FROM tenancy.audit_log WHERE chain = %d AND id = " INT64_FORMAT,
									 walk->chain,
									 walk->last_id) > 0)
		walk->follows = audit_read_hash(0, 1, walk->hash);
}

/* Looks for what a walk from the first row on does not come past. */
static void
look_before(Walk *walk)
{
	if (walk->chain <= 0)
		report(walk, 1, 0, "no chain has this number");
	if (privileged_execute_read_only("SELECT min(id), max(id) FROM tenancy.audit_log WHERE chain = %d AND id < 1 "
									 "HAVING count(*) > 0",
									 walk->chain) == 0)
		return;
	walk->has_rows = true;
	report(walk, privileged_number(0, 1), privileged_number(0, 2), "there are rows before the first one");
}

/* Looks at the end of a chain. */
static void
finish(Walk *walk)
{
	pass_anchors(walk, PG_INT64_MAX);
	report_good(walk);
	if (!walk->has_head && !walk->has_rows && walk->last_id < walk->check->from_id)
		report(walk, 1, 0, "there is nothing of this chain");
	else if (!walk->has_head)
		report(walk, walk->check->from_id, walk->last_id, "tenancy.audit_chains has no row for the chain");
	else if (walk->last_id < walk->head_id)
		report(walk, walk->last_id + 1, walk->head_id, "the newest rows are missing");
	else if (walk->last_id > walk->head_id && walk->last_id >= walk->check->from_id)
		report(walk, walk->head_id + 1, walk->last_id, "there are rows after the newest one that was written");
	else if (walk->follows && walk->last_id >= walk->check->from_id &&
			 memcmp(walk->hash, walk->head_hash, AUDIT_HASH_SIZE) != 0)
		report(walk, walk->head_id, walk->head_id, "the newest row is not the one that was written");
	for (uint64 i = 0; i < walk->unknown_count; i++)
		report(walk, walk->unknown[i].first_id, walk->unknown[i].last_id, "the trail knows nothing of this anchor");
	for (uint64 i = 0; i < walk->trail->known_count; i++)
	{
		const AuditKnownRow *known = &walk->trail->known[i];

		if (known->chain == walk->chain && !known->found && known->id >= walk->check->from_id)
			report(walk,
				   known->id,
				   known->id,
				   known->outside ? "the row that is known is not there"
								  : "the row that the first row of another chain names is not there");
	}
}

/* Sees to it that values are what their columns should be. */
static void
check_types(void)
{
	for (int i = 0; i < AUDIT_COLUMNS; i++)
	{
		if (SPI_gettypeid(SPI_tuptable->tupdesc, i + 1) != audit_columns[i].type)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("table tenancy.%s has no column \"%s\" of type %s",
							"audit_log",
							audit_columns[i].name,
							format_type_be(audit_columns[i].type))));
	}
}

/* Verifies a chain. */
static void
walk_chain(AuditTrail *trail, int32 chain)
{
	Walk walk = {.check = trail->check, .trail = trail, .chain = chain};
	MemoryContext context = CurrentMemoryContext;
	MemoryContext of_rows = AllocSetContextCreate(context, "tenancy audit rows", ALLOCSET_DEFAULT_SIZES);
	StringInfoData sql;
	Portal portal;
	SPIPlanPtr plan;

	prepare(&walk);
	look_before(&walk);
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (int i = 0; i < AUDIT_COLUMNS; i++)
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "", quote_identifier(audit_columns[i].name));
	appendStringInfo(&sql,
					 " FROM tenancy.audit_log WHERE chain = %d AND id >= " INT64_FORMAT " ORDER BY id",
					 chain,
					 walk.check->from_id);
	plan = SPI_prepare(sql.data, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	for (;;)
	{
		SPI_cursor_fetch(portal, true, FETCH);
		if (SPI_processed == 0)
			break;
		check_types();
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			MemoryContextSwitchTo(of_rows);
			visit(&walk, i);
			MemoryContextSwitchTo(context);
			MemoryContextReset(of_rows);
		}
		SPI_freetuptable(SPI_tuptable);
		CHECK_FOR_INTERRUPTS();
	}
	SPI_cursor_close(portal);
	finish(&walk);
}

/* Holds the chain of this database against the number of rows that are known to have been written. */
static void
compare_written(const AuditTrail *trail, int64 written)
{
	AuditCheck *check = trail->check;

	if (trail->head_id >= written || (!check->all && check->chain != trail->chain))
		return;
	put_result(check,
			   trail->chain != 0 ? &trail->chain : NULL,
			   trail->head_id + 1,
			   written,
			   "more rows have been written since the server started than the chain of this database has");
}

void
audit_verify(void *argument)
{
	AuditCheck *check = argument;
	AuditTrail trail = {.check = check};
	Oid root = own_table_find("audit_log");
	/* Before the snapshot, which has all of them then. */
	int64 written = (int64) audit_ring_written();
	uint64 count = 1;
	int32 *chains = &check->chain;

	if (!OidIsValid(root))
		elog(ERROR, "table tenancy.audit_log does not exist");
	SPI_connect();
	/* What is dropped by age is dropped before the snapshot or after all has been read. */
	(void) find_all_inheritors(root, AccessShareLock, NULL);
	PushActiveSnapshot(GetLatestSnapshot());
	audit_trail_read(&trail);
	if (check->all)
		chains = audit_trail_chains(&trail, &count);
	for (uint64 i = 0; i < count; i++)
		walk_chain(&trail, chains[i]);
	compare_written(&trail, written);
	PopActiveSnapshot();
	SPI_finish();
}
