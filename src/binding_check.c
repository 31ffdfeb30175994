/*
 * binding_check.c
 *	  Whether a session may be bound to a tenant: the check of a value of tenancy.tenant.
 *
 * The value is a slug or a ticket.  What remains of a ticket in the setting is the slug,
 * so that nothing that shows settings shows the ticket.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "authority.h"
#include "binding.h"
#include "binding_path.h"
#include "bridge.h"
#include "cached_tenants.h"
#include "compat.h"
#include "counters.h"
#include "errors.h"
#include "miscadmin.h"
#include "quota_sessions.h"
#include "registry.h"
#include "residue.h"
#include "settings.h"
#include "ticket.h"
#include "worker.h"

/* What a session asks for, and what was found of it. */
typedef struct Request
{
	const char *slug;	/* of the tenant; for a malformed ticket, that */
	const char *ticket; /* its text; NULL: there is none */
	bool malformed;		/* the text is no ticket */
	TenancyTicket said; /* by the ticket */
	instr_time asked_at;
	TenancyTenant tenant;
	bool known; /* the tenant is registered, and has its schema and role */
} Request;

/* Gathers the facts about a binding, and has core decide. */
static TenancyVerdict
judge(const Request *request)
{
	const TenancyTenant *tenant = &request->tenant;
	TenancyBindFacts facts = {
		.session_may_bind_any = authority_may_bind_any(),
		.tenant_known = request->known,
		.in_transaction = IsTransactionBlock(),
		.rebind = tenancy_rebind,
	};

	/* To a session that must serve no other tenant, one that does not exist is another. */
	if (!request->known && tenancy_error_style == ERROR_STYLE_UNIFORM)
	{
		facts.unknown_is_other = true;
		binding_add_history(NULL, &facts);
	}
	if (request->known)
	{
		facts.session_has_role = !facts.session_may_bind_any && authority_is_member(tenant->role);
		facts.status = tenant->status;
		facts.role_fits = tenant->role_fits;
		binding_add_history(tenant, &facts);
	}
	return bridge_decide_bind(&facts);
}

/* Counts a refused binding: by its tenant if there is one. */
static void
count_refusal(const Request *request, Counter counter)
{
	counters_add(request->known ? request->tenant.counters : counters_of_unbound(), counter, 1);
}

/* Refuses a binding for its ticket, or for the want of one. */
static bool
refuse_ticket(Request *request, TenancyVerdict verdict, TenancyTicketProblem problem)
{
	count_refusal(request, COUNTER_REFUSED_BINDS);
	count_refusal(request, COUNTER_REFUSED_TICKETS);
	if (verdict == TENANCY_BAD_TICKET)
		log_ticket_refusal("ticket", errors_ticket_problem(problem), request->malformed ? NULL : &request->said);
	report_check_failure(verdict,
						 &(ErrorFacts){.slug = request->known ? request->tenant.slug : NULL,
									   .has_ticket = request->ticket != NULL,
									   .ticket_problem = problem});
	return false;
}

/* Tells whether a tenant has its schema and its role; one that was dropped needs neither. */
static bool
is_whole(const TenancyTenant *tenant)
{
	return tenant->status == TENANCY_STATUS_DELETED || (OidIsValid(tenant->schema) && OidIsValid(tenant->role));
}

/* Finds the tenant that is asked for; false where a ticket is not good, or is missing. */
static bool
find_tenant(Request *request)
{
	TenancyTicketProblem problem;
	bool required = tenancy_require_ticket && !binding_holding && !InitializingParallelWorker;

	if (request->ticket != NULL)
	{
		problem = request->malformed ? TENANCY_TICKET_MALFORMED
									 : ticket_check(&request->said, &request->tenant, &request->known);
		/* Of a suspended tenant they all are, but that is not what its holder should hear. */
		if (problem == TENANCY_TICKET_REVOKED && request->tenant.status != TENANCY_STATUS_ACTIVE)
			problem = TENANCY_TICKET_GOOD;
		if (problem != TENANCY_TICKET_GOOD)
			return refuse_ticket(request, TENANCY_BAD_TICKET, problem);
	}
	else if (required)
		return refuse_ticket(request, TENANCY_TICKET_REQUIRED, TENANCY_TICKET_GOOD);
	else
		request->known = registry_find(request->slug, &request->tenant);
	request->known = request->known && is_whole(&request->tenant);
	return true;
}

/* Finds a place for one more session of the tenant, if it needs one; false, with the refusal counted: there is none. */
static bool
find_place(const Request *request)
{
	const TenancyTenant *tenant = &request->tenant;

	if (binding_holding || (current_binding != NULL && current_binding->has_place &&
							memcmp(current_binding->tenant.id, tenant->id, TENANCY_ID_SIZE) == 0))
		return true;
	if (quota_sessions_reserve(tenant))
		return true;
	count_refusal(request, COUNTER_REFUSED_BINDS);
	pg_atomic_fetch_add_u64(&counters_usage(tenant->counters)->quota_refusals, 1);
	report_check_failure(TENANCY_QUOTA_EXHAUSTED,
						 &(ErrorFacts){.slug = tenant->slug,
									   .quota = bridge_name_of_quota(TENANCY_QUOTA_SESSIONS),
									   .used = quota_sessions_count(tenant),
									   .limit = tenant->limits.limits[TENANCY_QUOTA_SESSIONS].hard,
									   .has_ticket = request->ticket != NULL});
	return false;
}

/* Decides about a binding; an allowed one finds the session as clean as it shall be. */
static bool
authorise(const Request *request)
{
	TenancyVerdict verdict = judge(request);

	if (verdict != TENANCY_ALLOW)
	{
		count_refusal(request, COUNTER_REFUSED_BINDS);
		report_check_failure(verdict,
							 &(ErrorFacts){.slug = request->slug,
										   .status = request->tenant.status,
										   .has_ticket = request->ticket != NULL});
		return false;
	}
	if (!find_place(request))
		return false;
	if (current_binding != NULL && GetOuterUserId() != current_binding->tenant.role)
		residue_note_role_change();
	residue_clean_for(request->tenant.id);
	cached_tenants_note(request->slug);
	return true;
}

void
binding_require_permission(const char *slug, TenancyTenant *tenant)
{
	Request request = {.slug = slug};
	TenancyVerdict verdict;

	request.known = registry_find(slug, &request.tenant) && is_whole(&request.tenant);
	verdict = judge(&request);
	if (verdict != TENANCY_ALLOW)
	{
		count_refusal(&request, COUNTER_REFUSED_BINDS);
		raise_verdict(verdict, &(ErrorFacts){.slug = slug, .status = request.tenant.status});
	}
	*tenant = request.tenant;
}

/* Makes the binding, in GUC's memory. */
static Binding *
make_binding(const Request *request, uint64 generation)
{
	Binding *binding = guc_malloc(LOG, sizeof(Binding));

	if (binding == NULL)
		return NULL;
	memset(binding, 0, sizeof(Binding));
	binding->tenant = request->tenant;
	binding->generation = generation;
	binding->asked_at = request->asked_at;
	binding->from_path = binding_path_deriving;
	binding->needs_no_ticket = binding_holding || InitializingParallelWorker;
	if (request->ticket != NULL)
	{
		binding->has_ticket = true;
		binding->ticket = request->said;
		strlcpy(binding->text, request->ticket, sizeof(binding->text));
	}
	return binding;
}

/* Tells whether a value has the form of a slug or of a ticket; leaves the error for GUC where it has not. */
static bool
is_well_formed(const char *value)
{
	/* Where a ticket is required, what is none is told from a bad one by nobody. */
	if (strchr(value, '.') != NULL || tenancy_require_ticket || bridge_is_slug(value))
		return true;
	report_check_failure(TENANCY_BAD_SLUG, &(ErrorFacts){.slug = value});
	return false;
}

/* Check hook of tenancy.tenant: decides whether the session may be bound to the tenant named. */
bool
binding_check(char **newval, void **extra, GucSource source)
{
	Request request = {.slug = *newval};
	uint64 generation;

	*extra = NULL;
	if (*newval == NULL || **newval == '\0')
		return true;

	/* ALTER DATABASE ... SET reaches autovacuum too, which works for all. */
	if (MyBackendType == B_AUTOVAC_WORKER)
	{
		**newval = '\0';
		return true;
	}
	if (!is_well_formed(*newval))
		return false;
	/* ALTER ROLE ... SET: who logs in is judged then. */
	if (source == PGC_S_TEST)
		return true;
	if (!IsTransactionState())
		return false;
	if (binding_held)
	{
		report_check_failure(TENANCY_REBIND_NEVER, &(ErrorFacts){.slug = *newval});
		return false;
	}
	/* The default of a role or database, where the connection string has a value already. */
	if (tenancy_tenant_setting != NULL && source < tenancy_tenant_setting->gen.source)
		return true;

	INSTR_TIME_SET_CURRENT(request.asked_at);
	if (strchr(*newval, '.') != NULL)
	{
		request.ticket = *newval;
		request.malformed = !bridge_parse_ticket(*newval, &request.said);
		if (!request.malformed)
			request.slug = request.said.slug;
	}
	if (!InitializingParallelWorker && !request.malformed)
		cached_tenants_make_room(request.slug);
	/* What changes from here on is looked at by the first statement. */
	generation = binding_generation();
	if (!find_tenant(&request))
		return false;
	if (InitializingParallelWorker ? !request.known : !authorise(&request))
		return false;
	worker_want();
	*extra = make_binding(&request, generation);
	if (*extra != NULL && request.ticket != NULL)
		*strchr(*newval, '.') = '\0';
	return *extra != NULL;
}

bool
binding_require_ticket_check(bool *newval, void **extra, GucSource source)
{
	(void) extra;
	(void) source;
	if (!*newval || !IsInitProcessingMode() || InitializingParallelWorker || current_binding == NULL ||
		current_binding->has_ticket || current_binding->needs_no_ticket)
		return true;
	counters_add(current_binding->tenant.counters, COUNTER_REFUSED_BINDS, 1);
	counters_add(current_binding->tenant.counters, COUNTER_REFUSED_TICKETS, 1);
	raise_verdict(TENANCY_TICKET_REQUIRED, &(ErrorFacts){0});
}
