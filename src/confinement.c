/*
 * confinement.c
 *	  Code of a tenant, run from where no tenant or another one is bound.
 *
 * Closes: code that a tenant leaves behind for others to run.  In a session bound to
 * another tenant it is refused, on paths that no other hook sees as well (trigger
 * functions, casts, inlined SQL functions).  In an unbound superuser's session, and
 * in autovacuum, which evaluate a tenant's index expressions, triggers and defaults,
 * it runs confined: until it returns, the session reaches that tenant's schema only,
 * with the rights of the tenant role and under the restrictions that PostgreSQL puts
 * on such code itself (no temporary objects, no cursors that outlive it, no change of
 * the binding), and its settings end with it.
 *
 * SQL that an operator's function runs for a tenant (a blueprint, a clone) is confined
 * in the same way: there, binding would be in the way of the operator's statement, and
 * of the other tenants that one transaction makes.
 *
 * Cannot see: expressions made of built-in functions alone.  Does not change the user
 * for procedures, which could not end transactions any more.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "binding.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "commands/trigger.h"
#include "confinement.h"
#include "dependencies.h"
#include "guard.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "plans.h"
#include "settings.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "whereabouts.h"

Oid confinement_schema_now = InvalidOid;

/* The schema that confinement_run() works in, and whose SQL it runs. */
static Oid running_in = InvalidOid;
static ConfinementAuthor running_author = CONFINEMENT_OF_TENANT;

Oid
confinement_running_in(void)
{
	return running_in;
}

bool
confinement_needed(Oid function)
{
	Oid tenant = whereabouts_of_function(function);

	return OidIsValid(tenant) && (current_binding == NULL || current_binding->tenant.schema != tenant);
}

/* Returns whose rights a tenant's code gets: the tenant role's, or where there is none the schema owner's. */
static Oid
role_of_tenant(Oid schema)
{
	HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid role = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_namespace form = (Form_pg_namespace) GETSTRUCT(tuple);

		role = get_role_oid(NameStr(form->nspname), true);
		if (!OidIsValid(role))
			role = form->nspowner;
		ReleaseSysCache(tuple);
	}
	return role;
}

/* Gives the session the rights of a role, and perhaps restrictions; what was before is kept in state. */
static void
take_rights(Oid role, int restrictions, Confinement *state)
{
	GetUserIdAndSecContext(&state->user, &state->security_context);
	state->guc_level = NewGUCNestLevel();
	/* A parallel worker would know nothing of the confinement. */
	settings_set_for_now("max_parallel_workers", "0");
	SetUserIdAndSecContext(role, state->security_context | SECURITY_LOCAL_USERID_CHANGE | restrictions);
}

/* Begins to confine the session to a tenant. */
static void
enter(Oid tenant, Oid function, Confinement *state)
{
	Oid role = role_of_tenant(tenant);

	/* A function that the tenant's own confined work calls is confined already; its settings are that work's. */
	if (confinement_schema_now == tenant && running_in == tenant && running_author != CONFINEMENT_OF_EXTENSION &&
		GetUserId() == role)
		return;
	confinement_schema_now = tenant;
	plans_forget_unguarded();
	if (OidIsValid(role) && get_func_prokind(function) != PROKIND_PROCEDURE)
		take_rights(role, SECURITY_RESTRICTED_OPERATION, state);
}

void
confinement_at_call(FmgrHookEventType event, FmgrInfo *function, Confinement *state)
{
	Oid tenant;

	switch (event)
	{
		case FHET_START:
			state->schema = confinement_schema_now;
			state->user = InvalidOid;
			tenant = whereabouts_of_function(function->fn_oid);
			guard_check_tenant(tenant);
			if (OidIsValid(tenant) && current_binding == NULL)
				enter(tenant, function->fn_oid, state);
			break;
		case FHET_END:
			if (OidIsValid(state->user))
			{
				AtEOXact_GUC(false, state->guc_level);
				SetUserIdAndSecContext(state->user, state->security_context);
			}
			confinement_schema_now = state->schema;
			break;
		case FHET_ABORT:
			/* The rollback puts user and settings back. */
			confinement_schema_now = state->schema;
			break;
	}
}

/* Returns the relations of a schema; a schema's objects are found through their dependency on it. */
static List *
relations_in(Oid schema)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = dependencies_on(depend, NamespaceRelationId, schema);
	HeapTuple tuple;
	List *relations = NIL;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->classid == RelationRelationId)
			relations = lappend_oid(relations, form->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return relations;
}

/* Adds to the names of constraints those of a relation that may be deferred, or that are so from the start. */
static List *
add_deferrable(List *names, char *schema, Oid relation_id, bool initially)
{
	Relation relation = relation_open(relation_id, AccessShareLock);

	for (int i = 0; relation->trigdesc != NULL && i < relation->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &relation->trigdesc->triggers[i];

		if (OidIsValid(trigger->tgconstraint) && (initially ? trigger->tginitdeferred : trigger->tgdeferrable))
		{
			char *name = get_constraint_name(trigger->tgconstraint);

			if (name != NULL)
				names = lappend(names, makeRangeVar(schema, name, -1));
		}
	}
	relation_close(relation, NoLock);
	return names;
}

/*
 * Checks what constraints of a schema have deferred.  At the end of the transaction
 * it would be checked in the operator's session and with his rights, too late to say
 * which tenant it was.
 */
static void
check_deferred(Oid schema)
{
	char *name = get_namespace_name(schema);
	ConstraintsSetStmt *statement = makeNode(ConstraintsSetStmt);
	List *deferred = NIL;
	ListCell *cell;

	foreach (cell, relations_in(schema))
	{
		char kind = get_rel_relkind(lfirst_oid(cell));

		if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
			continue;
		statement->constraints = add_deferrable(statement->constraints, name, lfirst_oid(cell), false);
		deferred = add_deferrable(deferred, name, lfirst_oid(cell), true);
	}
	if (statement->constraints == NIL)
		return;
	AfterTriggerSetState(statement);
	if (deferred == NIL)
		return;
	statement->constraints = deferred;
	statement->deferred = true;
	AfterTriggerSetState(statement);
}

void
confinement_run(Oid schema, ConfinementAuthor author, const char *search_path, void (*body)(void *argument),
				void *argument)
{
	Confinement state = {.schema = confinement_schema_now};
	Oid outer = running_in;
	ConfinementAuthor outer_author = running_author;
	Oid role = role_of_tenant(schema);

	if (!OidIsValid(role))
		elog(ERROR, "tenant schema %u has no role", schema);
	plans_forget_unguarded();
	take_rights(role, author == CONFINEMENT_OF_TENANT ? SECURITY_RESTRICTED_OPERATION : 0, &state);
	confinement_schema_now = schema;
	running_in = schema;
	running_author = author;
	PG_TRY();
	{
		settings_set_for_now("search_path", search_path);
		body(argument);
		CommandCounterIncrement();
		/* Under restrictions nothing can be deferred. */
		if (author != CONFINEMENT_OF_TENANT)
			check_deferred(schema);
	}
	PG_FINALLY();
	{
		running_in = outer;
		running_author = outer_author;
		confinement_schema_now = state.schema;
		SetUserIdAndSecContext(state.user, state.security_context);
	}
	PG_END_TRY();
	AtEOXact_GUC(false, state.guc_level);
}
