/*
 * audit_writer.c
 *	  Turn of the database's worker that writes events from the ring into tenancy.audit_log.
 *
 * How far the ring has been read is written into tenancy.audit_chains in the same transaction,
 * and the ring gets its room back after the commit.  A crash between the two repeats
 * nothing: the next worker goes on where the table says.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_chain.h"
#include "audit_ring.h"
#include "audit_writer.h"
#include "compat.h"
#include "miscadmin.h"
#include "privileged.h"
#include "settings.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

/* A transaction has at most so many events, or so many bytes of them. */
#define BATCH_EVENTS 2000
#define BATCH_BYTES (4 * 1024 * 1024)

/* Room for what the trail says of itself. */
#define BATCH_NOTES 3

/* How long to leave the table alone after it could not be written, in milliseconds. */
#define PAUSE 1000

/* Rows and events of one transaction. */
typedef struct Batch
{
	AuditSource source;
	AuditChain chain;
	uint64 position; /* where the first event begins */
	uint64 end;		 /* where what comes after it begins */
	int events;
	int rows; /* events, and notes */
	uint64 damaged;
	int unwritable;
	bool exhausted; /* the ring has no more */
	AuditRow row[BATCH_EVENTS + BATCH_NOTES];
} Batch;

/* What is to leave the ring when the transaction commits. */
static struct
{
	AuditSource source;
	uint64 position;
	uint64 events;
	uint64 rows;
	uint64 unwritable;
	bool remove;
} pending;

/* The transaction writes. */
static bool writing = false;

/* When the table could not be written for the last time; 0: it could. */
static TimestampTz failed_at = 0;

/* The ring in which everything is known to have been written, and what had found no room in it; 0: none. */
static int64 quiet_life = 0;
static uint64 quiet_dropped = 0;

/* Tells whether the ring in use has something to write, without looking at tables. */
static bool
has_work(const AuditSource *source)
{
	TenancyRingState state;

	if (source->left || source->life != quiet_life)
		return true;
	state = bridge_look_at_ring(source->ring);
	return state.head != state.tail || state.dropped != quiet_dropped;
}

/* Reads events and makes rows of them. */
static void
read_events(Batch *batch)
{
	char *buffer = palloc(AUDIT_BUFFER_SIZE);
	AuditRecord record;

	batch->end = batch->position;
	while (batch->events < BATCH_EVENTS && batch->end - batch->position < BATCH_BYTES)
	{
		bool found = audit_ring_read(&batch->source, batch->end, buffer, &record);

		batch->damaged += record.damaged;
		batch->end = record.next;
		batch->exhausted = !found;
		if (!found)
			break;
		audit_row_of_event(&batch->row[batch->rows++], &record.event);
		batch->events++;
	}
	pfree(buffer);
}

/* Adds what the trail has to say of itself: that events are missing, and why. */
static void
add_notes(Batch *batch)
{
	int64 dropped = (int64) bridge_look_at_ring(batch->source.ring).dropped;

	if (batch->damaged > 0)
		audit_row_of_note(&batch->row[batch->rows++],
						  "ring damaged",
						  -1,
						  psprintf(UINT64_FORMAT " bytes of the ring held no event that could be read",
								   batch->damaged));
	if (dropped > batch->chain.dropped)
		audit_row_of_note(&batch->row[batch->rows++],
						  "events dropped",
						  dropped - batch->chain.dropped,
						  "found the ring full and went to the server log");
	batch->chain.dropped = Max(dropped, batch->chain.dropped);
}

/*
 * Tells whether an error is about the row rather than about the server, the disk or the
 * table, which will take the same row at another time.
 */
static bool
is_about_row(int sqlstate)
{
	switch (ERRCODE_TO_CATEGORY(sqlstate))
	{
		case ERRCODE_DATA_EXCEPTION:
		case ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION:
		case ERRCODE_PROGRAM_LIMIT_EXCEEDED:
			return true;
		default:
			return false;
	}
}

/* Appends rows in a subtransaction; false: an error about a row, and nothing has changed. */
static bool
try_append(AuditChain *chain, AuditRow *rows, int count)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	AuditChain before = *chain;
	bool done = true;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		audit_chain_append(chain, rows, count);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		if (!is_about_row(error->sqlerrcode))
			ReThrowError(error);
		if (count == 1)
			ereport(LOG,
					(errcode(error->sqlerrcode),
					 errmsg("the audit trail refuses an event: %s", error->message),
					 errdetail("It goes to the server log.")));
		*chain = before;
		done = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return done;
}

/* Writes to the server log what the table refuses. */
static void
log_event_at(const Batch *batch, int number)
{
	char *buffer = palloc(AUDIT_BUFFER_SIZE);
	AuditRecord record = {.next = batch->position};

	for (int i = 0; i <= number; i++)
	{
		if (!audit_ring_read(&batch->source, record.next, buffer, &record))
			return;
	}
	audit_log_event(&record.event);
	pfree(buffer);
}

/* Appends the rows of a batch; if there is one that the table refuses, one by one without that. */
static void
append_rows(Batch *batch)
{
	if (batch->rows == 0 || try_append(&batch->chain, batch->row, batch->rows))
		return;
	for (int i = 0; i < batch->rows; i++)
	{
		if (try_append(&batch->chain, &batch->row[i], 1))
			continue;
		batch->unwritable++;
		if (i < batch->events)
			log_event_at(batch, i);
	}
	if (batch->unwritable > 0)
	{
		AuditRow note;

		audit_row_of_note(&note, "events refused", batch->unwritable, "by the table, and went to the server log");
		audit_chain_append(&batch->chain, &note, 1);
	}
}

/* Writes a batch; a body of privileged_run(). */
static void
write_batch(void *argument)
{
	Batch *batch = argument;
	TenancyRingState state = bridge_look_at_ring(batch->source.ring);

	settings_set_for_now("lock_timeout", "2s");
	audit_chain_open(&batch->chain);
	if (batch->chain.ring != batch->source.life)
	{
		batch->chain.ring = batch->source.life;
		batch->chain.position = 0;
		batch->chain.dropped = 0;
	}
	batch->position = Max(state.tail, (uint64) batch->chain.position);
	read_events(batch);
	add_notes(batch);
	append_rows(batch);
	batch->chain.position = (int64) batch->end;
	if (batch->rows > 0 || batch->chain.is_new)
		audit_chain_save(&batch->chain);
}

/* Sets what the session of the worker needs, once. */
static void
prepare_session(void)
{
	static bool prepared = false;

	if (prepared)
		return;
	/* What has left the ring must be on disk; a standby that is down must not keep it there. */
	SetConfigOption("synchronous_commit", "local", PGC_SUSET, PGC_S_SESSION);
	SetConfigOption("default_tablespace", "", PGC_SUSET, PGC_S_SESSION);
	prepared = true;
}

bool
audit_writer_turn(void)
{
	TimestampTz now = GetCurrentTimestamp();
	Batch *batch;
	bool more;

	if (failed_at != 0 && now >= failed_at && !TimestampDifferenceExceeds(failed_at, now, PAUSE))
		return false;
	prepare_session();
	batch = palloc0(sizeof(Batch));
	if (!audit_ring_source(&batch->source) || !has_work(&batch->source))
		return false;
	writing = true;
	privileged_run(write_batch, batch);
	pending.source = batch->source;
	pending.position = batch->end;
	pending.events = (uint64) batch->events;
	pending.rows = (uint64) (batch->rows - batch->unwritable);
	pending.unwritable = (uint64) batch->unwritable;
	pending.remove = batch->source.left && batch->exhausted;
	quiet_life = batch->source.life;
	quiet_dropped = (uint64) batch->chain.dropped;
	more = batch->source.left || !batch->exhausted;
	pfree(batch);
	return more;
}

void
audit_writer_end_transaction(bool committed)
{
	if (!writing)
		return;
	writing = false;
	failed_at = committed ? 0 : GetCurrentTimestamp();
	audit_ring_set_stalled(!committed);
	if (!committed)
		return;
	audit_ring_release(&pending.source, pending.position, pending.events, pending.rows);
	audit_ring_count_refused(pending.unwritable);
	/* Who has put an event since the ring was read last did not find it empty, and has woken nobody. */
	if (has_work(&pending.source))
		SetLatch(MyLatch);
	if (pending.remove)
		audit_ring_remove(&pending.source);
}
