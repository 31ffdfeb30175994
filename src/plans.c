/*
 * plans.c
 *	  Plans that hold what a tenant's functions returned.
 *
 * The planner evaluates immutable functions and puts their results, or the bodies of
 * SQL functions, into the plan.  A cached plan would carry them to the next tenant
 * of a pooled session without opening any relation.  Closes that: a plan made in a
 * bound session that calls, called or swallowed a function which is not built in is
 * good for the same effective role only, and every tenant has a role of its own.
 * Plans of built-in functions alone stay as they are, which keeps PL/pgSQL's simple
 * expressions fast.
 *
 * Plans that were made while nothing had to be hidden from the session, and would
 * have got checks otherwise, are thrown away before something has to.
 */
#include "postgres.h"

#include "binding.h"
#include "plans.h"
#include "utils/plancache.h"

/* Calls of functions that are not built in, in this backend.  It only grows, so that no error leaves it wrong. */
static uint64 calls = 0;

/* Plans made without the checks that a limited session needs; it only grows, too. */
static uint64 unguarded_plans = 0;

/* There are such plans, and they may be kept somewhere. */
static bool unguarded = false;

void
plans_note_call(void)
{
	calls++;
}

PlanningMark
plans_begin(void)
{
	return (PlanningMark){calls, unguarded_plans};
}

bool plans_in_planning = false;

void
plans_note_unguarded(void)
{
	unguarded = true;
	unguarded_plans++;
}

void
plans_forget_unguarded(void)
{
	if (!unguarded)
		return;
	unguarded = false;
	ResetPlanCache();
}

void
plans_end(PlannedStmt *plan, PlanningMark before)
{
	/* Functions that stay in the plan or were inlined are among the items that invalidate it. */
	if (current_binding != NULL && (calls != before.calls || plan->invalItems != NIL))
		plan->dependsOnRole = true;
	/* What needs no check now may need one when the session user changes. */
	if (unguarded_plans != before.unguarded)
		plan->dependsOnRole = true;
}
