/*
 * run_leader.c
 *	  The leading of a run: shared memory, workers, and waiting for them.
 *
 * The leader holds no snapshot and no lock of a table while it waits: a worker's
 * CREATE INDEX CONCURRENTLY waits for all older snapshots.
 */
#include "postgres.h"

#include "bridge.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "run.h"
#include "settings.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

/* How often the leader looks around if nobody wakes it, in milliseconds. */
#define LOOK_INTERVAL 200

/* How often it reports, in milliseconds. */
#define REPORT_INTERVAL 1000

/* So many workers may end one after the other, beyond the number of jobs, without any tenant being through. */
#define FRUITLESS_LIMIT 3

/* A run from the leader's side; lives as long as the procedure's call. */
typedef struct Leader
{
	dsm_segment *segment;
	Run *run;
	int64 id;
	bool locked; /* others see the run */
	int jobs;
	BackgroundWorkerHandle **workers; /* NULL: not running */
	int fruitless;					  /* workers that ended since a tenant was through */
	int through;					  /* tenants that were, at that time */
} Leader;

/* Fills in the shared memory. */
static void
make_segment(Leader *leader, const RunOrder *order)
{
	int count = list_length(order->slugs);
	Size size = offsetof(Run, queue) + offsetof(TenancyQueue, entries) + mul_size(count, sizeof(TenancyQueueEntry));
	Run *run;
	ListCell *cell;
	int i = 0;

	leader->segment = dsm_create(size, 0);
	/* It outlasts the transaction. */
	dsm_pin_mapping(leader->segment);
	run = leader->run = dsm_segment_address(leader->segment);
	memset(run, 0, size);
	LWLockInitialize(&run->lock, GetNamedLWLockTranche("tenancy")->lock.tranche);
	run->database = MyDatabaseId;
	run->user = GetSessionUserId();
	run->id = order->id;
	run->target = order->target;
	run->rollback = order->rollback;
	run->dry_run = order->dry_run;
	run->lock_timeout = order->lock_timeout;
	run->statement_timeout = order->statement_timeout;
	run->small_tables = tenancy_rewrite_small_tables;
	run->queue.count = count;
	run->queue.canary = order->canary;
	run->queue.max_failures = order->max_failures;
	run->queue.retries = order->lock_retries;
	foreach (cell, order->slugs)
		strlcpy(run->queue.entries[i++].slug, lfirst(cell), TENANCY_SLUG_SIZE);
}

/* Starts a worker; false: no slot is free. */
static bool
start_worker(Leader *leader, int number)
{
	BackgroundWorker worker = {.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
							   .bgw_start_time = BgWorkerStart_RecoveryFinished,
							   .bgw_restart_time = BGW_NEVER_RESTART};

	snprintf(worker.bgw_name, BGW_MAXLEN, "tenancy: run " INT64_FORMAT ", worker %d", leader->id, number + 1);
	snprintf(worker.bgw_type, BGW_MAXLEN, "tenancy migration");
	strlcpy(worker.bgw_library_name, "tenancy", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "tenancy_run_worker", sizeof(worker.bgw_function_name));
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(leader->segment));
	memcpy(worker.bgw_extra, &number, sizeof(number));
	worker.bgw_notify_pid = MyProcPid;
	return RegisterDynamicBackgroundWorker(&worker, &leader->workers[number]);
}

/* Starts as many workers as were asked for, or as there is room for. */
static void
start_workers(Leader *leader)
{
	int started = 0;

	while (started < leader->jobs && start_worker(leader, started))
		started++;
	if (started == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("no background worker is free for the run"),
				 errhint("Raise \"max_worker_processes\", or try again later.")));
	if (started < leader->jobs)
		ereport(NOTICE,
				(errmsg("the run has %d of %d workers", started, leader->jobs),
				 errhint("Raise \"max_worker_processes\" for more.")));
	leader->jobs = started;
}

/* Reads how far the run is; tells whether it is over. */
static bool
read_progress(Leader *leader, RunProgress *progress)
{
	const TenancyQueue *queue = &leader->run->queue;
	bool over;

	LWLockAcquire(&leader->run->lock, LW_SHARED);
	*progress = (RunProgress){queue->count, queue->done, queue->failed, queue->skipped, queue->stop};
	over = bridge_run_is_over(queue);
	LWLockRelease(&leader->run->lock);
	return over;
}

/* Copies the slug of the tenant that has just failed because this worker, too, has ended at it. */
static void
find_fatal_tenant(TenancyQueue *queue, int worker, char *slug)
{
	for (int i = 0; i < queue->count; i++)
	{
		TenancyQueueEntry *entry = &queue->entries[i];

		if (entry->turn != TENANCY_TURN_FAILED || entry->losses == 0 || entry->worker != worker)
			continue;
		strlcpy(slug, entry->slug, TENANCY_SLUG_SIZE);
		entry->losses = 0;
	}
}

/*
 * Takes note that a worker has ended; raises an error if they all do so for nothing.  That
 * it ends at a tenant is not for nothing: there is an end to that, and tenants must not
 * be able to stop the run.
 */
static void
bury_worker(Leader *leader, int number)
{
	char fatal[TENANCY_SLUG_SIZE] = "";
	bool at_tenant;
	int through;

	pfree(leader->workers[number]);
	leader->workers[number] = NULL;
	LWLockAcquire(&leader->run->lock, LW_EXCLUSIVE);
	at_tenant = bridge_release_turns(&leader->run->queue, number, GetCurrentTimestamp());
	find_fatal_tenant(&leader->run->queue, number, fatal);
	through = leader->run->queue.done + leader->run->queue.failed + leader->run->queue.skipped;
	LWLockRelease(&leader->run->lock);
	if (fatal[0] != '\0')
		ereport(WARNING,
				(errmsg("tenant \"%s\" counts as failed: workers ended while they were at it", fatal),
				 errhint("The server log has the reason.")));

	leader->fruitless = at_tenant || through > leader->through ? 0 : leader->fruitless + 1;
	leader->through = through;
	if (leader->fruitless > leader->jobs + FRUITLESS_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the workers of the run end before they have done anything"),
				 errhint("The server log has the reason.")));
}

/* Looks after the workers: those that ended are replaced unless the run is over.  Returns how many there are. */
static int
tend_workers(Leader *leader, bool over)
{
	int running = 0;
	pid_t pid;

	for (int i = 0; i < leader->jobs; i++)
	{
		if (leader->workers[i] != NULL && GetBackgroundWorkerPid(leader->workers[i], &pid) == BGWH_STOPPED)
			bury_worker(leader, i);
		if (leader->workers[i] != NULL || (!over && start_worker(leader, i)))
			running++;
	}
	return running;
}

/* Ends all workers and gives everything back; also when an error or the end of the session comes in between. */
static void
clean_up(int code, Datum argument)
{
	Leader *leader = (Leader *) DatumGetPointer(argument);

	(void) code;
	if (leader->run != NULL)
	{
		LWLockAcquire(&leader->run->lock, LW_EXCLUSIVE);
		if (leader->run->queue.stop == TENANCY_STOP_NONE)
			leader->run->queue.stop = TENANCY_STOP_ASKED;
		LWLockRelease(&leader->run->lock);
	}
	for (int i = 0; i < leader->jobs; i++)
	{
		if (leader->workers[i] != NULL)
			TerminateBackgroundWorker(leader->workers[i]);
	}
	for (int i = 0; i < leader->jobs && !proc_exit_inprogress; i++)
	{
		if (leader->workers[i] != NULL)
			(void) WaitForBackgroundWorkerShutdown(leader->workers[i]);
	}
	if (leader->segment != NULL)
		dsm_detach(leader->segment);
	if (leader->locked)
		run_unlock(leader->id, true);
}

/* Waits until the run is over. */
static RunProgress
attend(Leader *leader, void (*report)(const RunProgress *progress, void *argument), void *argument)
{
	TimestampTz reported = GetCurrentTimestamp();
	RunProgress progress;

	for (;;)
	{
		bool over = read_progress(leader, &progress);

		if (tend_workers(leader, over) == 0 && over)
			break;
		if (TimestampDifferenceExceeds(reported, GetCurrentTimestamp(), REPORT_INTERVAL))
		{
			report(&progress, argument);
			reported = GetCurrentTimestamp();
		}
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, LOOK_INTERVAL, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	(void) read_progress(leader, &progress);
	report(&progress, argument);
	return progress;
}

RunProgress
run_lead(const RunOrder *order, void (*report)(const RunProgress *progress, void *argument), void *argument)
{
	Leader *leader = palloc0(sizeof(Leader));
	RunProgress progress;

	leader->id = order->id;
	leader->jobs = Min(order->jobs, list_length(order->slugs));
	leader->workers = palloc0(sizeof(BackgroundWorkerHandle *) * leader->jobs);
	PG_ENSURE_ERROR_CLEANUP(clean_up, PointerGetDatum(leader));
	{
		run_lock(order->id, true);
		leader->locked = true;
		make_segment(leader, order);
		start_workers(leader);
		progress = attend(leader, report, argument);
	}
	PG_END_ENSURE_ERROR_CLEANUP(clean_up, PointerGetDatum(leader));
	clean_up(0, PointerGetDatum(leader));
	return progress;
}
