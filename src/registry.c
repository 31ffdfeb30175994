/*
 * registry.c
 *	  The registry of tenants, as a backend reads it.
 *
 * The table tenancy.tenants is the truth.  A trigger on it sends a relcache
 * invalidation with the change, whoever makes it, and every backend forgets its copy
 * when the change commits.  Callbacks only mark; the next look-up reads again.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "authority.h"
#include "bridge.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "counters.h"
#include "errors.h"
#include "fmgr.h"
#include "registry.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Columns of tenancy.tenants, in the order of the install script. */
enum
{
	TENANTS_ID = 1,
	TENANTS_SLUG,
	TENANTS_SCHEMA_NAME,
	TENANTS_STATUS,
	TENANTS_PLAN_TIER,
	TENANTS_CREATED_AT,
	TENANTS_UPDATED_AT
};

PG_FUNCTION_INFO_V1(tenancy_tenants_changed);
PG_FUNCTION_INFO_V1(tenancy_tenants_before_write);

static uint64 generation = 1;

/* Oids of the table and of its index on slug, until something about them changes. */
static Oid tenants_relation = InvalidOid;
static Oid tenants_lookup_index = InvalidOid;

/* The registry is known not to be in this database. */
static bool known_absent = false;

uint64
registry_generation(void)
{
	return generation;
}

/* Marks all that is remembered as stale. */
static void
mark_stale(void)
{
	generation++;
	bridge_registry_forget();
}

/* Takes note that a schema or a role changed; both are part of what is remembered of a tenant. */
static void
syscache_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	(void) arg;
	(void) cacheid;
	(void) hashvalue;
	tenants_relation = InvalidOid;
	known_absent = false;
	mark_stale();
}

/* Takes note that the table changed, in definition or (by our own trigger) in content. */
static void
relcache_changed(Datum arg, Oid relation)
{
	(void) arg;
	known_absent = false;
	if (relation == InvalidOid || relation == tenants_relation)
	{
		tenants_relation = InvalidOid;
		mark_stale();
	}
}

void
registry_start(void)
{
	CacheRegisterRelcacheCallback(relcache_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, syscache_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, syscache_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, syscache_changed, (Datum) 0);
}

void
registry_begin_caches(void)
{
	if (bridge_begun())
		return;
	if (!bridge_begin(AllocSetContextCreate(TopMemoryContext, "tenancy caches", ALLOCSET_DEFAULT_SIZES)))
		raise_verdict(TENANCY_OUT_OF_MEMORY, &(ErrorFacts){0});
}

/* Returns the oid of tenancy.tenants, or InvalidOid where the extension is not installed. */
static Oid
find_relation(void)
{
	Oid schema;
	Oid relation;

	if (OidIsValid(tenants_relation))
		return tenants_relation;

	schema = get_namespace_oid("tenancy", true);
	if (!OidIsValid(schema))
		return InvalidOid;
	relation = get_relname_relid("tenants", schema);

	/* A table of that name that somebody else made is no registry. */
	if (!OidIsValid(relation) ||
		getExtensionOfObject(RelationRelationId, relation) != get_extension_oid("tenancy", true))
		return InvalidOid;
	tenants_lookup_index = get_relname_relid("tenants_lookup_idx", schema);
	tenants_relation = relation;
	return relation;
}

bool
registry_is_installed(void)
{
	if (known_absent)
		return false;
	known_absent = !OidIsValid(find_relation());
	return !known_absent;
}

TenancyStatus
registry_parse_status(const char *status)
{
	if (strcmp(status, "active") == 0)
		return TENANCY_STATUS_ACTIVE;
	if (strcmp(status, "suspended") == 0)
		return TENANCY_STATUS_SUSPENDED;
	return TENANCY_STATUS_DELETED;
}

/* Reads a tenant's row from the table; false if there is none. */
static bool
read_row(const char *slug, TenancyTenant *tenant)
{
	Oid relation_id = find_relation();
	Relation relation;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple tuple;
	bool found = false;

	if (!OidIsValid(relation_id))
		return false;

	/*
	 * A catalog snapshot sees the latest committed row and our own changes, and
	 * leaves the transaction free to choose its isolation level afterwards.  The
	 * index has collation "C", as scan keys do.
	 */
	relation = table_open(relation_id, AccessShareLock);
	ScanKeyInit(&key, TENANTS_SLUG, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(slug));
	scan = systable_beginscan(relation, tenants_lookup_index, OidIsValid(tenants_lookup_index), NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		TupleDesc descriptor = RelationGetDescr(relation);
		char *schema_name;
		char *status;
		bool isnull;

		memset(tenant, 0, sizeof(*tenant));
		strlcpy(tenant->slug, slug, sizeof(tenant->slug));
		memcpy(tenant->id,
			   DatumGetUUIDP(heap_getattr(tuple, TENANTS_ID, descriptor, &isnull))->data,
			   TENANCY_ID_SIZE);
		schema_name = TextDatumGetCString(heap_getattr(tuple, TENANTS_SCHEMA_NAME, descriptor, &isnull));
		status = TextDatumGetCString(heap_getattr(tuple, TENANTS_STATUS, descriptor, &isnull));
		tenant->status = registry_parse_status(status);
		tenant->schema = get_namespace_oid(schema_name, true);
		tenant->role = get_role_oid(schema_name, true);
		tenant->role_fits = authority_role_is_fit(tenant->role);
		tenant->counters = counters_of_schema(schema_name);
		found = true;
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return found;
}

bool
registry_find(const char *slug, TenancyTenant *tenant)
{
	uint64 before;

	registry_begin_caches();
	if (bridge_registry_find(slug, tenant))
		return true;

	before = generation;
	if (!read_row(slug, tenant))
		return false;
	/* A row that was overtaken while it was read serves this once and is not kept. */
	if (before == generation)
		bridge_registry_remember(tenant);
	return true;
}

/*
 * tenancy.tenants_changed(): trigger on the registry.  Sends the
 * invalidation that makes every session look again, with the commit of the change.
 */
Datum
tenancy_tenants_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by its trigger", "tenants_changed")));
	CacheInvalidateRelcache(trigger->tg_relation);
	return PointerGetDatum(NULL);
}

/*
 * tenancy.tenants_before_write(): row trigger on the registry.  Keeps updated_at,
 * and refuses changes that would part a row from its schema and role.
 */
Datum
tenancy_tenants_before_write(PG_FUNCTION_ARGS)
{
	static const int fixed[] = {TENANTS_ID, TENANTS_SLUG, TENANTS_SCHEMA_NAME};
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	TupleDesc descriptor;
	int column = TENANTS_UPDATED_AT;
	Datum now;
	bool isnull = false;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || !TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ||
		RelationGetRelid(trigger->tg_relation) != find_relation())
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by its trigger", "tenants_before_write")));

	descriptor = RelationGetDescr(trigger->tg_relation);
	for (int i = 0; i < (int) lengthof(fixed); i++)
	{
		bool old_null;
		bool new_null;
		Datum old_value = heap_getattr(trigger->tg_trigtuple, fixed[i], descriptor, &old_null);
		Datum new_value = heap_getattr(trigger->tg_newtuple, fixed[i], descriptor, &new_null);
		Form_pg_attribute attribute = TupleDescAttr(descriptor, fixed[i] - 1);

		if (old_null || new_null || !datumIsEqual(old_value, new_value, attribute->attbyval, attribute->attlen))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("column \"%s\" of a tenant cannot be changed", NameStr(attribute->attname)),
					 errdetail("The tenant's schema and role are named after it.")));
	}

	now = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	return PointerGetDatum(heap_modify_tuple_by_cols(trigger->tg_newtuple, descriptor, 1, &column, &now, &isnull));
}
