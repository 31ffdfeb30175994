/*
 * quota_storage.h
 *	  What may not be done any more when a tenant's storage is used up.
 */
#ifndef TENANCY_QUOTA_STORAGE_H
#define TENANCY_QUOTA_STORAGE_H

#include "access/xact.h"
#include "quota.h"

/* What the functions below do where there is a limit. */
extern void quota_storage_judge_plan(const QueryDesc *query);
extern void quota_storage_judge_utility(Node *statement);
extern void quota_storage_judge_function(Oid function);

extern void quota_storage_note_new_files(void);

/* Transaction end. */
extern void quota_storage_end_transaction(void);

/* A utility statement has ended, whoever's: it may have made relations. */
static inline void
quota_storage_end_utility(void)
{
	if (quota_has(TENANCY_QUOTA_STORAGE_BYTES) && IsTransactionState())
		quota_storage_note_new_files();
}

/* Before a plan runs, whoever's: raises an error if it stores rows, and no more may be. */
static inline void
quota_storage_check_plan(const QueryDesc *query)
{
	if (quota_has(TENANCY_QUOTA_STORAGE_BYTES))
		quota_storage_judge_plan(query);
}

/* The same for a utility statement. */
static inline void
quota_storage_check_utility(Node *statement)
{
	if (quota_has(TENANCY_QUOTA_STORAGE_BYTES))
		quota_storage_judge_utility(statement);
}

/* The same for a built-in function that is about to be called. */
static inline void
quota_storage_check_function(Oid function)
{
	if (quota_has(TENANCY_QUOTA_STORAGE_BYTES))
		quota_storage_judge_function(function);
}

#endif /* TENANCY_QUOTA_STORAGE_H */
