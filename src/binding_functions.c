/*
 * binding_functions.c
 *	  The binding as SQL functions.
 */
#include "postgres.h"

#include "binding.h"
#include "bridge.h"
#include "confinement.h"
#include "errors.h"
#include "fmgr.h"
#include "registry.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

PG_FUNCTION_INFO_V1(tenancy_bind);
PG_FUNCTION_INFO_V1(tenancy_unbind);
PG_FUNCTION_INFO_V1(tenancy_current_tenant);
PG_FUNCTION_INFO_V1(tenancy_current_tenant_id);

/*
 * Finds the tenant that the session works for: the bound one, or the one that an
 * operator's function runs SQL for; false: none.
 */
static bool
find_tenant(TenancyTenant *tenant)
{
	Oid schema = confinement_running_in();
	char slug[TENANCY_SLUG_SIZE];
	char *name;

	if (!OidIsValid(schema))
	{
		if (current_binding != NULL)
			*tenant = current_binding->tenant;
		return current_binding != NULL;
	}
	name = get_namespace_name(schema);
	return name != NULL && bridge_slug_of_schema(name, slug) && registry_find(slug, tenant);
}

/* Returns the id of that tenant, palloc'd; NULL: none. */
static pg_uuid_t *
bound_id(void)
{
	TenancyTenant tenant;
	pg_uuid_t *id;

	if (!find_tenant(&tenant))
		return NULL;
	id = palloc(sizeof(pg_uuid_t));
	memcpy(id->data, tenant.id, UUID_LEN);
	return id;
}

/* tenancy.bind(slug or ticket, is_local): SET or SET LOCAL tenancy.tenant; returns the tenant's id. */
Datum
tenancy_bind(PG_FUNCTION_ARGS)
{
	char *value;

	require_preloaded();
	if (PG_ARGISNULL(0))
		raise_verdict(TENANCY_BAD_SLUG, &(ErrorFacts){0});
	value = text_to_cstring(PG_GETARG_TEXT_PP(0));
	/* As a value of the setting, this would unbind. */
	if (*value == '\0')
		raise_verdict(TENANCY_BAD_SLUG, &(ErrorFacts){.slug = value});
	binding_set(value, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1), PGC_S_SESSION);
	PG_RETURN_UUID_P(bound_id());
}

/* tenancy.unbind(): RESET tenancy.tenant. */
Datum
tenancy_unbind(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	require_preloaded();
	binding_check_reset();
	if (current_binding != NULL && binding_transaction_claimed)
		raise_verdict(TENANCY_UNBIND_IN_STATEMENT, &(ErrorFacts){.slug = current_binding->tenant.slug});
	binding_set(NULL, false, PGC_S_SESSION);
	PG_RETURN_VOID();
}

/* tenancy.current_tenant(): slug of the bound tenant, or null. */
Datum
tenancy_current_tenant(PG_FUNCTION_ARGS)
{
	TenancyTenant tenant;

	require_preloaded();
	if (!find_tenant(&tenant))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(tenant.slug));
}

/* tenancy.current_tenant_id(): id of the bound tenant, or null. */
Datum
tenancy_current_tenant_id(PG_FUNCTION_ARGS)
{
	pg_uuid_t *id;

	require_preloaded();
	id = bound_id();
	if (id == NULL)
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(id);
}
