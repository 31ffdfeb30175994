/*
 * binding.h
 *	  The binding of a session to a tenant: the setting tenancy.tenant.
 */
#ifndef TENANCY_BINDING_H
#define TENANCY_BINDING_H

#include "core/verdict.h"
#include "portability/instr_time.h"
#include "utils/guc.h"

/*
 * One accepted value of tenancy.tenant: the "extra" of the setting, one block of
 * GUC's memory that lives as long as GUC may restore the value.
 */
typedef struct Binding
{
	TenancyTenant tenant;
	uint64 generation;				/* binding_generation() when it was last found in order */
	bool counted;					/* has been counted as a binding */
	bool has_place;					/* is among the sessions that may be bound to the tenant */
	bool from_path;					/* made because of search_path */
	instr_time asked_at;			/* when the session asked for it */
	uint64 serial;					/* the session's how manieth binding it is, once it has been in effect */
	bool needs_no_ticket;			/* made by the extension itself */
	bool has_ticket;				/* made by a ticket, which follows */
	TenancyTicket ticket;			/* what it says */
	char text[TENANCY_TICKET_SIZE]; /* as it was given */
} Binding;

/* Until when the binding in effect lasts. */
typedef enum BindingScope
{
	BINDING_NONE,
	BINDING_OF_TRANSACTION,
	BINDING_OF_SESSION,
	BINDING_OF_CONNECTION, /* came with the connection, and comes back with RESET */
} BindingScope;

/* The binding in effect; NULL: none.  Only binding.c writes it. */
extern const Binding *current_binding;

/* Returns the slug of the bound tenant; NULL: none. */
static inline const char *
binding_slug(void)
{
	return current_binding != NULL ? current_binding->tenant.slug : NULL;
}

/* Returns the serial number of the binding in effect; 0: none. */
static inline uint64
binding_serial(void)
{
	return current_binding != NULL ? current_binding->serial : 0;
}

/*
 * Check hook of tenancy.require_ticket: ends a session that begins, if its connection string
 * has bound it by a slug before the settings of its role say that a ticket is required.
 */
extern bool binding_require_ticket_check(bool *newval, void **extra, GucSource source);

/* Hooks of tenancy.tenant. */
extern bool binding_check(char **newval, void **extra, GucSource source);
extern void binding_assign(const char *newval, void *extra);
extern const char *binding_show(void);

/*
 * Finds a tenant whose slug is from a good token; raises the error of a binding if the session may not
 * be bound to it now.
 */
extern void binding_require_permission(const char *slug, TenancyTenant *tenant);

/*
 * Sets tenancy.tenant, for the session or for the transaction, as a statement of the
 * client's own would; NULL: RESET.  The source is PGC_S_SESSION but while a session begins.
 */
extern void binding_set(const char *value, bool is_local, GucSource source);

/* Grows whenever something may have changed that a binding rests on. */
extern uint64 binding_generation(void);

/* Adds what the session and the transaction have done so far to the facts about a binding; NULL: an unknown tenant. */
extern void binding_add_history(const TenancyTenant *tenant, TenancyBindFacts *facts);

/* The binding is held: see binding_hold(), which alone may change it, and which is doing so.  Only binding.c writes them. */
extern bool binding_held;
extern bool binding_holding;

/*
 * Admits a statement of a bound session: raises an error if the tenant is no longer
 * active, and puts the tenant's role back in effect if something else is.  Reads
 * catalogs, so not for an aborted transaction.  Does nothing when unbound.
 */
extern void binding_admit_statement(void);

/* The same, if the registry has changed since the binding was last found in order; cheap, for every look-up of names. */
extern void binding_admit_if_changed(void);

/* Puts the tenant's role in effect if a statement that just ran has put another there. */
extern void binding_reassert_role(void);

/* Makes the running transaction the bound tenant's: it can be bound to no other any more. */
extern void binding_claim_transaction(void);

/* The running transaction belongs, or belonged, to a tenant.  Only binding.c writes it. */
extern bool binding_transaction_claimed;

/*
 * Takes note that a function is called, by whatever path: what it leaves in the
 * session is the bound tenant's, and so is the transaction, unless it is one of the
 * extension's own.
 */
extern void binding_note_call(Oid function);

/* Tells whether the session has been bound at any time. */
extern bool binding_session_has_served(void);

/* Raises an error if RESET would take the running transaction to another tenant than its own. */
extern void binding_check_reset(void);

/*
 * Runs body while a change of tenancy.tenant counts as one made by a statement of
 * the client's own, not by a function amid a query.
 */
extern void binding_change_by_statement(void (*body)(void *argument), void *argument);

/*
 * Binds the session to a tenant (NULL: unbinds it) for a worker that serves one after
 * the other, and holds it there: nothing that runs in the session can change the
 * binding until the next call.  At the beginning of a transaction.
 */
extern void binding_hold(const char *slug);

/* Tells until when the binding in effect lasts. */
extern BindingScope binding_scope(void);

/* Before a transaction commits: removes what it would leave to another tenant; may raise an error. */
extern void binding_before_commit(void);

/* Before a transaction is prepared: raises an error if it is a tenant's. */
extern void binding_before_prepare(void);

/* Transaction end: ends the claim. */
extern void binding_end_transaction(void);

#endif /* TENANCY_BINDING_H */
