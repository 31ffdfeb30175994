/*
 * bulk.h
 *	  Procedures that do the same for many tenants, each in a transaction of its own.
 */
#ifndef TENANCY_BULK_H
#define TENANCY_BULK_H

#include "fmgr.h"

/* What a bulk procedure does. */
typedef struct Bulk
{
	const char *procedure; /* for errors: "tenancy.drop_many()" */
	const char *verb;	   /* for errors: "drop" */
	const char *done;	   /* for reports: "dropped" */

	/*
	 * Does it for the tenant at a position of the array; false: there was nothing to
	 * do.  May raise any error, which costs that tenant alone.  Runs in a
	 * subtransaction with an active snapshot, in memory that is freed afterwards, and
	 * as the caller: privileged_run() is the step's own affair.
	 */
	bool (*step)(const char *slug, int position, void *argument);
	void *argument;
} Bulk;

/* Raises an error where a procedure cannot commit: in a transaction block, a subtransaction or a function. */
extern void bulk_require_transaction_control(FunctionCallInfo fcinfo, const char *procedure);

/* Returns a text[] argument as palloc'd array of C strings and its length; an error for nulls. */
extern char **bulk_slugs(FunctionCallInfo fcinfo, int number, int *count);

/*
 * Runs the step for each slug and commits after each.  What fails is rolled back and
 * reported as a WARNING; cancelling ends the whole, and what was committed stays.
 * Reports progress every few seconds, and the sums at the end.  Raises an error where
 * nothing can be committed: in a transaction block or a function.
 */
extern void bulk_run(FunctionCallInfo fcinfo, const Bulk *bulk, char *const *slugs, int count);

#endif /* TENANCY_BULK_H */
