/*
 * registry.h
 *	  The registry of tenants, as a backend reads it.
 */
#ifndef TENANCY_REGISTRY_H
#define TENANCY_REGISTRY_H

#include "core/verdict.h"

/*
 * Finds a tenant by its slug, which must be legal: in the backend's cache, else in
 * the table.  Returns false where the extension, the row, the schema or the tenant
 * role is missing.  Needs a transaction, but neither takes nor needs its snapshot.
 */
extern bool registry_find(const char *slug, TenancyTenant *tenant);

/* Reads a status as the column spells it; what it does not know counts as deleted. */
extern TenancyStatus registry_parse_status(const char *status);

/* Grows whenever what registry_find() said may have changed. */
extern uint64 registry_generation(void);

/* Makes the memory that core's caches live in, if this backend has none yet. */
extern void registry_begin_caches(void);

/* Tells whether the registry is in this database; remembered until something changes. */
extern bool registry_is_installed(void);

/* What is known of the registry in this database. */
typedef enum RegistryPresence
{
	REGISTRY_UNKNOWN = 0, /* nobody has asked yet */
	REGISTRY_ABSENT,
	REGISTRY_PRESENT
} RegistryPresence;

/* What registry_is_installed() says is up to date; for registry_take_note() alone. */
extern bool registry_is_noted;

/* Asks registry_is_installed(), where catalogs can be read, for those who cannot ask later. */
extern void registry_note(void);

/* The same, cheap where nothing has changed: at each statement. */
static inline void
registry_take_note(void)
{
	if (unlikely(!registry_is_noted))
		registry_note();
}

/*
 * Tells what registry_is_installed() said last, if need be in an earlier transaction: also
 * where catalogs cannot be read.
 */
extern RegistryPresence registry_last_presence(void);

/* Registers the callbacks that keep the cache fresh; from _PG_init. */
extern void registry_start(void);

#endif /* TENANCY_REGISTRY_H */
