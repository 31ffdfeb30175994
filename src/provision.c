/*
 * provision.c
 *	  Creation of a tenant: role, schema and registry row, all in the caller's
 *	  transaction and so all or nothing.
 *
 * The registry row comes first: of two jobs that provision one slug at once the
 * unique index lets one through, and the other learns that the tenant exists.
 */
#include "postgres.h"

#include "bridge.h"
#include "catalog/namespace.h"
#include "counters.h"
#include "errors.h"
#include "executor/spi.h"
#include "lifecycle.h"
#include "privileged.h"
#include "provision.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(tenancy_provision);

/* A tenant to be made. */
typedef struct Provision
{
	FunctionCallInfo fcinfo;
	const char *slug;
	Datum result;
} Provision;

/* Returns an argument of this type as SQL literal. */
static char *
argument_literal(FunctionCallInfo fcinfo, int number, Oid type)
{
	Oid output;
	bool is_varlena;

	if (PG_ARGISNULL(number))
		return pstrdup("NULL");
	getTypeOutputInfo(type, &output, &is_varlena);
	return quote_literal_cstr(OidOutputFunctionCall(output, PG_GETARG_DATUM(number)));
}

void
provision_register(const char *slug, const char *columns, const char *values)
{
	char schema[TENANCY_SCHEMA_SIZE];

	bridge_schema_of_slug(slug, schema);

	/* The slug of a dropped tenant is free again; its erasure record stays. */
	privileged_execute("DELETE FROM tenancy.tenants WHERE slug = %s AND status = 'deleted'",
					   quote_literal_cstr(slug));
	if (privileged_execute("INSERT INTO tenancy.tenants (slug, schema_name%s) VALUES (%s, %s%s) "
						   "ON CONFLICT DO NOTHING",
						   columns,
						   quote_literal_cstr(slug),
						   quote_literal_cstr(schema),
						   values) == 0)
		raise_verdict(TENANCY_TENANT_EXISTS, &(ErrorFacts){.slug = slug});
	counters_restart(schema);
}

/* Makes the tenant. */
static void
provision(void *argument)
{
	Provision *job = argument;
	FunctionCallInfo fcinfo = job->fcinfo;
	char schema[TENANCY_SCHEMA_SIZE];
	StringInfoData values;
	Oid *types;
	int count;

	bridge_schema_of_slug(job->slug, schema);
	SPI_connect();

	initStringInfo(&values);
	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &count);
	for (int i = 1; i < count; i++)
		appendStringInfo(&values,
						 ", %s",
						 i == 2 && PG_ARGISNULL(i) ? "DEFAULT" : argument_literal(fcinfo, i, types[i]));
	provision_register(job->slug,
					   ", admin_email, plan_tier, allowed_domains, api_key_hash, max_agents, max_tasks_per_month, "
					   "storage_limit_gb, stripe_customer_id, stripe_subscription_id",
					   values.data);

	if (OidIsValid(get_namespace_oid(schema, true)))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_SCHEMA),
				 errmsg("schema \"%s\" already exists", schema),
				 errhint("tenancy.adopt() takes an existing schema under management.")));
	lifecycle_make_role(schema);
	privileged_execute("CREATE SCHEMA %s AUTHORIZATION %s", quote_identifier(schema), quote_identifier(schema));
	lifecycle_set_privileges(schema);
	lifecycle_record_event(job->slug, "provisioned", NULL);
	job->result = lifecycle_row_datum(job->slug);
	SPI_finish();
}

/* tenancy.provision(slug, ...): creates a tenant and returns its registry row. */
Datum
tenancy_provision(PG_FUNCTION_ARGS)
{
	Provision job = {.fcinfo = fcinfo};

	require_preloaded();
	job.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(job.slug);
	privileged_run(provision, &job);
	PG_RETURN_DATUM(job.result);
}
