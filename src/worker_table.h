/*
 * worker_table.h
 *	  The shared table of databases that have asked for a worker: for the files worker*.c alone.
 */
#ifndef TENANCY_WORKER_TABLE_H
#define TENANCY_WORKER_TABLE_H

#include "port/atomics.h"
#include "storage/lwlock.h"

/* Databases beyond it get no worker, and the server log says so. */
#define WORKER_DATABASES 64

/* No process: a value that no process number has. */
#define WORKER_NO_PROCESS UINT32_MAX

/* A database.  Under the lock, except that anybody may read the atomics. */
typedef struct WorkerEntry
{
	pg_atomic_uint32 database; /* oid; 0: free */
	pg_atomic_uint32 process;  /* number of the worker's process; WORKER_NO_PROCESS: it does not run */
	pg_atomic_uint32 failures; /* so many workers in a row could not be started, or ended soon */
	pg_atomic_uint32 leavers;  /* statements that keep the worker away */
	int pid;				   /* the worker's; 0: it does not run */
} WorkerEntry;

typedef struct WorkerTable
{
	LWLock *lock;
	pg_atomic_uint32 launcher;	 /* number of its process, or WORKER_NO_PROCESS */
	pg_atomic_uint32 complained; /* that there is no launcher has been said */
	pg_atomic_uint32 epoch;		 /* grows when an entry is freed */
	WorkerEntry entries[WORKER_DATABASES];
} WorkerTable;

/* NULL until shared memory is attached. */
extern WorkerTable *worker_table;

/* Returns the entry of a database, or NULL.  Needs no lock for a look. */
extern WorkerEntry *worker_find(Oid database);

/* Frees an entry.  The caller holds the lock exclusively. */
extern void worker_free(WorkerEntry *entry);

/* Enters a database, unless it is there; NULL: the table is full.  Takes the lock. */
extern WorkerEntry *worker_enter(Oid database);

/* Sets the latch of a process by its number; WORKER_NO_PROCESS: nothing. */
extern void worker_set_latch_of(uint32 process);

#endif /* TENANCY_WORKER_TABLE_H */
