/*
 * run.h
 *	  A run of migrations over many tenants: what its leader and its workers share.
 *
 * The leader is the session that called tenancy.migrate() or tenancy.rollback().  It
 * makes the shared memory, starts the workers, which do all the work, and waits.
 */
#ifndef TENANCY_RUN_H
#define TENANCY_RUN_H

#include "core/run_queue.h"
#include "nodes/pg_list.h"
#include "storage/lwlock.h"

/* In dynamic shared memory; what follows the lock and precedes the queue does not change. */
typedef struct Run
{
	LWLock lock; /* of the queue */
	Oid database;
	Oid user; /* session user of the leader, and of the workers */
	int64 id; /* in tenancy.runs */
	int64 target;
	bool rollback;
	bool dry_run;
	int lock_timeout;	   /* milliseconds; 0: none */
	int statement_timeout; /* milliseconds for a tenant; 0: none */
	int small_tables;	   /* tenancy.rewrite_small_tables of the leader */
	TenancyQueue queue;
} Run;

/* How a run is to be made. */
typedef struct RunOrder
{
	int64 id;
	int64 target;
	bool rollback;
	bool dry_run;
	int jobs;
	int canary;
	int max_failures; /* -1: go on whatever fails */
	int lock_retries;
	int lock_timeout;
	int statement_timeout;
	List *slugs; /* of char *, in the order in which they come */
} RunOrder;

/* How far a run is. */
typedef struct RunProgress
{
	int total;
	int done;
	int failed;
	int skipped;
	TenancyStop stop;
} RunProgress;

/*
 * Works through a run and waits for its end; report is called now and then, and at the
 * end, with nothing locked and no snapshot held.  Whatever ends the wait, no worker
 * is left when it returns or raises an error.
 */
extern RunProgress run_lead(const RunOrder *order, void (*report)(const RunProgress *progress, void *argument),
							void *argument);

/* Does what a run has to do with one tenant, in transactions of its own; raises no error. */
extern TenancyAttempt run_attempt(const Run *run, const char *slug, int attempt);

/* Unbinds the worker's session, so that it is in nobody's way while it waits. */
extern void run_rest(void);

/* Starts the clock for a tenant's transaction, with a limit in milliseconds or 0, and stops it. */
extern void run_clock_start(int timeout);
extern void run_clock_stop(void);

/* Tells whether the worker ends because its tenant would not. */
extern bool run_clock_has_struck(void);

/*
 * Takes and leaves the session's lock that says: this backend leads, or works for, a run.
 * A transaction that aborts releases both kinds of locks.
 */
extern void run_lock(int64 id, bool leads);
extern void run_unlock(int64 id, bool leads);

/*
 * Keeps runs from beginning until the transaction ends, because migrations that are
 * registered change; false: one is under way.
 */
extern bool run_lock_ledger(void);

/* Takes a tenant for a run until run_leave_tenant(); false: another run has it.  And tells whether it is taken. */
extern bool run_take_tenant(Oid schema);
extern bool run_has_tenant(Oid schema);
extern void run_leave_tenant(Oid schema);

/* Keeps runs away from a tenant until the transaction ends; false: one works on it, and was not waited for. */
extern bool run_keep_away(Oid schema, bool wait);

#endif /* TENANCY_RUN_H */
