/*
 * quota.h
 *	  What the limits of the bound tenant do to its statements.
 *
 * The functions here are the comparison by which a tenant without limits passes.
 */
#ifndef TENANCY_QUOTA_H
#define TENANCY_QUOTA_H

#include "binding.h"
#include "executor/execdesc.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"

/* Tells whether the bound tenant has a limit of any kind. */
static inline bool
quota_has_any(void)
{
	return current_binding != NULL && current_binding->tenant.limits.kinds != 0;
}

/* Tells whether it has one of a kind. */
static inline bool
quota_has(TenancyQuota quota)
{
	return current_binding != NULL && (current_binding->tenant.limits.kinds & (1 << quota)) != 0;
}

/* The client's statement that is running under limits, by an address of its own; NULL: none.  Only quota.c writes it. */
extern const void *quota_statement;

/* What the functions below do where there is a limit. */
extern void quota_admit_execution(const QueryDesc *query);
extern void quota_admit_utility(const void *statement);
extern void quota_finish_statement(void);

/* Before a plan of the client's own runs, or goes on: raises an error if a limit forbids that. */
static inline void
quota_begin_execution(const QueryDesc *query)
{
	if (quota_has_any())
		quota_admit_execution(query);
}

/* The same for a utility statement; not for one that must always go (see utility.c). */
static inline void
quota_begin_utility(const void *statement)
{
	if (quota_has_any())
		quota_admit_utility(statement);
}

/* A statement has ended, if it was the client's. */
static inline void
quota_end(const void *statement)
{
	if (quota_statement != NULL && quota_statement == statement)
		quota_finish_statement();
}

/*
 * Tells whether a query that the planner begins with is a bound client's own: not one of a function's, a trigger's
 * at commit, or within a utility statement.  Its text is the message's itself, not a copy.
 */
static inline bool
quota_may_concern_planning(const char *query_string)
{
	return current_binding != NULL && ActivePortal == NULL && query_string == debug_query_string;
}

/*
 * The planner begins with such a query, and ends; it may run functions.  Raises an error if a limit forbids that;
 * tells whether there is a limit, so that the end is to be told of.
 */
extern bool quota_begin_planning(const Query *query);
extern void quota_end_planning(void);

/* A function is called outside of statements: by the fast-path protocol, or by a trigger that waited for the commit. */
extern void quota_begin_call(bool by_trigger);

/* A session that found no place when its binding was put back asks again; raises an error if there still is none. */
extern void quota_require_place(Binding *binding);

/* Counts a refusal, and raises the error. */
pg_noreturn extern void quota_refuse(TenancyQuota quota, int64 used);

/*
 * Transaction and savepoint end: what was running is not any more, unless it is a procedure
 * that ends the transaction, or a function that catches an error.
 */
extern void quota_end_transaction(void);
extern void quota_abort_savepoint(void);

/* Process end. */
extern void quota_leave(void);

#endif /* TENANCY_QUOTA_H */
