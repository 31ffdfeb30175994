/*
 * run_clock.c
 *	  How long a worker of a run works for one tenant.
 *
 * The clock of statement_timeout cancels a statement once, and what a tenant has
 * left for the migration to run may catch that and go on.  A second clock then ends
 * the worker, which nothing can catch.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "run.h"
#include "storage/latch.h"
#include "utils/timeout.h"

/* The time from the first clock to the second, in milliseconds. */
#define GRACE 5000

static volatile sig_atomic_t struck = false;

/* Handler of the second clock. */
static void
end_worker(void)
{
	struck = true;
	ProcDiePending = true;
	InterruptPending = true;
	SetLatch(MyLatch);
}

/* Returns the second clock. */
static TimeoutId
last_clock(void)
{
	static TimeoutId clock = MAX_TIMEOUTS;

	if (clock == MAX_TIMEOUTS)
		clock = RegisterTimeout(USER_TIMEOUT, end_worker);
	return clock;
}

void
run_clock_start(int timeout)
{
	if (timeout == 0)
		return;
	enable_timeout_after(STATEMENT_TIMEOUT, timeout);
	enable_timeout_after(last_clock(), timeout < INT_MAX - GRACE ? timeout + GRACE : INT_MAX);
}

void
run_clock_stop(void)
{
	disable_timeout(STATEMENT_TIMEOUT, false);
	disable_timeout(last_clock(), false);
}

bool
run_clock_has_struck(void)
{
	return struck;
}
