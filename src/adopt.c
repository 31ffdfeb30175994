/*
 * adopt.c
 *	  Taking an existing schema under management.
 *
 * Either everything in the schema goes to the tenant role, grants kept as ALTER ...
 * OWNER keeps them; or, with keep_owner, everything stays where it is and the
 * tenant role becomes a member of the owners, so that privileges stop nothing and
 * the hooks alone do.
 */
#include "postgres.h"

#include "authority.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "errors.h"
#include "executor/spi.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "ownership.h"
#include "privileged.h"
#include "provision.h"
#include "schema_objects.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(tenancy_adopt);

/* A schema to be adopted. */
typedef struct Adoption
{
	Oid schema;
	const char *slug;
	bool keep_owner;
	Datum result;
} Adoption;

/* Refuses schemas that belong to the system or to everybody. */
static void
require_adoptable(const char *schema)
{
	if (strncmp(schema, "pg_", 3) == 0 || strcmp(schema, "information_schema") == 0 ||
		strcmp(schema, "public") == 0 || strcmp(schema, "tenancy") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("schema \"%s\" cannot become a tenant's", schema)));
}

/*
 * Refuses to take what its owner has not given: operators are no superusers, and
 * adopting a schema gives access to it.  The prefix is different: whoever puts
 * something into a tenant schema puts it there for a tenant.
 */
static void
require_right_to_adopt(Oid schema, const char *name)
{
	ListCell *cell;

	if (bridge_is_tenant_schema(name) || authority_is_superuser())
		return;
	foreach (cell, schema_objects_owners(schema))
	{
		if (strncmp(GetUserNameFromId(lfirst_oid(cell), false), "pg_", 3) == 0 ||
			authority_role_is_superusers(lfirst_oid(cell)))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("permission denied to adopt schema \"%s\"", name),
					 errdetail("A superuser owns it or something in it."),
					 errhint("Have a superuser adopt it, or give it to an ordinary role first.")));
	}
}

/* Refuses to give a tenant schema the name of another tenant. */
static void
require_same_name(const char *name, const char *schema)
{
	if (strcmp(name, schema) != 0 && bridge_is_tenant_schema(name))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("schema \"%s\" cannot be renamed to \"%s\"", name, schema),
				 errdetail("A tenant schema has the slug that its name stands for.")));
}

/* Tells whether a function still has the privileges that functions are born with. */
static bool
has_default_privileges(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool isnull = false;

	if (HeapTupleIsValid(tuple))
	{
		(void) SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proacl, &isnull);
		ReleaseSysCache(tuple);
	}
	return isnull;
}

/* Takes the default right of PUBLIC to execute away from functions; what was granted stays. */
static void
close_functions(Oid schema)
{
	ListCell *cell;

	foreach (cell, schema_objects_find(schema))
	{
		const ObjectAddress *address = &((SchemaObject *) lfirst(cell))->address;

		if (address->classId == ProcedureRelationId && has_default_privileges(address->objectId))
			privileged_execute("REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC",
							   format_procedure_qualified(address->objectId));
	}
}

/* Gives the schema and all in it to the tenant role. */
static void
transfer(Oid schema, const char *name)
{
	Oid role = get_role_oid(name, false);
	ListCell *cell;

	privileged_execute("ALTER SCHEMA %s OWNER TO %s", quote_identifier(name), quote_identifier(name));

	/* Members of an extension depend on it, and stay with the extension's owner. */
	foreach (cell, schema_objects_find(schema))
	{
		const SchemaObject *object = lfirst(cell);

		if (!object->is_extension_member)
			ownership_give(&object->address, role);
	}
}

/* Makes the tenant role a member of whoever owns the schema and what is in it. */
static void
join_owners(Oid schema, const char *name)
{
	Oid role = get_role_oid(name, false);
	ListCell *cell;

	foreach (cell, schema_objects_owners(schema))
	{
		char *owner = GetUserNameFromId(lfirst_oid(cell), false);

		if (lfirst_oid(cell) == role)
			continue;
		if (superuser_arg(lfirst_oid(cell)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_GRANT_OPERATION),
					 errmsg("cannot keep the owner of schema \"%s\"", name),
					 errdetail("Role \"%s\", which owns it or something in it, is a superuser.", owner),
					 errhint("Give the objects to an ordinary role first, or adopt without keep_owner.")));
		privileged_execute("GRANT %s TO %s", quote_identifier(owner), quote_identifier(name));
	}
}

/* Adopts the schema. */
static void
adopt(void *argument)
{
	Adoption *job = argument;
	char *old_name = get_namespace_name(job->schema);
	char derived[TENANCY_SLUG_SIZE];
	char schema[TENANCY_SCHEMA_SIZE];

	if (old_name == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("schema with OID %u does not exist", job->schema)));
	require_adoptable(old_name);
	if (job->slug == NULL)
	{
		if (!bridge_slug_of_schema(old_name, derived))
			raise_verdict(TENANCY_BAD_SLUG, &(ErrorFacts){.slug = old_name});
		job->slug = derived;
	}
	lifecycle_require_slug(job->slug);
	bridge_schema_of_slug(job->slug, schema);

	require_same_name(old_name, schema);
	SPI_connect();
	require_right_to_adopt(job->schema, old_name);
	provision_register(job->slug);
	lifecycle_make_role(schema);
	if (strcmp(old_name, schema) != 0)
	{
		privileged_execute("ALTER SCHEMA %s RENAME TO %s", quote_identifier(old_name), quote_identifier(schema));
		ereport(NOTICE, (errmsg("schema \"%s\" is now named \"%s\"", old_name, schema)));
	}
	if (job->keep_owner)
	{
		join_owners(job->schema, schema);
		if (!authority_role_is_fit(get_role_oid(schema, false)))
			raise_verdict(TENANCY_UNFIT_ROLE, &(ErrorFacts){.slug = job->slug});
	}
	else
		transfer(job->schema, schema);
	close_functions(job->schema);
	lifecycle_set_privileges(schema);
	lifecycle_record_event(job->slug, "adopted", job->keep_owner ? "owner kept" : NULL, NULL);
	job->result = lifecycle_row_datum(job->slug);
	SPI_finish();
}

/* tenancy.adopt(schema, slug, keep_owner): takes a schema under management and returns its registry row. */
Datum
tenancy_adopt(PG_FUNCTION_ARGS)
{
	Adoption job = {0};

	lifecycle_require_unbound("tenancy.adopt()");
	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("schema must not be null")));
	job.schema = PG_GETARG_OID(0);
	job.slug = lifecycle_text_argument(fcinfo, 1);
	job.keep_owner = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	privileged_run(adopt, &job);
	PG_RETURN_DATUM(job.result);
}
