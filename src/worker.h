/*
 * worker.h
 *	  Background workers: one for each database that has asked for it, and a launcher that
 *	  starts them.
 */
#ifndef TENANCY_WORKER_H
#define TENANCY_WORKER_H

#include "datatype/timestamp.h"

/* What a database's worker does again and again. */
typedef struct WorkerTurn
{
	const char *name;		/* for pg_stat_activity, and for what the log says of errors */
	bool (*run)(void);		/* in a transaction with an active snapshot; true: at once again, there is more */
	bool reads_only;		/* can be done on a standby too */
	const int *interval;	/* seconds between two turns; NULL: whenever the worker wakes */
	TimestampTz not_before; /* when the next turn is due; 0: at once.  The worker's own */
} WorkerTurn;

/* The turns, in the order in which they are taken; ends with one that has no name. */
extern WorkerTurn worker_turns[];

/* Returns the shared memory needed, in bytes. */
extern Size worker_memory(void);

/* Attaches to the shared memory, made on first call; under AddinShmemInitLock. */
extern void worker_attach(void);

/* Has the launcher started with the server; from _PG_init. */
extern void worker_start(void);

/*
 * Asks for a worker of this database, from any backend.  Cheap after the first time; never
 * raises an error.  Takes an LWLock the first time.
 */
extern void worker_want(void);

/* Tells whether a worker of this database runs, or can be expected to within seconds. */
extern bool worker_is_expected(void);

/* Tells whether a worker of this database runs now. */
extern bool worker_is_running(void);

/* Wakes the worker of this database, if it runs.  Takes no lock and can be called at any time. */
extern void worker_wake(void);

/*
 * Makes the worker of a database leave it, and keeps it away until the transaction ends: for
 * statements that need a database without connections.  Waits some seconds at most, and
 * raises nothing but a cancel; what the statement finds then, it says itself.  dropped: the
 * database is forgotten when the transaction commits.
 */
extern void worker_send_away(Oid database, bool dropped);

/* Transaction end: lets workers come back that were sent away. */
extern void worker_end_transaction(bool committed);

#endif /* TENANCY_WORKER_H */
