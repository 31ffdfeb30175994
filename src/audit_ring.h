/*
 * audit_ring.h
 *	  The ring in which events wait for the worker that writes them into tenancy.audit_log.
 */
#ifndef TENANCY_AUDIT_RING_H
#define TENANCY_AUDIT_RING_H

#include "audit_record.h"
#include "bridge.h"
#include "nodes/pg_list.h"

/* What happens to an event that finds the ring full. */
typedef enum AuditOverflow
{
	AUDIT_OVERFLOW_DROP = 0, /* it goes to the server log */
	AUDIT_OVERFLOW_WAIT		 /* its session waits for room */
} AuditOverflow;

/* Of the trail of this database, since the server started; pending is now. */
typedef struct AuditStatistics
{
	uint64 pending; /* events in the ring */
	uint64 pending_bytes;
	uint64 ring_bytes;
	uint64 dropped;	  /* events that found no room and went to the server log */
	uint64 written;	  /* rows */
	uint64 refused;	  /* events that the table refused, and that went to the server log */
	int64 written_at; /* TimestampTz; 0: never */
} AuditStatistics;

/* An event as the ring had it. */
typedef struct AuditRecord
{
	AuditEvent event; /* its texts lie in the buffer */
	uint64 next;	  /* position of the next one */
	uint64 damaged;	  /* bytes before it that were no record */
} AuditRecord;

/* A ring that is read: this server's, or one that an earlier life of the server has left. */
typedef struct AuditSource
{
	TenancyRing *ring;
	Size memory;
	int64 life;
	bool left; /* by an earlier life */
} AuditSource;

/* Returns the shared memory needed, in bytes, and asks for the locks. */
extern Size audit_ring_memory(void);
extern void audit_ring_request_locks(void);

/* Attaches to the shared memory, made on first call; under AddinShmemInitLock. */
extern void audit_ring_attach(void);

/*
 * Puts an event into the ring of this database.  False: it found no room, or there is no
 * ring (on a standby, without the extension, without a disk to make one on), and whoever calls
 * logs it.  Raises nothing and reads no catalogs where that cannot be, so that it may be
 * called at any time.
 */
extern bool audit_ring_put(const AuditEvent *event);

/* Tells how the trail of this database fares. */
extern void audit_ring_statistics(AuditStatistics *statistics);

/* Returns how many rows of this database's trail have been written and committed since the server started, or fewer. */
extern uint64 audit_ring_written(void);

/*
 * Process that writes: finds the ring that is to be read next, the oldest first; false: there is none.  Rings that
 * were left are looked for once in a process.
 */
extern bool audit_ring_source(AuditSource *source);

/* Process that writes: reads the next event at or after a position; false: there is none, with next and damaged set. */
extern bool audit_ring_read(const AuditSource *source, uint64 position, char *buffer, AuditRecord *record);

/* Process that writes: what was before a position is in the table, so many events of it as rows. */
extern void audit_ring_release(const AuditSource *source, uint64 position, uint64 events, uint64 rows);

/* Process that writes: removes a ring that was left, once all of it is in the table. */
extern void audit_ring_remove(AuditSource *source);

/*
 * Process that writes: gives up the ring in use, as the extension is not in this database; false: it holds more,
 * from the position on.  Further events go to the server log until a session finds the extension.
 */
extern bool audit_ring_close(uint64 position);

/* Process that writes: asks to be woken by every event, as the table could not be written, or no more so. */
extern void audit_ring_set_stalled(bool stalled);

/* Process that writes: counts events that the table refuses. */
extern void audit_ring_count_refused(uint64 events);

/* Returns the OIDs of the databases that have rings, which wait for a worker after a restart; any process. */
extern List *audit_ring_databases(void);

/* Removes the rings of a database that is no more. */
extern void audit_ring_forget_database(Oid database);

/* Has that done when the transaction commits that drops the database. */
extern void audit_ring_forget_database_at_commit(Oid database);
extern void audit_ring_end_transaction(bool committed);

#endif /* TENANCY_AUDIT_RING_H */
