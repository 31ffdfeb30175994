/*
 * guard.c
 *	  The wall around tenant schemas: what a session may name, open and execute.
 *
 * Closes: every look-up of a qualified name and the search path (namespace search),
 * every relation of a final plan, cached or fresh, with what views, inheritance and
 * partitions bring in (range table), and functions of other tenants by any path
 * that calls them as functions.
 *
 * Cannot see: objects that built-in functions are given by OID, catalog rows, and
 * what the core does without a hook.  docs/security.md names them.
 *
 * Which tenant schema an object lies in is remembered by OID; invalidation
 * callbacks drop what changed, and an unknown object costs a catalog look-up.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "authority.h"
#include "binding.h"
#include "bridge.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
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
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* Grows with every invalidation, so that an answer that was overtaken while it was found is not kept. */
static uint64 generation = 0;

/* Remembers where an object lies, unless something has changed since. */
static void
remember(BridgeObjectKind kind, Oid object, Oid tenant, uint64 generation_before)
{
	registry_begin_caches();
	if (generation_before == generation)
		bridge_object_remember(kind, object, tenant);
}

Oid
guard_own_schema(void)
{
	Oid confined_to = confinement_schema();

	if (OidIsValid(confined_to))
		return confined_to;
	return current_binding != NULL ? (Oid) current_binding->tenant.schema : InvalidOid;
}

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
refuse(TenancyVerdict verdict, const char *schema, bool schema_exists)
{
	counters_add(current_binding != NULL ? current_binding->tenant.counters : counters_of_unbound(),
				 COUNTER_ATTEMPTS_MADE,
				 1);
	/* Names that are only guessed get no counters, or guessing would fill the table. */
	if (schema_exists && bridge_is_tenant_schema(schema))
		counters_add(counters_of_schema(schema), COUNTER_ATTEMPTS_RECEIVED, 1);
	raise_verdict(verdict, &(ErrorFacts){.schema = schema, .bound_slug = binding_slug()});
}

void
guard_check_tenant(Oid tenant_schema)
{
	TenancyVerdict verdict;
	const char *name;

	/* What core would say of shared objects and of the session's own, without asking it. */
	if (!OidIsValid(tenant_schema) || tenant_schema == guard_own_schema())
		return;
	verdict = judge(tenant_schema);
	if (verdict == TENANCY_ALLOW)
		return;
	name = get_namespace_name(tenant_schema);
	refuse(verdict, name != NULL ? name : "?", name != NULL);
}

void
guard_refuse_statement(const char *statement)
{
	raise_verdict(TENANCY_DENY_STATEMENT, &(ErrorFacts){.object = statement, .bound_slug = binding_slug()});
}

Oid
guard_tenant_of_schema(Oid schema)
{
	uint64 generation_before = generation;
	uint32 tenant;
	char *name;

	if (schema == PG_CATALOG_NAMESPACE)
		return InvalidOid;
	if (bridge_object_find(BRIDGE_SCHEMA, schema, &tenant))
		return tenant;

	/* Another session's temporary schema is that session's own; which one is ours may still change. */
	if (isOtherTempNamespace(schema))
		return OidIsValid(guard_own_schema()) ? schema : InvalidOid;

	name = get_namespace_name(schema);
	if (name == NULL)
		return InvalidOid;
	tenant = bridge_is_tenant_schema(name) ? schema : InvalidOid;
	pfree(name);
	if (!isAnyTempNamespace(schema))
		remember(BRIDGE_SCHEMA, schema, tenant, generation_before);
	return tenant;
}

/* Returns the relation that a TOAST table or its index serves; InvalidOid if that does not show. */
static Oid
owner_of_toast(Oid relation)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;
	Oid owner = InvalidOid;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, RelationRelationId);
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relation));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, 2, keys);
	while (!OidIsValid(owner) && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->refclassid == RelationRelationId)
			owner = form->refobjid;
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return owner;
}

/* Returns the tenant schema that a relation lies in; InvalidOid: none. */
static Oid
tenant_of_relation(Oid relation)
{
	uint64 generation_before = generation;
	uint32 tenant;
	Oid schema;

	if (relation < FirstNormalObjectId)
		return InvalidOid;
	if (bridge_object_find(BRIDGE_RELATION, relation, &tenant))
		return tenant;

	schema = get_rel_namespace(relation);
	if (!OidIsValid(schema))
		return InvalidOid;
	if (schema == PG_TOAST_NAMESPACE)
	{
		Oid owner = owner_of_toast(relation);

		return OidIsValid(owner) ? tenant_of_relation(owner) : InvalidOid;
	}
	tenant = guard_tenant_of_schema(schema);
	if (!isAnyTempNamespace(schema))
		remember(BRIDGE_RELATION, relation, tenant, generation_before);
	return tenant;
}

Oid
guard_tenant_of_function(Oid function)
{
	uint64 generation_before = generation;
	uint32 tenant;
	Oid schema;

	if (function < FirstNormalObjectId)
		return InvalidOid;
	if (bridge_object_find(BRIDGE_FUNCTION, function, &tenant))
		return tenant;

	schema = get_func_namespace(function);
	if (!OidIsValid(schema))
		return InvalidOid;
	tenant = guard_tenant_of_schema(schema);
	if (!isAnyTempNamespace(schema))
		remember(BRIDGE_FUNCTION, function, tenant, generation_before);
	return tenant;
}

void
guard_check_schema(Oid schema)
{
	guard_check_tenant(guard_tenant_of_schema(schema));
}

void
guard_check_relation(Oid relation)
{
	guard_check_tenant(tenant_of_relation(relation));
}

void
guard_check_function(Oid function)
{
	guard_check_tenant(guard_tenant_of_function(function));
}

bool
guard_may_search(Oid schema)
{
	return judge(guard_tenant_of_schema(schema)) == TENANCY_ALLOW;
}

void
guard_check_schema_name(const char *name)
{
	Oid schema;

	if (name == NULL || !bridge_is_tenant_schema(name) || guard_is_exempt())
		return;
	schema = get_namespace_oid(name, true);
	if (OidIsValid(schema))
		guard_check_schema(schema);
	else
		refuse(OidIsValid(guard_own_schema()) ? TENANCY_DENY_CROSS_TENANT : TENANCY_DENY_UNBOUND, name, false);
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
	if (named != NULL && !guard_is_exempt())
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
		tenant = tenant_of_relation(entry->relid);
		if (report)
			guard_check_tenant(tenant);
		else if (judge(tenant) != TENANCY_ALLOW)
			return false;
		if (entry->relkind == RELKIND_PARTITIONED_TABLE && entry->rellockmode > AccessShareLock)
			guard_check_reach(entry->relid);
	}
	if (opens_relation)
		binding_claim_transaction();
	return true;
}

/* Forgets schemas, and with them where everything lies. */
static void
schema_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	(void) arg;
	(void) cacheid;
	(void) hashvalue;
	generation++;
	for (int kind = 0; kind < BRIDGE_OBJECT_KINDS; kind++)
		bridge_object_forget(kind, InvalidOid);
}

/* Forgets functions: a hash value does not tell which one changed. */
static void
function_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	(void) arg;
	(void) cacheid;
	(void) hashvalue;
	generation++;
	bridge_object_forget(BRIDGE_FUNCTION, InvalidOid);
}

/* Forgets one relation, or all. */
static void
relation_changed(Datum arg, Oid relation)
{
	(void) arg;
	generation++;
	bridge_object_forget(BRIDGE_RELATION, relation);
}

void
guard_start(void)
{
	CacheRegisterSyscacheCallback(NAMESPACEOID, schema_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, function_changed, (Datum) 0);
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
}
