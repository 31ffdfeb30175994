/*
 * effective_role.h
 *	  The effective role of a session, as bindings change it.
 *
 * Neither function reads catalogs or raises an error: they run while transactions abort.
 */
#ifndef TENANCY_EFFECTIVE_ROLE_H
#define TENANCY_EFFECTIVE_ROLE_H

/*
 * Puts a tenant's role in effect, in place of that of the tenant before (InvalidOid: there
 * was none).  What was in effect before any is kept for effective_role_restore().
 */
extern void effective_role_take(Oid before, Oid role);

/* Puts the role in effect that was so before the binding, if it is a tenant's that is in effect. */
extern void effective_role_restore(Oid role);

#endif /* TENANCY_EFFECTIVE_ROLE_H */
