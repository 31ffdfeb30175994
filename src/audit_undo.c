/*
 * audit_undo.c
 *	  Events of the running transaction that say something is done, in case it is not.
 *
 * They are told of when their statement ends, and survive the rollback of what they report.  So a
 * rollback has an event too, which says how many of the events before it in the transaction
 * are undone.
 *
 * Savepoints are numbered as they begin: whatever has a higher number than one that is rolled
 * back lies within it, for nothing that began before it can be under way.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit.h"
#include "audit_undo.h"
#include "utils/memutils.h"

/* Events within one savepoint, or outside of all. */
typedef struct Done
{
	SubTransactionId savepoint;
	int events;
} Done;

int audit_undo_count = 0;

/* In the order of the savepoints' numbers; in TopMemoryContext. */
static Done *done = NULL;
static int room = 0;

/* The class of the last event. */
static AuditClass last_class = AUDIT_WRITE;

void
audit_note_done(AuditClass class)
{
	SubTransactionId savepoint = GetCurrentSubTransactionId();

	last_class = class;
	if (audit_undo_count > 0 && done[audit_undo_count - 1].savepoint == savepoint)
	{
		done[audit_undo_count - 1].events++;
		return;
	}
	if (done == NULL)
	{
		done = MemoryContextAlloc(TopMemoryContext, sizeof(Done) * 8);
		room = 8;
	}
	else if (audit_undo_count == room)
	{
		done = repalloc(done, sizeof(Done) * (Size) room * 2);
		room *= 2;
	}
	done[audit_undo_count].savepoint = savepoint;
	done[audit_undo_count].events = 1;
	audit_undo_count++;
}

/* Takes off the events from a savepoint on, and returns how many they are. */
static int
take_from(SubTransactionId savepoint)
{
	int events = 0;

	while (audit_undo_count > 0 && done[audit_undo_count - 1].savepoint >= savepoint)
		events += done[--audit_undo_count].events;
	return events;
}

/* Tells that events are undone. */
static void
tell(int events, int sqlstate)
{
	AuditEvent event = {.rows = -1, .class = last_class, .outcome = AUDIT_ROLLED_BACK};
	char detail[100];

	snprintf(detail, sizeof(detail), "undoes the last %d events of the transaction that are not undone yet", events);
	if (sqlstate != 0)
		strlcpy(event.sqlstate, unpack_sql_state(sqlstate), sizeof(event.sqlstate));
	event.texts[AUDIT_ACTION] = "ROLLBACK";
	event.texts[AUDIT_DETAIL] = detail;
	audit_emit(&event);
}

void
audit_undo_savepoint(SubTransactionId savepoint, int sqlstate)
{
	int events = take_from(savepoint);

	if (events > 0)
		tell(events, sqlstate);
}

void
audit_undo_merge(SubTransactionId savepoint, SubTransactionId parent)
{
	int events = take_from(savepoint);

	if (events == 0)
		return;
	/* There is room: an entry was taken off. */
	if (audit_undo_count > 0 && done[audit_undo_count - 1].savepoint == parent)
		done[audit_undo_count - 1].events += events;
	else
		done[audit_undo_count++] = (Done){parent, events};
}

void
audit_undo_transaction(bool committed, int sqlstate)
{
	int events = take_from(TopSubTransactionId);

	if (!committed && events > 0)
		tell(events, sqlstate);
}
