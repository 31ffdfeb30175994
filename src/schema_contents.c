/*
 * schema_contents.c
 *	  What a schema consists of.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_shdepend.h"
#include "compat.h"
#include "miscadmin.h"
#include "placement.h"
#include "schema_contents.h"
#include "utils/hsearch.h"

/* Objects being collected. */
typedef struct Collection
{
	HTAB *seen;		 /* ObjectAddress */
	List *addresses; /* ObjectAddress pointers, in the order in which they were found */
} Collection;

/* Makes a hash table. */
static HTAB *
make_table(const char *name, Size key_size, Size entry_size)
{
	HASHCTL control = {.keysize = key_size, .entrysize = entry_size, .hcxt = CurrentMemoryContext};

	return hash_create(name, 512, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Adds an object to a collection, once. */
static void
collect(Collection *collection, Oid class_id, Oid object_id)
{
	ObjectAddress address;
	ObjectAddress *entry;
	bool found;

	ObjectAddressSet(address, class_id, object_id);
	entry = hash_search(collection->seen, &address, HASH_ENTER, &found);
	if (!found)
		collection->addresses = lappend(collection->addresses, entry);
}

/* Returns what has been collected, in order. */
static ObjectSet
sorted(const Collection *collection)
{
	ObjectSet set = {.count = 0};
	ListCell *cell;

	set.objects = palloc(sizeof(ObjectAddress) * (list_length(collection->addresses) + 1));
	foreach (cell, collection->addresses)
		set.objects[set.count++] = *(ObjectAddress *) lfirst(cell);
	object_set_sort(&set);
	return set;
}

/* Collects what depends on a member and is part of the schema itself. */
static void
collect_dependents(CatalogReader *reader, const ObjectAddress *member, Oid schema, Collection *members,
				   List **relations)
{
	ObjectSet one = {.objects = unconstify(ObjectAddress *, member), .count = 1};
	CatalogRange range = object_set_dependencies(&one, 0, 1, true);
	SysScanDesc scan = catalog_reader_scan(reader, DependRelationId, DependReferenceIndexId, &range);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		bool direct = form->refclassid == NamespaceRelationId;

		/* Not every part says which schema it is in; a normal dependent that is no part does. */
		if (form->deptype == DEPENDENCY_NORMAL && !direct && placement_schema(form->classid, form->objid) != schema)
			continue;
		collect(members, form->classid, form->objid);
		if (direct && form->classid == RelationRelationId)
			*relations = lappend_oid(*relations, form->objid);
	}
	systable_endscan(scan);
}

/* Collects an object outside of the schema, with the schema that it is named in. */
static void
collect_named(Collection *named, const ObjectSet *members, Oid class_id, Oid object_id)
{
	Oid schema;

	if (!OidIsValid(object_id) || object_set_has(members, class_id, object_id) || IsPinnedObject(class_id, object_id))
		return;
	collect(named, class_id, object_id);
	schema = class_id == NamespaceRelationId ? InvalidOid : placement_schema(class_id, object_id);
	if (OidIsValid(schema) && !object_set_has(members, NamespaceRelationId, schema))
		collect(named, NamespaceRelationId, schema);
}

/* Collects what members depend on outside of the schema. */
static void
collect_references(CatalogReader *reader, const ObjectSet *members, Collection *named)
{
	for (int from = 0, to; from < members->count; from = to)
	{
		CatalogRange range;
		SysScanDesc scan;
		HeapTuple tuple;

		to = object_set_neighbours(members, from);
		range = object_set_dependencies(members, from, to, false);
		scan = catalog_reader_scan(reader, DependRelationId, DependDependerIndexId, &range);
		while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		{
			Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

			if (object_set_has(members, form->classid, form->objid))
				collect_named(named, members, form->refclassid, form->refobjid);
		}
		systable_endscan(scan);
	}
}

/* Collects the roles, and the like, that members depend on. */
static void
collect_roles(CatalogReader *reader, const ObjectSet *members, Collection *named)
{
	for (int from = 0, to; from < members->count; from = to)
	{
		CatalogRange range;
		SysScanDesc scan;
		HeapTuple tuple;

		to = object_set_neighbours(members, from);
		range = object_set_shared(members, from, to);
		scan = catalog_reader_scan(reader, SharedDependRelationId, SharedDependDependerIndexId, &range);
		while (scan != NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
		{
			Form_pg_shdepend form = (Form_pg_shdepend) GETSTRUCT(tuple);

			collect(named, form->refclassid, form->refobjid);
		}
		if (scan != NULL)
			systable_endscan(scan);
	}
}

SchemaContents *
schema_contents(Oid schema)
{
	SchemaContents *contents = palloc0(sizeof(SchemaContents));
	Collection members = {.seen = make_table("tenancy: members", sizeof(ObjectAddress), sizeof(ObjectAddress))};
	Collection named = {.seen = make_table("tenancy: named", sizeof(ObjectAddress), sizeof(ObjectAddress))};
	CatalogReader reader;

	catalog_reader_begin(&reader);
	collect(&members, NamespaceRelationId, schema);
	for (int i = 0; i < list_length(members.addresses); i++)
	{
		CHECK_FOR_INTERRUPTS();
		collect_dependents(&reader, list_nth(members.addresses, i), schema, &members, &contents->relations);
	}
	contents->members = sorted(&members);
	collect_references(&reader, &contents->members, &named);
	collect_roles(&reader, &contents->members, &named);
	contents->named = sorted(&named);
	catalog_reader_end(&reader);
	hash_destroy(members.seen);
	hash_destroy(named.seen);
	return contents;
}

SchemaContents *
schema_contents_copy(const SchemaContents *contents)
{
	SchemaContents *copy = palloc(sizeof(SchemaContents));

	copy->members = object_set_copy(&contents->members);
	copy->named = object_set_copy(&contents->named);
	copy->relations = list_copy(contents->relations);
	return copy;
}

/* Tells whether two sets are the same. */
static bool
same_set(const ObjectSet *left, const ObjectSet *right)
{
	return left->count == right->count &&
		   memcmp(left->objects, right->objects, sizeof(ObjectAddress) * left->count) == 0;
}

bool
schema_contents_equal(const SchemaContents *left, const SchemaContents *right)
{
	return same_set(&left->members, &right->members) && same_set(&left->named, &right->named);
}

bool
schema_contents_find_dependent(const SchemaContents *contents, Oid other, ObjectAddress *dependent)
{
	const ObjectSet *members = &contents->members;
	bool found = false;
	CatalogReader reader;

	catalog_reader_begin(&reader);
	for (int from = 0, to; from < members->count && !found; from = to)
	{
		CatalogRange range;
		SysScanDesc scan;
		HeapTuple tuple;

		to = object_set_neighbours(members, from);
		range = object_set_dependencies(members, from, to, true);
		scan = catalog_reader_scan(&reader, DependRelationId, DependReferenceIndexId, &range);
		while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
		{
			Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

			if (object_set_has(members, form->classid, form->objid) ||
				!object_set_has(members, form->refclassid, form->refobjid) ||
				placement_schema(form->classid, form->objid) != other)
				continue;
			ObjectAddressSubSet(*dependent, form->classid, form->objid, form->objsubid);
			found = true;
		}
		systable_endscan(scan);
	}
	catalog_reader_end(&reader);
	return found;
}
