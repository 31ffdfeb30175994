/*
 * placement.c
 *	  Which schema an object lies in, whatever catalog it is in.
 *
 * Rows are read with SnapshotSelf: the event of a creation or an alteration comes
 * before the row is visible to the caches.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "placement.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/*
 * Catalogs whose objects belong to an object of another catalog, their indexes on
 * oid, and the column that says to which.  A constraint's trigger belongs to the
 * constraint: a foreign key puts triggers on the table it refers to as well.
 */
static const struct
{
	Oid class_id;
	Oid oid_index;
	AttrNumber owner_column;
	Oid owner_class;
} parts[] = {
	{TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_tgconstraint, ConstraintRelationId},
	{TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_tgrelid, RelationRelationId},
	{AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_adrelid, RelationRelationId},
	{PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_polrelid, RelationRelationId},
	{RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_ev_class, RelationRelationId},
	{PublicationRelRelationId, PublicationRelObjectIndexId, Anum_pg_publication_rel_prrelid, RelationRelationId},
	{CastRelationId, CastOidIndexId, Anum_pg_cast_castsource, TypeRelationId},
	{DefaultAclRelationId, DefaultAclOidIndexId, Anum_pg_default_acl_defaclnamespace, NamespaceRelationId},
	{ExtensionRelationId, ExtensionOidIndexId, Anum_pg_extension_extnamespace, NamespaceRelationId},
	{AccessMethodOperatorRelationId,
	 AccessMethodOperatorOidIndexId,
	 Anum_pg_amop_amopfamily,
	 OperatorFamilyRelationId},
	{AccessMethodProcedureRelationId,
	 AccessMethodProcedureOidIndexId,
	 Anum_pg_amproc_amprocfamily,
	 OperatorFamilyRelationId},
};

/* The column oid, the first of every catalog that has one. */
#define OID_COLUMN 1

Oid
placement_read_oid(Oid class_id, Oid oid_index, Oid object_id, AttrNumber column)
{
	Relation catalog = table_open(class_id, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	Oid result = InvalidOid;

	ScanKeyInit(&key, OID_COLUMN, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object_id));
	scan = systable_beginscan(catalog, oid_index, true, SnapshotSelf, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool isnull;
		Datum value = heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull);

		if (!isnull)
			result = DatumGetObjectId(value);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return result;
}

/* Reads the schema column of an object, through the catalog's cache by oid if it has one and that is wanted. */
static Oid
read_schema(Oid class_id, Oid object_id, bool cached)
{
	AttrNumber column = get_object_attnum_namespace(class_id);
	int cache = cached ? get_object_catcache_oid(class_id) : -1;
	HeapTuple tuple;
	Oid schema;
	bool isnull;

	if (cache < 0)
		return placement_read_oid(class_id, get_object_oid_index(class_id), object_id, column);
	tuple = SearchSysCache1(cache, ObjectIdGetDatum(object_id));
	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	schema = DatumGetObjectId(SysCacheGetAttr(cache, tuple, column, &isnull));
	ReleaseSysCache(tuple);
	return schema;
}

/* Finds the schema of an object. */
static Oid
find_schema(Oid class_id, Oid object_id, bool cached)
{
	if (class_id == NamespaceRelationId)
		return object_id;
	if (class_id == IndexRelationId || class_id == InheritsRelationId)
		class_id = RelationRelationId;
	for (int i = 0; i < (int) lengthof(parts); i++)
	{
		Oid owner;
		Oid schema = InvalidOid;

		if (parts[i].class_id != class_id)
			continue;
		owner = placement_read_oid(class_id, parts[i].oid_index, object_id, parts[i].owner_column);
		if (OidIsValid(owner))
			schema = find_schema(parts[i].owner_class, owner, cached);
		/* What it belongs to may be dropped already; then the next column tells. */
		if (OidIsValid(schema))
			return schema;
	}
	if (!is_objectclass_supported(class_id) || get_object_attnum_namespace(class_id) == InvalidAttrNumber)
		return InvalidOid;
	return read_schema(class_id, object_id, cached);
}

Oid
placement_schema(Oid class_id, Oid object_id)
{
	return find_schema(class_id, object_id, false);
}

Oid
placement_schema_before_drop(Oid class_id, Oid object_id)
{
	return find_schema(class_id, object_id, true);
}
