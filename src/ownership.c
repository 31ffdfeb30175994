/*
 * ownership.c
 *	  Objects that others create inside a tenant schema become the tenant's.
 *
 * An administrator or a migration tool that works unbound as a superuser would
 * leave tables that the tenant cannot use.  What is created in a tenant schema is
 * noted as it happens, and given to the owner of the schema (the tenant role, or
 * the shared owner of an installation that kept its owner) when the statement is
 * through and the objects are visible.
 */
#include "postgres.h"

#include "access/xact.h"
#include "bridge.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "compat.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "ownership.h"
#include "privileged.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* ObjectAddress pointers, in TopTransactionContext; NIL outside of a statement that creates something. */
static List *created = NIL;

bool
ownership_applies(Oid class_id)
{
	/* Members of an extension stay the extension owner's. */
	return !privileged_is_running() && !creating_extension && is_objectclass_supported(class_id) &&
		   get_object_attnum_namespace(class_id) != InvalidAttrNumber &&
		   get_object_attnum_owner(class_id) != InvalidAttrNumber;
}

void
ownership_note_created(Oid class_id, Oid object_id)
{
	MemoryContext old_context;
	ObjectAddress *address;

	old_context = MemoryContextSwitchTo(TopTransactionContext);
	address = palloc0(sizeof(ObjectAddress));
	ObjectAddressSet(*address, class_id, object_id);
	created = lappend(created, address);
	MemoryContextSwitchTo(old_context);
}

Oid
ownership_of_schema(Oid schema)
{
	HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* Tells whether an object's owner follows that of another object, so that it needs no change of its own. */
static bool
owner_follows(const ObjectAddress *address)
{
	if (address->classId == RelationRelationId)
	{
		char kind = get_rel_relkind(address->objectId);
		Oid table;
		int32 column;

		if (kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX || kind == RELKIND_TOASTVALUE ||
			kind == RELKIND_COMPOSITE_TYPE)
			return true;
		return kind == RELKIND_SEQUENCE && (sequenceIsOwned(address->objectId, DEPENDENCY_AUTO, &table, &column) ||
											sequenceIsOwned(address->objectId, DEPENDENCY_INTERNAL, &table, &column));
	}
	if (address->classId == TypeRelationId)
	{
		Oid relation = get_typ_typrelid(address->objectId);

		return OidIsValid(get_element_type(address->objectId)) ||
			   (MULTIRANGE_OWNER_FOLLOWS && get_typtype(address->objectId) == TYPTYPE_MULTIRANGE) ||
			   (OidIsValid(relation) && get_rel_relkind(relation) != RELKIND_COMPOSITE_TYPE);
	}
	return false;
}

/* Returns the keyword of ALTER ... OWNER for an object. */
static const char *
alter_keyword(const ObjectAddress *address)
{
	if (address->classId == StatisticExtRelationId)
		return "statistics";
	return getObjectTypeDescription(address, false);
}

/* Returns how ALTER ... OWNER names an object; an aggregate without arguments is written with an asterisk. */
static char *
alter_name(const ObjectAddress *address)
{
	char *identity = getObjectIdentity(address, false);
	size_t length = strlen(identity);

	if (address->classId == ProcedureRelationId && get_func_prokind(address->objectId) == PROKIND_AGGREGATE &&
		length > 2 && strcmp(identity + length - 2, "()") == 0)
		return psprintf("%.*s(*)", (int) (length - 2), identity);
	return identity;
}

/* Reads the schema and the owner of an object; false if it is gone. */
static bool
read_place(const ObjectAddress *address, Oid *schema, Oid *owner)
{
	int cache = get_object_catcache_oid(address->classId);
	HeapTuple tuple;
	bool isnull;

	if (cache < 0)
		return false;
	tuple = SearchSysCache1(cache, ObjectIdGetDatum(address->objectId));
	if (!HeapTupleIsValid(tuple))
		return false;
	*schema = DatumGetObjectId(SysCacheGetAttr(cache, tuple, get_object_attnum_namespace(address->classId), &isnull));
	*owner = DatumGetObjectId(SysCacheGetAttr(cache, tuple, get_object_attnum_owner(address->classId), &isnull));
	ReleaseSysCache(tuple);
	return true;
}

/* Tells whether objects of a catalog have owners of their own and lie in schemas. */
static bool
have_owners(Oid class_id)
{
	return is_objectclass_supported(class_id) && get_object_attnum_owner(class_id) != InvalidAttrNumber &&
		   get_object_attnum_namespace(class_id) != InvalidAttrNumber;
}

Oid
ownership_of(const ObjectAddress *address)
{
	Oid schema;
	Oid owner;

	return have_owners(address->classId) && read_place(address, &schema, &owner) ? owner : InvalidOid;
}

void
ownership_give(const ObjectAddress *address, Oid role)
{
	Oid owner = ownership_of(address);

	if (!OidIsValid(owner) || owner == role || owner_follows(address))
		return;
	privileged_execute("ALTER %s %s OWNER TO %s",
					   alter_keyword(address),
					   alter_name(address),
					   quote_identifier(GetUserNameFromId(role, false)));
}

/* Takes the default rights of PUBLIC away from a new function or type, as the tenant role's own would lack them. */
static void
close_to_public(const ObjectAddress *address)
{
	if (address->classId == ProcedureRelationId)
		privileged_execute("REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC", getObjectIdentity(address, false));
	else if (address->classId == TypeRelationId && !owner_follows(address))
		privileged_execute("REVOKE USAGE ON TYPE %s FROM PUBLIC", getObjectIdentity(address, false));
}

/* Gives one object to the owner of its schema, if that is a tenant's. */
static void
settle_one(const ObjectAddress *address)
{
	Oid schema;
	Oid owner;
	Oid schema_owner;
	char *schema_name;

	/* It may be gone again, or the statement rolled back to a savepoint. */
	if (!read_place(address, &schema, &owner))
		return;
	schema_name = get_namespace_name(schema);
	if (schema_name == NULL || !bridge_is_tenant_schema(schema_name))
		return;

	/* The tenant role's own objects stay its own where the schema kept a shared owner. */
	schema_owner = ownership_of_schema(schema);
	if (OidIsValid(schema_owner) && owner != schema_owner && owner != get_role_oid(schema_name, true))
	{
		ownership_give(address, schema_owner);
		close_to_public(address);
	}
}

/* Settles what was noted, in a nested call with the rights to do so. */
static void
settle_noted(void *argument)
{
	ListCell *cell;

	SPI_connect();
	foreach (cell, (List *) argument)
		settle_one(lfirst(cell));
	SPI_finish();
}

void
ownership_settle(void)
{
	List *noted = created;

	if (noted == NIL)
		return;
	created = NIL;
	CommandCounterIncrement();
	privileged_run(settle_noted, noted);
}

void
ownership_settle_schema(Oid schema)
{
	SPITupleTable *members;

	CommandCounterIncrement();
	privileged_execute("SELECT d.classid, d.objid FROM pg_depend d "
					   "WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %u",
					   schema);
	members = SPI_tuptable;
	for (uint64 i = 0; i < members->numvals; i++)
	{
		ObjectAddress address = {0};
		bool isnull;

		address.classId = DatumGetObjectId(SPI_getbinval(members->vals[i], members->tupdesc, 1, &isnull));
		address.objectId = DatumGetObjectId(SPI_getbinval(members->vals[i], members->tupdesc, 2, &isnull));
		if (have_owners(address.classId))
			settle_one(&address);
	}
	CommandCounterIncrement();
}

void
ownership_end_transaction(void)
{
	created = NIL;
}
