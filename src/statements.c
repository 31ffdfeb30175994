/*
 * statements.c
 *	  Which executions are statements of the client's, and which are run by functions,
 *	  triggers and utility statements.
 *
 * A number, not a stack: each level restores on its way out what it found on its way
 * in, so that an error that is caught in between leaves nothing wrong behind, and an
 * error that is not caught ends the transaction or a savepoint, which sets the number to zero.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "binding.h"
#include "binding_path.h"
#include "bridge.h"
#include "compat.h"
#include "counters.h"
#include "measure.h"
#include "settings.h"
#include "sql_prepared.h"
#include "statements.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "tcop/utility.h"

int statements_depth = 0;
int statements_explained_depth = -1;
bool statements_in_execute = false;

void
statements_between(void)
{
	if (!IsTransactionState())
		return;
	if (binding_path_changed)
		binding_path_follow();
	if (sql_prepared_doomed && !statements_in_execute)
		sql_prepared_drop();
}

bool
statements_ends_with(const QueryDesc *query)
{
	return statements_depth == 0 && !IsParallelWorker() && query->operation == CMD_SELECT &&
		   !query->plannedstmt->hasModifyingCTE &&
		   (query->dest->mydest == DestRemote || query->dest->mydest == DestRemoteExecute);
}

/* Returns the kind of a plan. */
static int
type_of(CmdType operation)
{
	switch (operation)
	{
		case CMD_SELECT:
			return TENANCY_QUERY_SELECT;
		case CMD_INSERT:
			return TENANCY_QUERY_INSERT;
		case CMD_UPDATE:
			return TENANCY_QUERY_UPDATE;
		case CMD_DELETE:
			return TENANCY_QUERY_DELETE;
			CASE_OF_MERGE
			return TENANCY_QUERY_MERGE;
		default:
			return TENANCY_QUERY_OTHER;
	}
}

bool
statements_begin_execution(const QueryDesc *query)
{
	if (current_binding == NULL || !tenancy_track_statements)
		return false;
	/* A portal that is fetched from in parts is one statement. */
	if (!query->already_executed)
		measure_begin(type_of(query->operation));
	return true;
}

void
statements_end_execution(const QueryDesc *query)
{
	if (measure_running == TENANCY_QUERY_SELECT && !query->plannedstmt->hasModifyingCTE)
		measure_end(query->estate->es_processed);
	else
		measure_add_rows(query->estate->es_processed);
}

void
statements_finish_execution(void)
{
	if (measure_running != MEASURE_NONE)
		measure_end(0);
}

void
statements_begin_utility(Node *statement)
{
	if (current_binding == NULL || !tenancy_track_statements || statements_depth != 0)
		return;
	measure_begin(!IsA(statement, TransactionStmt) && GetCommandLogLevel(statement) == LOGSTMT_DDL
					  ? TENANCY_QUERY_DDL
					  : TENANCY_QUERY_OTHER);
}

void
statements_end_utility(const QueryCompletion *completion)
{
	if (measure_running == MEASURE_NONE)
		return;
	measure_end(completion != NULL ? completion->nprocessed : 0);
	/* Of the end of a transaction that has failed nobody is told. */
	if (tenancy_metrics_interval == 0 && !IsTransactionState())
		measure_flush();
}

void
statements_count_error(int sqlstate)
{
	/* The leader reports a worker's error again. */
	if (current_binding != NULL && tenancy_track_statements && !IsParallelWorker())
		counters_add(current_binding->tenant.counters,
					 COUNTER_ERROR_CLASS + bridge_error_class(unpack_sql_state(sqlstate)),
					 1);
}

/*
 * Tells whether an error has ended the client's statement.  Where a portal still runs, a
 * procedure rolls back, or an error is caught by a function, and the statement goes on.
 */
static bool
has_failed(void)
{
	return ActivePortal == NULL;
}

void
statements_end_transaction(bool committed)
{
	if (committed)
		measure_end_transaction(false);
	else
		statements_abort_savepoint();
	statements_in_execute = false;
}

void
statements_abort_savepoint(void)
{
	if (!has_failed())
		return;
	statements_depth = 0;
	if (measure_running != MEASURE_NONE)
		measure_end(0);
	measure_end_transaction(true);
}
