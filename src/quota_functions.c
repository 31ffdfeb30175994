/*
 * quota_functions.c
 *	  Limits as operators set them: for a tenant, and for all of a plan.
 *
 * The tables have triggers that make every session look again; what is enforced follows
 * from the tables alone.
 */
#include "postgres.h"

#include "audit_capture.h"
#include "bridge.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lifecycle.h"
#include "privileged.h"

PG_FUNCTION_INFO_V1(tenancy_set_quota);
PG_FUNCTION_INFO_V1(tenancy_set_plan_quota);

/* A limit that is to be set; both numbers NULL: taken away. */
typedef struct QuotaChange
{
	const char *slug; /* of the tenant; NULL: it is for a plan */
	const char *plan;
	const char *kind;
	const char *soft; /* as text; NULL: none */
	const char *hard;
	const char *period; /* NULL: it has none */
} QuotaChange;

/* Returns an argument of a function as text; NULL if it is null. */
static char *
number_argument(FunctionCallInfo fcinfo, int number)
{
	int64 value;

	if (PG_ARGISNULL(number))
		return NULL;
	value = PG_GETARG_INT64(number);
	if (value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a limit of a quota must not be negative"),
				 errhint("NULL is no limit.")));
	return psprintf(INT64_FORMAT, value);
}

/* Raises an error unless there may be such limits of a kind. */
static void
check_limits(FunctionCallInfo fcinfo, TenancyQuota quota)
{
	bool has_soft = !PG_ARGISNULL(2);
	bool has_hard = !PG_ARGISNULL(3);

	if (has_soft && has_hard && PG_GETARG_INT64(2) > PG_GETARG_INT64(3))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the soft limit of a quota must not be above the hard one")));
	if (quota != TENANCY_QUOTA_STATEMENT_TIMEOUT)
		return;
	if (has_soft)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("quota \"%s\" has no soft limit", bridge_name_of_quota(quota))));
	if (has_hard && (PG_GETARG_INT64(3) == 0 || PG_GETARG_INT64(3) > INT_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("quota \"%s\" must be between 1 and %d milliseconds", bridge_name_of_quota(quota), INT_MAX)));
}

/* Returns the period of a kind: the one that is given, else the one that its name tells; NULL: it has none. */
static const char *
period_argument(FunctionCallInfo fcinfo, const char *kind)
{
	char *name = lifecycle_text_argument(fcinfo, 4);
	TenancyPeriod period = bridge_period_of_quota(kind);

	if (bridge_quota_of_name(kind) != TENANCY_QUOTA_COUNTED)
	{
		if (name != NULL)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("quota \"%s\" has no period", kind)));
		return NULL;
	}
	if (name != NULL && !bridge_period_of_name(name, &period))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid period of a quota: \"%s\"", name),
				 errhint("Periods are hour, day, month and total.")));
	return bridge_name_of_period(period);
}

/* Reads the arguments from the second on, which both functions have. */
static void
read_change(FunctionCallInfo fcinfo, QuotaChange *change)
{
	char *kind = lifecycle_text_argument(fcinfo, 1);

	if (kind == NULL || !bridge_is_quota_name(kind))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid kind of quota: \"%s\"", kind != NULL ? kind : "null"),
			 errdetail("It has 1 to %d characters: lower-case letters a-z, digits and underscores, a letter first.",
					   TENANCY_QUOTA_NAME_MAX)));
	change->kind = kind;
	change->soft = number_argument(fcinfo, 2);
	change->hard = number_argument(fcinfo, 3);
	check_limits(fcinfo, bridge_quota_of_name(kind));
	change->period = period_argument(fcinfo, kind);
}

/* Writes a limit into the table of tenants' or of plans'. */
static void
write_limit(const QuotaChange *change, const char *owner)
{
	static PrivilegedStatement statements[2][2] =
		{{{.sql = "DELETE FROM tenancy.quotas WHERE tenant_id = $1 AND kind = $2",
		   .parameters = 2,
		   .types = {UUIDOID, TEXTOID}},
		  {.sql = "INSERT INTO tenancy.quotas (tenant_id, kind, soft, hard, period) VALUES ($1, $2, $3, $4, $5) "
				  "ON CONFLICT (tenant_id, kind) DO UPDATE SET soft = excluded.soft, hard = excluded.hard, "
				  "period = excluded.period",
		   .parameters = 5,
		   .types = {UUIDOID, TEXTOID, INT8OID, INT8OID, TEXTOID}}},
		 {{.sql = "DELETE FROM tenancy.plan_quotas WHERE plan_tier = $1 AND kind = $2",
		   .parameters = 2,
		   .types = {TEXTOID, TEXTOID}},
		  {.sql = "INSERT INTO tenancy.plan_quotas (plan_tier, kind, soft, hard, period) VALUES ($1, $2, $3, $4, $5) "
				  "ON CONFLICT (plan_tier, kind) DO UPDATE SET soft = excluded.soft, hard = excluded.hard, "
				  "period = excluded.period",
		   .parameters = 5,
		   .types = {TEXTOID, TEXTOID, INT8OID, INT8OID, TEXTOID}}}};
	const char *values[] = {owner, change->kind, change->soft, change->hard, change->period};
	bool is_set = change->soft != NULL || change->hard != NULL;

	privileged_execute_prepared(&statements[change->slug == NULL ? 1 : 0][is_set ? 1 : 0], values);
}

/* Writes a limit, and for a tenant's the event. */
static void
change_quota(void *argument)
{
	QuotaChange *change = argument;
	RegistryRow row;
	char *detail = psprintf("%s: soft %s, hard %s",
							change->kind,
							change->soft != NULL ? change->soft : "none",
							change->hard != NULL ? change->hard : "none");

	SPI_connect();
	if (change->slug == NULL)
	{
		write_limit(change, change->plan);
		audit_lifecycle(NULL, "quota_set", psprintf("plan \"%s\", %s", change->plan, detail), NULL);
	}
	else
	{
		lifecycle_require_row(change->slug, &row);
		if (row.status == TENANCY_STATUS_DELETED)
			raise_verdict(TENANCY_NOT_ACTIVE, &(ErrorFacts){.slug = change->slug, .status = row.status});
		write_limit(change, row.id);
		lifecycle_record_event(change->slug, "quota_set", detail, NULL);
	}
	SPI_finish();
}

/* tenancy.set_quota(slug, kind, soft, hard, period): limits a tenant; two nulls take the limit away. */
Datum
tenancy_set_quota(PG_FUNCTION_ARGS)
{
	QuotaChange change = {0};

	lifecycle_require_unbound("tenancy.set_quota()");
	change.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(change.slug);
	read_change(fcinfo, &change);
	privileged_run(change_quota, &change);
	PG_RETURN_VOID();
}

/* tenancy.set_plan_quota(plan_tier, kind, soft, hard, period): the same for all tenants of a plan. */
Datum
tenancy_set_plan_quota(PG_FUNCTION_ARGS)
{
	QuotaChange change = {0};

	lifecycle_require_unbound("tenancy.set_plan_quota()");
	change.plan = lifecycle_text_argument(fcinfo, 0);
	if (change.plan == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("plan_tier of a quota must not be null")));
	read_change(fcinfo, &change);
	privileged_run(change_quota, &change);
	PG_RETURN_VOID();
}
