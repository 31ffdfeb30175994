/*
 * schema_objects.c
 *	  The objects of one schema, at a cost that does not depend on other schemas.
 *
 * pg_class, pg_proc, pg_type and pg_constraint have no index on the schema, so that a
 * query by it reads the whole catalog: with 10,000 tenants, a million rows.  Every
 * object that lies in a schema depends on it, and pg_depend has an index on that.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "dependencies.h"
#include "miscadmin.h"
#include "ownership.h"
#include "schema_objects.h"
#include "utils/rel.h"

/* Fills in what an object is to those that it refers to. */
static void
classify(Relation depend, SchemaObject *object)
{
	SysScanDesc scan = dependencies_of(depend, object->address.classId, object->address.objectId);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->objsubid != 0)
			continue;
		object->is_extension_member |= form->deptype == DEPENDENCY_EXTENSION;
		object->is_internal |= form->deptype == DEPENDENCY_INTERNAL;
	}
	systable_endscan(scan);
}

List *
schema_objects_find(Oid schema)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = dependencies_on(depend, NamespaceRelationId, schema);
	HeapTuple tuple;
	List *objects = NIL;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		SchemaObject *object = palloc0(sizeof(SchemaObject));

		CHECK_FOR_INTERRUPTS();
		ObjectAddressSet(object->address, form->classid, form->objid);
		classify(depend, object);
		objects = lappend(objects, object);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return objects;
}

int
schema_objects_count_references(const ObjectAddress *address)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = dependencies_on(depend, address->classId, address->objectId);
	int count = 0;

	while (HeapTupleIsValid(systable_getnext(scan)))
		count++;
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return count;
}

List *
schema_objects_owners(Oid schema)
{
	List *owners = list_make1_oid(ownership_of_schema(schema));
	ListCell *cell;

	foreach (cell, schema_objects_find(schema))
	{
		const SchemaObject *object = lfirst(cell);
		Oid owner = object->is_internal ? InvalidOid : ownership_of(&object->address);

		if (OidIsValid(owner))
			owners = list_append_unique_oid(owners, owner);
	}
	return owners;
}
