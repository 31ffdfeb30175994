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

/* Tells whether the session user is an operator or auditor: a superuser, or a member of tenancy_admin or tenancy_auditor. */
extern bool authority_is_operator(void);

/* Tells whether the session user is a member of a role, directly or not. */
extern bool authority_is_member(Oid role);

/*
 * Tells whether a role may be a tenant's: it must not have rights that reach beyond
 * the tenant whatever the hooks do.  Reads catalogs.
 */
extern bool authority_role_is_fit(Oid role);

/* Tells whether a role is a superuser, or a member of one. */
extern bool authority_role_is_superusers(Oid role);

/* Tells whether a tenant role has the rights of another role than tenancy_tenant. */
extern bool authority_role_has_owner(Oid role);

/* Registers the callbacks that keep the answers fresh; once a backend, from _PG_init. */
extern void authority_start(void);

#endif /* TENANCY_AUTHORITY_H */
