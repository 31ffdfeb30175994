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
 */
#include "postgres.h"

#include "binding.h"
#include "plans.h"

/* A function that is not built in has been called since the flag was cleared. */
static bool noted = false;

void
plans_note_call(void)
{
	noted = true;
}

bool
plans_begin(void)
{
	bool before = noted;

	noted = false;
	return before;
}

void
plans_end(PlannedStmt *plan, bool noted_before)
{
	/* Functions that stay in the plan or were inlined are among the items that invalidate it. */
	if (current_binding != NULL && (noted || plan->invalItems != NIL))
		plan->dependsOnRole = true;
	noted = noted || noted_before;
}
