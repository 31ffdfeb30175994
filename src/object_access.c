/*
 * object_access.c
 *	  What a session may create, alter, drop and truncate, object by object.
 *
 * Closes: definition of anything outside of the bound tenant's schema (and its
 * temporary schema) by any statement, also through CASCADE, DROP OWNED, extension
 * scripts and functions; and, in unbound sessions, of anything in tenant schemas.
 *
 * Cannot see: GRANT, COMMENT, SECURITY LABEL, LOCK, VACUUM, REINDEX and others that
 * fire no such event; utility.c and utility_targets.c look at their targets.
 *
 * The event of a creation or an alteration comes before its catalog row is visible
 * to the caches, so rows are read with SnapshotSelf.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "binding.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
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
#include "catalog/pg_largeobject.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "guard.h"
#include "object_access.h"
#include "ownership.h"
#include "plans.h"
#include "residue.h"
#include "tcop/pquery.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

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

/* The schema that the extension is erasing; InvalidOid: none. */
static Oid confined_to = InvalidOid;

/* Reads one oid column of an object's catalog row, as of now; InvalidOid if there is no such row. */
static Oid
read_oid_column(Oid class_id, Oid oid_index, Oid object_id, AttrNumber column)
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

/* Reads the name of a schema as of now into a buffer; false if there is no such schema. */
static bool
read_schema_name(Oid schema, NameData *name)
{
	Relation catalog = table_open(NamespaceRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_namespace_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(schema));
	scan = systable_beginscan(catalog, NamespaceOidIndexId, true, SnapshotSelf, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		*name = ((Form_pg_namespace) GETSTRUCT(tuple))->nspname;
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

/* Returns the schema that an object lies in, directly or with the object it belongs to; InvalidOid: in none. */
static Oid
schema_of_object(Oid class_id, Oid object_id)
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
		owner = read_oid_column(class_id, parts[i].oid_index, object_id, parts[i].owner_column);
		if (OidIsValid(owner))
			schema = schema_of_object(parts[i].owner_class, owner);
		/* What it belongs to may be dropped already; then the next column tells. */
		if (OidIsValid(schema))
			return schema;
	}
	if (!is_objectclass_supported(class_id) || get_object_attnum_namespace(class_id) == InvalidAttrNumber)
		return InvalidOid;
	return read_oid_column(class_id,
						   get_object_oid_index(class_id),
						   object_id,
						   get_object_attnum_namespace(class_id));
}

/* Tells whether an object lies in a schema; a cast does so with either of its types. */
static bool
lies_in(Oid class_id, Oid object_id, Oid schema)
{
	if (schema_of_object(class_id, object_id) == schema)
		return true;
	if (class_id == CastRelationId)
	{
		Oid target = read_oid_column(class_id, CastOidIndexId, object_id, Anum_pg_cast_casttarget);

		return schema_of_object(TypeRelationId, target) == schema;
	}
	return false;
}

/* Refuses a change of an object that the bound tenant does not own the place of. */
static void
refuse_change(Oid class_id, Oid object_id)
{
	ObjectAddress address = {.classId = class_id, .objectId = object_id};
	char *description = is_objectclass_supported(class_id) ? getObjectDescription(&address, true) : NULL;

	raise_verdict(TENANCY_DENY_OUTSIDE_SCHEMA,
				  &(ErrorFacts){.object = description != NULL ? description : "a shared object",
								.bound_slug = binding_slug()});
}

/* Tells whether a schema is the session's own temporary one, or that of its TOAST tables. */
static bool
is_scratch_schema(Oid schema)
{
	return schema == PG_TOAST_NAMESPACE || isTempOrTempToastNamespace(schema);
}

/* Judges a change to a schema itself: a bound session may only get its temporary schema made. */
static void
check_schema_change(ObjectAccessType access, Oid schema)
{
	NameData name;

	if (!read_schema_name(schema, &name))
		return;
	if (guard_is_restricted())
	{
		bool is_temporary =
			strncmp(NameStr(name), "pg_temp_", 8) == 0 || strncmp(NameStr(name), "pg_toast_temp_", 14) == 0;

		if (access == OAT_POST_CREATE && is_temporary)
			return;
		guard_check_schema_name(NameStr(name));
		refuse_change(NamespaceRelationId, schema);
	}
	guard_check_schema_name(NameStr(name));
}

void
object_access_confine_drops(Oid schema)
{
	confined_to = schema;
}

/* Raises an error if an object outside of the schema being erased would go with it. */
static void
check_confinement(Oid class_id, Oid object_id)
{
	ObjectAddress address = {.classId = class_id, .objectId = object_id};

	if (class_id == NamespaceRelationId || class_id == LargeObjectRelationId ||
		lies_in(class_id, object_id, confined_to) || lies_in(class_id, object_id, PG_TOAST_NAMESPACE))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot erase schema \"%s\" because other objects depend on it", get_namespace_name(confined_to)),
			 errdetail("It would take %s with it.", getObjectDescription(&address, false)),
			 errhint("Drop what depends on the tenant first, or use force => true.")));
}

/* Judges the creation, alteration or removal of an object. */
static void
check_change(ObjectAccessType access, Oid class_id, Oid object_id)
{
	Oid schema;

	if (guard_is_exempt())
		return;
	if (class_id == NamespaceRelationId)
	{
		check_schema_change(access, object_id);
		return;
	}

	/* Large objects belong to roles, not to schemas; their owner's privileges guard them. */
	if (class_id == LargeObjectRelationId)
		return;

	schema = schema_of_object(class_id, object_id);
	if (OidIsValid(schema))
		guard_check_schema(schema);
	if (guard_is_restricted() && schema != guard_own_schema() && !is_scratch_schema(schema))
		refuse_change(class_id, object_id);
}

void
object_access_check_target(Oid class_id, Oid object_id)
{
	if (class_id == NamespaceRelationId && !guard_is_exempt())
	{
		guard_check_schema(object_id);
		if (guard_is_restricted() && object_id != guard_own_schema())
			refuse_change(class_id, object_id);
		return;
	}
	check_change(OAT_POST_ALTER, class_id, object_id);
}

/* Judges a look-up in a schema by name, or its place in the search path. */
static void
check_search(Oid schema, ObjectAccessNamespaceSearch *search)
{
	/* Of a tenant that was dropped nothing can be found: better say why. */
	binding_admit_if_changed();
	if (search->ereport_on_violation)
		guard_check_schema(schema);
	else if (!guard_may_search(schema))
		search->result = false;
}

/* Takes note of what an unbound superuser creates in a tenant schema. */
static void
note_ownership(Oid class_id, Oid object_id)
{
	if (current_binding == NULL && ownership_applies(class_id) &&
		OidIsValid(guard_tenant_of_schema(schema_of_object(class_id, object_id))))
		ownership_note_created(class_id, object_id);
}

/* Takes note of functions that leave something in the session. */
static void
note_residue(Oid function)
{
	switch (function)
	{
		case F_PG_ADVISORY_LOCK_INT8:
		case F_PG_ADVISORY_LOCK_INT4_INT4:
		case F_PG_ADVISORY_LOCK_SHARED_INT8:
		case F_PG_ADVISORY_LOCK_SHARED_INT4_INT4:
		case F_PG_TRY_ADVISORY_LOCK_INT8:
		case F_PG_TRY_ADVISORY_LOCK_INT4_INT4:
		case F_PG_TRY_ADVISORY_LOCK_SHARED_INT8:
		case F_PG_TRY_ADVISORY_LOCK_SHARED_INT4_INT4:
			residue_note_advisory_lock();
			break;
		case F_SET_CONFIG:
			residue_note_setting();
			break;
		default:
			break;
	}
}

/* Judges the call of a function, and makes the transaction the tenant's. */
static void
check_execution(Oid function)
{
	if (function < FirstNormalObjectId)
	{
		note_residue(function);
		/* The many calls of operators within a statement that has been admitted bring nothing new. */
		if (binding_transaction_claimed && ActivePortal != NULL)
			return;
	}
	else
	{
		guard_check_function(function);
		plans_note_call();
	}
	binding_note_call(function);
}

void
object_access_check(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, void *argument)
{
	switch (access)
	{
		case OAT_FUNCTION_EXECUTE:
			check_execution(object_id);
			break;
		case OAT_NAMESPACE_SEARCH:
			check_search(object_id, argument);
			break;
		case OAT_POST_CREATE:
			/* A default is announced by its table and column, not by its own oid. */
			if (class_id == AttrDefaultRelationId && sub_id != 0)
				class_id = RelationRelationId;
			check_change(access, class_id, object_id);
			/* With a sub-object it is a column that was added. */
			if (sub_id == 0)
				note_ownership(class_id, object_id);
			break;
		case OAT_DROP:
			/* The server empties a temporary schema, whoever is bound when it does. */
			if (((ObjectAccessDrop *) argument)->dropflags & PERFORM_DELETION_SKIP_ORIGINAL)
				break;
			if (OidIsValid(confined_to))
				check_confinement(class_id, object_id);
			/* FALLTHROUGH */
		case OAT_POST_ALTER:
			check_change(access, class_id, object_id);
			break;
		case OAT_TRUNCATE:
			guard_check_relation(object_id);
			break;
	}
}
