/*
 * binding.c
 *	  The binding of a session to a tenant: the setting tenancy.tenant.
 *
 * Being a setting, it follows sessions, transactions, savepoints, RESET, DISCARD
 * ALL, start-up options, ALTER ROLE and parallel workers as PostgreSQL itself
 * defines them.  The check hook (binding_check.c) authorises and finds the tenant; the
 * assign hook, which also runs while a transaction aborts and so may neither fail nor read
 * catalogs, switches the effective role to the tenant's.
 *
 * A transaction that has been bound, or in which a bound session has touched
 * anything, is "claimed" by that tenant until it ends.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/transam.h"
#include "access/xact.h"
#include "audit.h"
#include "audit_capture.h"
#include "binding.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "compat.h"
#include "counters.h"
#include "effective_role.h"
#include "errors.h"
#include "measure.h"
#include "miscadmin.h"
#include "plans.h"
#include "quota.h"
#include "quota_sessions.h"
#include "registry.h"
#include "residue.h"
#include "sessions.h"
#include "settings.h"
#include "sql_prepared.h"
#include "storage/ipc.h"
#include "tcop/pquery.h"
#include "tenant_plans.h"
#include "ticket.h"
#include "ticket_keys.h"
#include "unix_time.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

const Binding *current_binding = NULL;
bool binding_transaction_claimed = false;

/* The tenant of the first binding of this session, for tenancy.rebind = never. */
static bool session_served = false;
static uint8_t session_tenant[TENANCY_ID_SIZE];

/* The tenant that the running transaction belongs to. */
static uint8_t transaction_tenant[TENANCY_ID_SIZE];

/* The binding does not match the transaction: RESET took a claimed transaction to another tenant. */
static bool transaction_broken = false;

/* A statement of the running transaction has been admitted. */
static bool transaction_admitted = false;

/* A statement of the client's own is changing the setting. */
static bool changing_by_statement = false;

/* How many bindings have been in effect in this session. */
static uint64 bindings = 0;

bool binding_held = false;
bool binding_holding = false;

/* Tells whether two tenants are the same. */
static bool
same_tenant(const uint8_t *left, const uint8_t *right)
{
	return memcmp(left, right, TENANCY_ID_SIZE) == 0;
}

/* Makes the running transaction a tenant's. */
static void
claim_for(const Binding *claimant)
{
	memcpy(transaction_tenant, claimant->tenant.id, TENANCY_ID_SIZE);
	binding_transaction_claimed = true;
}

void
binding_claim_transaction(void)
{
	if (current_binding != NULL && !binding_transaction_claimed)
		claim_for(current_binding);
}

/* Tells whether a function is the extension's own: binding again by tenancy.bind() must stay possible. */
static bool
is_own_function(Oid function)
{
	return function >= FirstNormalObjectId && get_func_namespace(function) == get_namespace_oid("tenancy", true);
}

void
binding_note_call(Oid function)
{
	if (IsParallelWorker())
		return;
	/* The fast-path protocol calls functions outside of any statement. */
	if (ActivePortal == NULL && IsTransactionState() && current_binding != NULL && !is_own_function(function))
		binding_admit_statement();
	residue_note_owner(current_binding != NULL ? current_binding->tenant.id : NULL);
	if (current_binding != NULL && !binding_transaction_claimed && !is_own_function(function) &&
		function != F_SET_CONFIG)
		claim_for(current_binding);
}

bool
binding_session_has_served(void)
{
	return session_served;
}

void
binding_check_reset(void)
{
	const Binding *start = tenancy_tenant_setting->reset_extra;

	if (start != NULL && binding_transaction_claimed && !same_tenant(transaction_tenant, start->tenant.id))
		raise_verdict(TENANCY_REBIND_IN_TRANSACTION, &(ErrorFacts){.slug = start->tenant.slug});
}

void
binding_add_history(const TenancyTenant *tenant, TenancyBindFacts *facts)
{
	facts->session_served_other = session_served && (tenant == NULL || !same_tenant(session_tenant, tenant->id));
	facts->transaction_has_other =
		binding_transaction_claimed && (tenant == NULL || !same_tenant(transaction_tenant, tenant->id));
}

uint64
binding_generation(void)
{
	return registry_generation() + ticket_keys_generation();
}

const char *
binding_show(void)
{
	/*
	 * A report to the client, which poolers give back to us, is made between statements.  All
	 * that a statement runs has a portal or a snapshot, and shall not read the ticket.  In a
	 * transaction that has failed nothing runs, but its snapshots are still there.
	 */
	if (current_binding != NULL && current_binding->has_ticket && ActivePortal == NULL &&
		(!IsTransactionState() || !ActiveSnapshotSet()))
		return current_binding->text;
	return *tenancy_tenant_setting->variable;
}

/* Tells whether the current user is that of a function or operation which must not change it. */
static bool
in_restricted_context(void)
{
	return InLocalUserIdChange() || InSecurityRestrictedOperation();
}

/* Process exit, after the last transaction was rolled back: the session is bound no longer. */
static void
leave(int code, Datum argument)
{
	(void) code;
	(void) argument;
	measure_change_binding(NULL);
	if (current_binding != NULL)
		audit_binding(current_binding, NULL);
	if (current_binding != NULL && current_binding->has_place)
		quota_sessions_leave(&current_binding->tenant);
	current_binding = NULL;
	quota_leave();
}

/* Passes the session's place from one binding to the next; a place of the same tenant's stays. */
static void
pass_place(Binding *from, Binding *to)
{
	bool has_place = from != NULL && from->has_place;

	if (has_place)
		from->has_place = false;
	if (has_place && (to == NULL || to->tenant.counters != from->tenant.counters))
	{
		quota_sessions_leave(&from->tenant);
		has_place = false;
	}
	if (to != NULL)
		to->has_place = has_place || quota_sessions_take(&to->tenant, to->needs_no_ticket);
}

/* Counts a binding, and how long it took since it was asked for. */
static void
count_binding(const Binding *binding)
{
	instr_time now;
	uint64 duration;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, binding->asked_at);
	duration = (uint64) INSTR_TIME_GET_NANOSEC(now);
	counters_add(binding->tenant.counters, COUNTER_BINDS, 1);
	counters_add(binding->tenant.counters, COUNTER_BINDING_TIME, (int64) duration);
	counters_add(binding->tenant.counters, COUNTER_BINDING_STEP + bridge_binding_step(duration), 1);
}

/* Keeps the books that other sessions and statistics read. */
static void
account(const Binding *from, Binding *to)
{
	static bool exit_callback_registered = false;

	if (!exit_callback_registered)
	{
		on_shmem_exit(leave, (Datum) 0);
		exit_callback_registered = true;
	}
	measure_change_binding(to);
	pass_place(unconstify(Binding *, from), to);
	if (to != NULL)
	{
		if (!to->counted)
		{
			count_binding(to);
			to->serial = ++bindings;
		}
		to->counted = true;
	}
	sessions_publish(to != NULL ? to->tenant.schema : InvalidOid);
}

/* Assign hook of tenancy.tenant: makes the binding effective. */
void
binding_assign(const char *newval, void *extra)
{
	const Binding *from = current_binding;
	Binding *to = extra;

	(void) newval;
	if (from == to)
		return;

	/*
	 * A function amid a statement must not take the tenant's role away from under it:
	 * what runs next would have the session user's.  While a transaction ends, rewinding
	 * is right and nothing can be raised.
	 */
	if (from != NULL && (binding_held || (binding_transaction_claimed && !changing_by_statement)) &&
		IsTransactionState() && !IsParallelWorker() && (to == NULL || !same_tenant(from->tenant.id, to->tenant.id)))
		raise_verdict(TENANCY_UNBIND_IN_STATEMENT, &(ErrorFacts){.slug = from->tenant.slug});
	current_binding = to;
	audit_follow_binding();
	if (to != NULL)
		plans_forget_unguarded();

	/* The search path depends on the binding even where the role stays the same. */
	assign_search_path(NULL, NULL);

	/* A worker gets its roles from the leader, and the leader is accounted for already. */
	if (IsParallelWorker())
		return;

	if (!in_restricted_context())
	{
		if (to != NULL)
			effective_role_take(from != NULL ? from->tenant.role : InvalidOid, to->tenant.role);
		else
			effective_role_restore(from->tenant.role);
	}
	audit_binding(from, to);
	account(from, to);
	if (to != NULL)
		tenant_plans_change((Oid) to->tenant.schema);

	if (IsTransactionState())
	{
		if (from != NULL && !changing_by_statement && !binding_transaction_claimed)
			claim_for(from);
		if (to != NULL)
		{
			/* RESET comes here without a check: what it must not do is refused at the next statement. */
			if (binding_transaction_claimed && !same_tenant(transaction_tenant, to->tenant.id))
				transaction_broken = true;
			else
				claim_for(to);
			memcpy(session_tenant, to->tenant.id, TENANCY_ID_SIZE);
			session_served = true;
			/* SET alone leaves settings behind, and no statement would say whose they are. */
			residue_note_owner(to->tenant.id);
		}
	}
	else if (from != NULL && (to == NULL || !same_tenant(from->tenant.id, to->tenant.id)))
	{
		residue_clean_without_catalogs();
		/* Nothing runs any more, and the next client's Bind comes before any hook of ours. */
		if (sql_prepared_doomed && GetCurrentTransactionNestLevel() <= 1)
			sql_prepared_drop();
	}
}

/* Refuses the ticket that a session is bound by. */
pg_noreturn static void
refuse_ticket(const Binding *binding, TenancyVerdict verdict, TenancyTicketProblem problem)
{
	counters_add(binding->tenant.counters, COUNTER_REFUSED_TICKETS, 1);
	if (verdict == TENANCY_BAD_TICKET)
		log_ticket_refusal("ticket", errors_ticket_problem(problem), &binding->ticket);
	raise_verdict(verdict,
				  &(ErrorFacts){.slug = binding->tenant.slug,
								.bound_slug = binding->tenant.slug,
								.ticket_problem = problem});
}

/*
 * Checks that the ticket of a binding has neither lost its key nor been revoked, which is
 * found before anything about its time.  That is not asked: a transaction that has begun
 * goes on.
 */
static void
revalidate_ticket(const Binding *binding)
{
	TenancyTenant tenant;
	bool known;
	TenancyTicketProblem problem = ticket_check(&binding->ticket, &tenant, &known);

	if (problem != TENANCY_TICKET_GOOD && problem != TENANCY_TICKET_EXPIRED && problem != TENANCY_TICKET_EARLY)
		refuse_ticket(binding, TENANCY_BAD_TICKET, problem);
}

/* Finds the tenant again after something changed; raises an error unless it is still in order. */
static void
revalidate(Binding *binding)
{
	TenancyTenant now;
	uint64 generation = binding_generation();

	if (!registry_find(binding->tenant.slug, &now) || !same_tenant(now.id, binding->tenant.id) ||
		now.schema != binding->tenant.schema || now.role != binding->tenant.role)
		raise_verdict(TENANCY_NOT_ACTIVE,
					  &(ErrorFacts){.slug = binding->tenant.slug, .status = TENANCY_STATUS_DELETED});
	if (!now.role_fits)
		raise_verdict(TENANCY_UNFIT_ROLE, &(ErrorFacts){.slug = binding->tenant.slug});
	if (now.status != TENANCY_STATUS_ACTIVE)
		raise_verdict(TENANCY_NOT_ACTIVE, &(ErrorFacts){.slug = binding->tenant.slug, .status = now.status});
	if (binding->has_ticket)
		revalidate_ticket(binding);
	binding->tenant.limits = now.limits;
	binding->generation = generation;
}

/*
 * Checks that a transaction may begin with the binding: the setting may have come later,
 * and a ticket ends.  A transaction that has begun goes on.
 */
static void
check_ticket_at_start(const Binding *binding)
{
	if (tenancy_require_ticket && !binding->has_ticket && !binding->needs_no_ticket)
		refuse_ticket(binding, TENANCY_TICKET_REQUIRED, TENANCY_TICKET_GOOD);
	if (binding->has_ticket && !transaction_admitted &&
		unix_time(binding->ticket.not_before + binding->ticket.lifetime) <= GetCurrentTimestamp())
		refuse_ticket(binding, TENANCY_BAD_TICKET, TENANCY_TICKET_EXPIRED);
}

void
binding_reassert_role(void)
{
	if (current_binding == NULL || GetOuterUserId() == current_binding->tenant.role || IsParallelWorker())
		return;
	if (in_restricted_context())
		raise_verdict(TENANCY_BINDING_BROKEN, &(ErrorFacts){.slug = current_binding->tenant.slug});
	residue_note_role_change();
	SetCurrentRoleId(current_binding->tenant.role, false);
}

void
binding_admit_if_changed(void)
{
	if (current_binding != NULL && current_binding->generation != binding_generation())
		binding_admit_statement();
}

void
binding_admit_statement(void)
{
	const Binding *binding = current_binding;

	if (binding == NULL)
	{
		residue_note_owner(NULL);
		return;
	}
	if (IsParallelWorker())
		return;

	if (transaction_broken)
		raise_verdict(TENANCY_REBIND_IN_TRANSACTION, &(ErrorFacts){.slug = binding->tenant.slug});

	/*
	 * A transaction hears of a suspension when it begins.  Later statements, and those
	 * that functions run, may hold all their locks already and would not hear of it.
	 */
	if (transaction_admitted || GetCurrentTransactionStartTimestamp() != GetCurrentStatementStartTimestamp())
		AcceptInvalidationMessages();
	check_ticket_at_start(binding);
	transaction_admitted = true;
	if (binding->generation != binding_generation())
		revalidate(unconstify(Binding *, binding));
	if (sessions_any_closing() && sessions_is_closing(binding->tenant.schema))
		raise_verdict(TENANCY_NOT_ACTIVE,
					  &(ErrorFacts){.slug = binding->tenant.slug, .status = TENANCY_STATUS_DELETED});
	if (!binding->has_place)
		quota_require_place(unconstify(Binding *, binding));

	binding_reassert_role();
	if (residue_noted_serial != binding->serial)
		residue_note_owner_of(binding->tenant.id, binding->serial);
}

void
binding_change_by_statement(void (*body)(void *argument), void *argument)
{
	bool outer = changing_by_statement;

	changing_by_statement = true;
	PG_TRY();
	{
		body(argument);
	}
	PG_FINALLY();
	{
		changing_by_statement = outer;
	}
	PG_END_TRY();
}

/* A value for tenancy.tenant, for how long, and from where. */
typedef struct Change
{
	const char *value; /* NULL: RESET */
	bool is_local;
	GucSource source;
} Change;

/* Sets the setting. */
static void
apply(void *argument)
{
	Change *change = argument;

	(void) set_config_option("tenancy.tenant",
							 change->value,
							 PGC_USERSET,
							 change->source,
							 change->is_local ? GUC_ACTION_LOCAL : GUC_ACTION_SET,
							 true,
							 0,
							 false);
}

void
binding_set(const char *value, bool is_local, GucSource source)
{
	binding_change_by_statement(apply, &(Change){value, is_local, source});
}

void
binding_hold(const char *slug)
{
	binding_held = false;
	/* What tenancy.rebind forbids is that a client takes one tenant's session to another. */
	session_served = false;
	binding_holding = true;
	PG_TRY();
	{
		binding_set(slug != NULL ? slug : "", false, PGC_S_SESSION);
	}
	PG_FINALLY();
	{
		binding_holding = false;
	}
	PG_END_TRY();
	binding_held = slug != NULL;
}

/* Returns the binding that will be in effect when the running transaction has committed. */
static const Binding *
binding_after_commit(void)
{
	GucStack *stack = tenancy_tenant_setting->gen.stack;

	if (stack == NULL)
		return current_binding;
	switch (stack->state)
	{
		case GUC_SET:
			return current_binding;
		case GUC_SET_LOCAL:
			return stack->masked.extra;
		case GUC_LOCAL:
		case GUC_SAVE:
			return stack->prior.extra;
	}
	return NULL;
}

BindingScope
binding_scope(void)
{
	if (current_binding == NULL)
		return BINDING_NONE;
	if (current_binding != binding_after_commit())
		return BINDING_OF_TRANSACTION;
	return current_binding == tenancy_tenant_setting->reset_extra ? BINDING_OF_CONNECTION : BINDING_OF_SESSION;
}

void
binding_before_commit(void)
{
	const Binding *next;

	if (tenancy_tenant_setting->gen.stack == NULL)
		return;
	next = binding_after_commit();
	/* What the session began with is whoever's who opened the connection. */
	if (tenancy_bind_scope == TENANCY_SCOPE_TRANSACTION && next != NULL && !next->needs_no_ticket &&
		next != tenancy_tenant_setting->reset_extra)
		raise_verdict(TENANCY_BIND_SCOPE, &(ErrorFacts){.slug = next->tenant.slug});
	residue_clean_for(next != NULL ? next->tenant.id : NULL);
}

void
binding_before_prepare(void)
{
	if (binding_transaction_claimed || current_binding != NULL)
		raise_verdict(TENANCY_DENY_STATEMENT,
					  &(ErrorFacts){.object = "PREPARE TRANSACTION", .bound_slug = binding_slug()});
}

void
binding_end_transaction(void)
{
	binding_transaction_claimed = false;
	transaction_broken = false;
	transaction_admitted = false;
}
