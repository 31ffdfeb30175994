/*
 * quota_timeout.c
 *	  The longest that a statement of the bound tenant may take.
 *
 * The server's own timer for statements is set to the quota where it would fire later, or
 * not at all, whatever the setting statement_timeout says: the server looks at that
 * between statements only.  It fires as ever, with its own error.  That error can be
 * caught within the statement, also that of a short timeout which the tenant has set for
 * the purpose, and the timer fires once; so it is set again.
 */
#include "postgres.h"

#include "quota_timeout.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

/* When the statement is to end; 0: none is under way. */
static TimestampTz latest = 0;

/* How long it may take, in microseconds. */
static int64 allowed = 0;

/* It has caught the error once. */
static bool caught = false;

/* When the timer would have fired without us; 0: never. */
static TimestampTz servers_due = 0;

/* Tells whether the timer is set to our time, and not to one that the server has set since. */
static bool
is_ours(void)
{
	return get_timeout_active(STATEMENT_TIMEOUT) && get_timeout_finish_time(STATEMENT_TIMEOUT) == latest;
}

bool
quota_timeout_is_set(void)
{
	return latest != 0;
}

void
quota_timeout_begin(int64 milliseconds)
{
	quota_timeout_end();
	allowed = milliseconds * 1000;
	latest = GetCurrentTimestamp() + allowed;
	servers_due = get_timeout_active(STATEMENT_TIMEOUT) ? get_timeout_finish_time(STATEMENT_TIMEOUT) : 0;
	if (servers_due == 0 || servers_due > latest)
		enable_timeout_at(STATEMENT_TIMEOUT, latest);
}

void
quota_timeout_end(void)
{
	if (latest != 0 && is_ours())
	{
		if (servers_due > latest)
			enable_timeout_at(STATEMENT_TIMEOUT, servers_due);
		else
			disable_timeout(STATEMENT_TIMEOUT, false);
	}
	latest = 0;
	servers_due = 0;
	caught = false;
}

bool
quota_timeout_go_on(void)
{
	TimestampTz now;

	if (latest == 0 || get_timeout_active(STATEMENT_TIMEOUT))
		return true;
	now = GetCurrentTimestamp();
	if (now >= latest)
	{
		if (caught)
			return false;
		caught = true;
		latest = now + allowed;
	}
	enable_timeout_at(STATEMENT_TIMEOUT, latest);
	return true;
}
