/*
 * quota.c
 *	  What the limits of the bound tenant do to its statements: how many a minute, how many
 *	  at once, how long each.
 *
 * A statement is what a client sends: functions, triggers and utility statements run others
 * within one.  It begins when its plan is about to run, or goes on (a cursor's), and ends
 * with it; its place among those that run is this backend's own, and given back once,
 * whatever ends it.  What ends a transaction or changes a binding needs no place, so that
 * a session that may do nothing else can still be left, or serve another tenant.
 *
 * Not limited: the extension's own work, migrations, parallel workers (their leader is).
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "bridge.h"
#include "compat.h"
#include "counters.h"
#include "errors.h"
#include "extension_objects.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "plans.h"
#include "privileged.h"
#include "quota.h"
#include "quota_sessions.h"
#include "quota_timeout.h"
#include "statements.h"
#include "tcop/pquery.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

const void *quota_statement = NULL;

/* Where this backend's statement counts as one that runs; NULL: nowhere. */
static TenantUsage *running_in = NULL;

/* What stands for a call by the fast-path protocol, and when the last one was sent. */
static const char call_statement = 0;
static TimestampTz call_sent_at = 0;

/* The tenant that was told of soft limits, and of which kinds, as bits. */
static uint8_t told_tenant[TENANCY_ID_SIZE];
static uint8_t told_kinds = 0;

/* Returns a limit of the bound tenant. */
static const TenancyLimit *
limit_of(TenancyQuota quota)
{
	return &current_binding->tenant.limits.limits[quota];
}

/* Returns the number of this minute. */
static uint32
this_minute(void)
{
	return (uint32) (GetCurrentTimestamp() / USECS_PER_MINUTE);
}

/* Returns how much of a quota is in use; -1: nobody knows. */
static int64
used_of(TenancyQuota quota, TenantUsage *usage)
{
	switch (quota)
	{
		case TENANCY_QUOTA_STORAGE_BYTES:
			return pg_atomic_read_u64(&usage->storage_measured_at) != 0
					   ? (int64) pg_atomic_read_u64(&usage->storage_bytes)
					   : -1;
		case TENANCY_QUOTA_SESSIONS:
			return quota_sessions_count(&current_binding->tenant);
		case TENANCY_QUOTA_STATEMENTS_PER_MINUTE:
			return bridge_window_count(pg_atomic_read_u64(&usage->window), this_minute());
		case TENANCY_QUOTA_CONCURRENT_STATEMENTS:
			return pg_atomic_read_u32(&usage->running);
		default:
			return -1;
	}
}

void
quota_refuse(TenancyQuota quota, int64 used)
{
	const TenancyTenant *tenant = &current_binding->tenant;

	pg_atomic_fetch_add_u64(&counters_usage(tenant->counters)->quota_refusals, 1);
	raise_verdict(TENANCY_QUOTA_EXHAUSTED,
				  &(ErrorFacts){.slug = tenant->slug,
								.bound_slug = tenant->slug,
								.quota = bridge_name_of_quota(quota),
								.used = used,
								.limit = limit_of(quota)->hard});
}

/* Tells a session once of each soft limit that its tenant is over. */
static void
tell_of_soft_limits(TenantUsage *usage)
{
	const TenancyTenant *tenant = &current_binding->tenant;

	if (memcmp(told_tenant, tenant->id, TENANCY_ID_SIZE) != 0)
	{
		memcpy(told_tenant, tenant->id, TENANCY_ID_SIZE);
		told_kinds = 0;
	}
	for (int i = 0; i < TENANCY_QUOTA_ENFORCED; i++)
	{
		int64 used;

		if (limit_of(i)->soft == TENANCY_NO_LIMIT || !quota_has(i) || (told_kinds & (1 << i)) != 0)
			continue;
		used = used_of(i, usage);
		if (used <= limit_of(i)->soft)
			continue;
		told_kinds |= 1 << i;
		report_soft_limit(&(ErrorFacts){.slug = tenant->slug,
										.quota = bridge_name_of_quota(i),
										.used = used,
										.limit = limit_of(i)->soft});
	}
}

/* Counts a statement in this minute; false if there were as many as may be. */
static bool
enter_minute(TenantUsage *usage)
{
	uint64 word = pg_atomic_read_u64(&usage->window);
	uint64 next;

	do
	{
		next = word;
		if (!bridge_enter_window(&next, this_minute(), limit_of(TENANCY_QUOTA_STATEMENTS_PER_MINUTE)->hard))
			return false;
	} while (!pg_atomic_compare_exchange_u64(&usage->window, &word, next));
	return true;
}

/* Gives the place among those that run back. */
static void
stop_running(void)
{
	if (running_in != NULL)
		pg_atomic_fetch_sub_u32(&running_in->running, 1);
	running_in = NULL;
}

/* Takes a place among the statements that run; false if there is none. */
static bool
start_running(TenantUsage *usage)
{
	uint32 running = pg_atomic_read_u32(&usage->running);

	stop_running();
	do
	{
		if (running >= limit_of(TENANCY_QUOTA_CONCURRENT_STATEMENTS)->hard)
			return false;
	} while (!pg_atomic_compare_exchange_u32(&usage->running, &running, running + 1));
	running_in = usage;
	return true;
}

/* Tells whether a function is one that makes, ends or shows a binding. */
static bool
concerns_binding(Oid function)
{
	static const char *const names[] = {"bind", "bind_jwt", "unbind", "current_tenant", "current_tenant_id"};
	char *name;

	if (function == F_SET_CONFIG)
		return true;
	if (get_func_namespace(function) != get_namespace_oid("tenancy", true))
		return false;
	name = get_func_name(function);
	for (int i = 0; name != NULL && i < (int) lengthof(names); i++)
	{
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Tells whether arguments need no work: constants and parameters, at most called of another type. */
static bool
need_no_work(const List *arguments)
{
	ListCell *cell;

	foreach (cell, arguments)
	{
		const Node *argument = lfirst(cell);

		if (IsA(argument, NamedArgExpr))
			argument = (const Node *) ((const NamedArgExpr *) argument)->arg;
		while (IsA(argument, RelabelType))
			argument = (const Node *) ((const RelabelType *) argument)->arg;
		if (!IsA(argument, Const) && !(IsA(argument, Param) && ((const Param *) argument)->paramkind == PARAM_EXTERN))
			return false;
	}
	return true;
}

/* Tells whether all that is selected are calls of such functions. */
static bool
are_calls_about_binding(const List *targets)
{
	ListCell *cell;

	foreach (cell, targets)
	{
		const FuncExpr *call = (const FuncExpr *) lfirst_node(TargetEntry, cell)->expr;
		Oid function;

		if (!IsA(call, FuncExpr) || !need_no_work(call->args))
			return false;
		function = call->funcid;
		/* The call of a built-in that the guard has taken the place of. */
		if (function == extension_function(FUNCTION_CALL_VOLATILE) && IsA(linitial(call->args), Const))
			function = DatumGetObjectId(linitial_node(Const, call->args)->constvalue);
		if (!concerns_binding(function))
			return false;
	}
	return targets != NIL;
}

/*
 * Tells whether a statement does nothing but change or show the binding, or settings.  What
 * are constants in the plan may have been functions: is_query_about_binding() knows.
 */
static bool
is_about_binding(const QueryDesc *query)
{
	const Plan *plan = query->plannedstmt->planTree;

	return query->operation == CMD_SELECT && IsA(plan, Result) && outerPlan(plan) == NULL &&
		   ((const Result *) plan)->resconstantqual == NULL && query->plannedstmt->subplans == NIL &&
		   are_calls_about_binding(plan->targetlist);
}

/* The same before it is planned, when nothing of it has been evaluated. */
static bool
is_query_about_binding(const Query *query)
{
	return query->commandType == CMD_SELECT && query->rtable == NIL && query->cteList == NIL && !query->hasSubLinks &&
		   query->jointree->fromlist == NIL && query->jointree->quals == NULL && query->havingQual == NULL &&
		   query->windowClause == NIL && query->limitOffset == NULL && query->limitCount == NULL &&
		   are_calls_about_binding(query->targetList);
}

/* Tells whether nothing of the bound tenant's, or of this process's, is limited now. */
static bool
is_unlimited(void)
{
	return IsParallelWorker() || binding_held || privileged_is_running();
}

/*
 * Returns the quota for which a query would be refused when it runs, and how much of it is
 * used; TENANCY_QUOTA_COUNTED: none.
 */
static TenancyQuota
quota_against(const Query *query, int64 *used)
{
	static const TenancyQuota quotas[] = {TENANCY_QUOTA_STATEMENTS_PER_MINUTE, TENANCY_QUOTA_CONCURRENT_STATEMENTS};
	TenantCounters *counters = current_binding->tenant.counters;

	if (!counters_is_own_record(counters))
		return TENANCY_QUOTA_COUNTED;
	for (int i = 0; i < (int) lengthof(quotas); i++)
	{
		if (!quota_has(quotas[i]))
			continue;
		*used = used_of(quotas[i], counters_usage(counters));
		if (*used >= limit_of(quotas[i])->hard && !is_query_about_binding(query))
			return quotas[i];
	}
	return TENANCY_QUOTA_COUNTED;
}

/*
 * Refuses a query before it is planned, since that may run functions, if it would be refused
 * when it runs.  It takes no place and is not counted: it may be planned and never run.
 */
static void
judge_query(const Query *query)
{
	int64 used;
	TenancyQuota quota = quota_against(query, &used);

	if (quota == TENANCY_QUOTA_COUNTED)
		return;
	/* In a transaction the limit may be another by now. */
	binding_admit_statement();
	quota = quota_against(query, &used);
	if (quota != TENANCY_QUOTA_COUNTED)
		quota_refuse(quota, used);
}

/* Lets a statement begin, or raises an error; query: its plan, NULL if it has none. */
static void
admit(const void *statement, const QueryDesc *query)
{
	TenantCounters *counters = current_binding->tenant.counters;
	TenantUsage *usage = counters_usage(counters);

	if (is_unlimited())
		return;
	/* Where tenants share a record, nobody knows whose the numbers in it are. */
	if (counters_is_own_record(counters))
	{
		if (quota_has(TENANCY_QUOTA_STATEMENTS_PER_MINUTE) && !enter_minute(usage))
		{
			if (query != NULL && is_about_binding(query))
				return;
			quota_refuse(TENANCY_QUOTA_STATEMENTS_PER_MINUTE, used_of(TENANCY_QUOTA_STATEMENTS_PER_MINUTE, usage));
		}
		if (quota_has(TENANCY_QUOTA_CONCURRENT_STATEMENTS) && !start_running(usage))
		{
			if (query != NULL && is_about_binding(query))
				return;
			quota_refuse(TENANCY_QUOTA_CONCURRENT_STATEMENTS, pg_atomic_read_u32(&usage->running));
		}
		tell_of_soft_limits(usage);
	}
	quota_statement = statement;
	if (quota_has(TENANCY_QUOTA_STATEMENT_TIMEOUT))
		quota_timeout_begin(limit_of(TENANCY_QUOTA_STATEMENT_TIMEOUT)->hard);
}

void
quota_admit_execution(const QueryDesc *query)
{
	/* The plan of a statement that has begun: EXECUTE's, FETCH's.  A call by the fast-path protocol has ended by now. */
	if (quota_statement != NULL && (quota_statement != &call_statement || ActivePortal == NULL))
		return;
	/* A cursor WITH HOLD that the end of the transaction reads: it has to come to its end. */
	if (query->dest->mydest == DestTuplestore && ActivePortal != NULL && ActivePortal->strategy == PORTAL_ONE_SELECT)
	{
		if (quota_has(TENANCY_QUOTA_STATEMENT_TIMEOUT))
		{
			quota_statement = query;
			quota_timeout_begin(limit_of(TENANCY_QUOTA_STATEMENT_TIMEOUT)->hard);
		}
		return;
	}
	admit(query, query);
}

void
quota_admit_utility(const void *statement)
{
	admit(statement, NULL);
}

void
quota_finish_statement(void)
{
	stop_running();
	quota_timeout_end();
	quota_statement = NULL;
}

bool
quota_begin_planning(const Query *query)
{
	binding_admit_if_changed();
	if (!quota_has_any() || is_unlimited())
		return false;
	/* A call by the fast-path protocol, which has ended. */
	if (quota_statement != NULL)
		quota_finish_statement();
	judge_query(query);
	if (quota_has(TENANCY_QUOTA_STATEMENT_TIMEOUT))
		quota_timeout_begin(limit_of(TENANCY_QUOTA_STATEMENT_TIMEOUT)->hard);
	return true;
}

void
quota_end_planning(void)
{
	if (quota_statement == NULL)
		quota_timeout_end();
}

void
quota_begin_call(bool by_trigger)
{
	if (!quota_has_any() || binding_held || plans_in_planning || IsParallelWorker() || !IsTransactionState())
		return;
	if (by_trigger)
	{
		/* A commit cannot be refused, but it can take too long. */
		if (quota_has(TENANCY_QUOTA_STATEMENT_TIMEOUT) && !quota_timeout_is_set())
			quota_timeout_begin(limit_of(TENANCY_QUOTA_STATEMENT_TIMEOUT)->hard);
		return;
	}
	/* What the called function calls in turn belongs to the call. */
	if (quota_statement != NULL && call_sent_at == GetCurrentStatementStartTimestamp())
		return;
	call_sent_at = GetCurrentStatementStartTimestamp();
	admit(&call_statement, NULL);
}

void
quota_require_place(Binding *binding)
{
	binding->has_place = quota_sessions_take(&binding->tenant, false);
	if (!binding->has_place)
		quota_refuse(TENANCY_QUOTA_SESSIONS, quota_sessions_count(&binding->tenant));
}

void
quota_end_transaction(void)
{
	quota_sessions_cancel();
	if (ActivePortal == NULL && (quota_statement != NULL || quota_timeout_is_set()))
		quota_finish_statement();
}

/* Ends a session whose statement will not end: when it next looks for interrupts. */
static void
end_session(void)
{
	log_defiance(current_binding != NULL ? current_binding->tenant.slug : NULL);
	ProcDiePending = true;
	InterruptPending = true;
}

void
quota_abort_savepoint(void)
{
	if (ActivePortal == NULL && quota_statement != &call_statement)
		quota_end_transaction();
	else if (!quota_timeout_go_on())
		end_session();
}

void
quota_leave(void)
{
	quota_sessions_cancel();
	stop_running();
	quota_statement = NULL;
}
