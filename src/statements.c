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
#include "counters.h"
#include "settings.h"
#include "sql_prepared.h"
#include "statements.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"

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

void
statements_count(void)
{
	if (current_binding != NULL && tenancy_track_statements && statements_depth == 0)
		counters_add(current_binding->tenant.counters, COUNTER_STATEMENTS, 1);
}

bool
statements_is_clients(const QueryDesc *query)
{
	if (statements_depth != 0)
		return false;

	/*
	 * Triggers run their queries when the statement's own execution has ended, and send
	 * the rows elsewhere.  RETURNING goes through a tuplestore, and what returns no rows
	 * in the extended protocol goes nowhere.
	 */
	switch (query->dest->mydest)
	{
		case DestRemote:
		case DestRemoteExecute:
		case DestRemoteSimple:
		case DestTuplestore:
		case DestNone:
			return true;
		default:
			return false;
	}
}

void
statements_count_execution(const QueryDesc *query)
{
	/* A portal that is fetched from in parts is one statement. */
	if (!query->already_executed)
		statements_count();
}

void
statements_count_error(void)
{
	/* The leader reports a worker's error again. */
	if (current_binding != NULL && tenancy_track_statements && !IsParallelWorker())
		counters_add(current_binding->tenant.counters, COUNTER_ERRORS, 1);
}

void
statements_abort_savepoint(void)
{
	/* Where a portal still runs, a function has caught the error, and its statement goes on. */
	if (ActivePortal == NULL)
		statements_depth = 0;
}

void
statements_end_transaction(bool committed)
{
	if (!committed)
		statements_abort_savepoint();
	statements_in_execute = false;
}
