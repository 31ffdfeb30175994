/*
 * plans.h
 *	  Plans that hold what a tenant's functions returned.
 */
#ifndef TENANCY_PLANS_H
#define TENANCY_PLANS_H

#include "nodes/plannodes.h"

/* Takes note that a function which is not built in is called, perhaps while planning. */
extern void plans_note_call(void);

/* What had happened before a plan was begun. */
typedef struct PlanningMark
{
	uint64 calls;
	uint64 unguarded;
} PlanningMark;

/* Begins planning; returns what plans_end() wants.  Nothing needs to be put back after an error. */
extern PlanningMark plans_begin(void);

/* Ends planning: ties the plan to the effective role if it may hold what depends on the tenant. */
extern void plans_end(PlannedStmt *plan, PlanningMark before);

/* The planner is at work: what it evaluates is no statement.  Only hooks.c writes it. */
extern bool plans_in_planning;

/*
 * Takes note that a plan is made without checks that it would have in a limited
 * session (visibility.h), and has all plans made again if there are such: before the
 * session is limited.  Neither raises an error nor reads a catalog.
 */
extern void plans_note_unguarded(void);
extern void plans_forget_unguarded(void);

#endif /* TENANCY_PLANS_H */
