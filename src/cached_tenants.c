/*
 * cached_tenants.c
 *	  A bound on how many tenants' catalogs a backend keeps in its caches.
 *
 * PostgreSQL keeps what it has once read of a table, an index or a function, for the
 * life of the backend.  One that serves many tenants keeps that of all of them.
 *
 * There is no way to forget one tenant's share.  So the caches are emptied as a whole
 * when enough tenants have passed, in the way that the server does it itself when a backend
 * has missed invalidations: what is in use stays, or is read again at once.  That
 * may happen whenever a lock is taken, and so here.
 *
 * Cannot empty: compiled functions in PL/pgSQL and plans of foreign key checks, which
 * PostgreSQL keeps in places of their own.
 */
#include "postgres.h"

#include "cached_tenants.h"
#include "core/verdict.h"
#include "settings.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"

/* Slugs of the tenants bound since the caches were last emptied; NULL: none. */
static HTAB *cached = NULL;

/* Makes an empty set of slugs. */
static HTAB *
make_set(void)
{
	HASHCTL control = {.keysize = TENANCY_SLUG_SIZE, .entrysize = TENANCY_SLUG_SIZE, .hcxt = TopMemoryContext};

	return hash_create("tenancy cached tenants", 32, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
}

void
cached_tenants_make_room(const char *slug)
{
	if (cached == NULL)
		return;
	/* The bound may have been taken away. */
	if (tenancy_max_cached_tenants > 0)
	{
		if (hash_get_num_entries(cached) < tenancy_max_cached_tenants ||
			hash_search(cached, slug, HASH_FIND, NULL) != NULL)
			return;
		InvalidateSystemCaches();
	}
	hash_destroy(cached);
	cached = NULL;
}

void
cached_tenants_note(const char *slug)
{
	if (tenancy_max_cached_tenants == 0)
		return;
	if (cached == NULL)
		cached = make_set();
	(void) hash_search(cached, slug, HASH_ENTER, NULL);
}
