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
#include "access/xact.h"
#include "authority.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "commands/trigger.h"
#include "counters.h"
#include "errors.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "own_table.h"
#include "quota_limits.h"
#include "registry.h"
#include "settings.h"
#include "unix_time.h"
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
	TENANTS_UPDATED_AT,
	TENANTS_STORAGE_LIMIT_GB = 13,
	TENANTS_TICKETS_AFTER = 17
};

PG_FUNCTION_INFO_V1(tenancy_tenants_changed);
PG_FUNCTION_INFO_V1(tenancy_tenants_before_write);

static uint64 generation = 1;

/* Oids of the table and of its index on slug, until something about them changes. */
static Oid tenants_relation = InvalidOid;
static Oid tenants_lookup_index = InvalidOid;

/* The registry is known not to be in this database. */
static bool known_absent = false;

bool registry_is_noted = false;
static RegistryPresence last_presence = REGISTRY_UNKNOWN;

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
	registry_is_noted = false;
	mark_stale();
}

/* Takes note that the table changed, in definition or (by our own trigger) in content. */
static void
relcache_changed(Datum arg, Oid relation)
{
	(void) arg;
	if (!OidIsValid(tenants_relation))
		registry_is_noted = false;
	known_absent = false;
	if (relation == InvalidOid || relation == tenants_relation)
	{
		tenants_relation = InvalidOid;
		registry_is_noted = false;
		mark_stale();
	}
	else if (quota_limits_lie_in(relation))
		mark_stale();
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
	Oid relation;

	if (OidIsValid(tenants_relation))
		return tenants_relation;

	relation = own_table_find("tenants");
	if (!OidIsValid(relation))
		return InvalidOid;
	tenants_lookup_index = get_relname_relid("tenants_lookup_idx", get_rel_namespace(relation));
	tenants_relation = relation;
	return relation;
}

bool
registry_is_installed(void)
{
	if (known_absent)
		return false;
	/* Invalidations that come meanwhile concern the answer. */
	registry_is_noted = true;
	if (OidIsValid(find_relation()))
	{
		last_presence = REGISTRY_PRESENT;
		return true;
	}
	known_absent = registry_is_noted;
	last_presence = REGISTRY_ABSENT;
	return false;
}

void
registry_note(void)
{
	if (IsTransactionState() && OidIsValid(MyDatabaseId))
		(void) registry_is_installed();
}

RegistryPresence
registry_last_presence(void)
{
	return last_presence;
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

/* Reads what is enforced for a tenant: what its own row says, and the tables of quotas. */
static void
read_limits(HeapTuple tuple, TupleDesc descriptor, TenancyTenant *tenant)
{
	bool isnull;
	Datum gigabytes = heap_getattr(tuple, TENANTS_STORAGE_LIMIT_GB, descriptor, &isnull);

	if (!isnull)
		quota_limits_add_storage(&tenant->limits, DatumGetInt32(gigabytes));
	quota_limits_read(&tenant->limits,
					  tenant->id,
					  TextDatumGetCString(heap_getattr(tuple, TENANTS_PLAN_TIER, descriptor, &isnull)));
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
		Datum revoked;
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
		revoked = heap_getattr(tuple, TENANTS_TICKETS_AFTER, descriptor, &isnull);
		if (!isnull)
			tenant->revoked_until = unix_seconds(DatumGetTimestampTz(revoked));
		read_limits(tuple, descriptor, tenant);
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

/* Tells whether an update ends the tickets of a tenant: with its activity, or by a new time in the column, whichever. */
static bool
ends_tickets(const TriggerData *trigger, TupleDesc descriptor)
{
	bool none;
	bool isnull;
	Datum before = heap_getattr(trigger->tg_trigtuple, TENANTS_TICKETS_AFTER, descriptor, &none);
	Datum after = heap_getattr(trigger->tg_newtuple, TENANTS_TICKETS_AFTER, descriptor, &isnull);

	if (!isnull && (none || DatumGetTimestampTz(before) != DatumGetTimestampTz(after)))
		return true;
	before = heap_getattr(trigger->tg_trigtuple, TENANTS_STATUS, descriptor, &isnull);
	after = heap_getattr(trigger->tg_newtuple, TENANTS_STATUS, descriptor, &isnull);
	/* A null is refused by its constraint. */
	return !isnull && registry_parse_status(TextDatumGetCString(before)) == TENANCY_STATUS_ACTIVE &&
		   registry_parse_status(TextDatumGetCString(after)) != TENANCY_STATUS_ACTIVE;
}

/*
 * Returns the time that revokes all tickets of a tenant which are valid by now: also those
 * that are so by the leeway alone, and those that were made after the last revocation and
 * so begin after it.
 */
static TimestampTz
end_of_tickets(const TriggerData *trigger, TupleDesc descriptor)
{
	bool isnull;
	Datum last = heap_getattr(trigger->tg_trigtuple, TENANTS_TICKETS_AFTER, descriptor, &isnull);
	TimestampTz now = GetCurrentTimestamp() + tenancy_ticket_leeway * USECS_PER_SEC;

	return isnull ? now : Max(now, DatumGetTimestampTz(last) + USECS_PER_SEC);
}

/*
 * tenancy.tenants_before_write(): row trigger on the registry.  Keeps updated_at, revokes
 * tickets when a tenant is suspended, and refuses changes that would part a row
 * from its schema and role.
 */
Datum
tenancy_tenants_before_write(PG_FUNCTION_ARGS)
{
	static const int fixed[] = {TENANTS_ID, TENANTS_SLUG, TENANTS_SCHEMA_NAME};
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	TupleDesc descriptor;
	int columns[] = {TENANTS_UPDATED_AT, TENANTS_TICKETS_AFTER};
	bool nulls[] = {false, false};
	Datum values[2];

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

	values[0] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	values[1] = TimestampTzGetDatum(end_of_tickets(trigger, descriptor));
	return PointerGetDatum(heap_modify_tuple_by_cols(trigger->tg_newtuple,
													 descriptor,
													 ends_tickets(trigger, descriptor) ? lengthof(columns) : 1,
													 columns,
													 values,
													 nulls));
}
