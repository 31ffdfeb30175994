/*
 * tenant_plans.h
 *	  Plans of prepared statements, kept for each tenant that a session serves.
 */
#ifndef TENANCY_TENANT_PLANS_H
#define TENANCY_TENANT_PLANS_H

#include "binding.h"
#include "settings.h"

/* Has the server tell of new names; from _PG_init. */
extern void tenant_plans_start(void);

/*
 * The session is bound to the tenant of a schema: prepared statements go on with what they
 * were planned to for him.  Neither fails nor reads catalogs.
 */
extern void tenant_plans_change(Oid schema);

/* Takes note that the prepared statement of a name has been planned for the bound tenant. */
extern void tenant_plans_note(const char *name);

/* The same for the statement that the running portal was made of. */
extern void tenant_plans_note_portal(void);

/* Transaction end: drops what is too much or of no use any more. */
extern void tenant_plans_end_transaction(void);

/* Tells whether plans are to be kept. */
static inline bool
tenant_plans_are_kept(void)
{
	return tenancy_max_tenant_plans > 0 && current_binding != NULL;
}

#endif /* TENANCY_TENANT_PLANS_H */
