/*
 * audit_flood.c
 *	  A bound on how many refusals are audited one by one.
 *
 * A tenant's session can be refused a hundred thousand times a second, in a loop that catches the
 * errors.  Each tenant therefore has a number of refusals a minute that become events; the
 * others are counted by the backend, and become one event with their number.
 */
#include "postgres.h"

#include "audit.h"
#include "audit_flood.h"
#include "binding.h"
#include "bridge.h"
#include "counters.h"
#include "settings.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

/* How long refusals may be counted until they are told of, in milliseconds, if the backend does anything. */
#define LONGEST_COUNT 10000

/* What was not told of: how many, since when, and of whom; empty: of a session that was not bound. */
static uint64 withheld = 0;
static TimestampTz withheld_since = 0;
static char withheld_of[TENANCY_SLUG_SIZE];

/* Counts a refusal of a tenant in this minute; false: there were as many as are audited. */
static bool
enter_minute(TenantUsage *usage)
{
	uint64 word = pg_atomic_read_u64(&usage->refusals);
	uint64 next;

	do
	{
		next = word;
		if (!bridge_enter_window(&next,
								 (uint32) (GetCurrentTimestamp() / USECS_PER_MINUTE),
								 tenancy_audit_refusal_limit))
			return false;
	} while (!pg_atomic_compare_exchange_u64(&usage->refusals, &word, next));
	return true;
}

/* Process exit. */
static void
settle_at_exit(int code, Datum argument)
{
	(void) code;
	(void) argument;
	audit_flood_settle();
}

/* Counts a refusal that is not told of. */
static void
withhold(void)
{
	static bool registered = false;

	if (!registered)
	{
		before_shmem_exit(settle_at_exit, (Datum) 0);
		registered = true;
	}
	if (withheld++ > 0)
		return;
	withheld_since = GetCurrentTimestamp();
	strlcpy(withheld_of, current_binding != NULL ? current_binding->tenant.slug : "", sizeof(withheld_of));
}

bool
audit_flood_admit(void)
{
	if (tenancy_audit_refusal_limit == 0 ||
		enter_minute(
			counters_usage(current_binding != NULL ? current_binding->tenant.counters : counters_of_unbound())))
	{
		audit_flood_settle();
		return true;
	}
	withhold();
	return false;
}

void
audit_flood_settle(void)
{
	AuditEvent event = {.class = AUDIT_REFUSAL, .outcome = AUDIT_DENIED};
	char detail[128];

	if (withheld == 0)
		return;
	snprintf(detail,
			 sizeof(detail),
			 UINT64_FORMAT " refusals that are beyond tenancy.audit_refusal_limit, since %s",
			 withheld,
			 timestamptz_to_str(withheld_since));
	event.rows = (int64) withheld;
	withheld = 0;
	event.texts[AUDIT_TENANT] = withheld_of;
	event.texts[AUDIT_ACTION] = "refusals not listed";
	event.texts[AUDIT_DETAIL] = detail;
	audit_emit(&event);
}

void
audit_flood_end_transaction(void)
{
	if (withheld != 0 && TimestampDifferenceExceeds(withheld_since, GetCurrentTimestamp(), LONGEST_COUNT))
		audit_flood_settle();
}
