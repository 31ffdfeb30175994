/*
 * binding.c
 *	  The binding of a session to a tenant: the setting tenancy.tenant.
 *
 * Being a setting, it follows sessions, transactions, savepoints, RESET, DISCARD
 * ALL, start-up options, ALTER ROLE and parallel workers as PostgreSQL itself
 * defines them.  The check hook authorises and finds the tenant; the assign hook,
 * which also runs while a transaction aborts and so may neither fail nor read
 * catalogs, switches the effective role to the tenant's.
 *
 * A transaction that has been bound, or in which a bound session has touched
 * anything, is "claimed" by that tenant until it ends.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/transam.h"
#include "access/xact.h"
#include "authority.h"
#include "binding.h"
#include "bridge.h"
#include "cached_tenants.h"
#include "catalog/namespace.h"
#include "compat.h"
#include "counters.h"
#include "errors.h"
#include "miscadmin.h"
#include "plans.h"
#include "registry.h"
#include "residue.h"
#include "sessions.h"
#include "settings.h"
#include "storage/ipc.h"
#include "tcop/pquery.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"

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

/* The binding is held: only binding_hold(), which clears this for its own change, may change it. */
static bool held = false;

/* The effective role before the binding, and the value of the setting "role" that went with it. */
static struct
{
	Oid role;
	bool is_superuser;
	char setting[NAMEDATALEN];
} before_binding;

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

/* Gathers the facts about a binding to a tenant, and has core decide. */
static TenancyVerdict
judge(const TenancyTenant *tenant, bool tenant_known)
{
	TenancyBindFacts facts = {
		.session_may_bind_any = authority_may_bind_any(),
		.tenant_known = tenant_known,
		.in_transaction = IsTransactionBlock(),
		.rebind = tenancy_rebind,
	};

	/* To a session that must serve no other tenant, one that does not exist is another. */
	if (!tenant_known && tenancy_error_style == ERROR_STYLE_UNIFORM)
	{
		facts.unknown_is_other = true;
		facts.session_served_other = session_served;
		facts.transaction_has_other = binding_transaction_claimed;
	}
	if (tenant_known)
	{
		facts.session_has_role = !facts.session_may_bind_any && authority_is_member(tenant->role);
		facts.status = tenant->status;
		facts.role_fits = tenant->role_fits;
		facts.session_served_other = session_served && !same_tenant(session_tenant, tenant->id);
		facts.transaction_has_other = binding_transaction_claimed && !same_tenant(transaction_tenant, tenant->id);
	}
	return bridge_decide_bind(&facts);
}

/* Counts a refused binding: by its tenant if there is one. */
static void
count_refusal(const TenancyTenant *tenant, bool tenant_known)
{
	counters_add(tenant_known ? tenant->counters : counters_of_unbound(), COUNTER_REFUSED_BINDS, 1);
}

/* Check hook of tenancy.tenant: decides whether the session may be bound to the tenant named. */
bool
binding_check(char **newval, void **extra, GucSource source)
{
	TenancyTenant tenant = {0};
	TenancyVerdict verdict;
	Binding *binding;
	uint64 generation;
	bool known;

	*extra = NULL;
	if (*newval == NULL || **newval == '\0')
		return true;
	if (!bridge_is_slug(*newval))
	{
		report_check_failure(TENANCY_BAD_SLUG, &(ErrorFacts){.slug = *newval});
		return false;
	}

	/* ALTER DATABASE ... SET reaches autovacuum too, which works for all. */
	if (MyBackendType == B_AUTOVAC_WORKER)
	{
		**newval = '\0';
		return true;
	}
	/* ALTER ROLE ... SET: who logs in is judged then. */
	if (source == PGC_S_TEST)
		return true;
	if (!IsTransactionState())
		return false;
	if (held)
	{
		report_check_failure(TENANCY_REBIND_NEVER, &(ErrorFacts){.slug = *newval});
		return false;
	}
	/* The default of a role or database, where the connection string has a value already. */
	if (tenancy_tenant_setting != NULL && source < tenancy_tenant_setting->gen.source)
		return true;

	if (!InitializingParallelWorker)
		cached_tenants_make_room(*newval);
	/* What changes from here on is looked at by the first statement. */
	generation = registry_generation();
	known = registry_find(*newval, &tenant);
	if (known && tenant.status != TENANCY_STATUS_DELETED)
		known = OidIsValid(tenant.schema) && OidIsValid(tenant.role);
	if (!InitializingParallelWorker)
	{
		verdict = judge(&tenant, known);
		if (verdict != TENANCY_ALLOW)
		{
			count_refusal(&tenant, known);
			report_check_failure(verdict, &(ErrorFacts){.slug = *newval, .status = tenant.status});
			return false;
		}
		if (current_binding != NULL && GetOuterUserId() != current_binding->tenant.role)
			residue_note_role_change();
		residue_clean_for(tenant.id);
		cached_tenants_note(*newval);
	}
	else if (!known)
		return false;

	binding = guc_malloc(LOG, sizeof(Binding));
	if (binding == NULL)
		return false;
	binding->tenant = tenant;
	binding->generation = generation;
	binding->counted = false;
	*extra = binding;
	return true;
}

/* Returns the value of the core setting "role". */
static const char *
role_setting(void)
{
	static struct config_string *record = NULL;

	if (record == NULL)
		record = (struct config_string *) find_setting("role");
	return *record->variable != NULL ? *record->variable : "none";
}

/* Tells whether the user of GetOuterUserId() is superuser, without reading catalogs. */
static bool
outer_user_is_superuser(void)
{
	static struct config_bool *record = NULL;

	if (record == NULL)
		record = (struct config_bool *) find_setting("is_superuser");
	return *record->variable;
}

/* Puts the tenant's role in effect; what was in effect before is kept for restore_role(). */
static void
take_role(const Binding *from, const Binding *to)
{
	if (from == NULL || GetOuterUserId() != from->tenant.role)
	{
		before_binding.role = GetOuterUserId();
		before_binding.is_superuser = outer_user_is_superuser();
		strlcpy(before_binding.setting, role_setting(), NAMEDATALEN);
	}
	SetCurrentRoleId(to->tenant.role, false);
}

/*
 * Puts the role in effect that was so before the binding: the one of SET ROLE if
 * that still stands, else the session user.  When "role" rewinds together with the
 * binding, in whichever order, the later of the two has the last word and both come
 * to the same.
 */
static void
restore_role(const Binding *from)
{
	if (GetOuterUserId() != from->tenant.role)
		return;
	if (strcmp(role_setting(), "none") != 0 && strcmp(role_setting(), before_binding.setting) == 0)
		SetCurrentRoleId(before_binding.role, before_binding.is_superuser);
	else
		SetCurrentRoleId(InvalidOid, false);
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
	if (current_binding != NULL)
		counters_add(current_binding->tenant.counters, COUNTER_SESSIONS, -1);
	current_binding = NULL;
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
	if (from != NULL)
		counters_add(from->tenant.counters, COUNTER_SESSIONS, -1);
	if (to != NULL)
	{
		counters_add(to->tenant.counters, COUNTER_SESSIONS, 1);
		if (!to->counted)
			counters_add(to->tenant.counters, COUNTER_BINDS, 1);
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
	if (from != NULL && (held || (binding_transaction_claimed && !changing_by_statement)) && IsTransactionState() &&
		!IsParallelWorker() && (to == NULL || !same_tenant(from->tenant.id, to->tenant.id)))
		raise_verdict(TENANCY_UNBIND_IN_STATEMENT, &(ErrorFacts){.slug = from->tenant.slug});
	current_binding = to;
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
			take_role(from, to);
		else
			restore_role(from);
	}
	account(from, to);

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
		residue_clean_without_catalogs();
}

/* Finds the tenant again after the registry changed; raises an error unless it is still in order. */
static void
revalidate(Binding *binding)
{
	TenancyTenant now;
	uint64 generation = registry_generation();

	if (!registry_find(binding->tenant.slug, &now) || !same_tenant(now.id, binding->tenant.id) ||
		now.schema != binding->tenant.schema || now.role != binding->tenant.role)
		raise_verdict(TENANCY_NOT_ACTIVE,
					  &(ErrorFacts){.slug = binding->tenant.slug, .status = TENANCY_STATUS_DELETED});
	if (!now.role_fits)
		raise_verdict(TENANCY_UNFIT_ROLE, &(ErrorFacts){.slug = binding->tenant.slug});
	if (now.status != TENANCY_STATUS_ACTIVE)
		raise_verdict(TENANCY_NOT_ACTIVE, &(ErrorFacts){.slug = binding->tenant.slug, .status = now.status});
	binding->generation = generation;
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
	if (current_binding != NULL && current_binding->generation != registry_generation())
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
	transaction_admitted = true;
	if (binding->generation != registry_generation())
		revalidate(unconstify(Binding *, binding));
	if (sessions_any_closing() && sessions_is_closing(binding->tenant.schema))
		raise_verdict(TENANCY_NOT_ACTIVE,
					  &(ErrorFacts){.slug = binding->tenant.slug, .status = TENANCY_STATUS_DELETED});

	binding_reassert_role();
	residue_note_owner(binding->tenant.id);
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

/* Sets the setting for binding_hold(). */
static void
set_for_session(void *argument)
{
	(void) set_config_option("tenancy.tenant",
							 argument != NULL ? argument : "",
							 PGC_USERSET,
							 PGC_S_SESSION,
							 GUC_ACTION_SET,
							 true,
							 0,
							 false);
}

void
binding_hold(const char *slug)
{
	held = false;
	/* What tenancy.rebind forbids is that a client takes one tenant's session to another. */
	session_served = false;
	binding_change_by_statement(set_for_session, unconstify(char *, slug));
	held = slug != NULL;
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

void
binding_before_commit(void)
{
	const Binding *next;

	if (tenancy_tenant_setting->gen.stack == NULL)
		return;
	next = binding_after_commit();
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
