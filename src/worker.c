/*
 * worker.c
 *	  Background workers, as the other processes see them: asking for one, waking it, sending
 *	  it away.
 *
 * A database gets a worker when something in it first needs one, and keeps it until the
 * server stops or the extension is dropped from it.  The table of these databases is in shared memory; it is written under its
 * lock, and the words that other processes look at are atomics.
 */
#include "postgres.h"

#include "compat.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker.h"
#include "worker_table.h"

/* How long a worker may take to leave a database before it is terminated, and in all; milliseconds. */
#define LEAVE_QUIETLY 1000
#define LEAVE_AT_ALL 5000

/* How long after the server's start the launcher may be missing; milliseconds. */
#define LAUNCHER_PATIENCE 10000

WorkerTable *worker_table = NULL;

/* This database's entry, as it was entered in the epoch. */
static WorkerEntry *my_entry = NULL;
static uint32 my_epoch = 0;

/* Databases that this backend keeps workers away from, in this transaction. */
#define SENT_AWAY_MAX 4
typedef struct SentAway
{
	Oid database;
	bool dropped;
} SentAway;
static SentAway sent_away[SENT_AWAY_MAX];
static int sent_away_count = 0;

Size
worker_memory(void)
{
	return sizeof(WorkerTable);
}

void
worker_attach(void)
{
	bool found;

	worker_table = ShmemInitStruct("tenancy workers", sizeof(WorkerTable), &found);
	if (found)
		return;
	worker_table->lock = &GetNamedLWLockTranche("tenancy_workers")->lock;
	pg_atomic_init_u32(&worker_table->launcher, WORKER_NO_PROCESS);
	pg_atomic_init_u32(&worker_table->complained, 0);
	pg_atomic_init_u32(&worker_table->epoch, 1);
	for (int i = 0; i < WORKER_DATABASES; i++)
	{
		WorkerEntry *entry = &worker_table->entries[i];

		pg_atomic_init_u32(&entry->database, InvalidOid);
		pg_atomic_init_u32(&entry->process, WORKER_NO_PROCESS);
		pg_atomic_init_u32(&entry->failures, 0);
		pg_atomic_init_u32(&entry->leavers, 0);
		entry->pid = 0;
	}
}

void
worker_start(void)
{
	BackgroundWorker launcher = {.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
								 .bgw_start_time = BgWorkerStart_ConsistentState,
								 .bgw_restart_time = 5,
								 .bgw_name = "tenancy launcher",
								 .bgw_type = "tenancy launcher",
								 .bgw_library_name = "tenancy",
								 .bgw_function_name = "tenancy_launcher_worker"};

	if (IsBinaryUpgrade)
		return;
	if (max_worker_processes == 0)
		ereport(WARNING,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("tenancy cannot start its background workers"),
				 errdetail("\"max_worker_processes\" is 0. Storage is not measured, and the audit trail goes to "
						   "the server log.")));
	RegisterBackgroundWorker(&launcher);
}

void
worker_set_latch_of(uint32 process)
{
	if (process != WORKER_NO_PROCESS)
		SetLatch(&GetPGProcByNumber(process)->procLatch);
}

WorkerEntry *
worker_find(Oid database)
{
	for (int i = 0; i < WORKER_DATABASES; i++)
	{
		if (pg_atomic_read_u32(&worker_table->entries[i].database) == database)
			return &worker_table->entries[i];
	}
	return NULL;
}

WorkerEntry *
worker_enter(Oid database)
{
	WorkerEntry *entry = worker_find(database);

	if (entry != NULL)
		return entry;
	LWLockAcquire(worker_table->lock, LW_EXCLUSIVE);
	entry = worker_find(database);
	if (entry == NULL)
	{
		entry = worker_find(InvalidOid);
		if (entry != NULL)
			pg_atomic_write_u32(&entry->database, database);
	}
	LWLockRelease(worker_table->lock);
	return entry;
}

void
worker_free(WorkerEntry *entry)
{
	pg_atomic_write_u32(&entry->database, InvalidOid);
	pg_atomic_write_u32(&entry->failures, 0);
	pg_atomic_fetch_add_u32(&worker_table->epoch, 1);
}

/* Tells the server log, once, that nobody will start workers. */
static void
complain_of_no_launcher(void)
{
	if (!TimestampDifferenceExceeds(PgStartTime, GetCurrentTimestamp(), LAUNCHER_PATIENCE) ||
		pg_atomic_exchange_u32(&worker_table->complained, 1) != 0)
		return;
	ereport(LOG_SERVER_ONLY,
			(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
			 errmsg("the launcher of tenancy is not running"),
			 errdetail("Storage is not measured, and the audit trail goes to the server log."),
			 errhint("Raise \"max_worker_processes\" and restart the server.")));
}

/* Tells the server log, once, that too many databases ask. */
static void
complain_of_no_room(void)
{
	if (pg_atomic_exchange_u32(&worker_table->complained, 1) != 0)
		return;
	ereport(LOG_SERVER_ONLY,
			(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			 errmsg("too many databases use tenancy"),
			 errdetail("%d have a background worker; the others' storage is not measured, and their audit trail "
					   "goes to the server log.",
					   WORKER_DATABASES)));
}

void
worker_want(void)
{
	uint32 epoch;

	if (worker_table == NULL || IsBinaryUpgrade)
		return;
	epoch = pg_atomic_read_u32(&worker_table->epoch);
	if (epoch == my_epoch)
		return;
	my_entry = worker_enter(MyDatabaseId);
	if (my_entry == NULL)
		complain_of_no_room();
	if (pg_atomic_read_u32(&worker_table->launcher) == WORKER_NO_PROCESS)
	{
		complain_of_no_launcher();
		return;
	}
	my_epoch = epoch;
	worker_set_latch_of(pg_atomic_read_u32(&worker_table->launcher));
}

bool
worker_is_running(void)
{
	WorkerEntry *entry = worker_table != NULL ? worker_find(MyDatabaseId) : NULL;

	return entry != NULL && pg_atomic_read_u32(&entry->process) != WORKER_NO_PROCESS;
}

bool
worker_is_expected(void)
{
	WorkerEntry *entry = worker_table != NULL ? worker_find(MyDatabaseId) : NULL;

	if (entry == NULL)
		return false;
	return pg_atomic_read_u32(&entry->process) != WORKER_NO_PROCESS ||
		   (pg_atomic_read_u32(&worker_table->launcher) != WORKER_NO_PROCESS &&
			pg_atomic_read_u32(&entry->failures) == 0);
}

void
worker_wake(void)
{
	/* An entry that has been freed meanwhile is another's, at worst: a latch that is set for nothing. */
	if (my_entry != NULL)
		worker_set_latch_of(pg_atomic_read_u32(&my_entry->process));
}

/* Waits until the worker of an entry is gone; tells whether it is. */
static bool
wait_for_leave(WorkerEntry *entry, int patience)
{
	TimestampTz begun = GetCurrentTimestamp();

	while (pg_atomic_read_u32(&entry->process) != WORKER_NO_PROCESS)
	{
		if (TimestampDifferenceExceeds(begun, GetCurrentTimestamp(), patience))
			return false;
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 10, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	return true;
}

/* Process exit: nobody is kept away by a process that is no more. */
static void
come_back_at_exit(int code, Datum argument)
{
	(void) code;
	(void) argument;
	worker_end_transaction(false);
}

void
worker_send_away(Oid database, bool dropped)
{
	static bool registered = false;
	WorkerEntry *entry;

	if (worker_table == NULL || sent_away_count == SENT_AWAY_MAX)
		return;
	if (!registered)
	{
		before_shmem_exit(come_back_at_exit, (Datum) 0);
		registered = true;
	}
	/* Under the lock, as the worker may be about to give the place up. */
	LWLockAcquire(worker_table->lock, LW_EXCLUSIVE);
	entry = worker_find(database);
	if (entry != NULL)
	{
		sent_away[sent_away_count].database = database;
		sent_away[sent_away_count].dropped = dropped;
		sent_away_count++;
		pg_atomic_fetch_add_u32(&entry->leavers, 1);
	}
	LWLockRelease(worker_table->lock);
	if (entry == NULL)
		return;
	worker_set_latch_of(pg_atomic_read_u32(&entry->process));
	if (wait_for_leave(entry, LEAVE_QUIETLY))
		return;

	LWLockAcquire(worker_table->lock, LW_SHARED);
	if (entry->pid != 0)
		(void) kill(entry->pid, SIGTERM);
	LWLockRelease(worker_table->lock);
	(void) wait_for_leave(entry, LEAVE_AT_ALL);
}

void
worker_end_transaction(bool committed)
{
	int count = sent_away_count;

	if (count == 0)
		return;
	sent_away_count = 0;
	LWLockAcquire(worker_table->lock, LW_EXCLUSIVE);
	for (int i = 0; i < count; i++)
	{
		WorkerEntry *entry = worker_find(sent_away[i].database);

		if (entry == NULL)
			continue;
		pg_atomic_fetch_sub_u32(&entry->leavers, 1);
		if (committed && sent_away[i].dropped)
			worker_free(entry);
	}
	LWLockRelease(worker_table->lock);
	worker_set_latch_of(pg_atomic_read_u32(&worker_table->launcher));
}
