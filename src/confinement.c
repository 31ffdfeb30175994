/*
 * confinement.c
 *	  Functions of a tenant, called from where no tenant or another one is bound.
 *
 * Closes: code that a tenant leaves behind for others to run.  In a session bound to
 * another tenant it is refused, on paths that no other hook sees as well (trigger
 * functions, casts, inlined SQL functions).  In an unbound superuser's session, and
 * in autovacuum, which evaluate a tenant's index expressions, triggers and defaults,
 * it runs confined: until it returns, the session reaches that tenant's schema only.
 *
 * Cannot see: expressions made of built-in functions alone.
 */
#include "postgres.h"

#include "binding.h"
#include "confinement.h"
#include "guard.h"

static Oid confined_to = InvalidOid;

Oid
confinement_schema(void)
{
	return confined_to;
}

bool
confinement_needed(Oid function)
{
	Oid tenant = guard_tenant_of_function(function);

	return OidIsValid(tenant) && (current_binding == NULL || current_binding->tenant.schema != tenant);
}

void
confinement_at_call(FmgrHookEventType event, FmgrInfo *function, Oid *state)
{
	Oid tenant;

	switch (event)
	{
		case FHET_START:
			*state = confined_to;
			tenant = guard_tenant_of_function(function->fn_oid);
			guard_check_tenant(tenant);
			if (OidIsValid(tenant) && current_binding == NULL)
				confined_to = tenant;
			break;
		case FHET_END:
		case FHET_ABORT:
			confined_to = *state;
			break;
	}
}
