/*
 * run_worker.c
 *	  A worker of a run: takes one tenant after the other until none is left.
 */
#include "postgres.h"

#include "access/xact.h"
#include "bridge.h"
#include "compat.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "run.h"
#include "settings.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker_session.h"

extern PGDLLEXPORT void tenancy_run_worker(Datum argument);

/* The position of the tenant that the worker is at; -1: none. */
static int current_position = -1;

/* How long a worker waits at most before it looks into the queue again, in milliseconds. */
#define LONGEST_NAP 20

/* How many tenants' catalogs a worker keeps, unless the setting has another bound. */
#define CACHED_TENANTS "200"

/* Takes the next tenant; copies the slug, because the queue is shared. */
static int
claim(Run *run, int worker, char *slug, int *attempt, int64 *ask_again)
{
	int position;

	LWLockAcquire(&run->lock, LW_EXCLUSIVE);
	position = bridge_claim_turn(&run->queue, worker, GetCurrentTimestamp(), ask_again);
	if (position >= 0)
	{
		strlcpy(slug, run->queue.entries[position].slug, TENANCY_SLUG_SIZE);
		*attempt = run->queue.entries[position].attempts + run->queue.entries[position].losses + 1;
	}
	LWLockRelease(&run->lock);
	return position;
}

/* Takes note of how it went. */
static void
end_turn(Run *run, int position, TenancyAttempt attempt)
{
	LWLockAcquire(&run->lock, LW_EXCLUSIVE);
	(void) bridge_end_turn(&run->queue, position, attempt, GetCurrentTimestamp());
	LWLockRelease(&run->lock);
}

/* Waits until it is time to ask again. */
static void
nap(int64 ask_again)
{
	int64 now = GetCurrentTimestamp();
	long wait = ask_again - now > LONGEST_NAP * 1000 ? LONGEST_NAP : Max((long) (ask_again - now) / 1000 + 1, 1);

	run_rest();
	pgstat_report_activity(STATE_IDLE, NULL);
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, wait, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/* Sets what a run depends on, whatever roles and databases have as defaults. */
static void
set_defaults(const Run *run)
{
	char small_tables[16];

	worker_session_set_defaults();
	SetConfigOption("lock_timeout", "0", PGC_SUSET, PGC_S_SESSION);
	SetConfigOption("search_path", "\"$user\", public", PGC_SUSET, PGC_S_SESSION);
	SetConfigOption("tenancy.rebind", "never", PGC_SUSET, PGC_S_SESSION);
	/* No tenant comes twice: there is nothing to be gained by keeping their catalogs. */
	if (tenancy_max_cached_tenants == 0)
		SetConfigOption("tenancy.max_cached_tenants", CACHED_TENANTS, PGC_SUSET, PGC_S_SESSION);
	snprintf(small_tables, sizeof(small_tables), "%d", run->small_tables);
	SetConfigOption("tenancy.rewrite_small_tables", small_tables, PGC_SUSET, PGC_S_SESSION);
}

/* Process exit: a tenant that can be stopped by no other means has failed, and is not tried again. */
static void
give_up_tenant(int code, Datum argument)
{
	Run *run = (Run *) DatumGetPointer(argument);

	(void) code;
	if (current_position < 0 || !run_clock_has_struck())
		return;
	LWLockAcquire(&run->lock, LW_EXCLUSIVE);
	(void) bridge_end_turn(&run->queue, current_position, TENANCY_ATTEMPT_FAILED, GetCurrentTimestamp());
	run->queue.entries[current_position].losses++;
	LWLockRelease(&run->lock);
}

/* Process exit, after the last transaction has ended: PostgreSQL does not expect to find locks of the session here. */
static void
release_locks(int code, Datum argument)
{
	(void) code;
	(void) argument;
	LockReleaseAll(DEFAULT_LOCKMETHOD, true);
}

/* Entry of the background worker. */
void
tenancy_run_worker(Datum argument)
{
	dsm_segment *segment;
	Run *run;
	int worker;
	int position;
	int attempt = 1;
	int64 ask_again;
	char slug[TENANCY_SLUG_SIZE];
	TenancyAttempt outcome;

	memcpy(&worker, MyBgworkerEntry->bgw_extra, sizeof(worker));
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	segment = dsm_attach(DatumGetUInt32(argument));
	if (segment == NULL)
		ereport(FATAL,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the run has ended before its worker began")));
	run = dsm_segment_address(segment);
	BackgroundWorkerInitializeConnectionByOid(run->database, run->user, 0);
	set_defaults(run);
	before_shmem_exit(give_up_tenant, PointerGetDatum(run));
	on_shmem_exit(release_locks, (Datum) 0);
	run_lock(run->id, false);

	while ((position = claim(run, worker, slug, &attempt, &ask_again)) != TENANCY_CLAIM_OVER)
	{
		if (position == TENANCY_CLAIM_NOTHING_NOW)
			nap(ask_again);
		else
		{
			current_position = position;
			outcome = run_attempt(run, slug, attempt);
			current_position = -1;
			end_turn(run, position, outcome);
		}
		CHECK_FOR_INTERRUPTS();
	}
}
