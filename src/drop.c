/*
 * drop.c
 *	  Dropping a tenant.
 *
 * A tenant whose objects fit the lock table comfortably goes in the caller's own
 * transaction.  A larger one is handed to a background worker, which commits
 * portion by portion; that cannot be part of a transaction block.
 *
 * While the drop lasts the tenant is closed: a session that is bound to it, or
 * binds to it now, is refused at its next statement (see sessions.c).
 */
#include "postgres.h"

#include <signal.h>

#include "access/twophase.h"
#include "access/xact.h"
#include "bulk.h"
#include "catalog/namespace.h"
#include "erasure.h"
#include "errors.h"
#include "executor/spi.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "privileged.h"
#include "compat.h"
#include "sessions.h"
#include "statements.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

/* Objects in one portion: with all that hangs on them far below the default lock table's 6,400. */
#define PORTION 100

/* How long a drop waits for sessions that may be about to leave by themselves, in milliseconds. */
#define DEPARTURE_TIMEOUT 1000

/* How long sessions have to end after they were told to, in milliseconds. */
#define TERMINATION_TIMEOUT 10000

/* How long the worker waits for a lock, as the setting spells it. */
#define LOCK_TIMEOUT "60s"

PG_FUNCTION_INFO_V1(tenancy_drop);
PG_FUNCTION_INFO_V1(tenancy_drop_many);

extern PGDLLEXPORT void tenancy_drop_worker(Datum argument);

/* A drop that was asked for. */
typedef struct DropJob
{
	const char *slug;
	bool if_exists;
	bool force;
	bool one_of_many; /* in a transaction of its own, and nobody asks for the record */
	bool isnull;	  /* there was nothing to drop */
	Datum result;
} DropJob;

/* What the worker is told, in bgw_extra. */
typedef struct WorkerOrder
{
	Oid database;
	char slug[TENANCY_SLUG_SIZE];
	Oid erased_by;
	bool forced;
} WorkerOrder;

StaticAssertDecl(sizeof(WorkerOrder) <= BGW_EXTRALEN, "the worker's order must fit bgw_extra");

/* Waits until nobody is bound to a tenant; returns how many still are when the time, in milliseconds, is up. */
static int
await_sessions(Oid schema, int timeout)
{
	TimestampTz start = GetCurrentTimestamp();
	int count;

	while ((count = list_length(sessions_bound_to(schema))) > 0 &&
		   !TimestampDifferenceExceeds(start, GetCurrentTimestamp(), timeout))
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 10, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	return count;
}

/* Ends the sessions bound to a tenant and waits until they are gone. */
static void
end_sessions(const char *slug, Oid schema)
{
	ListCell *cell;

	foreach (cell, sessions_bound_to(schema))
		(void) kill(lfirst_int(cell), SIGTERM);
	if (await_sessions(schema, TERMINATION_TIMEOUT) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE), errmsg("sessions of tenant \"%s\" did not end in time", slug)));
}

/* Closes the tenant, and sees that nobody is bound to it. */
static void
clear_sessions(const char *slug, Oid schema, bool force)
{
	int count;

	/* A session that has just disconnected needs a moment to end; others go on undisturbed meanwhile. */
	if (!force)
		(void) await_sessions(schema, DEPARTURE_TIMEOUT);
	sessions_close(schema);
	if (force)
		end_sessions(slug, schema);
	count = list_length(sessions_bound_to(schema));
	if (count == 0)
		return;
	sessions_reopen(schema);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("tenant \"%s\" is in use", slug),
			 errdetail_plural("%d other session is bound to it.", "%d other sessions are bound to it.", count, count),
			 errhint("End the sessions, or use force => true to have them ended.")));
}

/* Runs the drop in a background worker, and waits for its end. */
static void
run_worker(const DropJob *job)
{
	BackgroundWorker worker = {.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
							   .bgw_start_time = BgWorkerStart_RecoveryFinished,
							   .bgw_restart_time = BGW_NEVER_RESTART};
	WorkerOrder order = {.database = MyDatabaseId, .erased_by = GetSessionUserId(), .forced = job->force};
	BackgroundWorkerHandle *handle;

	strlcpy(order.slug, job->slug, sizeof(order.slug));
	memcpy(worker.bgw_extra, &order, sizeof(order));
	snprintf(worker.bgw_name, BGW_MAXLEN, "tenancy: dropping tenant %s", job->slug);
	snprintf(worker.bgw_type, BGW_MAXLEN, "tenancy drop");
	strlcpy(worker.bgw_library_name, "tenancy", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "tenancy_drop_worker", sizeof(worker.bgw_function_name));
	worker.bgw_notify_pid = MyProcPid;

	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("no background worker is free to drop tenant \"%s\"", job->slug),
				 errhint("Raise \"max_worker_processes\", or try again later.")));
	(void) WaitForBackgroundWorkerShutdown(handle);
}

/* Tells whether a drop of this size belongs in the caller's transaction. */
static bool
fits_one_transaction(Erasure *erasure)
{
	uint64 capacity = (uint64) max_locks_per_xact * (max_backend_count() + max_prepared_xacts);

	return erasure_locks_needed(erasure) < capacity / 4;
}

/* Drops a tenant that fits in the running transaction. */
static void
drop_here(Erasure *erasure)
{
	erasure_begin(erasure);
	while (erasure_continue(erasure, PORTION) > 0)
		CHECK_FOR_INTERRUPTS();
	erasure_finish(erasure);
}

/* Drops a tenant by the worker; finds the record that it left. */
static void
drop_by_worker(DropJob *job, Erasure *erasure)
{
	/* Within a function or a DO block the caller may hold locks that the worker would wait for. */
	if (!job->one_of_many && (IsTransactionBlock() || statements_depth > 1))
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("tenant \"%s\" is too large to be dropped inside a transaction block or function", job->slug),
				 errdetail("Its objects would not fit the lock table; they are dropped in several transactions.")));
	run_worker(job);

	/* What the worker committed is newer than the caller's snapshot. */
	if (privileged_query_latest("SELECT id FROM tenancy.erasures WHERE tenant_id = '%s' AND finished_at IS NOT NULL "
								"ORDER BY finished_at DESC LIMIT 1",
								erasure->tenant.id) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("tenant \"%s\" was not dropped completely", job->slug),
				 errdetail("The server log has the reason; the tenant stays out of reach."),
				 errhint("Call tenancy.drop() again to go on where it stopped.")));
	strlcpy(erasure->id, privileged_value(0, 1), sizeof(erasure->id));
}

/*
 * Finds the tenant to be dropped; false, with a notice or an error raised, if there is
 * none.  Among many, one that was dropped before is as good as dropped: a call that was
 * interrupted can be made again.
 */
static bool
find_tenant(DropJob *job, Erasure *erasure)
{
	bool dropped_before = false;

	if (lifecycle_read_row(job->slug, &erasure->tenant))
	{
		erasure->schema = get_namespace_oid(erasure->tenant.schema, true);
		/* A deleted tenant that still has its schema was not dropped completely. */
		if (erasure->tenant.status != TENANCY_STATUS_DELETED || OidIsValid(erasure->schema))
			return true;
		dropped_before = true;
	}
	if (!job->if_exists && !(job->one_of_many && dropped_before))
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = job->slug});
	if (!job->one_of_many)
		ereport(NOTICE, (errmsg("tenant \"%s\" does not exist, skipping", job->slug)));
	return false;
}

/* Reads the record of an erasure as the result of the call. */
static void
return_record(DropJob *job, const Erasure *erasure)
{
	CommandCounterIncrement();
	privileged_query_latest("SELECT e FROM tenancy.erasures e WHERE e.id = '%s'", erasure->id);
	job->result =
		SPI_datumTransfer(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &job->isnull), false, -1);
}

/* Drops the tenant, in whichever way. */
static void
drop(void *argument)
{
	DropJob *job = argument;
	Erasure erasure = {.forced = job->force};

	SPI_connect();
	strlcpy(erasure.erased_by, GetUserNameFromId(GetSessionUserId(), false), NAMEDATALEN);
	job->isnull = !find_tenant(job, &erasure);
	if (!job->isnull)
	{
		if (OidIsValid(erasure.schema))
			clear_sessions(job->slug, erasure.schema, job->force);
		if (!OidIsValid(erasure.schema) || fits_one_transaction(&erasure))
			drop_here(&erasure);
		else
			drop_by_worker(job, &erasure);
		if (!job->one_of_many)
			return_record(job, &erasure);
	}
	SPI_finish();
}

/* tenancy.drop(slug, if_exists, force): erases a tenant and returns the record of it. */
Datum
tenancy_drop(PG_FUNCTION_ARGS)
{
	DropJob job = {0};

	lifecycle_require_unbound("tenancy.drop()");
	job.slug = lifecycle_text_argument(fcinfo, 0);
	job.if_exists = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	job.force = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	lifecycle_require_slug(job.slug);
	privileged_run(drop, &job);
	if (job.isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(job.result);
}

/* Drops one of many tenants; argument is the DropJob that all begin with. */
static bool
drop_one_of_many(const char *slug, int position, void *argument)
{
	DropJob job = *(const DropJob *) argument;

	(void) position;
	lifecycle_require_slug(slug);
	job.slug = slug;
	privileged_run(drop, &job);
	return !job.isnull;
}

/* CALL tenancy.drop_many(slugs, if_exists, force): erases tenants, each in a transaction of its own. */
Datum
tenancy_drop_many(PG_FUNCTION_ARGS)
{
	DropJob job = {.one_of_many = true};
	Bulk bulk = {.procedure = "tenancy.drop_many()",
				 .verb = "drop",
				 .done = "dropped",
				 .step = drop_one_of_many,
				 .argument = &job};
	char **slugs;
	int count;

	lifecycle_require_unbound("tenancy.drop_many()");
	slugs = bulk_slugs(fcinfo, 0, &count);
	job.if_exists = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	job.force = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	bulk_run(fcinfo, &bulk, slugs, count);
	PG_RETURN_VOID();
}

/* What the worker's steps work on. */
typedef struct WorkerJob
{
	WorkerOrder order;
	Erasure erasure;
	uint64 removed; /* objects found in the last portion */
} WorkerJob;

/* First step: marks the tenant and opens the record. */
static void
worker_begin(void *argument)
{
	WorkerJob *job = argument;

	SPI_connect();
	lifecycle_require_row(job->order.slug, &job->erasure.tenant);
	strlcpy(job->erasure.erased_by, GetUserNameFromId(job->order.erased_by, false), NAMEDATALEN);
	erasure_begin(&job->erasure);
	SPI_finish();
}

/* Steps between: one portion. */
static void
worker_continue(void *argument)
{
	WorkerJob *job = argument;

	SPI_connect();
	job->removed = erasure_continue(&job->erasure, PORTION);
	erasure_save(&job->erasure);
	SPI_finish();
}

/* Last step. */
static void
worker_finish(void *argument)
{
	WorkerJob *job = argument;

	SPI_connect();
	erasure_finish(&job->erasure);
	SPI_finish();
}

/* Runs one step in a transaction of its own. */
static void
run_step(void (*step)(void *argument), WorkerJob *job)
{
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	privileged_run(step, job);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* Entry of the background worker. */
void
tenancy_drop_worker(Datum argument)
{
	WorkerJob job = {0};

	(void) argument;
	memcpy(&job.order, MyBgworkerEntry->bgw_extra, sizeof(job.order));
	job.erasure.forced = job.order.forced;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(job.order.database, InvalidOid, 0);
	/* ALTER DATABASE ... SET may have bound it. */
	SetConfigOption("tenancy.tenant", "", PGC_USERSET, PGC_S_SESSION);
	/* The caller waits, and nobody sees it if he is what the worker waits for. */
	SetConfigOption("lock_timeout", LOCK_TIMEOUT, PGC_USERSET, PGC_S_SESSION);

	run_step(worker_begin, &job);
	do
	{
		run_step(worker_continue, &job);
		CHECK_FOR_INTERRUPTS();
	} while (job.removed > 0);
	run_step(worker_finish, &job);
}
