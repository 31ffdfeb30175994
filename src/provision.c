/*
 * provision.c
 *	  Creation of a tenant: role, schema, what is in it, and registry row, all in the
 *	  caller's transaction and so all or nothing.
 *
 * The registry row comes first: of two jobs that provision one slug at once the
 * unique index lets one through, and the other learns that the tenant exists.
 */
#include "postgres.h"

#include "access/xact.h"
#include "blueprint.h"
#include "bridge.h"
#include "bulk.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "clone.h"
#include "counters.h"
#include "errors.h"
#include "executor/spi.h"
#include "lifecycle.h"
#include "privileged.h"
#include "provision.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(tenancy_provision);
PG_FUNCTION_INFO_V1(tenancy_clone);
PG_FUNCTION_INFO_V1(tenancy_provision_many);

/* Arguments of tenancy.provision(), as the install script declares them; the last is the template. */
#define PROVISION_ARGUMENTS 11
#define TEMPLATE_ARGUMENT (PROVISION_ARGUMENTS - 1)

/* A tenant to be made. */
typedef struct Provision
{
	const char *slug;
	const char *template_slug;	  /* whose structure it gets; NULL: that of the blueprint */
	CloneRows rows;				  /* of the template */
	const char *plan_tier;		  /* NULL: the default */
	FunctionCallInfo description; /* arguments of tenancy.provision(); NULL: defaults */
	Datum result;				  /* the registry row */
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
	privileged_execute(
		"WITH gone AS (DELETE FROM tenancy.tenants WHERE slug = %s AND status = 'deleted' RETURNING id), "
		"quotas AS (DELETE FROM tenancy.quotas q USING gone WHERE q.tenant_id = gone.id) "
		"DELETE FROM tenancy.usage u USING gone WHERE u.tenant_id = gone.id",
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
							  TEMPLATE_ARGUMENT,
							  types,
							  values,
							  nulls,
							  false,
							  0);
	if (result < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
}

/* Reads the row of the tenant that is to be cloned. */
static void
read_template(const char *slug, RegistryRow *row)
{
	if (!lifecycle_read_row(slug, row))
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = slug});
	if (row->status == TENANCY_STATUS_DELETED)
		raise_verdict(TENANCY_NOT_ACTIVE, &(ErrorFacts){.slug = slug, .status = row->status});
}

/* Makes the tenant's role and empty schema. */
static void
make_schema(const char *schema)
{
	if (OidIsValid(get_namespace_oid(schema, true)))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_SCHEMA),
				 errmsg("schema \"%s\" already exists", schema),
				 errhint("tenancy.adopt() takes an existing schema under management.")));
	lifecycle_make_role(schema);
	privileged_execute("CREATE SCHEMA %s AUTHORIZATION %s", quote_identifier(schema), quote_identifier(schema));
	lifecycle_set_privileges(schema);
}

/* Fills the schema. */
static void
fill_schema(const Provision *job, const RegistryRow *tenant)
{
	RegistryRow source;

	if (job->template_slug == NULL)
	{
		blueprint_apply(tenant);
		return;
	}
	read_template(job->template_slug, &source);
	clone_into(&source, tenant, &job->rows);
}

/* Makes the tenant of a Provision: registry row, role, schema, and what is in it. */
static void
make_tenant(void *argument)
{
	Provision *job = argument;
	RegistryRow tenant;

	SPI_connect();
	provision_register(job->slug);
	if (job->description != NULL)
		describe_tenant(job->description);
	else if (job->plan_tier != NULL)
		privileged_execute("UPDATE tenancy.tenants SET plan_tier = %s WHERE slug = %s",
						   quote_literal_cstr(job->plan_tier),
						   quote_literal_cstr(job->slug));
	(void) lifecycle_read_row(job->slug, &tenant);
	make_schema(tenant.schema);
	CommandCounterIncrement();
	fill_schema(job, &tenant);
	lifecycle_record_event(job->slug,
						   "provisioned",
						   job->template_slug != NULL ? psprintf("like tenant \"%s\"", job->template_slug) : NULL,
						   NULL);
	job->result = lifecycle_row_datum(job->slug);
	SPI_finish();
}

/* tenancy.provision(slug, ...): creates a tenant and returns its registry row. */
Datum
tenancy_provision(PG_FUNCTION_ARGS)
{
	Provision job = {.description = fcinfo};

	lifecycle_require_unbound("tenancy.provision()");
	job.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(job.slug);
	job.template_slug = lifecycle_text_argument(fcinfo, TEMPLATE_ARGUMENT);
	if (job.template_slug != NULL)
		lifecycle_require_slug(job.template_slug);
	privileged_run(make_tenant, &job);
	PG_RETURN_DATUM(job.result);
}

/* Reads an array of names of tables. */
static List *
table_names(ArrayType *array)
{
	List *names = NIL;
	Datum *elements;
	bool *nulls;
	int count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("array of tables must not contain nulls")));
		names = lappend(names, TextDatumGetCString(elements[i]));
	}
	return names;
}

/* tenancy.clone(from, to, with_data, tables): creates a tenant in the likeness of another. */
Datum
tenancy_clone(PG_FUNCTION_ARGS)
{
	Provision job = {0};

	lifecycle_require_unbound("tenancy.clone()");
	job.template_slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(job.template_slug);
	job.slug = lifecycle_text_argument(fcinfo, 1);
	lifecycle_require_slug(job.slug);
	job.rows.any = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	if (!PG_ARGISNULL(3))
	{
		job.rows.tables = table_names(PG_GETARG_ARRAYTYPE_P(3));
		/* An empty list is none, not all. */
		job.rows.any = job.rows.tables != NIL;
	}
	privileged_run(make_tenant, &job);
	PG_RETURN_DATUM(job.result);
}

/* A tenant among many, and whether there was nothing to do. */
typedef struct OneOfMany
{
	Provision job;
	bool existed;
} OneOfMany;

/* Makes the tenant unless it is there. */
static void
provision_missing(void *argument)
{
	OneOfMany *one = argument;
	RegistryRow row;

	SPI_connect();
	one->existed = lifecycle_read_row(one->job.slug, &row) && row.status != TENANCY_STATUS_DELETED;
	SPI_finish();
	if (!one->existed)
		make_tenant(&one->job);
}

/* Step of tenancy.provision_many(). */
static bool
provision_one_of_many(const char *slug, int position, void *argument)
{
	OneOfMany one = {.job = *(Provision *) argument};

	(void) position;
	one.job.slug = slug;
	lifecycle_require_slug(slug);
	privileged_run(provision_missing, &one);
	if (one.existed)
		ereport(NOTICE, (errmsg("tenant \"%s\" already exists, skipping", slug)));
	return !one.existed;
}

/* tenancy.provision_many(slugs, plan_tier, template): creates tenants, each in a transaction of its own. */
Datum
tenancy_provision_many(PG_FUNCTION_ARGS)
{
	Provision job = {0};
	Bulk bulk = {.procedure = "tenancy.provision_many()",
				 .verb = "provision",
				 .done = "provisioned",
				 .step = provision_one_of_many,
				 .argument = &job};
	char **slugs;
	int count;

	lifecycle_require_unbound("tenancy.provision_many()");
	slugs = bulk_slugs(fcinfo, 0, &count);
	job.plan_tier = lifecycle_text_argument(fcinfo, 1);
	job.template_slug = lifecycle_text_argument(fcinfo, 2);
	if (job.template_slug != NULL)
		lifecycle_require_slug(job.template_slug);
	bulk_run(fcinfo, &bulk, slugs, count);
	PG_RETURN_VOID();
}
