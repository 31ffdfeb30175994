/*
 * storage_usage.h
 *	  Disk space of all tenants, as it was last measured.
 */
#ifndef TENANCY_STORAGE_USAGE_H
#define TENANCY_STORAGE_USAGE_H

/*
 * Measures the disk space of every tenant of this database and publishes it in the shared
 * counters; returns the number of tenants.  Needs an active snapshot.  Takes no lock on what
 * it measures, and reads the whole of pg_class twice.
 */
extern int storage_usage_measure(void);

/* The turn of the worker: the same. */
extern bool storage_usage_turn(void);

/* Returns the size of one fork of a relation, all its segments, by the path of the first. */
extern uint64 storage_usage_of_fork(const char *path);

#endif /* TENANCY_STORAGE_USAGE_H */
