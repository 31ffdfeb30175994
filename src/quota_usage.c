/*
 * quota_usage.c
 *	  What tenants use: the count of what applications count, and the report of all quotas.
 *
 * A count is one row for each tenant, kind and period, changed in the caller's transaction:
 * PostgreSQL's lock on the row makes it exact, and a rollback takes it back.
 */
#include "postgres.h"

#include "authority.h"
#include "binding.h"
#include "bridge.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "counters.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "guard.h"
#include "lifecycle.h"
#include "privileged.h"
#include "settings.h"
#include "unix_time.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

PG_FUNCTION_INFO_V1(tenancy_consume);
PG_FUNCTION_INFO_V1(tenancy_consume_for);
PG_FUNCTION_INFO_V1(tenancy_quota_rows);

/* So many kinds without a limit are counted for a tenant. */
#define MAX_FREE_KINDS 100

/* Something of a tenant's to be counted. */
typedef struct Consumption
{
	const char *slug;
	char id[37]; /* of the tenant, as text */
	const char *kind;
	int64 amount;
	bool has_limit; /* there is a row for the kind */
	int64 soft;		/* TENANCY_NO_LIMIT: none */
	int64 hard;		/* the same */
	const char *period;
	char *period_begin; /* as text */
	int64 used;			/* result */
} Consumption;

/* Tenants and kinds that the session was told of, as names; in TopMemoryContext. */
static List *told = NIL;

/* Returns the beginning of a period as text that a timestamptz can be read from. */
static char *
period_begin_text(TenancyPeriod period)
{
	int64 begin = bridge_period_begin(period, unix_seconds(GetCurrentTimestamp()));

	if (period == TENANCY_PERIOD_TOTAL)
		return pstrdup("-infinity");
	return pstrdup(timestamptz_to_str(unix_time(begin)));
}

/* Returns a limit that was read as text. */
static int64
limit_of_text(const char *text)
{
	return text != NULL ? strtoll(text, NULL, 10) : TENANCY_NO_LIMIT;
}

/* Finds the limit of the kind, and the period. */
static void
find_limit(Consumption *job)
{
	static PrivilegedStatement statement =
		{.sql = "SELECT soft, hard, period FROM tenancy.limits WHERE tenant_id = $1 AND kind = $2",
		 .parameters = 2,
		 .types = {UUIDOID, TEXTOID}};
	const char *values[] = {job->id, job->kind};
	TenancyPeriod period = bridge_period_of_quota(job->kind);
	char *name;

	job->has_limit = privileged_execute_prepared(&statement, values) > 0;
	job->soft = limit_of_text(privileged_value(0, 1));
	job->hard = limit_of_text(privileged_value(0, 2));
	name = privileged_value(0, 3);
	if (name != NULL)
		(void) bridge_period_of_name(name, &period);
	job->period = bridge_name_of_period(period);
	job->period_begin = period_begin_text(period);
}

/* Reads what is used in this period. */
static int64
read_used(const Consumption *job)
{
	static PrivilegedStatement statement =
		{.sql = "SELECT used FROM tenancy.usage "
				"WHERE tenant_id = $1 AND kind = $2 AND period = $3 AND period_start = $4",
		 .parameters = 4,
		 .types = {UUIDOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}};
	const char *values[] = {job->id, job->kind, job->period, job->period_begin};

	privileged_execute_prepared(&statement, values);
	return privileged_number(0, 1);
}

/* Raises the error that a tenant has nothing left. */
static void
refuse(const Consumption *job)
{
	RegistryRow row;
	int64 used = read_used(job);
	TenantCounters *counters = NULL;

	if (job->hard == TENANCY_NO_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("usage of \"%s\" is out of range", job->kind)));
	if (lifecycle_read_row(job->slug, &row))
		counters = counters_find(row.schema);
	if (counters != NULL)
		pg_atomic_fetch_add_u64(&counters_usage(counters)->quota_refusals, 1);
	raise_verdict(TENANCY_QUOTA_EXHAUSTED,
				  &(ErrorFacts){.slug = job->slug, .quota = job->kind, .used = used, .limit = job->hard});
}

/* Raises an error if a tenant counts too many kinds that nobody has heard of. */
static void
check_kinds(const Consumption *job)
{
	static PrivilegedStatement statement = {.sql =
												"SELECT count(DISTINCT kind) FROM tenancy.usage WHERE tenant_id = $1",
											.parameters = 1,
											.types = {UUIDOID}};
	const char *values[] = {job->id};

	privileged_execute_prepared(&statement, values);
	if (privileged_number(0, 1) > MAX_FREE_KINDS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many kinds of usage"),
				 errdetail("Of kinds without a quota, a tenant counts at most %d.", MAX_FREE_KINDS)));
}

/* Adds to the count, unless that were more than the limit. */
static void
add(Consumption *job)
{
	static PrivilegedStatement statement =
		{.sql = "INSERT INTO tenancy.usage AS u (tenant_id, kind, period, period_start, used) "
				"SELECT $1, $2, $3, $4, $5 WHERE $5 <= $6 "
				"ON CONFLICT (tenant_id, kind, period, period_start) DO UPDATE "
				"SET used = u.used + excluded.used WHERE u.used <= $6 - $5 "
				"RETURNING used, CASE WHEN xmax = 0 THEN 1 END",
		 .parameters = 6,
		 .types = {UUIDOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, INT8OID, INT8OID}};
	const char *values[] = {job->id,
							job->kind,
							job->period,
							job->period_begin,
							psprintf(INT64_FORMAT, job->amount),
							psprintf(INT64_FORMAT, job->hard)};

	if (privileged_execute_prepared(&statement, values) == 0)
		refuse(job);
	job->used = privileged_number(0, 1);
	if (privileged_number(0, 2) == 1 && !job->has_limit)
		check_kinds(job);
}

/* Takes from the count, to zero at most. */
static void
give_back(Consumption *job)
{
	static PrivilegedStatement statement =
		{.sql = "UPDATE tenancy.usage SET used = greatest(used + $5, 0) "
				"WHERE tenant_id = $1 AND kind = $2 AND period = $3 AND period_start = $4 RETURNING used",
		 .parameters = 5,
		 .types = {UUIDOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, INT8OID}};
	const char *values[] = {job->id, job->kind, job->period, job->period_begin, psprintf(INT64_FORMAT, job->amount)};

	privileged_execute_prepared(&statement, values);
	job->used = privileged_number(0, 1);
}

/* Counts. */
static void
count(void *argument)
{
	Consumption *job = argument;

	SPI_connect();
	if (job->id[0] == '\0')
	{
		RegistryRow row;

		lifecycle_require_row(job->slug, &row);
		if (row.status == TENANCY_STATUS_DELETED)
			raise_verdict(TENANCY_NOT_ACTIVE, &(ErrorFacts){.slug = job->slug, .status = row.status});
		strlcpy(job->id, row.id, sizeof(job->id));
	}
	find_limit(job);
	if (job->amount > 0)
		add(job);
	else if (job->amount < 0)
		give_back(job);
	else
		job->used = read_used(job);
	SPI_finish();
}

/* Tells a session once that its tenant is over a soft limit. */
static void
tell_of_soft_limit(const Consumption *job)
{
	char *name = psprintf("%s %s", job->id, job->kind);
	MemoryContext old_context;
	ListCell *cell;

	if (job->used <= job->soft || list_length(told) >= MAX_FREE_KINDS)
		return;
	foreach (cell, told)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return;
	}
	old_context = MemoryContextSwitchTo(TopMemoryContext);
	told = lappend(told, pstrdup(name));
	MemoryContextSwitchTo(old_context);
	report_soft_limit(&(ErrorFacts){.slug = job->slug, .quota = job->kind, .used = job->used, .limit = job->soft});
}

/* Checks the kind of what is to be counted, counts it, and returns what is left; null: there is no limit. */
static Datum
consume(FunctionCallInfo fcinfo, Consumption *job)
{
	if (job->kind == NULL || !bridge_is_quota_name(job->kind) ||
		bridge_quota_of_name(job->kind) != TENANCY_QUOTA_COUNTED)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("usage of \"%s\" cannot be counted", job->kind != NULL ? job->kind : "null"),
			 errdetail(
				 "It is a name of lower-case letters, digits and underscores, and none that tenancy counts itself.")));
	privileged_run(count, job);
	tell_of_soft_limit(job);
	if (job->hard == TENANCY_NO_LIMIT)
		PG_RETURN_NULL();
	PG_RETURN_INT64(Max(job->hard - job->used, 0));
}

/* tenancy.consume(kind, n): counts something for the bound tenant. */
Datum
tenancy_consume(PG_FUNCTION_ARGS)
{
	Consumption job = {0};
	pg_uuid_t id;

	require_preloaded();
	if (current_binding == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no tenant is bound"),
				 errhint("Members of tenancy_admin name the tenant: tenancy.consume(slug, kind, n).")));
	job.slug = current_binding->tenant.slug;
	memcpy(id.data, current_binding->tenant.id, UUID_LEN);
	strlcpy(job.id, DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&id))), sizeof(job.id));
	job.kind = lifecycle_text_argument(fcinfo, 0);
	job.amount = PG_ARGISNULL(1) ? 1 : PG_GETARG_INT64(1);
	if (job.amount < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("what a tenant has used it cannot give back"),
				 errhint("Members of tenancy_admin can, with tenancy.consume(slug, kind, n).")));
	return consume(fcinfo, &job);
}

/* tenancy.consume(slug, kind, n): counts something for a tenant, or gives it back. */
Datum
tenancy_consume_for(PG_FUNCTION_ARGS)
{
	Consumption job = {0};

	lifecycle_require_unbound("tenancy.consume()");
	job.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(job.slug);
	job.kind = lifecycle_text_argument(fcinfo, 1);
	job.amount = PG_ARGISNULL(2) ? 1 : PG_GETARG_INT64(2);
	return consume(fcinfo, &job);
}

/* Columns of the report's query, from 1, and of its result, from 0. */
enum
{
	FOUND_SLUG = 1,
	FOUND_SCHEMA,
	FOUND_KIND,
	FOUND_SOFT,
	FOUND_HARD,
	FOUND_SOURCE,
	FOUND_PERIOD,
	FOUND_USED
};
#define REPORT_COLUMNS 9

/* A report that is asked for. */
typedef struct Report
{
	ReturnSetInfo *result;
	char *tenant; /* whose, its id as text; NULL: everybody's */
} Report;

/* Returns what of a kind is in use, as far as shared memory knows; -1: it does not.  as_of: when it was measured, 0: now. */
static int64
used_of(TenancyQuota quota, const char *schema, TimestampTz *as_of)
{
	TenantCounters *counters = counters_find(schema);
	TenantUsage *usage;

	*as_of = 0;
	/* A tenant without a record has done nothing, and was not measured; or it shares one. */
	if (counters == NULL)
		return -1;
	usage = counters_usage(counters);
	switch (quota)
	{
		case TENANCY_QUOTA_STORAGE_BYTES:
			*as_of = (TimestampTz) pg_atomic_read_u64(&usage->storage_measured_at);
			return *as_of != 0 ? (int64) pg_atomic_read_u64(&usage->storage_bytes) : -1;
		case TENANCY_QUOTA_SESSIONS:
			return counters_read(counters, COUNTER_SESSIONS);
		case TENANCY_QUOTA_STATEMENTS_PER_MINUTE:
			return bridge_window_count(pg_atomic_read_u64(&usage->window),
									   (uint32) (GetCurrentTimestamp() / USECS_PER_MINUTE));
		case TENANCY_QUOTA_CONCURRENT_STATEMENTS:
			return pg_atomic_read_u32(&usage->running);
		default:
			return -1;
	}
}

/* Puts a text into a result; NULL is null. */
static void
put_text(Datum *value, bool *isnull, const char *text)
{
	*isnull = text == NULL;
	if (text != NULL)
		*value = CStringGetTextDatum(text);
}

/* Puts a limit or a use into a result; without is null. */
static void
put_number(Datum *value, bool *isnull, int64 number, int64 without)
{
	*isnull = number == without;
	*value = Int64GetDatum(number);
}

/* Appends one row that the query has found to the report. */
static void
put_row(const Report *report, uint64 row)
{
	Datum values[REPORT_COLUMNS];
	bool nulls[REPORT_COLUMNS];
	const char *kind = privileged_value(row, FOUND_KIND);
	TenancyQuota quota = bridge_quota_of_name(kind);
	int64 soft = limit_of_text(privileged_value(row, FOUND_SOFT));
	int64 hard = limit_of_text(privileged_value(row, FOUND_HARD));
	int64 limit = hard != TENANCY_NO_LIMIT ? hard : soft;
	TimestampTz as_of = 0;
	int64 used = quota == TENANCY_QUOTA_COUNTED ? privileged_number(row, FOUND_USED)
												: used_of(quota, privileged_value(row, FOUND_SCHEMA), &as_of);

	put_text(&values[0], &nulls[0], privileged_value(row, FOUND_SLUG));
	put_text(&values[1], &nulls[1], kind);
	put_number(&values[2], &nulls[2], used, -1);
	put_number(&values[3], &nulls[3], soft, TENANCY_NO_LIMIT);
	put_number(&values[4], &nulls[4], hard, TENANCY_NO_LIMIT);
	nulls[5] = used < 0 || limit == TENANCY_NO_LIMIT;
	values[5] = Float8GetDatum(nulls[5] ? 0 : bridge_percent_used(used, limit));
	put_text(&values[6], &nulls[6], privileged_value(row, FOUND_SOURCE));
	put_text(&values[7], &nulls[7], privileged_value(row, FOUND_PERIOD));
	nulls[8] = as_of == 0;
	values[8] = TimestampTzGetDatum(as_of);
	tuplestore_putvalues(report->result->setResult, report->result->setDesc, values, nulls);
}

/* Fills the report. */
static void
fill(void *argument)
{
	static PrivilegedStatement statement = {
		.sql =
			"WITH now (period, begin) AS "
			"(VALUES ('hour', $2), ('day', $3), ('month', $4), ('total', '-infinity'::timestamptz)), "
			"used AS (SELECT u.tenant_id, u.kind, u.period, u.used FROM tenancy.usage u "
			"JOIN now n ON n.period = u.period AND n.begin = u.period_start WHERE u.tenant_id = coalesce($1, u.tenant_id)), "
			"limits AS (SELECT * FROM tenancy.limits l WHERE l.tenant_id = coalesce($1, l.tenant_id)) "
			"SELECT t.slug, t.schema_name, b.kind, l.soft, l.hard, l.source, coalesce(l.period, u.period), u.used "
			"FROM (SELECT tenant_id, kind, period FROM limits UNION SELECT tenant_id, kind, period FROM used) b "
			"JOIN tenancy.tenants t ON t.id = b.tenant_id AND t.status <> 'deleted' "
			"LEFT JOIN limits l ON l.tenant_id = b.tenant_id AND l.kind = b.kind AND l.period IS NOT DISTINCT FROM b.period "
			"LEFT JOIN used u ON u.tenant_id = b.tenant_id AND u.kind = b.kind AND u.period = b.period "
			"ORDER BY t.slug, b.kind, b.period",
		.parameters = 4,
		.types = {UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID}};
	Report *report = argument;
	const char *values[] = {report->tenant,
							period_begin_text(TENANCY_PERIOD_HOUR),
							period_begin_text(TENANCY_PERIOD_DAY),
							period_begin_text(TENANCY_PERIOD_MONTH)};
	uint64 rows;

	SPI_connect();
	rows = privileged_execute_prepared(&statement, values);
	for (uint64 row = 0; row < rows; row++)
		put_row(report, row);
	SPI_finish();
}

/*
 * tenancy.quota_rows(): what tenants use of which limits.  A session that is held to a
 * tenant sees that one's alone, an operator or auditor all, and anybody else nothing.
 */
Datum
tenancy_quota_rows(PG_FUNCTION_ARGS)
{
	Report report = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	pg_uuid_t id;

	require_preloaded();
	InitMaterializedSRF(fcinfo, 0);
	if (current_binding != NULL)
	{
		memcpy(id.data, current_binding->tenant.id, UUID_LEN);
		report.tenant = DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&id)));
	}
	else if (OidIsValid(guard_own_schema()) || !authority_is_operator())
		return (Datum) 0;
	privileged_run(fill, &report);
	return (Datum) 0;
}
