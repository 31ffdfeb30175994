/*
 * counters.h
 *	  Counters by tenant, in shared memory.
 */
#ifndef TENANCY_COUNTERS_H
#define TENANCY_COUNTERS_H

#include "core/metrics.h"
#include "nodes/pg_list.h"
#include "port/atomics.h"

/*
 * What is counted for one tenant.  All are totals since the server was made or
 * reset_stats(), except sessions, which is the number now.  Statements are the sum of
 * the steps of their durations, errors the sum of their classes.
 */
typedef enum Counter
{
	COUNTER_ATTEMPTS_MADE,	   /* refusals of access to another tenant, by the tenant that tried */
	COUNTER_ATTEMPTS_RECEIVED, /* the same, by the tenant that was aimed at */
	COUNTER_BINDS,			   /* bindings */
	COUNTER_REFUSED_BINDS,	   /* bindings that were refused */
	COUNTER_REFUSED_TICKETS, /* refused for a ticket or the want of one: bindings, and statements after a ticket ended */
	COUNTER_SESSIONS,		 /* sessions bound now */
	COUNTER_ROWS,			 /* rows that statements of clients returned or changed */
	COUNTER_BLOCKS_HIT,		 /* shared blocks found in the buffers */
	COUNTER_BLOCKS_READ,	 /* shared blocks read into them */
	COUNTER_TEMP_BYTES,		 /* written to temporary files */
	COUNTER_WAL_BYTES,		 /* written to the log */
	COUNTER_BINDING_TIME,	 /* of bindings, in nanoseconds */
	COUNTER_DURATION,		 /* of statements, in microseconds: one for each TenancyQueryType */
	COUNTER_DURATION_STEP =
		COUNTER_DURATION + TENANCY_QUERY_TYPES, /* how many took how long: all steps of each type */
	COUNTER_BINDING_STEP = COUNTER_DURATION_STEP + TENANCY_QUERY_TYPES * TENANCY_DURATION_STEPS,
	COUNTER_ERROR_CLASS = COUNTER_BINDING_STEP + TENANCY_BINDING_STEPS, /* errors that reached the server log */
	COUNTER_COUNT = COUNTER_ERROR_CLASS + TENANCY_ERROR_CLASSES
} Counter;

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
	pg_atomic_uint64 refusals; /* number of a minute << 32 | refusals in it that were audited */
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

/* The same for who only looks: NULL where there are none. */
extern TenantCounters *counters_find(const char *schema);

/* Returns the counters of what happens in unbound sessions, and of tenants without counters of their own. */
extern TenantCounters *counters_of_unbound(void);
extern TenantCounters *counters_of_overflow(void);

/* Returns all tenants' counters of this database, as TenantCounters pointers. */
extern List *counters_of_database(void);

/* Returns the schema that counters are of. */
extern const char *counters_schema(const TenantCounters *counters);

/* Returns how many more tenants there is room for, those that were dropped not counted. */
extern int64 counters_room(void);

/* Returns what a tenant uses; never NULL, but of many tenants together unless counters_is_own_record(). */
extern TenantUsage *counters_usage(TenantCounters *counters);

/* Tells whether a record is one tenant's own: neither the overflow's nor that of unbound sessions. */
extern bool counters_is_own_record(TenantCounters *counters);

/* Adds to one counter; lock-free, and safe in a signal handler. */
extern void counters_add(TenantCounters *counters, Counter counter, int64 amount);

/* Adds one to a counter that is below a limit; false, and nothing added, if it is not.  Lock-free. */
extern bool counters_add_below(TenantCounters *counters, Counter counter, int64 limit);

/* Returns one counter; counters_sum() adds several up that follow each other. */
extern int64 counters_read(TenantCounters *counters, Counter counter);
extern uint64 counters_sum(TenantCounters *counters, Counter first, int count);

/* Returns the attempts made in the last hour. */
extern uint64 counters_recent_attempts(TenantCounters *counters);

/* Sets the counters of this database to zero, and those that all databases share. */
extern void counters_reset(void);

/* Has the counters of a schema zeroed when the transaction commits, for a new tenant of an old name. */
extern void counters_restart(const char *schema);

/* Lets the counters of a dropped tenant go, once the transaction has committed and when room is needed. */
extern void counters_retire(const char *schema);

/* The same for all tenants of a dropped database. */
extern void counters_retire_database(Oid database);

/* Transaction end: does what was asked for if it committed. */
extern void counters_end_transaction(bool committed);

#endif /* TENANCY_COUNTERS_H */
