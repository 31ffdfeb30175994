/*
 * migrate.c
 *	  tenancy.migrate() and tenancy.rollback(): which tenants a run is about, its record,
 *	  and what the caller is told.
 *
 * The procedures commit: the record of the run must be there before its workers, and
 * what the caller sees of the ledger is as new as his transaction.
 */
#include "postgres.h"

#include "bulk.h"
#include "errors.h"
#include "executor/spi.h"
#include "ledger.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "privileged.h"
#include "run.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(tenancy_migrate);
PG_FUNCTION_INFO_V1(tenancy_rollback);

/* The arguments of both procedures, as the install script declares them. */
enum
{
	ARGUMENT_TARGET = 0,
	ARGUMENT_TENANTS,
	ARGUMENT_CANARY,
	ARGUMENT_JOBS,
	ARGUMENT_LOCK_TIMEOUT,
	ARGUMENT_STATEMENT_TIMEOUT,
	ARGUMENT_MAX_FAILURES,
	ARGUMENT_DRY_RUN,
	ARGUMENT_LOCK_RETRIES
};

/* How often the caller is told how far the run is, in milliseconds. */
#define NOTICE_INTERVAL 5000

/* A call of one of the procedures. */
typedef struct Call
{
	const char *procedure;
	const char *target;	 /* NULL: the newest migration */
	const char *tenants; /* a text[] as a literal; NULL: all */
	RunOrder order;
	int inactive; /* tenants left out because they are suspended */
	TimestampTz started_at;
	TimestampTz told_at;
	RunProgress progress;
	char *failures; /* the first few, for DETAIL */
	MemoryContext context;
} Call;

/* Returns an integer argument that must not be less than a bound; null stands for otherwise. */
static int
integer_argument(FunctionCallInfo fcinfo, int number, const char *name, int least, int otherwise)
{
	int value;

	if (PG_ARGISNULL(number))
		return otherwise;
	value = PG_GETARG_INT32(number);
	if (value < least)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be at least %d", name, least)));
	return value;
}

/* Returns an argument that is a time as settings spell it, in milliseconds; null stands for none. */
static int
time_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	char *text = lifecycle_text_argument(fcinfo, number);
	const char *hint = NULL;
	int value;

	if (text == NULL)
		return 0;
	if (!parse_int(text, &value, GUC_UNIT_MS, &hint) || value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid value for %s: \"%s\"", name, text),
				 hint != NULL ? errhint("%s", hint) : 0));
	return value;
}

/* Reads the arguments. */
static void
read_arguments(FunctionCallInfo fcinfo, Call *call)
{
	RunOrder *order = &call->order;

	call->target = lifecycle_text_argument(fcinfo, ARGUMENT_TARGET);
	if (!PG_ARGISNULL(ARGUMENT_TENANTS))
		call->tenants = quote_literal_cstr(OidOutputFunctionCall(F_ARRAY_OUT, PG_GETARG_DATUM(ARGUMENT_TENANTS)));
	order->canary = integer_argument(fcinfo, ARGUMENT_CANARY, "canary", 0, 0);
	order->jobs = integer_argument(fcinfo, ARGUMENT_JOBS, "jobs", 1, 1);
	order->lock_timeout = time_argument(fcinfo, ARGUMENT_LOCK_TIMEOUT, "lock_timeout");
	order->statement_timeout = time_argument(fcinfo, ARGUMENT_STATEMENT_TIMEOUT, "statement_timeout");
	order->max_failures = integer_argument(fcinfo, ARGUMENT_MAX_FAILURES, "max_failures", 1, -1);
	order->dry_run = !PG_ARGISNULL(ARGUMENT_DRY_RUN) && PG_GETARG_BOOL(ARGUMENT_DRY_RUN);
	order->lock_retries = Min(integer_argument(fcinfo, ARGUMENT_LOCK_RETRIES, "lock_retries", 0, 0), 1000);
}

/* Refuses names in the list of tenants that are none. */
static void
require_known_tenants(const Call *call)
{
	char *slug;

	if (call->tenants == NULL ||
		privileged_execute("SELECT a.slug FROM unnest(%s::text[]) a(slug) LEFT JOIN tenancy.tenants t "
						   "ON t.slug = a.slug AND t.status <> 'deleted' WHERE t.slug IS NULL LIMIT 1",
						   call->tenants) == 0)
		return;
	slug = privileged_value(0, 1);
	raise_verdict(slug != NULL ? TENANCY_UNKNOWN_TENANT : TENANCY_BAD_SLUG, &(ErrorFacts){.slug = slug});
}

/* Returns the condition that a tenant has something to do in the run. */
static char *
condition(const Call *call)
{
	return psprintf("coalesce(v.ordinal, 0) %s " INT64_FORMAT "%s",
					call->order.rollback ? ">" : "<",
					call->order.target,
					call->tenants != NULL ? psprintf(" AND t.slug = ANY (%s::text[])", call->tenants) : "");
}

/* Finds the tenants that have something to do, in the order of the list or of their creation. */
static void
find_tenants(Call *call)
{
	MemoryContext old_context;

	privileged_execute(
		"SELECT count(*) FROM tenancy.tenants t LEFT JOIN tenancy.schema_versions v ON v.tenant_id = t.id "
		"WHERE t.status = 'suspended' AND %s",
		condition(call));
	call->inactive = (int) privileged_number(0, 1);
	privileged_execute(
		"SELECT t.slug FROM tenancy.tenants t LEFT JOIN tenancy.schema_versions v ON v.tenant_id = t.id "
		"WHERE t.status = 'active' AND %s ORDER BY %s, t.created_at, t.slug",
		condition(call),
		call->tenants != NULL ? psprintf("array_position(%s::text[], t.slug::text)", call->tenants) : "NULL::int");
	old_context = MemoryContextSwitchTo(call->context);
	for (uint64 i = 0; i < SPI_processed; i++)
		call->order.slugs = lappend(call->order.slugs, privileged_value(i, 1));
	MemoryContextSwitchTo(old_context);
}

/* Returns the version of the first migration of a kind that the run would come to; NULL: there is none. */
static char *
find_obstacle(const Call *call, const char *kind)
{
	if (privileged_execute(
			"SELECT m.version FROM tenancy.migrations m WHERE %s AND EXISTS (SELECT FROM tenancy.tenants t "
			"LEFT JOIN tenancy.schema_versions v ON v.tenant_id = t.id WHERE t.status = 'active' AND %s "
			"AND m.ordinal > least(coalesce(v.ordinal, 0), " INT64_FORMAT
			") AND m.ordinal <= greatest(v.ordinal, " INT64_FORMAT ")) ORDER BY m.ordinal LIMIT 1",
			kind,
			condition(call),
			call->order.target,
			call->order.target) == 0)
		return NULL;
	return privileged_value(0, 1);
}

/* Refuses a run that would come to a migration which cannot take part in it. */
static void
require_possible(const Call *call)
{
	char *version;

	if (call->order.rollback && (version = find_obstacle(call, "m.down IS NULL")) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration \"%s\" cannot be rolled back: it has no down text", version),
				 errhint("register_migration(..., replace => true) with the same up text gives it one.")));
	if (call->order.dry_run && (version = find_obstacle(call, "NOT m.transactional")) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration \"%s\" cannot be tried: it runs outside of transactions", version),
				 errhint("Choose a target before it.")));
}

/* Opens the record of the run. */
static void
open_record(Call *call)
{
	RunOrder *order = &call->order;

	privileged_execute("INSERT INTO tenancy.runs (kind, target, dry_run, jobs, requested_by, total) "
					   "SELECT '%s', (SELECT version FROM tenancy.migrations WHERE ordinal = " INT64_FORMAT
					   "), %s, %d, %s, %d RETURNING id",
					   order->rollback ? "rollback" : "migrate",
					   order->target,
					   order->dry_run ? "true" : "false",
					   order->jobs,
					   quote_literal_cstr(GetUserNameFromId(GetSessionUserId(), false)),
					   list_length(order->slugs));
	order->id = privileged_number(0, 1);
}

/* Finds the target and the tenants, and opens the record of the run if there is anything to do. */
static void
prepare(void *argument)
{
	Call *call = argument;
	RunOrder *order = &call->order;

	SPI_connect();
	if (call->target == NULL)
		order->target = ledger_newest();
	else
		order->target = call->target[0] != '\0' ? ledger_ordinal(call->target) : 0;
	require_known_tenants(call);
	find_tenants(call);
	if (order->slugs != NIL)
	{
		require_possible(call);
		open_record(call);
	}
	SPI_finish();
}

/* Writes into the record how far the run is. */
static void
write_progress(void *argument)
{
	const Call *call = argument;

	SPI_connect();
	privileged_execute("UPDATE tenancy.runs SET done = %d, failed = %d, skipped = %d, updated_at = clock_timestamp() "
					   "WHERE id = " INT64_FORMAT,
					   call->progress.done,
					   call->progress.failed,
					   call->progress.skipped,
					   call->order.id);
	SPI_finish();
}

/* Tells the caller how far the run is. */
static void
tell_progress(Call *call, TimestampTz now)
{
	const RunProgress *progress = &call->progress;
	int through = progress->done + progress->failed + progress->skipped;
	double seconds = (double) (now - call->started_at) / USECS_PER_SEC;
	double rate = through / Max(seconds, 0.001);

	if (!TimestampDifferenceExceeds(call->told_at, now, NOTICE_INTERVAL))
		return;
	call->told_at = now;
	if (through == 0)
		ereport(NOTICE, (errmsg("0 of %d tenants after %.0f s", progress->total, seconds)));
	else
		ereport(NOTICE,
				(errmsg("%d of %d tenants, %d failed, %.1f/s, about %.0f s left",
						through,
						progress->total,
						progress->failed,
						rate,
						(progress->total - through) / rate)));
}

/* Takes note of how far the run is, about once a second. */
static void
report(const RunProgress *progress, void *argument)
{
	Call *call = argument;

	call->progress = *progress;
	privileged_run(write_progress, call);
	SPI_commit();
	tell_progress(call, GetCurrentTimestamp());
}

/* Says why a run ended before every tenant had its turn. */
static const char *
reason_of(TenancyStop stop)
{
	switch (stop)
	{
		case TENANCY_STOP_CANARY:
			return "a canary failed";
		case TENANCY_STOP_FAILURES:
			return "too many tenants failed";
		default:
			return NULL;
	}
}

/* Closes the record; collects the first failures. */
static void
finish(void *argument)
{
	Call *call = argument;
	const char *reason = reason_of(call->progress.stop);
	MemoryContext old_context;

	SPI_connect();
	privileged_execute(
		"UPDATE tenancy.runs SET outcome = '%s', reason = %s, updated_at = clock_timestamp() WHERE id = " INT64_FORMAT,
		reason != NULL ? "stopped" : "finished",
		privileged_literal(reason),
		call->order.id);
	/* Of a tenant that was tried several times, the last. */
	privileged_execute(
		"SELECT string_agg(line, E'\\n' ORDER BY failed_at) FROM (SELECT * FROM ("
		"SELECT DISTINCT ON (tenant) tenant, failed_at, format('tenant \"%%s\"%%s: %%s', tenant, "
		"CASE WHEN version IS NOT NULL THEN format(', migration \"%%s\"%%s', version, "
		"CASE WHEN statement_number IS NOT NULL THEN format(', statement %%s', statement_number) END) END, "
		"error) AS line FROM tenancy.run_failures WHERE run = " INT64_FORMAT
		" ORDER BY tenant, failed_at DESC) f ORDER BY failed_at LIMIT 5) g",
		call->order.id);
	old_context = MemoryContextSwitchTo(call->context);
	call->failures = privileged_value(0, 1);
	MemoryContextSwitchTo(old_context);
	SPI_finish();
}

/* Tells the caller how the run ended: an error if it was stopped, a warning if tenants failed, else a notice. */
static void
tell_outcome(const Call *call)
{
	const RunProgress *progress = &call->progress;
	const char *reason = reason_of(progress->stop);
	int failed = progress->failed;
	char *run = psprintf(INT64_FORMAT, call->order.id);

	if (call->inactive > 0)
		ereport(NOTICE,
				(errmsg_plural("%d suspended tenant was left out",
							   "%d suspended tenants were left out",
							   call->inactive,
							   call->inactive)));
	if (reason != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("run %s was stopped: %s", run, reason),
				 call->failures != NULL ? errdetail_internal("%s", call->failures) : 0,
				 errhint("%d of %d tenants are done and stay so; tenancy.run_failures has the rest.",
						 progress->done,
						 progress->total)));
	if (failed > 0)
		ereport(WARNING,
				(errmsg("run %s failed for %d of %d tenants", run, failed, progress->total),
				 call->failures != NULL ? errdetail_internal("%s", call->failures) : 0,
				 call->order.dry_run
					 ? errhint("It was a trial, nothing has changed; tenancy.run_failures has all errors.")
					 : errhint("Call it again to go on with these tenants; tenancy.run_failures has all errors.")));
	if (progress->skipped > 0)
		ereport(NOTICE,
				(errmsg_plural("%d tenant was skipped: it was suspended or dropped meanwhile",
							   "%d tenants were skipped: they were suspended or dropped meanwhile",
							   progress->skipped,
							   progress->skipped)));
	if (call->order.slugs == NIL)
		ereport(NOTICE, (errmsg("no tenant has anything to do")));
	else if (failed == 0)
		ereport(NOTICE,
				(errmsg("run %s is through: %d of %d tenants%s",
						run,
						progress->done,
						progress->total,
						call->order.dry_run ? ", and all as before" : "")));
}

/* Carries out a call. */
static Datum
run(FunctionCallInfo fcinfo, Call *call)
{
	lifecycle_require_unbound(call->procedure);
	bulk_require_transaction_control(fcinfo, call->procedure);
	read_arguments(fcinfo, call);
	if (call->order.rollback && call->target == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be null", "target"),
				 errhint("It is the version that stays; an empty text rolls everything back.")));
	SPI_connect_ext(SPI_OPT_NONATOMIC);
	call->context = CurrentMemoryContext;
	privileged_run(prepare, call);
	SPI_commit();
	if (call->order.slugs != NIL)
	{
		call->started_at = call->told_at = GetCurrentTimestamp();
		call->progress = run_lead(&call->order, report, call);
		privileged_run(finish, call);
		SPI_commit();
	}
	tell_outcome(call);
	SPI_finish();
	return (Datum) 0;
}

/* tenancy.migrate(target, tenants, ...): brings tenants to a version. */
Datum
tenancy_migrate(PG_FUNCTION_ARGS)
{
	Call call = {.procedure = "tenancy.migrate()"};

	return run(fcinfo, &call);
}

/* tenancy.rollback(target, tenants, ...): takes tenants back to a version. */
Datum
tenancy_rollback(PG_FUNCTION_ARGS)
{
	Call call = {.procedure = "tenancy.rollback()", .order = {.rollback = true}};

	return run(fcinfo, &call);
}
