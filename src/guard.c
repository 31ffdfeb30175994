/*
 * guard.c
 *	  The wall around tenant schemas: what a session may name, open and execute.
 *
 * Closes: every look-up of a qualified name and the search path (namespace search),
 * every relation of a final plan, cached or fresh, with what views, inheritance and
 * partitions bring in (range table), and functions of other tenants by any path
 * that calls them as functions.
 *
 * Cannot see: objects that built-in functions are given by OID (builtins.c), catalog
 * rows (catalog_filter.c), and what the core does without a hook.  docs/security.md
 * names what is left.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/transam.h"
#include "audit.h"
#include "audit_statement.h"
#include "authority.h"
#include "binding.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "confinement.h"
#include "counters.h"
#include "errors.h"
#include "guard.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "privileged.h"
#include "registry.h"
#include "rewrite/prs2lock.h"
#include "settings.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "whereabouts.h"

bool
guard_is_exempt(void)
{
	return !OidIsValid(guard_own_schema()) && (privileged_is_running() || authority_is_superuser());
}

bool
guard_is_restricted(void)
{
	return OidIsValid(guard_own_schema()) ||
		   (binding_session_has_served() && !privileged_is_running() && !authority_is_operator());
}

bool
guard_is_between_tenants(void)
{
	return !OidIsValid(guard_own_schema()) && tenancy_rebind == TENANCY_REBIND_PER_TRANSACTION &&
		   (binding_session_has_served() || authority_may_bind_any()) && !privileged_is_running() &&
		   !authority_is_operator();
}

/* A walk through queries and the views under them; a view that occurs often is looked at once. */
typedef struct Walk
{
	Oid view;	 /* the view whose rule is looked at; its rule names it too */
	List **seen; /* oids of the views that have been looked at */
} Walk;

static void check_query_in(Query *query, Walk *walk);

/* Has core decide about one tenant schema. */
static TenancyVerdict
judge(Oid tenant_schema)
{
	TenancyAccessFacts facts = {.bound_schema = guard_own_schema(), .schema = tenant_schema};

	facts.bound = OidIsValid(facts.bound_schema);
	if (!facts.bound && OidIsValid(tenant_schema))
		facts.exempt = guard_is_exempt();
	return bridge_decide_access(&facts);
}

/* Counts a refusal on both sides and raises it. */
static void
refuse(TenancyVerdict verdict, const char *schema, bool schema_exists, int position)
{
	counters_add(current_binding != NULL ? current_binding->tenant.counters : counters_of_unbound(),
				 COUNTER_ATTEMPTS_MADE,
				 1);
	/* Names that are only guessed get no counters, or guessing would fill the table. */
	if (schema_exists && bridge_is_tenant_schema(schema))
		counters_add(counters_of_schema(schema), COUNTER_ATTEMPTS_RECEIVED, 1);
	raise_verdict(verdict, &(ErrorFacts){.schema = schema, .bound_slug = binding_slug(), .position = position});
}

void
guard_judge_tenant(Oid tenant_schema)
{
	TenancyVerdict verdict = judge(tenant_schema);
	const char *name;

	if (verdict == TENANCY_ALLOW)
		return;
	name = get_namespace_name(tenant_schema);
	refuse(verdict, name != NULL ? name : "?", name != NULL, 0);
}

void
guard_judge_opened(Oid tenant_schema, Oid relation)
{
	guard_judge_tenant(tenant_schema);
	if (audit_is_on(AUDIT_BREAK_GLASS))
		audit_note_break_glass(tenant_schema, relation);
}

void
guard_refuse_statement(const char *statement)
{
	raise_verdict(TENANCY_DENY_STATEMENT, &(ErrorFacts){.object = statement, .bound_slug = binding_slug()});
}

void
guard_check_schema(Oid schema)
{
	guard_check_tenant(whereabouts_of_schema(schema));
}

void
guard_check_function(Oid function)
{
	guard_check_tenant(whereabouts_of_function(function));
}

bool
guard_may_search(Oid schema)
{
	return judge(whereabouts_of_schema(schema)) == TENANCY_ALLOW;
}

void
guard_check_schema_name_at(const char *name, int position)
{
	TenancyVerdict verdict = OidIsValid(guard_own_schema()) ? TENANCY_DENY_CROSS_TENANT : TENANCY_DENY_UNBOUND;
	Oid schema;

	if (name == NULL || !bridge_is_tenant_schema(name) || guard_is_exempt())
		return;
	schema = get_namespace_oid(name, true);
	if (!OidIsValid(schema) || judge(whereabouts_of_schema(schema)) != TENANCY_ALLOW)
		refuse(verdict, name, OidIsValid(schema), position);
}

void
guard_check_schema_name(const char *name)
{
	guard_check_schema_name_at(name, 0);
}

/*
 * Checks the relations that the rules of a view name, and theirs in turn.  The lock
 * is the one that the rewriter takes next.
 */
static void
check_view(Oid view, List **seen)
{
	Walk walk = {view, seen};
	Relation relation;

	check_stack_depth();
	if (list_member_oid(*seen, view))
		return;
	*seen = lappend_oid(*seen, view);

	relation = table_open(view, AccessShareLock);
	if (relation->rd_rules != NULL)
	{
		for (int i = 0; i < relation->rd_rules->numLocks; i++)
		{
			ListCell *action;

			foreach (action, relation->rd_rules->rules[i]->actions)
				check_query_in(lfirst_node(Query, action), &walk);
		}
	}
	table_close(relation, NoLock);
}

void
guard_check_reach(Oid relation)
{
	ListCell *cell;
	char kind;

	if (guard_is_exempt())
		return;
	guard_check_relation(relation);

	kind = get_rel_relkind(relation);
	if (kind == RELKIND_VIEW)
	{
		List *seen = NIL;

		check_view(relation, &seen);
	}
	else if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE)
	{
		foreach (cell, find_all_inheritors(relation, NoLock, NULL))
			guard_check_relation(lfirst_oid(cell));
	}
}

bool
guard_has_foreign_child(Oid relation)
{
	ListCell *cell;

	if (!has_subclass(relation))
		return false;
	foreach (cell, find_all_inheritors(relation, NoLock, NULL))
	{
		Oid tenant = whereabouts_of_relation(lfirst_oid(cell));

		if (OidIsValid(tenant) && tenant != guard_own_schema())
			return true;
	}
	return false;
}

/* Walks expressions for subqueries. */
static bool
check_expression_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		check_query_in((Query *) node, context);
		return false;
	}
	return expression_tree_walker(node, check_expression_walker, context);
}

/* Checks a query and what it contains. */
static void
check_query_in(Query *query, Walk *walk)
{
	ListCell *cell;

	foreach (cell, query->rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);

		if (entry->rtekind == RTE_SUBQUERY)
			check_query_in(entry->subquery, walk);
		if (entry->rtekind != RTE_RELATION || entry->relid == walk->view)
			continue;
		guard_check_relation(entry->relid);
		if (entry->relkind == RELKIND_VIEW && entry->relid >= FirstNormalObjectId)
			check_view(entry->relid, walk->seen);
	}
	foreach (cell, query->cteList)
		check_query_in(castNode(Query, lfirst_node(CommonTableExpr, cell)->ctequery), walk);
	if (query->hasSubLinks)
		(void) query_tree_walker(query,
								 check_expression_walker,
								 walk,
								 QTW_IGNORE_RT_SUBQUERIES | QTW_IGNORE_CTE_SUBQUERIES);
}

/* Returns the part of a parsed statement that names relations: itself, or the query in it; NULL: none. */
static Node *
query_of_statement(Query *query)
{
	Node *statement = query->utilityStmt;

	if (statement == NULL)
		return (Node *) query;
	if (IsA(statement, ExplainStmt))
		return ((ExplainStmt *) statement)->query;
	if (IsA(statement, CreateTableAsStmt))
		return ((CreateTableAsStmt *) statement)->query;
	if (IsA(statement, DeclareCursorStmt))
		return ((DeclareCursorStmt *) statement)->query;
	return NULL;
}

void
guard_check_query(Query *query)
{
	List *seen = NIL;
	Walk walk = {InvalidOid, &seen};
	Node *named = query_of_statement(query);

	/* Whether the session is exempt is in the catalogs, which ROLLBACK in an aborted transaction may not read. */
	if (named == NULL || guard_is_exempt())
		return;
	if (IsA(named, Query))
		check_query_in((Query *) named, &walk);
	else
		(void) check_expression_walker(named, &walk);
}

bool
guard_check_range_table(List *range_table, bool report)
{
	ListCell *cell;
	bool opens_relation = false;

	foreach (cell, range_table)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);
		Oid tenant;

		/* Since 16 a view stays in the range table as a subquery that keeps its oid. */
		if (!OidIsValid(entry->relid) || (entry->rtekind != RTE_RELATION && entry->rtekind != RTE_SUBQUERY))
			continue;
		opens_relation = true;
		tenant = whereabouts_of_relation(entry->relid);
		if (report)
			guard_check_opened(tenant, entry->relid);
		else if (judge(tenant) != TENANCY_ALLOW)
			return false;
		if (entry->relkind == RELKIND_PARTITIONED_TABLE && entry->rellockmode > AccessShareLock)
			guard_check_reach(entry->relid);
	}
	if (opens_relation)
		binding_claim_transaction();
	return true;
}
