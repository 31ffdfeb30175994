/*
 * audit_abandon.c
 *	  What becomes of events that wait for the worker of a database without the extension.
 *
 * The extension was dropped, or a ring is left of a time when there was one.  Nothing can be
 * written into a table that is no more, so what the rings hold goes to the server log.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "audit_abandon.h"
#include "audit_event.h"
#include "audit_ring.h"
#include "miscadmin.h"

/* Writes what a ring holds to the server log, and returns the position after it. */
static uint64
log_events(const AuditSource *source, char *buffer)
{
	AuditRecord record;
	uint64 position = bridge_look_at_ring(source->ring).tail;

	while (audit_ring_read(source, position, buffer, &record))
	{
		CHECK_FOR_INTERRUPTS();
		position = record.next;
		/* First, so that an event that cannot be written is not tried again. */
		audit_ring_release(source, position, 1, 0);
		audit_log_event(&record.event);
	}
	position = record.next;
	audit_ring_release(source, position, 0, 0);
	return position;
}

void
audit_abandon(void)
{
	char *buffer = palloc(AUDIT_BUFFER_SIZE);
	AuditSource source;
	uint64 position = 0;

	while (!RecoveryInProgress())
	{
		source = (AuditSource){0};
		if (audit_ring_source(&source))
			position = log_events(&source, buffer);
		if (source.left)
			audit_ring_remove(&source);
		else if (audit_ring_close(position))
			break;
	}
	pfree(buffer);
}
