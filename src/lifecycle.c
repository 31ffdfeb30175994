/*
 * lifecycle.c
 *	  What the functions that change the life of a tenant share; suspend and activate.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_capture.h"
#include "audit_statement.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "executor/spi.h"
#include "guard.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "privileged.h"
#include "registry.h"
#include "settings.h"
#include "utils/acl.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(tenancy_suspend);
PG_FUNCTION_INFO_V1(tenancy_activate);

char *
lifecycle_text_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(number));
}

void
lifecycle_require_unbound(const char *function)
{
	require_preloaded();
	if (OidIsValid(guard_own_schema()))
		guard_refuse_statement(function);
	audit_note_lifecycle(function, NULL);
}

void
lifecycle_require_slug(const char *slug)
{
	if (slug == NULL || !bridge_is_slug(slug))
		raise_verdict(TENANCY_BAD_SLUG, &(ErrorFacts){.slug = slug});
	audit_note_lifecycle(NULL, slug);
}

bool
lifecycle_read_row(const char *slug, RegistryRow *row)
{
	static PrivilegedStatement statement =
		{.sql = "SELECT id, slug, schema_name, status FROM tenancy.tenants WHERE slug = $1",
		 .parameters = 1,
		 .types = {TEXTOID}};

	if (privileged_execute_prepared(&statement, &slug) == 0)
		return false;
	strlcpy(row->id, privileged_value(0, 1), sizeof(row->id));
	strlcpy(row->slug, privileged_value(0, 2), sizeof(row->slug));
	strlcpy(row->schema, privileged_value(0, 3), sizeof(row->schema));
	row->status = registry_parse_status(privileged_value(0, 4));
	return true;
}

void
lifecycle_require_row(const char *slug, RegistryRow *row)
{
	lifecycle_require_slug(slug);
	if (!lifecycle_read_row(slug, row))
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = slug});
}

Oid
lifecycle_require_schema(const char *slug)
{
	RegistryRow row;
	Oid schema;

	lifecycle_require_row(slug, &row);
	schema = get_namespace_oid(row.schema, true);
	if (!OidIsValid(schema))
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = slug});
	return schema;
}

Datum
lifecycle_row_datum(const char *slug)
{
	bool isnull;

	privileged_execute("SELECT t FROM tenancy.tenants t WHERE t.slug = %s", quote_literal_cstr(slug));
	return SPI_datumTransfer(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull), false, -1);
}

void
lifecycle_make_role(const char *role)
{
	if (!OidIsValid(get_role_oid(role, true)))
	{
		privileged_execute("CREATE ROLE %s NOLOGIN IN ROLE tenancy_tenant", quote_identifier(role));
		return;
	}
	if (privileged_execute("SELECT FROM pg_auth_members m JOIN pg_authid r ON r.oid = m.member "
						   "WHERE r.rolname = %s AND NOT r.rolcanlogin AND NOT r.rolsuper "
						   "AND m.roleid = 'tenancy_tenant'::regrole",
						   quote_literal_cstr(role)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("role \"%s\" already exists", role),
				 errdetail("It is not a tenant role: those cannot log in and are members of tenancy_tenant."),
				 errhint("Rename or drop the role, or choose another slug.")));
}

void
lifecycle_set_privileges(const char *schema)
{
	const char *name = quote_identifier(schema);

	/* Without USAGE the core would refuse a name before our hook could count and explain it. */
	privileged_execute("GRANT USAGE ON SCHEMA %s TO PUBLIC", name);
	privileged_execute("ALTER DEFAULT PRIVILEGES FOR ROLE %s REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC", name);
	privileged_execute("ALTER DEFAULT PRIVILEGES FOR ROLE %s REVOKE USAGE ON TYPES FROM PUBLIC", name);
}

void
lifecycle_record_event(const char *slug, const char *event, const char *detail, const char *actor)
{
	static PrivilegedStatement statement =
		{.sql = "WITH e AS (INSERT INTO tenancy.events (tenant_id, slug, event, detail, actor) "
				"SELECT t.id, t.slug, $1, $2, $3 FROM tenancy.tenants t WHERE t.slug = $4 "
				"RETURNING tenant_id, slug, event, actor, at) "
				"SELECT pg_notify('tenancy_events', row_to_json(e)::text) FROM e",
		 .parameters = 4,
		 .types = {TEXTOID, TEXTOID, NAMEOID, TEXTOID}};
	const char *values[] = {event,
							detail,
							actor != NULL ? actor : GetUserNameFromId(GetSessionUserId(), false),
							slug};

	/* Before the event gets its id: who reads events in the order of ids knows by that when a missing one will not come. */
	(void) GetTopTransactionId();
	privileged_execute_prepared(&statement, values);
	audit_lifecycle(slug, event, detail, actor);
}

/* A change of status that was asked for. */
typedef struct StatusChange
{
	const char *slug;
	const char *status;
	const char *event;
	const char *reason;
} StatusChange;

/* Writes the new status; a deleted tenant has none to change. */
static void
change_status(void *argument)
{
	StatusChange *change = argument;
	RegistryRow row;

	SPI_connect();
	lifecycle_require_row(change->slug, &row);
	if (privileged_execute("UPDATE tenancy.tenants SET status = %s WHERE slug = %s AND status <> 'deleted'",
						   quote_literal_cstr(change->status),
						   quote_literal_cstr(change->slug)) == 0)
		raise_verdict(TENANCY_NOT_ACTIVE, &(ErrorFacts){.slug = change->slug, .status = TENANCY_STATUS_DELETED});
	lifecycle_record_event(change->slug, change->event, change->reason, NULL);
	SPI_finish();
}

/* tenancy.suspend(slug, reason): refuses the tenant's sessions from their next statement on. */
Datum
tenancy_suspend(PG_FUNCTION_ARGS)
{
	StatusChange change = {.status = "suspended", .event = "suspended"};

	lifecycle_require_unbound("tenancy.suspend()");
	change.slug = lifecycle_text_argument(fcinfo, 0);
	change.reason = lifecycle_text_argument(fcinfo, 1);
	lifecycle_require_slug(change.slug);
	privileged_run(change_status, &change);
	PG_RETURN_VOID();
}

/* tenancy.activate(slug): lets a suspended tenant work again. */
Datum
tenancy_activate(PG_FUNCTION_ARGS)
{
	StatusChange change = {.status = "active", .event = "activated"};

	lifecycle_require_unbound("tenancy.activate()");
	change.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(change.slug);
	privileged_run(change_status, &change);
	PG_RETURN_VOID();
}
