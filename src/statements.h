/*
 * statements.h
 *	  Which executions are statements of the client's, and which are run by functions,
 *	  triggers and utility statements.
 */
#ifndef TENANCY_STATEMENTS_H
#define TENANCY_STATEMENTS_H

#include "executor/execdesc.h"

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

/* Tells whether the execution of a plan is a statement of the client's, or a part of one. */
extern bool statements_is_clients(const QueryDesc *query);

/* Counts a statement for the bound tenant if it is the client's own. */
extern void statements_count(void);

/* The same for the execution of a plan. */
extern void statements_count_execution(const QueryDesc *query);

/* Counts an error that reached the log. */
extern void statements_count_error(void);

/*
 * Transaction and savepoint end: whatever was running is not any more, unless it is a
 * procedure that ends the transaction, or a function that catches an error.
 */
extern void statements_end_transaction(bool committed);
extern void statements_abort_savepoint(void);

#endif /* TENANCY_STATEMENTS_H */
