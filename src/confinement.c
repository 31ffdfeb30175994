/*
 * confinement.c
 *	  Functions of a tenant, called from where no tenant or another one is bound.
 *
 * Closes: code that a tenant leaves behind for others to run.  In a session bound to
 * another tenant it is refused, on paths that no other hook sees as well (trigger
 * functions, casts, inlined SQL functions).  In an unbound superuser's session, and
 * in autovacuum, which evaluate a tenant's index expressions, triggers and defaults,
 * it runs confined: until it returns, the session reaches that tenant's schema only,
 * with the rights of the tenant role and under the restrictions that PostgreSQL puts
 * on such code itself (no temporary objects, no cursors that outlive it, no change of
 * the binding), and its settings end with it.
 *
 * Cannot see: expressions made of built-in functions alone.  Does not change the user
 * for procedures, which could not end transactions any more.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "binding.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "confinement.h"
#include "guard.h"
#include "miscadmin.h"
#include "plans.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "whereabouts.h"

static Oid confined_to = InvalidOid;

Oid
confinement_schema(void)
{
	return confined_to;
}

bool
confinement_needed(Oid function)
{
	Oid tenant = whereabouts_of_function(function);

	return OidIsValid(tenant) && (current_binding == NULL || current_binding->tenant.schema != tenant);
}

/* Returns whose rights a tenant's code gets: the tenant role's, or where there is none the schema owner's. */
static Oid
role_of_tenant(Oid schema)
{
	HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid role = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_namespace form = (Form_pg_namespace) GETSTRUCT(tuple);

		role = get_role_oid(NameStr(form->nspname), true);
		if (!OidIsValid(role))
			role = form->nspowner;
		ReleaseSysCache(tuple);
	}
	return role;
}

/* Begins to confine the session to a tenant. */
static void
enter(Oid tenant, Oid function, Confinement *state)
{
	Oid role = role_of_tenant(tenant);

	confined_to = tenant;
	plans_forget_unguarded();
	if (!OidIsValid(role) || get_func_prokind(function) == PROKIND_PROCEDURE)
		return;
	GetUserIdAndSecContext(&state->user, &state->security_context);
	state->guc_level = NewGUCNestLevel();
	/* A parallel worker would know nothing of the confinement. */
	(void) set_config_option("max_parallel_workers",
							 "0",
							 PGC_USERSET,
							 PGC_S_SESSION,
							 GUC_ACTION_SAVE,
							 true,
							 ERROR,
							 false);
	SetUserIdAndSecContext(role,
						   state->security_context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
}

void
confinement_at_call(FmgrHookEventType event, FmgrInfo *function, Confinement *state)
{
	Oid tenant;

	switch (event)
	{
		case FHET_START:
			state->schema = confined_to;
			state->user = InvalidOid;
			tenant = whereabouts_of_function(function->fn_oid);
			guard_check_tenant(tenant);
			if (OidIsValid(tenant) && current_binding == NULL)
				enter(tenant, function->fn_oid, state);
			break;
		case FHET_END:
			if (OidIsValid(state->user))
			{
				AtEOXact_GUC(false, state->guc_level);
				SetUserIdAndSecContext(state->user, state->security_context);
			}
			confined_to = state->schema;
			break;
		case FHET_ABORT:
			/* The rollback puts user and settings back. */
			confined_to = state->schema;
			break;
	}
}
