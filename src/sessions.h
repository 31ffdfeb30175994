/*
 * sessions.h
 *	  Which backend is bound to which tenant, and which tenants are being dropped:
 *	  what sessions must know of each other, in shared memory.
 */
#ifndef TENANCY_SESSIONS_H
#define TENANCY_SESSIONS_H

#include "nodes/pg_list.h"

/* Returns the shared memory needed, in bytes. */
extern Size sessions_memory(void);

/* Attaches to the shared memory, made on first call; under AddinShmemInitLock. */
extern void sessions_attach(void);

/* Publishes that this backend is bound to the tenant of a schema (InvalidOid: to none); takes no lock. */
extern void sessions_publish(Oid schema);

/* Tells whether any tenant is being dropped right now; one atomic read. */
extern bool sessions_any_closing(void);

/* Tells whether the tenant of a schema of this database is being dropped. */
extern bool sessions_is_closing(Oid schema);

/*
 * Closes a tenant of this database for binding until the transaction ends or
 * sessions_reopen(): from now on a session that binds to it is refused at its next
 * statement.  Raises an error if the table of such tenants is full.
 */
extern void sessions_close(Oid schema);

/* Opens a tenant that this backend has closed. */
extern void sessions_reopen(Oid schema);

/* Opens all that this backend has closed; from transaction and process end. */
extern void sessions_reopen_all(void);

/* Returns the pids of other backends bound to a tenant of this database, palloc'd in the current context. */
extern List *sessions_bound_to(Oid schema);

/* Tells whether a backend is bound to the tenant of a schema of this database; InvalidOid: none is. */
extern bool sessions_is_neighbour(int pid, Oid schema);

#endif /* TENANCY_SESSIONS_H */
