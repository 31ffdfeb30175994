/*
 * worker_launcher.c
 *	  The launcher: starts a worker for each database that has asked, and again when it ends.
 *
 * It is connected to no database, and reads the list of databases alone.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_ring.h"
#include "compat.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker.h"
#include "worker_table.h"

extern PGDLLEXPORT void tenancy_launcher_worker(Datum argument);

/* How often the launcher looks around if nobody wakes it, and what it waits after a failure; milliseconds. */
#define LOOK_INTERVAL 10000
#define RETRY_FIRST 1000
#define RETRY_LONGEST 60000

/* A worker that lived for less than this has failed; milliseconds. */
#define LIFE_OF_A_FAILURE 10000

/* How often it is said that workers cannot be started; milliseconds. */
#define COMPLAINT_INTERVAL 600000

/* What the launcher knows of an entry of the table, by its place. */
typedef struct LaunchState
{
	Oid database;
	BackgroundWorkerHandle *handle; /* NULL: this launcher has started none */
	TimestampTz started_at;
	TimestampTz not_before;
} LaunchState;

static LaunchState states[WORKER_DATABASES];
static TimestampTz complained_at = 0;

/* Process exit: the table says that there is no launcher. */
static void
leave(int code, Datum argument)
{
	(void) code;
	(void) argument;
	pg_atomic_write_u32(&worker_table->launcher, WORKER_NO_PROCESS);
}

/* Tells whether a database is still there. */
static bool
database_exists(Oid database)
{
	bool exists;

	StartTransactionCommand();
	exists = SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(database));
	CommitTransactionCommand();
	return exists;
}

/* Puts the next attempt off, the longer the more have failed. */
static void
put_off(WorkerEntry *entry, LaunchState *state, TimestampTz now)
{
	uint32 failures = pg_atomic_add_fetch_u32(&entry->failures, 1);
	int delay = RETRY_FIRST << Min(failures - 1, 6);

	state->not_before = TimestampTzPlusMilliseconds(now, Min(delay, RETRY_LONGEST));
}

/* Says that there is no room for a worker: a warning, as statements go on. */
static void
complain(Oid database, TimestampTz now)
{
	if (complained_at != 0 && !TimestampDifferenceExceeds(complained_at, now, COMPLAINT_INTERVAL))
		return;
	complained_at = now;
	ereport(WARNING,
			(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
			 errmsg("no background worker is free for tenancy in database %u", database),
			 errdetail("Storage is not measured, and the audit trail is not written, until there is one."),
			 errhint("Raise \"max_worker_processes\" and restart the server.")));
}

/* Starts the worker of a database. */
static void
start(WorkerEntry *entry, LaunchState *state, TimestampTz now)
{
	BackgroundWorker worker = {.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
							   .bgw_start_time = BgWorkerStart_ConsistentState,
							   .bgw_restart_time = BGW_NEVER_RESTART};

	snprintf(worker.bgw_name, BGW_MAXLEN, "tenancy worker for database %u", state->database);
	snprintf(worker.bgw_type, BGW_MAXLEN, "tenancy worker");
	strlcpy(worker.bgw_library_name, "tenancy", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "tenancy_database_worker", sizeof(worker.bgw_function_name));
	worker.bgw_main_arg = ObjectIdGetDatum(state->database);
	worker.bgw_notify_pid = MyProcPid;
	state->started_at = now;
	if (!RegisterDynamicBackgroundWorker(&worker, &state->handle))
	{
		state->handle = NULL;
		complain(state->database, now);
		put_off(entry, state, now);
	}
}

/* Takes note of a worker that has ended. */
static void
note_end(WorkerEntry *entry, LaunchState *state, TimestampTz now)
{
	pid_t pid;

	if (state->handle == NULL || GetBackgroundWorkerPid(state->handle, &pid) != BGWH_STOPPED)
		return;
	pfree(state->handle);
	state->handle = NULL;
	if (pg_atomic_read_u32(&entry->leavers) != 0)
		return;
	if (!TimestampDifferenceExceeds(state->started_at, now, LIFE_OF_A_FAILURE))
		put_off(entry, state, now);
	else
		pg_atomic_write_u32(&entry->failures, 0);
}

/* Looks after one entry. */
static void
attend(WorkerEntry *entry, LaunchState *state, TimestampTz now)
{
	Oid database = pg_atomic_read_u32(&entry->database);

	if (state->database != database)
	{
		if (state->handle != NULL)
			pfree(state->handle);
		memset(state, 0, sizeof(*state));
		state->database = database;
	}
	if (!OidIsValid(database))
		return;
	note_end(entry, state, now);
	if (state->handle != NULL || pg_atomic_read_u32(&entry->process) != WORKER_NO_PROCESS ||
		pg_atomic_read_u32(&entry->leavers) != 0 || now < state->not_before)
		return;
	if (pg_atomic_read_u32(&entry->failures) != 0 && !database_exists(database))
	{
		/* Dropped on the primary of this standby, or while nobody could tell us. */
		LWLockAcquire(worker_table->lock, LW_EXCLUSIVE);
		if (pg_atomic_read_u32(&entry->database) == database)
			worker_free(entry);
		LWLockRelease(worker_table->lock);
		return;
	}
	start(entry, state, now);
}

/* Returns how long to wait, in milliseconds. */
static long
time_to_wait(TimestampTz now)
{
	long result = LOOK_INTERVAL;

	for (int i = 0; i < WORKER_DATABASES; i++)
	{
		if (OidIsValid(states[i].database) && states[i].handle == NULL && states[i].not_before > now)
			result = Min(result, TimestampDifferenceMilliseconds(now, states[i].not_before) + 1);
	}
	return result;
}

/* Has workers started for what earlier lives of the server have left in rings, unless the database is gone. */
static void
enlist_left_rings(void)
{
	ListCell *cell;

	foreach (cell, audit_ring_databases())
	{
		if (database_exists(lfirst_oid(cell)))
			(void) worker_enter(lfirst_oid(cell));
		else
			audit_ring_forget_database(lfirst_oid(cell));
	}
}

/* Entry of the launcher. */
void
tenancy_launcher_worker(Datum argument)
{
	(void) argument;
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	before_shmem_exit(leave, (Datum) 0);
	pg_atomic_write_u32(&worker_table->launcher, (uint32) MyProcNumber);
	MemoryContextSwitchTo(TopMemoryContext);
	enlist_left_rings();

	for (;;)
	{
		TimestampTz now = GetCurrentTimestamp();

		for (int i = 0; i < WORKER_DATABASES; i++)
			attend(&worker_table->entries[i], &states[i], now);
		MemoryContextSwitchTo(TopMemoryContext);
		(void)
			WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, time_to_wait(now), PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		/* Another status than zero has it started again, unless the server stops. */
		if (ShutdownRequestPending)
			proc_exit(1);
	}
}
