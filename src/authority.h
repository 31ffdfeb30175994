/*
 * authority.h
 *	  What the session user may do.
 */
#ifndef TENANCY_AUTHORITY_H
#define TENANCY_AUTHORITY_H

/* Tells whether the session user is a superuser; reads catalogs, so needs a transaction. */
extern bool authority_is_superuser(void);

/* Tells whether the session user may bind to any active tenant. */
extern bool authority_may_bind_any(void);

/* Tells whether the session user is a member of a role, directly or not. */
extern bool authority_is_member(Oid role);

/* Registers the callbacks that keep the answers fresh; once a backend, from _PG_init. */
extern void authority_start(void);

#endif /* TENANCY_AUTHORITY_H */
