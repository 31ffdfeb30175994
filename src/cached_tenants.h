/*
 * cached_tenants.h
 *	  A bound on how many tenants' catalogs a backend keeps in its caches.
 */
#ifndef TENANCY_CACHED_TENANTS_H
#define TENANCY_CACHED_TENANTS_H

/*
 * Before a binding to a tenant: empties the caches if tenancy.max_cached_tenants others have
 * been bound since they were last emptied, and this one is not among them.  Needs a
 * transaction.
 */
extern void cached_tenants_make_room(const char *slug);

/* Takes note that the tenant is being bound, and will fill the caches. */
extern void cached_tenants_note(const char *slug);

#endif /* TENANCY_CACHED_TENANTS_H */
