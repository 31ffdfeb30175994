/*
 * statements.h
 *	  Which executions are statements of the client's, and which are run by functions,
 *	  triggers and utility statements.
 */
#ifndef TENANCY_STATEMENTS_H
#define TENANCY_STATEMENTS_H

#include "executor/execdesc.h"

/* Returns how many statements are running inside one another. */
extern int statements_depth(void);

/* Begins one. */
extern void statements_enter(void);

/* Ends it, given the depth from before; levels that ended in an error in between are ended with it. */
extern void statements_leave(int depth);

/* Counts a statement for the bound tenant if it is the client's own. */
extern void statements_count(void);

/* The same for the execution of a plan. */
extern void statements_count_execution(const QueryDesc *query);

/* Counts an error that reached the log. */
extern void statements_count_error(void);

/* Registers the transaction callback; from _PG_init. */
extern void statements_start(void);

#endif /* TENANCY_STATEMENTS_H */
