/*
 * whereabouts.c
 *	  Which tenant's schema an object lies in, remembered by the object's OID.
 *
 * Invalidation callbacks drop what changed, and an unknown object costs a catalog
 * look-up.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "bridge.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "guard.h"
#include "placement.h"
#include "registry.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "whereabouts.h"

/* Grows with every invalidation, so that an answer that was overtaken while it was found is not kept. */
static uint64 generation = 0;

WhereaboutsLast whereabouts_last = {InvalidOid, InvalidOid};

/* Takes note of a change: answers that are being found are overtaken. */
static void
overtake(void)
{
	generation++;
	whereabouts_last = (WhereaboutsLast){InvalidOid, InvalidOid};
}

uint64
whereabouts_generation(void)
{
	return generation;
}

/* Remembers where an object lies, unless something has changed since. */
static void
remember(BridgeObjectKind kind, Oid object, Oid tenant, uint64 generation_before)
{
	registry_begin_caches();
	if (generation_before == generation)
		bridge_object_remember(kind, object, tenant);
}

bool
whereabouts_find_schema(Oid schema, Oid *tenant)
{
	uint64 generation_before = generation;
	char *name;

	*tenant = InvalidOid;
	if (!OidIsValid(schema))
		return false;
	if (schema == PG_CATALOG_NAMESPACE)
		return true;
	if (bridge_object_find(BRIDGE_SCHEMA, schema, tenant))
		return true;

	/* Another session's temporary schema is that session's own; which one is ours may still change. */
	if (isOtherTempNamespace(schema))
	{
		*tenant = OidIsValid(guard_own_schema()) ? schema : InvalidOid;
		return true;
	}

	name = get_namespace_name(schema);
	if (name == NULL)
		return false;
	*tenant = bridge_is_tenant_schema(name) ? schema : InvalidOid;
	pfree(name);
	if (!isAnyTempNamespace(schema))
		remember(BRIDGE_SCHEMA, schema, *tenant, generation_before);
	return true;
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

/* Finds the tenant of an object whose own schema is known, and remembers it. */
static bool
find_by_schema(BridgeObjectKind kind, Oid object, Oid schema, Oid *tenant, uint64 generation_before)
{
	if (!OidIsValid(schema) || !whereabouts_find_schema(schema, tenant))
		return false;
	if (!isAnyTempNamespace(schema))
		remember(kind, object, *tenant, generation_before);
	return true;
}

bool
whereabouts_find_relation(Oid relation, Oid *tenant, bool cached)
{
	uint64 generation_before = generation;
	Oid schema;

	*tenant = InvalidOid;
	if (relation < FirstNormalObjectId || bridge_object_find(BRIDGE_RELATION, relation, tenant))
		return true;

	if (cached)
		schema = get_rel_namespace(relation);
	else
		schema = placement_read_oid(RelationRelationId, ClassOidIndexId, relation, Anum_pg_class_relnamespace);
	if (schema == PG_TOAST_NAMESPACE)
	{
		Oid owner = owner_of_toast(relation);

		if (!OidIsValid(owner) || !whereabouts_find_relation(owner, tenant, cached))
			return false;
		remember(BRIDGE_RELATION, relation, *tenant, generation_before);
		return true;
	}
	return find_by_schema(BRIDGE_RELATION, relation, schema, tenant, generation_before);
}

bool
whereabouts_find_function(Oid function, Oid *tenant)
{
	uint64 generation_before = generation;

	*tenant = InvalidOid;
	if (function < FirstNormalObjectId || bridge_object_find(BRIDGE_FUNCTION, function, tenant))
		return true;
	return find_by_schema(BRIDGE_FUNCTION, function, get_func_namespace(function), tenant, generation_before);
}

/* Returns the schema of a type; InvalidOid: no such type. */
static Oid
schema_of_type(Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid schema = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
		ReleaseSysCache(tuple);
	}
	return schema;
}

bool
whereabouts_find_type(Oid type, Oid *tenant)
{
	uint64 generation_before = generation;

	*tenant = InvalidOid;
	if (type < FirstNormalObjectId || bridge_object_find(BRIDGE_TYPE, type, tenant))
		return true;
	return find_by_schema(BRIDGE_TYPE, type, schema_of_type(type), tenant, generation_before);
}

Oid
whereabouts_of_schema(Oid schema)
{
	Oid tenant;

	return whereabouts_find_schema(schema, &tenant) ? tenant : InvalidOid;
}

Oid
whereabouts_look_up_relation(Oid relation)
{
	Oid tenant;

	if (relation < FirstNormalObjectId)
		return InvalidOid;
	/* What the cache knows is not overtaken. */
	if (bridge_object_find(BRIDGE_RELATION, relation, &tenant))
	{
		whereabouts_last = (WhereaboutsLast){relation, tenant};
		return tenant;
	}
	return whereabouts_find_relation(relation, &tenant, true) ? tenant : InvalidOid;
}

Oid
whereabouts_of_function(Oid function)
{
	Oid tenant;

	return whereabouts_find_function(function, &tenant) ? tenant : InvalidOid;
}

Oid
whereabouts_of_type(Oid type)
{
	Oid tenant;

	return whereabouts_find_type(type, &tenant) ? tenant : InvalidOid;
}

/* Forgets schemas, and with them where everything lies. */
static void
schema_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	(void) arg;
	(void) cacheid;
	(void) hashvalue;
	overtake();
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
	overtake();
	bridge_object_forget(BRIDGE_FUNCTION, InvalidOid);
	bridge_object_forget(BRIDGE_INLINABLE, InvalidOid);
}

/* Forgets types, likewise. */
static void
type_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	(void) arg;
	(void) cacheid;
	(void) hashvalue;
	overtake();
	bridge_object_forget(BRIDGE_TYPE, InvalidOid);
	bridge_object_forget(BRIDGE_HOLDS_NAME, InvalidOid);
}

/* Forgets one relation, or all. */
static void
relation_changed(Datum arg, Oid relation)
{
	(void) arg;
	overtake();
	bridge_object_forget(BRIDGE_RELATION, relation);
	/* Its row type may have got columns. */
	bridge_object_forget(BRIDGE_HOLDS_NAME, InvalidOid);
}

void
whereabouts_start(void)
{
	CacheRegisterSyscacheCallback(NAMESPACEOID, schema_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, function_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, type_changed, (Datum) 0);
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
}
