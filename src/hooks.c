/*
 * hooks.c
 *	  Every hook of the server that the extension uses.
 *
 * A hook body asks the file whose concern it is, and passes the call on to
 * whoever had the hook before.  Checks come first, so that what is refused reaches
 * nobody else.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_capture.h"
#include "audit_flood.h"
#include "audit_statement.h"
#include "audit_undo.h"
#include "audit_ring.h"
#include "audit_writer.h"
#include "binding.h"
#include "binding_path.h"
#include "catalog/pg_database.h"
#include "catalog_filter.h"
#include "compat.h"
#include "confinement.h"
#include "counters.h"
#include "errors.h"
#include "estimates.h"
#include "executor/executor.h"
#include "guard.h"
#include "hooks.h"
#include "inlining.h"
#include "keyspace.h"
#include "object_access.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "ownership.h"
#include "parameters.h"
#include "parser/analyze.h"
#include "plans.h"
#include "query_guard.h"
#include "quota.h"
#include "quota_storage.h"
#include "registry.h"
#include "residue.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "tcop/pquery.h"
#include "tcop/utility.h"
#include "utility.h"
#include "sessions.h"
#include "sql_prepared.h"
#include "statements.h"
#include "tenant_plans.h"
#include "uniform.h"
#include "worker.h"

static ExecutorCheckPerms_hook_type previous_check_permissions = NULL;
static ExecutorRun_hook_type previous_run = NULL;
static ExecutorFinish_hook_type previous_finish = NULL;
static ProcessUtility_hook_type previous_process_utility = NULL;
static planner_hook_type previous_planner = NULL;
static get_relation_info_hook_type previous_relation_info = NULL;
static get_relation_stats_hook_type previous_relation_stats = NULL;
static needs_fmgr_hook_type previous_needs_fmgr = NULL;
static fmgr_hook_type previous_fmgr = NULL;
static emit_log_hook_type previous_emit_log = NULL;
static object_access_hook_type previous_object_access = NULL;
static post_parse_analyze_hook_type previous_post_parse_analyze = NULL;
static shmem_startup_hook_type previous_shmem_startup = NULL;
#ifdef HAVE_SHMEM_REQUEST_HOOK
static shmem_request_hook_type previous_shmem_request = NULL;
#endif

/* Asks for the shared memory. */
static void
request_shared_memory(void)
{
#ifdef HAVE_SHMEM_REQUEST_HOOK
	if (previous_shmem_request)
		previous_shmem_request();
#endif
	RequestAddinShmemSpace(
		add_size(worker_memory(), add_size(add_size(counters_memory(), sessions_memory()), keyspace_memory())));
	RequestAddinShmemSpace(audit_ring_memory());
	audit_ring_request_locks();
	RequestNamedLWLockTranche("tenancy", 2);
	RequestNamedLWLockTranche("tenancy_workers", 1);
}

/* Attaches to the shared memory. */
static void
attach_shared_memory(void)
{
	if (previous_shmem_startup)
		previous_shmem_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	counters_attach();
	sessions_attach();
	keyspace_attach();
	worker_attach();
	audit_ring_attach();
	LWLockRelease(AddinShmemInitLock);
}

/* Checks the names of a statement, before views under them are opened. */
static void
post_parse_analyze(ParseState *pstate, Query *query, JumbleState *jumble)
{
	registry_take_note();
	parameters_check(pstate);
	guard_check_query(query);
	if (previous_post_parse_analyze)
		previous_post_parse_analyze(pstate, query, jumble);
}

/* Plans, with checks where the query needs them, and ties the plan to the tenant where that matters. */
static PlannedStmt *
plan(Query *query, const char *query_string, int cursor_options, ParamListInfo parameters)
{
	PlanningMark before = plans_begin();
	bool outer = plans_in_planning;
	bool limited = !outer && statements_depth == 0 && quota_may_concern_planning(query_string);
	PlannedStmt *result;

	if (limited)
		limited = quota_begin_planning(query);
	plans_in_planning = true;
	/* Workers know nothing of a confinement. */
	if (OidIsValid(confinement_schema()))
		cursor_options &= ~CURSOR_OPT_PARALLEL_OK;
	query = query_guard_apply(query, query_string);
	result = previous_planner ? previous_planner(query, query_string, cursor_options, parameters)
							  : standard_planner(query, query_string, cursor_options, parameters);
	if (limited)
		quota_end_planning();
	plans_end(result, before);
	plans_in_planning = outer;
	return result;
}

/* Hides the rows of a catalog that belong to others; refuses another tenant's table before its statistics are looked at. */
static void
relation_info(PlannerInfo *root, Oid relation, bool inherits, RelOptInfo *info)
{
	guard_check_relation(relation);
	catalog_filter_add(root, relation, info);
	if (previous_relation_info)
		previous_relation_info(root, relation, inherits, info);
}

/* Keeps statistics about others' rows from the planner. */
static bool
relation_stats(PlannerInfo *root, RangeTblEntry *entry, AttrNumber column, VariableStatData *variable)
{
	return estimates_withhold(entry, variable) ||
		   (previous_relation_stats && previous_relation_stats(root, entry, column, variable));
}

/* Has calls of tenants' functions announced to at_call(); the function is about to be called. */
static bool
needs_announcement(Oid function)
{
	/* A trigger that waited for the commit announces itself to nobody else. */
	if (ActivePortal == NULL)
		quota_begin_call(true);
	return confinement_needed(function) || inlining_is_forbidden(function) ||
		   (previous_needs_fmgr && previous_needs_fmgr(function));
}

/* What at_call() keeps between the beginning and the end of a call, and what the hook before ours does. */
typedef struct CallState
{
	Confinement confinement;
	Datum next;
} CallState;

/* Confines a tenant's function. */
static void
at_call(FmgrHookEventType event, FmgrInfo *function, Datum *state)
{
	CallState *mine = (CallState *) DatumGetPointer(*state);

	/* A call that did not begin, for want of memory, has nothing to end. */
	if (mine == NULL && event != FHET_START)
		return;
	if (mine == NULL)
	{
		mine = MemoryContextAllocZero(function->fn_mcxt, sizeof(CallState));
		*state = PointerGetDatum(mine);
	}
	confinement_at_call(event, function, &mine->confinement);
	if (previous_fmgr && (previous_needs_fmgr == NULL || previous_needs_fmgr(function->fn_oid)))
		previous_fmgr(event, function, &mine->next);
}

/* Checks what a plan is about to open, at every execution. */
static bool
check_permissions(CHECK_PERMS_PARAMETERS)
{
	binding_admit_statement();
	if (!guard_check_range_table(range_table, ereport_on_violation))
		return false;
	if (statements_depth == statements_explained_depth)
		utility_check_explained(range_table);
	if (tenant_plans_are_kept() && statements_depth == 0)
		tenant_plans_note_portal();
	if (audit_in_copy)
		audit_note_permissions(permissions_of_hook);
	return previous_check_permissions == NULL || previous_check_permissions(CHECK_PERMS_ARGUMENTS);
}

/* Measures the statements of clients. */
static void
executor_run(EXECUTOR_RUN_PARAMETERS)
{
	int depth = statements_depth;
	bool measured = false;

	/* A cursor from when the transaction was bound: its plan was judged by the binding of then. */
	if (binding_transaction_claimed && current_binding == NULL)
		(void) guard_check_range_table(query->plannedstmt->rtable, true);
	if (statements_is_clients(query))
	{
		quota_begin_execution(query);
		measured = statements_begin_execution(query);
	}
	quota_storage_check_plan(query);
	if (audit_wants_execution(query))
		audit_begin_execution(query);
	statements_depth = depth + 1;
	if (previous_run)
		previous_run(EXECUTOR_RUN_ARGUMENTS);
	else
		standard_ExecutorRun(EXECUTOR_RUN_ARGUMENTS);
	statements_depth = depth;
	if (measured && current_binding != NULL)
		statements_end_execution(query);
	if (query->operation == CMD_SELECT && !query->plannedstmt->hasModifyingCTE)
		quota_end(query);
	if (audit_noted != 0)
		audit_end_execution(query);
	if ((binding_path_changed || sql_prepared_doomed) && statements_ends_with(query))
		statements_between();
}

/* Runs the triggers of a statement that writes, which are none of the client's own, and ends its measurement. */
static void
executor_finish(QueryDesc *query)
{
	int depth = statements_depth;

	statements_depth = depth + 1;
	if (previous_finish)
		previous_finish(query);
	else
		standard_ExecutorFinish(query);
	statements_depth = depth;
	if (depth == 0)
		statements_finish_execution();
	quota_end(query);
	if (depth == 0 && audit_noted != 0)
		audit_finish_execution(query);
}

/* Checks a utility statement, and finishes what it left to do. */
static void
process_utility(PlannedStmt *pstmt, const char *queryString, bool readOnlyTree, ProcessUtilityContext context,
				ParamListInfo params, QueryEnvironment *queryEnv, DestReceiver *dest, QueryCompletion *completion)
{
	UtilityCall call = {previous_process_utility ? previous_process_utility : standard_ProcessUtility,
						pstmt,
						queryString,
						readOnlyTree,
						context,
						params,
						queryEnv,
						dest,
						completion};

	utility_process(&call);
}

/* Checks what becomes of an object. */
static void
object_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, void *argument)
{
	object_access_check(access, class_id, object_id, sub_id, argument);
	if (audit_in_definition)
		audit_note_change(access, class_id, object_id, sub_id, argument);
	if (access == OAT_DROP && class_id == DatabaseRelationId)
		audit_ring_forget_database_at_commit(object_id);
	if (previous_object_access)
		previous_object_access(access, class_id, object_id, sub_id, argument);
}

/* Counts the errors of bound sessions that reach the log. */
static void
emit_log(ErrorData *report)
{
	errors_conceal_ticket(report);
	audit_log_defuse(report);
	if (report->elevel >= ERROR)
	{
		if (audit_classes != 0)
			audit_note_error(report);
		statements_count_error(report->sqlerrcode);
		uniform_conceal_origin(report);
	}
	if (previous_emit_log)
		previous_emit_log(report);
}

/* Tells everybody concerned that a transaction has ended. */
static pg_noinline void
end_transaction(XactEvent event)
{
	bool committed = event != XACT_EVENT_ABORT;

	uniform_install();
	plans_in_planning = false;
	audit_end_transaction(committed);
	audit_first_binding();
	audit_flood_end_transaction();
	errors_forget_ticket();
	binding_end_transaction();
	sessions_reopen_all();
	worker_end_transaction(event == XACT_EVENT_COMMIT);
	counters_end_transaction(event == XACT_EVENT_COMMIT);
	audit_writer_end_transaction(event == XACT_EVENT_COMMIT);
	audit_ring_end_transaction(event == XACT_EVENT_COMMIT);
	residue_end_transaction(committed);
	quota_end_transaction();
	quota_storage_end_transaction();
	statements_end_transaction(committed);
	ownership_end_transaction();
	if (sql_prepared_doomed)
		sql_prepared_drop();
	tenant_plans_end_transaction();
}

/* Does what must be done before a transaction commits; may raise an error. */
static pg_noinline void
before_commit(void)
{
	/* By no statement, or by a trigger that waited for this moment. */
	if (binding_path_changed)
		binding_path_follow();
	binding_before_commit();
	audit_before_commit();
}

/* Tells everybody concerned that a transaction ends. */
static void
at_transaction_end(XactEvent event, void *argument)
{
	(void) argument;
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
			before_commit();
			break;
		case XACT_EVENT_PRE_PREPARE:
			binding_before_prepare();
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_PREPARE:
		case XACT_EVENT_ABORT:
			end_transaction(event);
			break;
		default:
			break;
	}
}

/* The same for savepoints. */
static void
at_savepoint_end(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *argument)
{
	(void) argument;
	if (event == SUBXACT_EVENT_ABORT_SUB)
	{
		plans_in_planning = false;
		audit_abort_savepoint(mine);
		residue_abort_savepoint();
		statements_abort_savepoint();
		quota_abort_savepoint();
	}
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
	{
		audit_undo_merge(mine, parent);
		residue_release_savepoint();
	}
}

void
hooks_install(void)
{
#ifdef HAVE_SHMEM_REQUEST_HOOK
	previous_shmem_request = shmem_request_hook;
	shmem_request_hook = request_shared_memory;
#else
	request_shared_memory();
#endif
	previous_shmem_startup = shmem_startup_hook;
	shmem_startup_hook = attach_shared_memory;
	previous_post_parse_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = post_parse_analyze;
	previous_check_permissions = ExecutorCheckPerms_hook;
	ExecutorCheckPerms_hook = check_permissions;
	previous_run = ExecutorRun_hook;
	ExecutorRun_hook = executor_run;
	previous_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = executor_finish;
	previous_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	previous_planner = planner_hook;
	planner_hook = plan;
	previous_relation_info = get_relation_info_hook;
	get_relation_info_hook = relation_info;
	previous_relation_stats = get_relation_stats_hook;
	get_relation_stats_hook = relation_stats;
	previous_needs_fmgr = needs_fmgr_hook;
	needs_fmgr_hook = needs_announcement;
	previous_fmgr = fmgr_hook;
	fmgr_hook = at_call;
	previous_object_access = object_access_hook;
	object_access_hook = object_access;
	previous_emit_log = emit_log_hook;
	emit_log_hook = emit_log;
	RegisterXactCallback(at_transaction_end, NULL);
	RegisterSubXactCallback(at_savepoint_end, NULL);
}
