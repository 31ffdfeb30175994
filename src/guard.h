/*
 * guard.h
 *	  The wall around tenant schemas: what a session may name, open and execute.
 */
#ifndef TENANCY_GUARD_H
#define TENANCY_GUARD_H

#include "binding.h"
#include "compat.h"
#include "confinement.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "whereabouts.h"

/*
 * Tells whether the session may reach everything: an unbound superuser, or the
 * extension's own work.  A bound session never is, whoever it is.
 */
extern bool guard_is_exempt(void);

/*
 * Returns the schema that the session is held to: the bound tenant's, or that of the
 * tenant whose function is running; InvalidOid: none.
 */
static inline Oid
guard_own_schema(void)
{
	if (OidIsValid(confinement_schema()))
		return confinement_schema();
	return current_binding != NULL ? (Oid) current_binding->tenant.schema : InvalidOid;
}

/*
 * Tells whether shared objects and the server are out of bounds for definitions: in
 * a session that is held to a tenant, and, until it ends, in one of an ordinary user
 * that has served a tenant: what it leaves in public could be meant for the next.
 */
extern bool guard_is_restricted(void);

/*
 * Tells whether the session is between two tenants: it may serve another one in its next
 * transaction, and is bound to none.  What it leaves would meet the statement by which the
 * next client binds, before anything can be removed.
 */
extern bool guard_is_between_tenants(void);

/*
 * Raises the refusal, counted, unless the session may reach the tenant schema given; has it
 * audited where it may because it is an unbound superuser's.  The relation in it may be InvalidOid.
 */
extern void guard_judge_opened(Oid tenant_schema, Oid relation);

static inline void
guard_check_opened(Oid tenant_schema, Oid relation)
{
	if (OidIsValid(tenant_schema) && tenant_schema != guard_own_schema())
		guard_judge_opened(tenant_schema, relation);
}

/* Raises the refusal, counted, unless the session may reach a tenant schema that is not its own. */
extern void guard_judge_tenant(Oid tenant_schema);

/* Each raises the refusal, counted, unless the session may reach the tenant schema given. */
static inline void
guard_check_tenant(Oid tenant_schema)
{
	/* What core would say of shared objects and of the session's own, without asking it. */
	if (OidIsValid(tenant_schema) && tenant_schema != guard_own_schema())
		guard_judge_tenant(tenant_schema);
}

static inline void
guard_check_relation(Oid relation)
{
	guard_check_tenant(whereabouts_of_relation(relation));
}

extern void guard_check_schema(Oid schema);
extern void guard_check_function(Oid function);

/* The same for a schema's name, whether or not the schema exists. */
extern void guard_check_schema_name(const char *name);
extern void guard_check_schema_name_at(const char *name, int position);

/* Tells, without raising, whether a schema may stand in the search path. */
extern bool guard_may_search(Oid schema);

/* Checks a relation and all that is reached by writing, locking or rewriting through it. */
extern void guard_check_reach(Oid relation);

/* Tells whether a child of a relation, at any depth, lies in another tenant's schema. */
extern bool guard_has_foreign_child(Oid relation);

/* Checks the relations that a parsed query names, views included, before anything under them is locked. */
extern void guard_check_query(Query *query);

/*
 * Checks the relations that a plan is about to open.  Returns false instead of
 * raising if report is false.
 */
extern bool guard_check_range_table(List *range_table, bool report);

/* Refuses a statement by its command tag. */
pg_noreturn extern void guard_refuse_statement(const char *statement);

#endif /* TENANCY_GUARD_H */
