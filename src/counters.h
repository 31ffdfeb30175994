/*
 * counters.h
 *	  Counters by tenant, in shared memory.
 */
#ifndef TENANCY_COUNTERS_H
#define TENANCY_COUNTERS_H

#include "port/atomics.h"

/*
 * What is counted for one tenant.  All are totals since the server started or
 * reset_stats(), except sessions, which is the number now.
 */
typedef enum Counter
{
	COUNTER_STATEMENTS = 0,	   /* statements of clients, in bound sessions */
	COUNTER_ERRORS,			   /* errors that reached the server log, in bound sessions */
	COUNTER_ATTEMPTS_MADE,	   /* refusals of access to another tenant, by the tenant that tried */
	COUNTER_ATTEMPTS_RECEIVED, /* the same, by the tenant that was aimed at */
	COUNTER_BINDS,			   /* bindings */
	COUNTER_REFUSED_BINDS,	   /* bindings that were refused */
	COUNTER_REFUSED_TICKETS, /* refused for a ticket or the want of one: bindings, and statements after a ticket ended */
	COUNTER_SESSIONS		 /* sessions bound now */
} Counter;

#define COUNTER_COUNT 8

typedef struct TenantCounters TenantCounters;

/*
 * What a tenant uses now, as far as all sessions have to know it: measured storage, and what
 * quotas look at.  Beside its counters; atomics, which anybody reads and writes without a lock.
 */
typedef struct TenantUsage
{
	pg_atomic_uint64 storage_bytes;
	pg_atomic_uint64 storage_measured_at; /* TimestampTz; 0: never */
	pg_atomic_uint64 window;			  /* number of a minute << 32 | statements in it */
	pg_atomic_uint32 running;			  /* statements now */
	pg_atomic_uint64 quota_refusals;
} TenantUsage;

/* Returns the shared memory needed, in bytes. */
extern Size counters_memory(void);

/* Attaches to the shared memory, made on first call; under AddinShmemInitLock. */
extern void counters_attach(void);

/*
 * Returns the counters of a tenant schema of this database; never NULL: the
 * overflow counters when the table is full.  Takes an LWLock; valid for the life of
 * the server.
 */
extern TenantCounters *counters_of_schema(const char *schema);

/* Returns the counters of what happens in unbound sessions. */
extern TenantCounters *counters_of_unbound(void);

/* Returns what a tenant uses; never NULL, but of many tenants together unless counters_is_own_record(). */
extern TenantUsage *counters_usage(TenantCounters *counters);

/* Tells whether a record is one tenant's own: neither the overflow's nor that of unbound sessions. */
extern bool counters_is_own_record(TenantCounters *counters);

/* Adds to one counter; lock-free. */
extern void counters_add(TenantCounters *counters, Counter counter, int64 amount);

/* Adds one to a counter that is below a limit; false, and nothing added, if it is not.  Lock-free. */
extern bool counters_add_below(TenantCounters *counters, Counter counter, int64 limit);

/* Returns a counter as it is now. */
extern int64 counters_read(TenantCounters *counters, Counter counter);

/* Returns the counters of a tenant schema of this database if it has some of its own; NULL: it has not. */
extern TenantCounters *counters_find(const char *schema);

/* Has the counters of a schema zeroed when the transaction commits, for a new tenant of an old name. */
extern void counters_restart(const char *schema);

/* Lets the counters of a dropped tenant go, once the transaction has committed and when room is needed. */
extern void counters_retire(const char *schema);

/* Transaction end: does what was asked for if it committed. */
extern void counters_end_transaction(bool committed);

#endif /* TENANCY_COUNTERS_H */
