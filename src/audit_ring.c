/*
 * audit_ring.c
 *	  The ring in which events wait for the worker that writes them into tenancy.audit_log.
 *
 * Each database has a ring of its own, in a file that every process maps when it has its
 * first event.  Shared memory holds a lock and counters for each; PostgreSQL makes shared
 * memory anew after a crash, and the file stays.  One process reads, the database's worker,
 * without the lock: rings make a record visible when it is whole.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "audit_record.h"
#include "audit_ring.h"
#include "audit_ring_file.h"
#include "compat.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "port/atomics.h"
#include "registry.h"
#include "settings.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/procsignal.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker.h"

/* Databases beyond it share the last place. */
#define AUDIT_DATABASES 64

#define AUDIT_LOCKS "tenancy audit"

/* How long to wait until the ring is looked at again, in milliseconds. */
#define ROOM_WAIT 5

/* How long to wait for room while the worker takes nothing out of the ring, in milliseconds. */
#define STANDSTILL 5000

/* How long to leave it at that where a ring could not be made, in milliseconds. */
#define MAKE_WAIT 5000

/* This part of a ring is for events that must not be pushed out by writes and reads. */
#define RESERVED_PART 8

/* A database. */
typedef struct AuditPlace
{
	pg_atomic_uint32 database; /* 0: free */
	pg_atomic_uint32 stalled;  /* the table cannot be written */
	pg_atomic_uint32 closed;   /* there is no table: nobody reads */
	pg_atomic_uint32 removals; /* of rings of this life, which processes have mapped */
	pg_atomic_uint64 stuck;	   /* what was the end of the ring, plus 1, when somebody waited in vain; 0: nobody has */
	pg_atomic_uint64 dropped;
	pg_atomic_uint64 written;
	pg_atomic_uint64 refused;
	pg_atomic_uint64 written_at;
	char padding[PG_CACHE_LINE_SIZE];
} AuditPlace;

typedef struct SharedAudit
{
	int64 life; /* when shared memory was made */
	AuditPlace places[AUDIT_DATABASES];
} SharedAudit;

static SharedAudit *shared = NULL;

/* Locks of the places, and one more for taking places. */
static LWLockPadded *locks = NULL;

/* This database's place and ring; NULL: not looked for yet. */
static AuditPlace *place = NULL;
static TenancyRing *ring = NULL;
static Size ring_memory = 0;

/* As many rings had been removed when this one was mapped. */
static uint32 ring_removals = 0;

/* When the ring could not be made or mapped for the last time. */
static TimestampTz failed_at = 0;

/* Process that writes: a ring that an earlier life has left, and up to which life all are done with, read or not. */
static AuditSource left = {0};
static int64 left_until = PG_INT64_MIN;

/* Database that the transaction has dropped. */
static Oid dropped_database = InvalidOid;

Size
audit_ring_memory(void)
{
	return MAXALIGN(sizeof(SharedAudit));
}

void
audit_ring_request_locks(void)
{
	RequestNamedLWLockTranche(AUDIT_LOCKS, AUDIT_DATABASES + 1);
}

void
audit_ring_attach(void)
{
	bool found;

	shared = ShmemInitStruct("tenancy audit", sizeof(SharedAudit), &found);
	locks = GetNamedLWLockTranche(AUDIT_LOCKS);
	if (found)
		return;
	memset(shared, 0, sizeof(SharedAudit));
	shared->life = GetCurrentTimestamp();
	for (int i = 0; i < AUDIT_DATABASES; i++)
	{
		pg_atomic_init_u32(&shared->places[i].database, InvalidOid);
		pg_atomic_init_u32(&shared->places[i].stalled, 0);
		pg_atomic_init_u32(&shared->places[i].closed, 0);
		pg_atomic_init_u32(&shared->places[i].removals, 0);
		pg_atomic_init_u64(&shared->places[i].stuck, 0);
		pg_atomic_init_u64(&shared->places[i].dropped, 0);
		pg_atomic_init_u64(&shared->places[i].written, 0);
		pg_atomic_init_u64(&shared->places[i].refused, 0);
		pg_atomic_init_u64(&shared->places[i].written_at, 0);
	}
}

/* Returns the lock of a place. */
static LWLock *
lock_of(const AuditPlace *which)
{
	return &locks[which - shared->places].lock;
}

/* Returns the place of this database, which it gets the first time. */
static AuditPlace *
find_place(void)
{
	int i;

	if (place != NULL)
		return place;
	LWLockAcquire(&locks[AUDIT_DATABASES].lock, LW_EXCLUSIVE);
	for (i = 0; i < AUDIT_DATABASES - 1; i++)
	{
		uint32 database = pg_atomic_read_u32(&shared->places[i].database);

		if (database == MyDatabaseId)
			break;
		if (database == InvalidOid)
		{
			AuditPlace *taken = &shared->places[i];

			pg_atomic_write_u32(&taken->stalled, 0);
			pg_atomic_write_u32(&taken->closed, 0);
			pg_atomic_write_u64(&taken->stuck, 0);
			pg_atomic_write_u64(&taken->dropped, 0);
			pg_atomic_write_u64(&taken->written, 0);
			pg_atomic_write_u64(&taken->refused, 0);
			pg_atomic_write_u64(&taken->written_at, 0);
			pg_atomic_write_u32(&taken->database, MyDatabaseId);
			break;
		}
	}
	place = &shared->places[i];
	LWLockRelease(&locks[AUDIT_DATABASES].lock);
	return place;
}

/* Lets go of a ring that was removed since it was mapped.  The caller holds the lock of the place, or only looks. */
static void
forget_removed_ring(void)
{
	if (ring == NULL || ring_removals == pg_atomic_read_u32(&place->removals))
		return;
	audit_ring_file_unmap(ring, ring_memory);
	ring = NULL;
}

/* Maps the ring's file, and makes it if need be.  The caller holds the lock of the place. */
static void
map_ring(bool make)
{
	ring_memory = TENANCY_RING_HEADER + tenancy_audit_ring_size * (Size) 1024;
	ring_removals = pg_atomic_read_u32(&place->removals);
	ring = audit_ring_file_map(MyDatabaseId, shared->life, ring_memory, make);
}

/* Maps the ring of this database, and makes it if need be; false: there is none, and the log says why once in a while. */
static bool
find_ring(bool make)
{
	TimestampTz now;
	int problem;

	forget_removed_ring();
	if (ring != NULL)
		return true;
	now = GetCurrentTimestamp();
	if (make && failed_at != 0 && !TimestampDifferenceExceeds(failed_at, now, MAKE_WAIT) && now >= failed_at)
		return false;
	LWLockAcquire(lock_of(find_place()), LW_EXCLUSIVE);
	map_ring(make);
	problem = errno;
	LWLockRelease(lock_of(place));
	if (ring != NULL || (!make && problem == ENOENT))
		return ring != NULL;
	failed_at = now;
	errno = problem != 0 ? problem : EINVAL;
	ereport(LOG_SERVER_ONLY,
			(errcode_for_file_access(),
			 errmsg("could not make the ring of audit events: %m"),
			 errdetail("Events go to the server log."),
			 errhidestmt(true)));
	return false;
}

/*
 * Tells whether this process can wait for room on behalf of an event.  A refusal never
 * does, nor does a transaction that is being aborted, which nothing could interrupt.
 */
static bool
may_wait(const AuditEvent *event)
{
	return tenancy_audit_overflow == AUDIT_OVERFLOW_WAIT && event->class != AUDIT_REFUSAL &&
		   InterruptHoldoffCount == 0 && CritSectionCount == 0 && !proc_exit_inprogress;
}

/* Who waits for room. */
typedef struct Waiting
{
	bool begun;
	uint64 tail; /* the end of the ring when it was last seen to move */
	TimestampTz since;
} Waiting;

/* Tells whether nothing leaves the ring, and has not for so long that nobody waits for it any more. */
static bool
stands_still(Waiting *waiting, uint64 tail)
{
	TimestampTz now;

	if (pg_atomic_read_u32(&place->stalled) != 0 || pg_atomic_read_u64(&place->stuck) == tail + 1)
		return true;
	now = GetCurrentTimestamp();
	if (!waiting->begun || waiting->tail != tail)
		*waiting = (Waiting){.begun = true, .tail = tail, .since = now};
	if (!TimestampDifferenceExceeds(waiting->since, now, STANDSTILL))
		return false;
	/* The others need not find out. */
	pg_atomic_write_u64(&place->stuck, tail + 1);
	return true;
}

/* Waits for a moment; false: for room to come there is nobody, or no time. */
static bool
wait_for_room(Waiting *waiting, uint64 tail)
{
	if (statement_must_end() || !worker_is_expected() || stands_still(waiting, tail))
		return false;
	/* Others wait for this; what may raise an error is for the caller, when the event is where it belongs. */
	if (ProcSignalBarrierPending)
		ProcessProcSignalBarrier();
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ROOM_WAIT, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	return true;
}

/*
 * Puts a record, and waits for room if that is to be done.  The lock keeps the ring from being
 * removed meanwhile; one that has been, and a database that has none, are as good as full.
 */
static TenancyRingPut
put(const AuditAssembly *assembly, const AuditEvent *event)
{
	uint64 check = bridge_check_record(assembly->pieces, assembly->count);
	bool reserved =
		event->class == AUDIT_REFUSAL || event->class == AUDIT_LIFECYCLE || event->class == AUDIT_BREAK_GLASS;
	uint64 reserve = reserved ? 0 : (ring_memory - TENANCY_RING_HEADER) / RESERVED_PART;
	bool waits = may_wait(event);
	bool waited = false;
	Waiting waiting = {0};
	TenancyRingPut result;

	for (;;)
	{
		uint64 tail;

		LWLockAcquire(lock_of(place), LW_EXCLUSIVE);
		forget_removed_ring();
		if (ring == NULL)
		{
			LWLockRelease(lock_of(place));
			result = TENANCY_RING_FULL;
			break;
		}
		result = bridge_put_record(ring, assembly->pieces, assembly->count, check, reserve, !waits);
		tail = bridge_look_at_ring(ring).tail;
		LWLockRelease(lock_of(place));
		if (result != TENANCY_RING_FULL || !waits)
			break;
		worker_want();
		worker_wake();
		waits = wait_for_room(&waiting, tail);
		waited = true;
	}
	/* The latch may have been set for others. */
	if (waited)
		SetLatch(MyLatch);
	return result;
}

/*
 * Tells whether the extension is in this database, so that somebody reads the ring.  Who can
 * ask the catalogs does; others remember, unless the worker has found out since.
 */
static bool
has_reader(void)
{
	bool can_ask = IsTransactionState() && !proc_exit_inprogress && CritSectionCount == 0;

	if (can_ask ? !registry_is_installed() : registry_last_presence() != REGISTRY_PRESENT)
		return false;
	if (pg_atomic_read_u32(&find_place()->closed) == 0)
		return true;
	if (can_ask)
		pg_atomic_write_u32(&place->closed, 0);
	return can_ask;
}

bool
audit_ring_put(const AuditEvent *event)
{
	AuditAssembly assembly;
	TenancyRingPut result;

	if (shared == NULL || MyProc == NULL || !OidIsValid(MyDatabaseId) || RecoveryInProgress() || !has_reader())
		return false;
	if (!find_ring(true))
	{
		pg_atomic_fetch_add_u64(&find_place()->dropped, 1);
		return false;
	}
	audit_record_assemble(&assembly, event);
	result = put(&assembly, event);
	worker_want();
	if (result == TENANCY_RING_PUT_FIRST || result == TENANCY_RING_FULL || pg_atomic_read_u32(&place->stalled) != 0)
		worker_wake();
	if (result == TENANCY_RING_FULL)
		pg_atomic_fetch_add_u64(&place->dropped, 1);
	return result != TENANCY_RING_FULL;
}

void
audit_ring_statistics(AuditStatistics *statistics)
{
	memset(statistics, 0, sizeof(*statistics));
	statistics->ring_bytes = tenancy_audit_ring_size * (uint64) 1024;
	if (shared == NULL)
		return;
	(void) find_place();
	statistics->dropped = pg_atomic_read_u64(&place->dropped);
	statistics->written = pg_atomic_read_u64(&place->written);
	statistics->refused = pg_atomic_read_u64(&place->refused);
	statistics->written_at = (int64) pg_atomic_read_u64(&place->written_at);
	if (!RecoveryInProgress() && find_ring(false))
	{
		TenancyRingState state = bridge_look_at_ring(ring);

		statistics->pending = state.records - state.released;
		statistics->pending_bytes = state.head - state.tail;
	}
}

/* Returns the file of the oldest ring that an earlier life has left in this database and that is to be read; NULL: none. */
static const AuditRingFile *
find_left_file(void)
{
	const AuditRingFile *oldest = NULL;
	ListCell *cell;

	foreach (cell, audit_ring_file_list())
	{
		const AuditRingFile *file = lfirst(cell);

		if (file->database != MyDatabaseId || file->life == shared->life || file->life <= left_until)
			continue;
		if (file->unfinished)
			audit_ring_file_remove(file);
		else if (oldest == NULL || file->life < oldest->life)
			oldest = file;
	}
	return oldest;
}

/* Finds the oldest ring that an earlier life has left in this database. */
static bool
find_left(AuditSource *source)
{
	static bool none_left = false;
	const AuditRingFile *file;

	if (left.ring != NULL)
	{
		*source = left;
		return true;
	}
	while (!none_left && (file = find_left_file()) != NULL)
	{
		/* Also if it cannot be removed, it is not looked at again. */
		left_until = file->life;
		source->ring = audit_ring_file_map_left(MyDatabaseId, file->life, &source->memory);
		if (source->ring != NULL)
		{
			source->life = file->life;
			source->left = true;
			left = *source;
			return true;
		}
		ereport(LOG,
				(errcode_for_file_access(),
				 errmsg("could not read a ring of audit events that was left: %m"),
				 errdetail("What it held is lost.")));
		audit_ring_file_remove(file);
	}
	none_left = true;
	return false;
}

uint64
audit_ring_written(void)
{
	/* Databases that share a place share its counters. */
	if (shared == NULL || find_place() == &shared->places[AUDIT_DATABASES - 1])
		return 0;
	return pg_atomic_read_u64(&place->written);
}

bool
audit_ring_source(AuditSource *source)
{
	if (shared == NULL)
		return false;
	if (find_left(source))
		return true;
	if (!find_ring(false))
		return false;
	*source = (AuditSource){.ring = ring, .memory = ring_memory, .life = shared->life};
	return true;
}

bool
audit_ring_read(const AuditSource *source, uint64 position, char *buffer, AuditRecord *record)
{
	TenancyRingRecord found;

	record->damaged = 0;
	while (bridge_read_record(source->ring, position, buffer, AUDIT_BUFFER_SIZE - AUDIT_TEXTS, &found))
	{
		record->damaged += found.damaged;
		record->next = position = found.next;
		if (audit_record_take_apart(buffer, found.size, &record->event))
			return true;
		record->damaged += found.next - found.position;
	}
	record->damaged += found.damaged;
	record->next = found.next;
	return false;
}

void
audit_ring_release(const AuditSource *source, uint64 position, uint64 events, uint64 rows)
{
	bridge_release_records(source->ring, position, events);
	pg_atomic_fetch_add_u64(&find_place()->written, rows);
	if (rows > 0)
		pg_atomic_write_u64(&place->written_at, (uint64) GetCurrentTimestamp());
}

void
audit_ring_remove(AuditSource *source)
{
	AuditRingFile file = {.database = MyDatabaseId, .life = source->life};

	audit_ring_file_unmap(source->ring, source->memory);
	source->ring = NULL;
	left.ring = NULL;
	audit_ring_file_remove(&file);
}

bool
audit_ring_close(uint64 position)
{
	AuditRingFile file = {.database = MyDatabaseId, .life = shared->life};

	LWLockAcquire(lock_of(find_place()), LW_EXCLUSIVE);
	/* Somebody may have made it since it was looked for. */
	if (ring == NULL)
		map_ring(false);
	if (ring != NULL && bridge_look_at_ring(ring).head != position)
	{
		LWLockRelease(lock_of(place));
		return false;
	}
	pg_atomic_write_u32(&place->closed, 1);
	pg_atomic_write_u32(&place->stalled, 0);
	pg_atomic_write_u64(&place->stuck, 0);
	if (ring != NULL)
	{
		(void) pg_atomic_fetch_add_u32(&place->removals, 1);
		forget_removed_ring();
		audit_ring_file_remove(&file);
	}
	LWLockRelease(lock_of(place));
	return true;
}

void
audit_ring_set_stalled(bool stalled)
{
	pg_atomic_write_u32(&find_place()->stalled, stalled);
}

void
audit_ring_count_refused(uint64 events)
{
	pg_atomic_fetch_add_u64(&find_place()->refused, events);
}

List *
audit_ring_databases(void)
{
	List *result = NIL;
	ListCell *cell;

	foreach (cell, audit_ring_file_list())
		result = list_append_unique_oid(result, ((AuditRingFile *) lfirst(cell))->database);
	return result;
}

void
audit_ring_forget_database(Oid database)
{
	ListCell *cell;

	foreach (cell, audit_ring_file_list())
	{
		const AuditRingFile *file = lfirst(cell);

		if (file->database == database)
			audit_ring_file_remove(file);
	}
	if (shared == NULL)
		return;
	LWLockAcquire(&locks[AUDIT_DATABASES].lock, LW_EXCLUSIVE);
	for (int i = 0; i < AUDIT_DATABASES; i++)
	{
		if (pg_atomic_read_u32(&shared->places[i].database) == database)
			pg_atomic_write_u32(&shared->places[i].database, InvalidOid);
	}
	LWLockRelease(&locks[AUDIT_DATABASES].lock);
}

void
audit_ring_forget_database_at_commit(Oid database)
{
	dropped_database = database;
}

void
audit_ring_end_transaction(bool committed)
{
	Oid database = dropped_database;

	dropped_database = InvalidOid;
	if (OidIsValid(database) && committed)
		audit_ring_forget_database(database);
}
