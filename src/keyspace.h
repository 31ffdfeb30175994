/*
 * keyspace.h
 *	  Advisory locks and notification channels, a space of each for every tenant.
 */
#ifndef TENANCY_KEYSPACE_H
#define TENANCY_KEYSPACE_H

/* Returns the shared memory needed, in bytes. */
extern Size keyspace_memory(void);

/* Attaches to the shared memory, made on first call; under AddinShmemInitLock. */
extern void keyspace_attach(void);

/*
 * Turns the key of an advisory lock, of type bigint or the first (0) or second (1) of
 * two integers, into the tenant's, and a tenant's back into what it was given as.
 */
extern Datum keyspace_lock_key(Datum key, Oid type, int position);

/*
 * Returns the channel that stands for a tenant's channel of this name: the name
 * itself where no tenant is bound.  Raises an error for the extension's own.  The
 * result is in the current memory context.
 */
extern char *keyspace_channel(const char *name);

#endif /* TENANCY_KEYSPACE_H */
