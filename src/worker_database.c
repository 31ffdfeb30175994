/*
 * worker_database.c
 *	  The worker of one database: takes its turns until the server stops or it is sent away.
 *
 * A turn is a transaction.  An error in it goes to the server log and ends that turn alone.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "audit_abandon.h"
#include "compat.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "registry.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker.h"
#include "worker_session.h"
#include "worker_table.h"

extern PGDLLEXPORT void tenancy_database_worker(Datum argument);

/* How long the worker sleeps at most, in milliseconds. */
#define LONGEST_SLEEP 60000

/*
 * How long the extension must be absent until the database is left, as the transaction that
 * creates it may have asked and be about to commit; how often to look; milliseconds.
 */
#define ABSENT_FOR_GOOD 3000
#define ABSENT_LOOK 200

/* A turn that takes long is taken at most so often that it is this part of the time. */
#define SHARE_OF_TIME 10

static WorkerEntry *entry = NULL;
static volatile sig_atomic_t in_turn = false;

/* The last turn found the extension absent. */
static bool absent = false;

/* Since when the turns have; 0: they have not. */
static TimestampTz absent_since = 0;

/* SIGTERM: ends a turn by an error, as in a backend, and a worker that sleeps without a word. */
static void
at_sigterm(SIGNAL_ARGS)
{
	ShutdownRequestPending = true;
	if (in_turn)
		die(postgres_signal_arg);
	else
		SetLatch(MyLatch);
}

/* Process exit: the table says that the worker does not run. */
static void
leave(int code, Datum argument)
{
	(void) code;
	(void) argument;
	LWLockAcquire(worker_table->lock, LW_EXCLUSIVE);
	if (entry->pid == MyProcPid)
	{
		entry->pid = 0;
		pg_atomic_write_u32(&entry->process, WORKER_NO_PROCESS);
	}
	LWLockRelease(worker_table->lock);
	worker_set_latch_of(pg_atomic_read_u32(&worker_table->launcher));
}

/* Takes the place in the table; false: another has it, or the database has left the table. */
static bool
take_place(Oid database)
{
	bool taken = false;

	LWLockAcquire(worker_table->lock, LW_EXCLUSIVE);
	entry = worker_find(database);
	if (entry != NULL && entry->pid == 0)
	{
		entry->pid = MyProcPid;
		pg_atomic_write_u32(&entry->process, (uint32) MyProcNumber);
		taken = true;
	}
	LWLockRelease(worker_table->lock);
	return taken;
}

/* The turn that is taken where the extension is absent: nothing is left behind in the database. */
static bool
abandon(void)
{
	if (absent)
		audit_abandon();
	return false;
}

static WorkerTurn abandoning = {"leaving the database", abandon, true, NULL, 0};

/* Does nothing: a turn that only looks whether the extension is there. */
static bool
look(void)
{
	return false;
}

static WorkerTurn looking = {"looking for the extension", look, true, NULL, 0};

/* Takes a turn in a transaction; tells whether it wants another one at once. */
static bool
run_turn(WorkerTurn *turn)
{
	bool more;

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	pgstat_report_activity(STATE_RUNNING, turn->name);
	PushActiveSnapshot(GetTransactionSnapshot());
	absent = !registry_is_installed();
	more = (!absent || turn == &abandoning) && turn->run();
	PopActiveSnapshot();
	CommitTransactionCommand();
	return more;
}

/* Takes a turn, whatever comes of it. */
static bool
try_turn(WorkerTurn *turn)
{
	MemoryContext context = CurrentMemoryContext;
	bool more = false;

	in_turn = true;
	absent = false;
	PG_TRY();
	{
		more = run_turn(turn);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		absent = false;
		HOLD_INTERRUPTS();
		errcontext("%s", turn->name);
		EmitErrorReport();
		/* Also out of a subtransaction that the turn has begun. */
		AbortOutOfAnyTransaction();
		FlushErrorState();
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();
	in_turn = false;
	MemoryContextSwitchTo(context);
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
	return more;
}

/* Takes every turn that is due; returns how long the worker may sleep, in milliseconds. */
static long
take_turns(void)
{
	long sleep = LONGEST_SLEEP;
	bool standby = RecoveryInProgress();

	for (WorkerTurn *turn = worker_turns; turn->name != NULL; turn++)
	{
		TimestampTz begun = GetCurrentTimestamp();

		if (standby && !turn->reads_only)
			continue;
		if (begun >= turn->not_before)
		{
			TimestampTz ended;

			if (try_turn(turn))
				sleep = 0;
			if (absent)
				return 0;
			ended = GetCurrentTimestamp();
			if (turn->interval != NULL)
				turn->not_before = Max(TimestampTzPlusMilliseconds(begun, *turn->interval * INT64CONST(1000)),
									   ended + (ended - begun) * (SHARE_OF_TIME - 1));
		}
		if (turn->interval != NULL)
			sleep = Min(sleep, TimestampDifferenceMilliseconds(GetCurrentTimestamp(), turn->not_before) + 1);
		if (ShutdownRequestPending || pg_atomic_read_u32(&entry->leavers) != 0)
			return 0;
	}
	return sleep;
}

/*
 * Leaves a database without the extension, whose place another database can have; comes back
 * when somebody asks.  Returns if the extension is there by now, or if something kept the
 * events from the server log.
 */
static void
leave_for_good(void)
{
	Oid database = MyDatabaseId;

	(void) try_turn(&abandoning);
	if (!absent)
		return;
	LWLockAcquire(worker_table->lock, LW_EXCLUSIVE);
	/* Who keeps the worker away has counted himself in this place. */
	if (pg_atomic_read_u32(&entry->leavers) == 0)
	{
		entry->pid = 0;
		pg_atomic_write_u32(&entry->process, WORKER_NO_PROCESS);
		worker_free(entry);
	}
	LWLockRelease(worker_table->lock);
	/* Who has asked before, as the extension had just been created, has found the place taken. */
	(void) try_turn(&looking);
	if (!absent)
		(void) worker_enter(database);
	proc_exit(0);
}

/* Entry of the background worker. */
void
tenancy_database_worker(Datum argument)
{
	Oid database = DatumGetObjectId(argument);

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, at_sigterm);
	BackgroundWorkerUnblockSignals();
	if (!take_place(database))
		proc_exit(0);
	before_shmem_exit(leave, (Datum) 0);
	/* Who sends workers away looks at the table first and here second. */
	pg_memory_barrier();
	if (pg_atomic_read_u32(&entry->leavers) != 0)
		proc_exit(0);
	BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
	worker_session_set_defaults();
	MemoryContextSwitchTo(TopMemoryContext);

	for (;;)
	{
		long sleep = take_turns();

		if (ShutdownRequestPending || pg_atomic_read_u32(&entry->leavers) != 0)
			proc_exit(0);
		if (!absent)
			absent_since = 0;
		else if (absent_since == 0)
			absent_since = GetCurrentTimestamp();
		else if (TimestampDifferenceExceeds(absent_since, GetCurrentTimestamp(), ABSENT_FOR_GOOD))
		{
			leave_for_good();
			absent_since = 0;
		}
		if (absent_since != 0)
			sleep = ABSENT_LOOK;
		if (sleep > 0)
			(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, sleep, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
			/* Intervals may be others now. */
			for (WorkerTurn *turn = worker_turns; turn->name != NULL; turn++)
				turn->not_before = 0;
		}
		CHECK_FOR_INTERRUPTS();
	}
}
