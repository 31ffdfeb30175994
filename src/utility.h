/*
 * utility.h
 *	  Utility statements: which a session may run, and on what.
 */
#ifndef TENANCY_UTILITY_H
#define TENANCY_UTILITY_H

#include "tcop/utility.h"

/* One call of ProcessUtility, and whom to pass it on to. */
typedef struct UtilityCall
{
	ProcessUtility_hook_type next;
	PlannedStmt *statement;
	const char *query_string;
	bool read_only_tree;
	ProcessUtilityContext context;
	ParamListInfo parameters;
	QueryEnvironment *environment;
	DestReceiver *destination;
	QueryCompletion *completion;
} UtilityCall;

/* Refuses the plan of a system catalog that EXPLAIN is about to show; for any other plan it does nothing. */
extern void utility_check_explained(List *range_table);

/* Checks a utility statement, runs it, and finishes what it left to do. */
extern void utility_process(UtilityCall *call);

#endif /* TENANCY_UTILITY_H */
