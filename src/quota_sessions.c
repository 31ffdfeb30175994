/*
 * quota_sessions.c
 *	  Places of sessions: how many may be bound to one tenant at once.
 *
 * The number of places taken is the counter of sessions itself, which only grows while
 * it is below the limit: whoever adds one sees that in the same atomic step, so that
 * bindings at the same time do not exceed it.  A binding that PostgreSQL puts back (by a
 * rollback, or RESET to what the connection began with) can be refused by nobody: where
 * it finds no place it has none, and its statements are refused until it gets one.
 */
#include "postgres.h"

#include "counters.h"
#include "quota_sessions.h"

/* The counters in which a place is reserved; NULL: none. */
static TenantCounters *reserved = NULL;

/* Returns the limit of sessions; where tenants share a record there is none. */
static int64
limit_of(const TenancyTenant *tenant)
{
	if ((tenant->limits.kinds & (1 << TENANCY_QUOTA_SESSIONS)) == 0 || !counters_is_own_record(tenant->counters))
		return TENANCY_NO_LIMIT;
	return tenant->limits.limits[TENANCY_QUOTA_SESSIONS].hard;
}

void
quota_sessions_cancel(void)
{
	if (reserved != NULL)
		counters_add(reserved, COUNTER_SESSIONS, -1);
	reserved = NULL;
}

bool
quota_sessions_reserve(const TenancyTenant *tenant)
{
	int64 limit = limit_of(tenant);

	quota_sessions_cancel();
	if (limit == TENANCY_NO_LIMIT)
		return true;
	if (!counters_add_below(tenant->counters, COUNTER_SESSIONS, limit))
		return false;
	reserved = tenant->counters;
	return true;
}

bool
quota_sessions_take(const TenancyTenant *tenant, bool whatever_the_limit)
{
	int64 limit = whatever_the_limit ? TENANCY_NO_LIMIT : limit_of(tenant);

	if (reserved != NULL && reserved == tenant->counters)
	{
		reserved = NULL;
		return true;
	}
	return counters_add_below(tenant->counters, COUNTER_SESSIONS, limit);
}

void
quota_sessions_leave(const TenancyTenant *tenant)
{
	counters_add(tenant->counters, COUNTER_SESSIONS, -1);
}

int64_t
quota_sessions_count(const TenancyTenant *tenant)
{
	return counters_read(tenant->counters, COUNTER_SESSIONS);
}
