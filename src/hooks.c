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
#include "binding.h"
#include "compat.h"
#include "counters.h"
#include "executor/executor.h"
#include "guard.h"
#include "hooks.h"
#include "object_access.h"
#include "ownership.h"
#include "parser/analyze.h"
#include "settings.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "tcop/utility.h"
#include "utility.h"
#include "sessions.h"

static ExecutorCheckPerms_hook_type previous_check_permissions = NULL;
static ExecutorRun_hook_type previous_run = NULL;
static ProcessUtility_hook_type previous_process_utility = NULL;
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
	RequestAddinShmemSpace(add_size(counters_memory(), sessions_memory()));
	RequestNamedLWLockTranche("tenancy", 1);
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
	LWLockRelease(AddinShmemInitLock);
}

/* Checks the names of a statement, before views under them are opened. */
static void
post_parse_analyze(ParseState *pstate, Query *query, JumbleState *jumble)
{
	if (!guard_is_exempt())
		guard_check_query(query);
	if (previous_post_parse_analyze)
		previous_post_parse_analyze(pstate, query, jumble);
}

/* Checks what a plan is about to open, at every execution. */
static bool
check_permissions(CHECK_PERMS_PARAMETERS)
{
	binding_admit_statement();
	if (!guard_check_range_table(range_table, ereport_on_violation))
		return false;
	return previous_check_permissions == NULL || previous_check_permissions(CHECK_PERMS_ARGUMENTS);
}

/* Counts the statements whose result goes to a client. */
static void
executor_run(EXECUTOR_RUN_PARAMETERS)
{
	if (current_binding != NULL)
		counters_note_execution(current_binding->tenant.counters, query);
	if (previous_run)
		previous_run(EXECUTOR_RUN_ARGUMENTS);
	else
		standard_ExecutorRun(EXECUTOR_RUN_ARGUMENTS);
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
	if (previous_object_access)
		previous_object_access(access, class_id, object_id, sub_id, argument);
}

/* Counts the errors of bound sessions that reach the log. */
static void
emit_log(ErrorData *report)
{
	if (current_binding != NULL && tenancy_track_statements && report->elevel >= ERROR)
		counters_add(current_binding->tenant.counters, COUNTER_ERRORS, 1);
	if (previous_emit_log)
		previous_emit_log(report);
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
	previous_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	previous_object_access = object_access_hook;
	object_access_hook = object_access;
	previous_emit_log = emit_log_hook;
	emit_log_hook = emit_log;
}
