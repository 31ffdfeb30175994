/*
 * sessions.c
 *	  Which backend is bound to which tenant, and which tenants are being dropped.
 *
 * Each backend owns one entry of the array and is the only one to write it; others
 * read it without a lock.  A drop and a binding that race are settled as in
 * Dekker's algorithm: the binder publishes itself and then looks whether the tenant
 * is closing; the drop marks the tenant as closing and then looks who is bound.
 * With a full barrier between the two steps on both sides at least one sees the
 * other.
 *
 * The table of closing tenants is written under its LWLock and read without:
 * count first, then entries, which are single 64-bit words.
 */
#include "postgres.h"

#include "compat.h"
#include "nodes/pg_list.h"
#include "port/atomics.h"
#include "sessions.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"

#define MAX_CLOSING 1024

/* A tenant of any database of the cluster: database oid and schema oid in one word; 0: none. */
typedef uint64 TenantKey;

typedef struct SessionEntry
{
	pg_atomic_uint64 tenant;
	pg_atomic_uint32 pid;
} SessionEntry;

typedef struct SharedSessions
{
	LWLock *lock; /* serialises writers of the closing table */
	pg_atomic_uint32 closing_count;
	pg_atomic_uint64 closing[MAX_CLOSING];
	uint32 closing_owner[MAX_CLOSING]; /* process number, under the lock */
	SessionEntry entries[FLEXIBLE_ARRAY_MEMBER];
} SharedSessions;

static SharedSessions *shared = NULL;
static bool exit_callback_registered = false;
static bool closed_any = false;

/* Joins database and schema. */
static TenantKey
key_of(Oid schema)
{
	return OidIsValid(schema) ? ((uint64) MyDatabaseId << 32) | schema : 0;
}

Size
sessions_memory(void)
{
	return add_size(offsetof(SharedSessions, entries), mul_size(max_backend_count(), sizeof(SessionEntry)));
}

void
sessions_attach(void)
{
	bool found;

	shared = ShmemInitStruct("tenancy sessions", sessions_memory(), &found);
	if (found)
		return;
	shared->lock = &GetNamedLWLockTranche("tenancy")[1].lock;
	pg_atomic_init_u32(&shared->closing_count, 0);
	for (int i = 0; i < MAX_CLOSING; i++)
		pg_atomic_init_u64(&shared->closing[i], 0);
	for (int i = 0; i < max_backend_count(); i++)
	{
		pg_atomic_init_u64(&shared->entries[i].tenant, 0);
		pg_atomic_init_u32(&shared->entries[i].pid, 0);
	}
}

/* Takes this backend out of the tables when it ends, in whatever way. */
static void
leave(int code, Datum arg)
{
	(void) code;
	(void) arg;
	sessions_reopen_all();
	sessions_publish(InvalidOid);
}

void
sessions_publish(Oid schema)
{
	SessionEntry *entry;

	if (shared == NULL || MyProc == NULL || MyProcNumber >= max_backend_count())
		return;
	if (!exit_callback_registered)
	{
		on_shmem_exit(leave, (Datum) 0);
		exit_callback_registered = true;
	}
	entry = &shared->entries[MyProcNumber];
	pg_atomic_write_u32(&entry->pid, (uint32) MyProcPid);
	/* An exchange, as it is a full barrier: the look at the closing table must come after it. */
	(void) pg_atomic_exchange_u64(&entry->tenant, key_of(schema));
}

bool
sessions_any_closing(void)
{
	return pg_atomic_read_u32(&shared->closing_count) != 0;
}

bool
sessions_is_closing(Oid schema)
{
	TenantKey key = key_of(schema);

	/* Entries come and go in any place: all are looked at, which happens only while a drop is under way. */
	for (int i = 0; i < MAX_CLOSING; i++)
	{
		if (pg_atomic_read_u64(&shared->closing[i]) == key)
			return true;
	}
	return false;
}

void
sessions_close(Oid schema)
{
	bool done = false;

	if (!exit_callback_registered)
	{
		on_shmem_exit(leave, (Datum) 0);
		exit_callback_registered = true;
	}

	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_CLOSING && !done; i++)
	{
		if (pg_atomic_read_u64(&shared->closing[i]) == 0)
		{
			shared->closing_owner[i] = MyProcNumber;
			pg_atomic_write_u64(&shared->closing[i], key_of(schema));
			pg_atomic_fetch_add_u32(&shared->closing_count, 1);
			done = true;
		}
	}
	LWLockRelease(shared->lock);

	if (!done)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("too many tenants are being dropped at once"),
				 errdetail("At most %d can be.", MAX_CLOSING)));
	closed_any = true;
	pg_memory_barrier();
}

/* Opens the tenants that this backend has closed: one, or all where key is 0. */
static void
reopen(TenantKey key)
{
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_CLOSING; i++)
	{
		TenantKey closing = pg_atomic_read_u64(&shared->closing[i]);

		if (closing != 0 && shared->closing_owner[i] == (uint32) MyProcNumber && (key == 0 || closing == key))
		{
			pg_atomic_write_u64(&shared->closing[i], 0);
			pg_atomic_fetch_sub_u32(&shared->closing_count, 1);
		}
	}
	LWLockRelease(shared->lock);
}

void
sessions_reopen(Oid schema)
{
	reopen(key_of(schema));
}

void
sessions_reopen_all(void)
{
	if (!closed_any)
		return;
	closed_any = false;
	reopen(0);
}

List *
sessions_bound_to(Oid schema)
{
	TenantKey key = key_of(schema);
	List *pids = NIL;

	for (int i = 0; i < max_backend_count(); i++)
	{
		SessionEntry *entry = &shared->entries[i];

		int pid;

		if (i == (int) MyProcNumber || pg_atomic_read_u64(&entry->tenant) != key)
			continue;
		/* The entry may have passed to another backend: the pid counts if the tenant is still the same after it was read. */
		pid = (int) pg_atomic_read_u32(&entry->pid);
		pg_read_barrier();
		if (pg_atomic_read_u64(&entry->tenant) == key)
			pids = lappend_int(pids, pid);
	}
	return pids;
}

bool
sessions_is_neighbour(int pid, Oid schema)
{
	TenantKey key = key_of(schema);

	for (int i = 0; key != 0 && i < max_backend_count(); i++)
	{
		SessionEntry *entry = &shared->entries[i];

		if (pg_atomic_read_u32(&entry->pid) == (uint32) pid && pg_atomic_read_u64(&entry->tenant) == key)
			return true;
	}
	return false;
}
