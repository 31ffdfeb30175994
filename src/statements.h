/*
 * statements.h
 *	  Which executions are statements of the client's, and which are run by functions,
 *	  triggers and utility statements.
 */
#ifndef TENANCY_STATEMENTS_H
#define TENANCY_STATEMENTS_H

#include "executor/execdesc.h"
#include "tcop/cmdtag.h"
#include "tcop/dest.h"

/*
 * How many statements are running inside one another.  Each level keeps the number
 * that it found, adds one while it runs, and puts the number back on its way out.
 */
extern int statements_depth;

/* The depth at which EXPLAIN starts a plan; -1: none is under way.  Only utility.c writes it. */
extern int statements_explained_depth;

/* EXECUTE is running: PostgreSQL looks its statement up again when it sends the rows.  Only utility.c sets it. */
extern bool statements_in_execute;

/*
 * Does what waits for the end of a client's statement, or for the beginning of the next:
 * where nothing of the client's runs, neither a function nor a trigger.
 */
extern void statements_between(void);

/*
 * Tells whether an execution that has come to its end is such a place: a query of the
 * client's own that has only read, so that no trigger is to follow.  What functions,
 * triggers, the planner and parameters run sends its rows elsewhere.
 */
extern bool statements_ends_with(const QueryDesc *query);

/* Where the rows of a client's own statements go; see statements_is_clients(). */
#define STATEMENTS_DESTINATIONS \
	(1 << DestRemote | 1 << DestRemoteExecute | 1 << DestRemoteSimple | 1 << DestTuplestore | 1 << DestNone)

/*
 * Tells whether the execution of a plan is a statement of the client's, or a part of one.  Triggers run
 * their queries when the statement's own execution has ended, and send the rows elsewhere.  RETURNING goes
 * through a tuplestore, and what returns no rows in the extended protocol goes nowhere.
 */
static inline bool
statements_is_clients(const QueryDesc *query)
{
	return statements_depth == 0 && (1 << query->dest->mydest & STATEMENTS_DESTINATIONS) != 0;
}

/*
 * Measures an execution that is the client's own for the bound tenant: from begin to end,
 * where a query that writes comes to its end when its triggers have run.  begin tells
 * whether there is one, and end is called if a tenant is still bound.
 */
extern bool statements_begin_execution(const QueryDesc *query);
extern void statements_end_execution(const QueryDesc *query);
extern void statements_finish_execution(void);

/* The same for a utility statement of the client's. */
extern void statements_begin_utility(Node *statement);
extern void statements_end_utility(const QueryCompletion *completion);

/* Counts an error that reached the log. */
extern void statements_count_error(int sqlstate);

/*
 * Transaction and savepoint end: whatever was running is not any more, unless it is a
 * procedure that ends the transaction, or a function that catches an error.
 */
extern void statements_end_transaction(bool committed);
extern void statements_abort_savepoint(void);

#endif /* TENANCY_STATEMENTS_H */
