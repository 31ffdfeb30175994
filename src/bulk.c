/*
 * bulk.c
 *	  Procedures that do the same for many tenants, each in a transaction of its own.
 *
 * Locks are released with each tenant, so that the lock table need not grow with
 * their number, and one that fails costs nobody else anything.
 *
 * A tenant's work is a subtransaction of its transaction: an error that is caught
 * needs one to clean up what SPI and the executor had open.  After a failure the
 * transaction is rolled back all the same, so that callbacks of transaction ends hear
 * the truth.
 */
#include "postgres.h"

#include "access/xact.h"
#include "bulk.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "statements.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* Time between two reports of progress, in milliseconds. */
#define REPORT_INTERVAL 3000

/* How far a procedure has come. */
typedef struct Progress
{
	int done;
	int skipped;
	int failed;
	TimestampTz reported; /* when the caller last heard of it */
} Progress;

char **
bulk_slugs(FunctionCallInfo fcinfo, int number, int *count)
{
	Datum *elements;
	bool *nulls;
	char **slugs;

	if (PG_ARGISNULL(number))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("array of slugs must not be null")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, count);
	slugs = palloc(*count * sizeof(char *));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("array of slugs must not contain nulls")));
		slugs[i] = TextDatumGetCString(elements[i]);
	}
	return slugs;
}

void
bulk_require_transaction_control(FunctionCallInfo fcinfo, const char *procedure)
{
	const Node *context = fcinfo->context;

	if (context == NULL || !IsA(context, CallContext) || ((const CallContext *) context)->atomic ||
		IsSubTransaction())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("%s cannot run inside a transaction block or function", procedure),
				 errdetail("It commits after each tenant.")));
}

/* Takes the error that is being handled out of the error state; returns it in the given context. */
static ErrorData *
take_error(MemoryContext context)
{
	ErrorData *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	return error;
}

/*
 * Runs the step for one tenant; returns the error that it raised, NULL for none.
 * Whatever is raised, the subtransaction ends here: a top level that found it open would
 * take it for a savepoint of the client's.
 */
static ErrorData *
try_step(const Bulk *bulk, const char *slug, int position, bool *worked)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	int depth = statements_depth;
	ErrorContextCallback *callers = error_context_stack;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		/* What called the procedure is told with the warning; the error's own context is that of the tenant. */
		error_context_stack = NULL;
		PushActiveSnapshot(GetTransactionSnapshot());
		*worked = bulk->step(slug, position, bulk->argument);
		PopActiveSnapshot();
		error_context_stack = callers;
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		error = take_error(context);
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	statements_depth = depth;
	return error;
}

/* Ends the transaction and begins the next; returns the error that prevented a commit, NULL for none. */
static ErrorData *
end_transaction(bool commit)
{
	MemoryContext context = CurrentMemoryContext;
	int depth = statements_depth;
	ErrorData *volatile error = NULL;

	PG_TRY();
	{
		if (commit)
			SPI_commit();
		else
			SPI_rollback();
		SPI_start_transaction();
	}
	PG_CATCH();
	{
		/* SPI has rolled back, and has begun the next transaction. */
		error = take_error(context);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	statements_depth = depth;
	return error;
}

/* Tells the caller which tenant failed, and why.  Clients do not show the context of a warning, so it joins the detail. */
static void
report_failure(const Bulk *bulk, const char *slug, const ErrorData *error)
{
	const char *detail = error->detail != NULL ? error->detail : error->context;

	if (error->detail != NULL && error->context != NULL)
		detail = psprintf("%s\n%s", error->detail, error->context);

	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("could not %s tenant \"%s\": %s", bulk->verb, slug, error->message),
			 detail != NULL ? errdetail_internal("%s", detail) : 0,
			 error->detail_log != NULL ? errdetail_log("%s", error->detail_log) : 0,
			 error->hint != NULL ? errhint("%s", error->hint) : 0));
}

/* Tells the caller every few seconds how far the procedure has come. */
static void
report_progress(const Bulk *bulk, Progress *progress, int count)
{
	TimestampTz now = GetCurrentTimestamp();

	if (!TimestampDifferenceExceeds(progress->reported, now, REPORT_INTERVAL))
		return;
	progress->reported = now;
	ereport(NOTICE,
			(errmsg("%d of %d tenants %s, %d failed, %d left",
					progress->done,
					count,
					bulk->done,
					progress->failed,
					count - progress->done - progress->skipped - progress->failed)));
}

/* Tells the caller what came of it. */
static void
report_end(const Bulk *bulk, const Progress *progress, int count)
{
	ereport(NOTICE,
			(errmsg("%d of %d tenants %s, %d failed, %d had nothing to do",
					progress->done,
					count,
					bulk->done,
					progress->failed,
					progress->skipped)));
}

/* Does one tenant's work in the running transaction, and ends it. */
static void
run_one(const Bulk *bulk, const char *slug, int position, Progress *progress)
{
	bool worked = false;
	ErrorData *error = try_step(bulk, slug, position, &worked);

	/* Cancelling is none of a tenant's affairs, and ends the whole. */
	if (error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	if (error != NULL)
		(void) end_transaction(false);
	else
		error = end_transaction(true);

	if (error != NULL)
	{
		report_failure(bulk, slug, error);
		progress->failed++;
	}
	else if (worked)
		progress->done++;
	else
		progress->skipped++;
}

void
bulk_run(FunctionCallInfo fcinfo, const Bulk *bulk, char *const *slugs, int count)
{
	Progress progress = {.reported = GetCurrentTimestamp()};
	MemoryContext outer = CurrentMemoryContext;
	MemoryContext context;

	bulk_require_transaction_control(fcinfo, bulk->procedure);
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect_ext failed");
	context = AllocSetContextCreate(CurrentMemoryContext, "tenancy bulk step", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);

	/* A procedure that calls this one may have done work of its own, which is not the first tenant's. */
	SPI_commit();
	SPI_start_transaction();
	for (int i = 0; i < count; i++)
	{
		run_one(bulk, slugs[i], i, &progress);
		report_progress(bulk, &progress, count);
		MemoryContextReset(context);
		CHECK_FOR_INTERRUPTS();
	}
	report_end(bulk, &progress, count);
	SPI_finish();
	MemoryContextSwitchTo(outer);
}
