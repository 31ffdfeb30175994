/*
 * audit_capture.c
 *	  Events of the audit that are no statements: refusals, bindings, tenants' lives.
 *
 * A refusal is told of before it is raised, so that nobody can swallow it; a binding in the
 * assign hook of its setting, which sees every way by which one begins and ends.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "audit.h"
#include "audit_capture.h"
#include "audit_flood.h"
#include "audit_statement.h"
#include "audit_undo.h"
#include "bridge.h"
#include "miscadmin.h"
#include "tcop/tcopprot.h"

/* Tells whether a verdict is a refusal: others are failures of functions that were called wrongly. */
static bool
is_refusal(TenancyVerdict verdict, bool in_binding)
{
	switch (verdict)
	{
		case TENANCY_ALLOW:
		case TENANCY_OUT_OF_MEMORY:
		case TENANCY_NOT_PRELOADED:
			return false;
		case TENANCY_UNKNOWN_TENANT:
		case TENANCY_TENANT_EXISTS:
		case TENANCY_BAD_SLUG:
			return in_binding;
		case TENANCY_NOT_ACTIVE:
			return in_binding || current_binding != NULL;
		default:
			return true;
	}
}

/* Returns the tenant that a refusal is about, if it names one that exists. */
static const char *
tenant_of(TenancyVerdict verdict, const ErrorFacts *facts)
{
	if (verdict != TENANCY_UNKNOWN_TENANT && verdict != TENANCY_BAD_SLUG && facts->slug != NULL &&
		bridge_is_slug(facts->slug))
		return facts->slug;
	return facts->bound_slug != NULL ? facts->bound_slug : binding_slug();
}

void
audit_refusal(TenancyVerdict verdict, const ErrorFacts *facts, int sqlstate, const char *message, bool in_binding)
{
	AuditEvent event = {.rows = -1, .class = AUDIT_REFUSAL, .outcome = AUDIT_DENIED};
	char aimed_at[TENANCY_SLUG_SIZE] = "";

	if (!audit_is_on(AUDIT_REFUSAL) || !is_refusal(verdict, in_binding))
		return;
	audit_note_refusal();
	event.texts[AUDIT_TENANT] = tenant_of(verdict, facts);
	if (facts->schema != NULL)
	{
		event.texts[AUDIT_SCHEMA] = facts->schema;
		if (!bridge_slug_of_schema(facts->schema, aimed_at))
			aimed_at[0] = '\0';
	}
	if (!audit_concerns(AUDIT_REFUSAL, event.texts[AUDIT_TENANT], aimed_at[0] != '\0' ? aimed_at : NULL))
		return;
	if (!audit_flood_admit())
		return;
	strlcpy(event.sqlstate, unpack_sql_state(sqlstate), sizeof(event.sqlstate));
	event.texts[AUDIT_ACTION] = in_binding || facts->has_ticket ? "bind"
								: facts->object != NULL			? facts->object
																: "access";
	event.texts[AUDIT_DETAIL] =
		facts->ticket_problem != TENANCY_TICKET_GOOD ? errors_ticket_problem(facts->ticket_problem) : message;
	event.texts[AUDIT_QUERY] = audit_query_text(debug_query_string, 0, 0);
	audit_emit(&event);
}

/* Tells of one binding. */
static void
tell(const Binding *binding, const char *action, const char *detail)
{
	AuditEvent event = {.rows = -1, .class = AUDIT_BIND, .outcome = AUDIT_DONE};

	if (!audit_concerns(AUDIT_BIND, binding->tenant.slug, NULL))
		return;
	event.texts[AUDIT_TENANT] = binding->tenant.slug;
	event.texts[AUDIT_ACTION] = action;
	event.texts[AUDIT_DETAIL] = detail;
	audit_emit(&event);
}

/* Says how a binding came about. */
static const char *
origin(const Binding *binding)
{
	if (binding->counted)
		return "an earlier binding is in effect again";
	if (binding->has_ticket)
		return "by a ticket";
	return binding->from_path ? "by search_path" : binding->needs_no_ticket ? "by the extension" : "by a slug";
}

/* A session that begins has been bound, and settings of its role may still say that this is audited. */
static bool first_binding_waits = false;

void
audit_first_binding(void)
{
	if (!first_binding_waits)
		return;
	first_binding_waits = false;
	if (current_binding != NULL)
		tell(current_binding, "bind", "by the connection string");
}

void
audit_binding(const Binding *from, const Binding *to)
{
	if (IsParallelWorker() || InitializingParallelWorker)
		return;
	audit_flood_settle();
	if (IsInitProcessingMode())
	{
		first_binding_waits = to != NULL;
		return;
	}
	if (from != NULL && (to == NULL || memcmp(from->tenant.id, to->tenant.id, TENANCY_ID_SIZE) != 0))
		tell(from, "unbind", NULL);
	if (to != NULL)
		tell(to, "bind", origin(to));
}

void
audit_lifecycle(const char *slug, const char *event_name, const char *detail, const char *actor)
{
	AuditEvent event = {.rows = -1, .class = AUDIT_LIFECYCLE, .outcome = AUDIT_DONE};

	if (!audit_concerns(AUDIT_LIFECYCLE, slug, NULL))
		return;
	event.texts[AUDIT_TENANT] = slug;
	event.texts[AUDIT_SESSION_USER] = actor;
	event.texts[AUDIT_ACTION] = audit_lifecycle_function() != NULL ? audit_lifecycle_function() : "tenancy";
	event.texts[AUDIT_DETAIL] = detail != NULL ? psprintf("%s: %s", event_name, detail) : event_name;
	event.texts[AUDIT_QUERY] = audit_query_text(debug_query_string, 0, 0);
	audit_emit(&event);
	audit_note_done(AUDIT_LIFECYCLE);
}
