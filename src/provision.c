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
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(tenancy_provision);

/* Arguments of tenancy.provision(), as the install script declares them. */
#define PROVISION_ARGUMENTS 10

/* A tenant to be made. */
typedef struct Provision
{
	FunctionCallInfo fcinfo;
	const char *slug;
	Datum result;
} Provision;

void
provision_register(const char *slug)
{
	char schema[TENANCY_SCHEMA_SIZE];
	RegistryRow former;

	bridge_schema_of_slug(slug, schema);

	/* The slug of a dropped tenant is free again; its erasure record stays. */
	if (lifecycle_read_row(slug, &former) && former.status == TENANCY_STATUS_DELETED &&
		privileged_execute("SELECT FROM tenancy.erasures WHERE tenant_id = '%s' AND finished_at IS NULL", former.id) >
			0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("tenant \"%s\" was not dropped completely", slug),
				 errdetail("Its erasure has begun and has not been finished."),
				 errhint("Call tenancy.drop() again to go on where it stopped.")));
	privileged_execute("DELETE FROM tenancy.tenants WHERE slug = %s AND status = 'deleted'",
					   quote_literal_cstr(slug));
	if (privileged_execute("INSERT INTO tenancy.tenants (slug, schema_name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
						   quote_literal_cstr(slug),
						   quote_literal_cstr(schema)) == 0)
		raise_verdict(TENANCY_TENANT_EXISTS, &(ErrorFacts){.slug = slug});
	counters_restart(schema);
}

/*
 * Fills in the columns that the caller gave.  They go as parameters, not as text of
 * the statement: an error's context shows the text, and one of them is a secret.
 */
static void
describe_tenant(FunctionCallInfo fcinfo)
{
	Oid *types;
	Datum values[PROVISION_ARGUMENTS];
	char nulls[PROVISION_ARGUMENTS];
	int count;
	int result;

	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &count);
	if (count != PROVISION_ARGUMENTS)
		elog(ERROR, "tenancy.provision() has %d arguments, not %d", count, PROVISION_ARGUMENTS);
	for (int i = 0; i < count; i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	result =
		SPI_execute_with_args("UPDATE tenancy.tenants SET admin_email = $2, plan_tier = coalesce($3, plan_tier), "
							  "allowed_domains = $4, api_key_hash = $5, max_agents = $6, "
							  "max_tasks_per_month = $7, storage_limit_gb = $8, stripe_customer_id = $9, "
							  "stripe_subscription_id = $10 WHERE slug = $1",
							  count,
							  types,
							  values,
							  nulls,
							  false,
							  0);
	if (result < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
}

/* Makes the tenant. */
static void
provision(void *argument)
{
	Provision *job = argument;
	char schema[TENANCY_SCHEMA_SIZE];

	bridge_schema_of_slug(job->slug, schema);
	SPI_connect();
	provision_register(job->slug);
	describe_tenant(job->fcinfo);

	if (OidIsValid(get_namespace_oid(schema, true)))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_SCHEMA),
				 errmsg("schema \"%s\" already exists", schema),
				 errhint("tenancy.adopt() takes an existing schema under management.")));
	lifecycle_make_role(schema);
	privileged_execute("CREATE SCHEMA %s AUTHORIZATION %s", quote_identifier(schema), quote_identifier(schema));
	lifecycle_set_privileges(schema);
	lifecycle_record_event(job->slug, "provisioned", NULL, NULL);
	job->result = lifecycle_row_datum(job->slug);
	SPI_finish();
}

/* tenancy.provision(slug, ...): creates a tenant and returns its registry row. */
Datum
tenancy_provision(PG_FUNCTION_ARGS)
{
	Provision job = {.fcinfo = fcinfo};

	lifecycle_require_unbound("tenancy.provision()");
	job.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(job.slug);
	privileged_run(provision, &job);
	PG_RETURN_DATUM(job.result);
}
