/*
 * tenant_plans.c
 *	  Plans of prepared statements, kept for each tenant that a session serves.
 *
 * PostgreSQL keeps one parse tree and one plan for a prepared statement, in its
 * CachedPlanSource, and makes both anew when the search path is another than last
 * time: in a pooled session at nearly every execution.  Here each tenant gets a source
 * of his own, a copy made by CopyCachedPlan(), and a binding puts that tenant's sources in
 * the places of the last tenant's.
 *
 * Nothing depends on the right source being in place.  To PostgreSQL all are alike: each
 * hears of invalidations, and is analysed again before it is used if the search path,
 * the row security or an object is not what it was made with.  A wrong one costs time.
 *
 * What PostgreSQL does not look for is a new object that a name would find before the old
 * one.  It is found today because the path changes with the tenant; so that it still is,
 * a change to a relation of a name that a statement has, in any schema of the path, or to
 * any function or cast, ends the sources concerned.
 *
 * A statement that was given up by DEALLOCATE and the like takes the source in place with
 * it.  A callback of that source's memory context tells so.  Others are dropped when the
 * transaction ends, because somebody up the stack may be looking at one.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "commands/prepare.h"
#include "common/hashfn.h"
#include "lib/ilist.h"
#include "tcop/pquery.h"
#include "tenant_plans.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/syscache.h"

/* Schemas of a search path that are looked at; statements under longer ones are not kept. */
#define MAX_SCHEMAS 16

/* A prepared statement. */
typedef struct Statement
{
	char name[NAMEDATALEN];
	PreparedStatement *entry;	  /* PostgreSQL's own; gone if dropped */
	struct TenantPlan *installed; /* whose source is in the entry; NULL: the spare one */
	CachedPlanSource *spare;	  /* for tenants that have none */
	dlist_head plans;			  /* of TenantPlan, by of_statement */
	bool dropped;
	dlist_node node; /* in dropped_statements */
} Statement;

/* How a name leads to its statement. */
typedef struct StatementByName
{
	char name[NAMEDATALEN];
	Statement *statement;
} StatementByName;

/* A tenant whose plans are kept. */
typedef struct Tenant
{
	Oid schema;
	dlist_head plans; /* of TenantPlan, by of_tenant */
} Tenant;

/* What a statement was planned to for a tenant. */
typedef struct TenantPlan
{
	Statement *statement;
	Tenant *tenant;
	CachedPlanSource *source;
	dlist_node of_statement;
	dlist_node of_tenant;
	dlist_node of_all;
	bool stale;
	uint32 path; /* hash of the search path that the names are of */
	int name_count;
	uint32 names[FLEXIBLE_ARRAY_MEMBER]; /* hashes of the relations' names in each schema of the path */
} TenantPlan;

/* Tells that a source is being dropped. */
typedef struct Watch
{
	MemoryContextCallback callback;
	Statement *statement;
	CachedPlanSource *source;
} Watch;

static MemoryContext memory = NULL;
static HTAB *statements = NULL; /* of StatementByName */
static HTAB *tenants = NULL;	/* of Tenant */

/* All plans, the last used first. */
static dlist_head all_plans = DLIST_STATIC_INIT(all_plans);
static int plan_count = 0;
static bool any_stale = false;

/* Statements that PostgreSQL has dropped, with sources that are left. */
static dlist_head dropped_statements = DLIST_STATIC_INIT(dropped_statements);

/* The tenant of the last binding, and whether there was another before. */
static Oid bound_schema = InvalidOid;
static bool serves_several = false;

/* Returns the source that PostgreSQL finds. */
static CachedPlanSource *
source_in_place(const Statement *statement)
{
	return statement->installed != NULL ? statement->installed->source : statement->spare;
}

/* Puts a plan's source in place; NULL: the spare one. */
static void
install(Statement *statement, TenantPlan *plan)
{
	statement->installed = plan;
	statement->entry->plansource = source_in_place(statement);
}

/* Takes a plan out of the lists by which it is found. */
static void
unlink_plan(TenantPlan *plan)
{
	dlist_delete(&plan->of_tenant);
	dlist_delete(&plan->of_all);
	plan_count--;
	if (dlist_is_empty(&plan->tenant->plans))
		(void) hash_search(tenants, &plan->tenant->schema, HASH_REMOVE, NULL);
}

/*
 * Somebody drops a source: if it is the one in place, PostgreSQL drops the statement.
 * The rest waits for the end of the transaction.
 */
static void
source_dropped(void *argument)
{
	Watch *watch = argument;
	Statement *statement = watch->statement;
	dlist_iter cell;

	if (statement->dropped || watch->source != source_in_place(statement))
		return;
	statement->dropped = true;
	statement->entry = NULL;
	dlist_foreach (cell, &statement->plans)
	{
		unlink_plan(dlist_container(TenantPlan, of_statement, cell.cur));
	}
	(void) hash_search(statements, statement->name, HASH_REMOVE, NULL);
	dlist_push_tail(&dropped_statements, &statement->node);
}

/* Makes a watch in a source's own memory. */
static Watch *
make_watch(Statement *statement, CachedPlanSource *source)
{
	Watch *watch = MemoryContextAllocZero(source->context, sizeof(Watch));

	watch->callback.func = source_dropped;
	watch->callback.arg = watch;
	watch->statement = statement;
	watch->source = source;
	return watch;
}

/* Makes the tables at first use. */
static void
make_tables(void)
{
	HASHCTL by_name = {.keysize = NAMEDATALEN, .entrysize = sizeof(StatementByName)};
	HASHCTL by_schema = {.keysize = sizeof(Oid), .entrysize = sizeof(Tenant)};

	if (memory == NULL)
		memory = AllocSetContextCreate(CacheMemoryContext, "tenancy plans", ALLOCSET_SMALL_SIZES);
	by_name.hcxt = by_schema.hcxt = memory;
	if (statements == NULL)
		statements = hash_create("tenancy statements", 32, &by_name, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	if (tenants == NULL)
		tenants = hash_create("tenancy tenants with plans", 32, &by_schema, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Finds a statement that is known already, or makes it known; NULL: there is none of that name. */
static Statement *
find_statement(const char *name)
{
	StatementByName *by_name = hash_search(statements, name, HASH_FIND, NULL);
	PreparedStatement *entry;
	Statement *statement;
	Watch *watch;

	if (by_name != NULL)
		return by_name->statement;
	entry = FetchPreparedStatement(name, false);
	if (entry == NULL)
		return NULL;
	statement = MemoryContextAllocZero(memory, sizeof(Statement));
	strlcpy(statement->name, entry->stmt_name, NAMEDATALEN);
	statement->entry = entry;
	statement->spare = entry->plansource;
	dlist_init(&statement->plans);
	watch = make_watch(statement, statement->spare);
	by_name = hash_search(statements, name, HASH_ENTER, NULL);

	by_name->statement = statement;
	MemoryContextRegisterResetCallback(statement->spare->context, &watch->callback);
	return statement;
}

/* Finds a tenant, or makes him known. */
static Tenant *
find_tenant(Oid schema)
{
	bool found;
	Tenant *tenant = hash_search(tenants, &schema, HASH_ENTER, &found);

	if (!found)
		dlist_init(&tenant->plans);
	return tenant;
}

/*
 * Finds what a source that has just been analysed depends on: the hashes of its relations'
 * names in each schema of the path, palloc'd.  Returns how many; -1: the path is too long.
 */
static int
find_names(const CachedPlanSource *source, uint32 **names)
{
	Oid schemas[MAX_SCHEMAS + 1];
	Oid unused;
	int schema_count = fetch_search_path_array(schemas, MAX_SCHEMAS);
	int count = 0;
	ListCell *cell;

	if (schema_count > MAX_SCHEMAS)
		return -1;
	/* As long as there is no schema for temporary objects, its creation changes the path. */
	GetTempNamespaceState(&schemas[schema_count], &unused);
	schema_count++;
	*names = palloc(sizeof(uint32) * Max(schema_count * list_length(source->relationOids), 1));
	foreach (cell, source->relationOids)
	{
		const char *name = get_rel_name(lfirst_oid(cell));

		for (int i = 0; name != NULL && i < schema_count; i++)
			(*names)[count++] =
				GetSysCacheHashValue2(RELNAMENSP, CStringGetDatum(name), ObjectIdGetDatum(schemas[i]));
	}
	return count;
}

/* Tells whether a source has something that PostgreSQL plans: a utility statement is analysed once, and always valid. */
static bool
is_planned(const CachedPlanSource *source)
{
	ListCell *cell;

	foreach (cell, source->query_list)
	{
		if (lfirst_node(Query, cell)->commandType == CMD_UTILITY)
			return false;
	}
	return source->query_list != NIL;
}

/* Returns the hash of the search path that a source was analysed with. */
static uint32
path_of(const CachedPlanSource *source)
{
	uint32 hash = 0;
	ListCell *cell;

	if (source->search_path == NULL)
		return 0;
	foreach (cell, source->search_path->schemas)
		hash = hash_combine(hash, murmurhash32(lfirst_oid(cell)));
	return hash_combine(hash, source->search_path->addTemp);
}

/* Leaves the source in place to the bound tenant, and puts a copy by for the next. */
static void
leave_to_tenant(Statement *statement)
{
	CachedPlanSource *source = statement->spare;
	uint32 *names;
	int name_count = find_names(source, &names);
	CachedPlanSource *copy;
	Watch *watch;
	TenantPlan *plan;

	/* If it had to give way while the statement ran, it is another, and has not been used. */
	if (name_count < 0 || !source->is_valid || !is_planned(source))
		return;
	copy = CopyCachedPlan(source);
	watch = make_watch(statement, copy);
	plan = MemoryContextAllocZero(memory, offsetof(TenantPlan, names) + sizeof(uint32) * name_count);
	plan->statement = statement;
	plan->source = source;
	plan->path = path_of(source);
	plan->name_count = name_count;
	memcpy(plan->names, names, sizeof(uint32) * name_count);
	plan->tenant = find_tenant((Oid) current_binding->tenant.schema);

	/* Nothing from here on fails. */
	SaveCachedPlan(copy);
	copy->is_valid = false;
	MemoryContextRegisterResetCallback(copy->context, &watch->callback);
	statement->spare = copy;
	dlist_push_head(&statement->plans, &plan->of_statement);
	dlist_push_head(&plan->tenant->plans, &plan->of_tenant);
	dlist_push_head(&all_plans, &plan->of_all);
	plan_count++;
	statement->installed = plan;
}

/* A plan is not to be used any more. */
static void
end_plan(TenantPlan *plan)
{
	plan->stale = any_stale = true;
	if (plan->statement->installed == plan)
		install(plan->statement, NULL);
}

void
tenant_plans_note(const char *name)
{
	Statement *statement;

	/* A session that serves one tenant has his plans in any case. */
	if (!serves_several)
		return;
	make_tables();
	statement = find_statement(name);
	if (statement == NULL)
		return;
	if (statement->installed == NULL)
		leave_to_tenant(statement);
	else if (statement->installed->path != path_of(statement->installed->source))
		end_plan(statement->installed);
	else
		dlist_move_head(&all_plans, &statement->installed->of_all);
}

void
tenant_plans_note_portal(void)
{
	if (ActivePortal != NULL && ActivePortal->prepStmtName != NULL)
		tenant_plans_note(ActivePortal->prepStmtName);
}

void
tenant_plans_change(Oid schema)
{
	Tenant *tenant;
	dlist_iter cell;

	if (schema == bound_schema)
		return;
	if (plan_count > 0)
	{
		tenant = hash_search(tenants, &bound_schema, HASH_FIND, NULL);
		if (tenant != NULL)
			dlist_foreach (cell, &tenant->plans)
			{
				TenantPlan *plan = dlist_container(TenantPlan, of_tenant, cell.cur);

				if (plan->statement->installed == plan)
					install(plan->statement, NULL);
			}
		tenant = hash_search(tenants, &schema, HASH_FIND, NULL);
		if (tenant != NULL)
			dlist_foreach (cell, &tenant->plans)
			{
				TenantPlan *plan = dlist_container(TenantPlan, of_tenant, cell.cur);

				if (!plan->stale)
					install(plan->statement, plan);
			}
	}
	serves_several = serves_several || OidIsValid(bound_schema);
	bound_schema = schema;
}

/* A relation has changed, which may be new, or have a new name; 0: any may have. */
static void
relation_changed(Datum argument, int cache, uint32 hash)
{
	dlist_iter cell;

	(void) argument;
	(void) cache;
	dlist_foreach (cell, &all_plans)
	{
		TenantPlan *plan = dlist_container(TenantPlan, of_all, cell.cur);
		bool concerned = hash == 0;

		for (int i = 0; !concerned && i < plan->name_count; i++)
			concerned = plan->names[i] == hash;
		if (concerned)
			end_plan(plan);
	}
}

/* Something has changed that is found by more than its name. */
static void
anything_changed(Datum argument, int cache, uint32 hash)
{
	(void) hash;
	relation_changed(argument, cache, 0);
}

void
tenant_plans_start(void)
{
	CacheRegisterSyscacheCallback(RELNAMENSP, relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCNAMEARGSNSP, anything_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(CASTSOURCETARGET, anything_changed, (Datum) 0);
}

/* Drops a plan of a statement that stays. */
static void
drop_plan(TenantPlan *plan)
{
	if (plan->statement->installed == plan)
		install(plan->statement, NULL);
	unlink_plan(plan);
	dlist_delete(&plan->of_statement);
	DropCachedPlan(plan->source);
	pfree(plan);
}

/* Drops what PostgreSQL has left of a statement. */
static void
drop_rest(Statement *statement)
{
	dlist_mutable_iter cell;

	if (statement->installed != NULL)
		DropCachedPlan(statement->spare);
	dlist_foreach_modify (cell, &statement->plans)
	{
		TenantPlan *plan = dlist_container(TenantPlan, of_statement, cell.cur);

		if (plan != statement->installed)
			DropCachedPlan(plan->source);
		pfree(plan);
	}
	dlist_delete(&statement->node);
	pfree(statement);
}

void
tenant_plans_end_transaction(void)
{
	dlist_mutable_iter cell;

	dlist_foreach_modify (cell, &dropped_statements)
	{
		drop_rest(dlist_container(Statement, node, cell.cur));
	}
	if (any_stale)
	{
		any_stale = false;
		dlist_foreach_modify (cell, &all_plans)
		{
			TenantPlan *plan = dlist_container(TenantPlan, of_all, cell.cur);

			if (plan->stale)
				drop_plan(plan);
		}
	}
	while (plan_count > tenancy_max_tenant_plans)
		drop_plan(dlist_tail_element(TenantPlan, of_all, &all_plans));
}
