/*
 * description_order.c
 *	  What parts of a schema need each other, from pg_depend.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "bridge.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "description_order.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* The number of what is no part of the schema. */
#define NO_PART UINT32_MAX

/* Which part an object is or belongs to; the key comes first. */
typedef struct KnownObject
{
	Oid class;
	Oid object;
	uint32 number;
} KnownObject;

/* A part that needs others, through the dependencies of one object. */
typedef struct Needs
{
	HTAB *known;
	Relation depend;
	TenancyNeed *list;
	size_t count;
	size_t room;
} Needs;

/* Remembers which part an object is. */
static void
remember(Needs *needs, Oid class, Oid object, uint32 number)
{
	Oid key[2] = {class, object};
	bool found;
	KnownObject *known = hash_search(needs->known, key, HASH_ENTER, &found);

	if (!found || known->number == NO_PART)
		known->number = number;
}

/* Begins a scan of what an object depends on. */
static SysScanDesc
scan_dependencies(Needs *needs, Oid class, Oid object, ScanKey keys)
{
	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(class));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
	return systable_beginscan(needs->depend, DependDependerIndexId, true, NULL, 2, keys);
}

/* Returns the part that an object is or is an internal part of: a row type, an array type, the index of a constraint. */
static uint32
part_of(Needs *needs, Oid class, Oid object)
{
	Oid key[2] = {class, object};
	bool found;
	KnownObject *known = hash_search(needs->known, key, HASH_ENTER, &found);
	uint32 number = NO_PART;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	if (found)
		return known->number;
	known->number = NO_PART;
	scan = scan_dependencies(needs, class, object, keys);
	while (number == NO_PART && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->deptype == DEPENDENCY_INTERNAL)
			number = part_of(needs, form->refclassid, form->refobjid);
	}
	systable_endscan(scan);
	if (number != NO_PART)
		remember(needs, class, object, number);
	return number;
}

/* Notes that a part needs another one. */
static void
add_need(Needs *needs, uint32 part, uint32 needed)
{
	if (needs->count == needs->room)
	{
		needs->room *= 2;
		needs->list = repalloc(needs->list, needs->room * sizeof(TenancyNeed));
	}
	needs->list[needs->count].part = part;
	needs->list[needs->count].needs = needed;
	needs->count++;
}

/* Tells whether a dependency is one that a later statement makes: a sequence's owner, a partition's parent. */
static bool
is_made_later(const DescriptionPart *part, Form_pg_depend form)
{
	return form->deptype == DEPENDENCY_AUTO && form->classid == RelationRelationId &&
		   form->refclassid == RelationRelationId && strcmp(part->kind, "index") != 0;
}

/* Notes what a part needs according to the dependencies of one object. */
static void
add_dependencies(Needs *needs, const DescriptionPart *part, Oid class, Oid object)
{
	ScanKeyData keys[2];
	SysScanDesc scan = scan_dependencies(needs, class, object, keys);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		uint32 needed;

		if ((form->deptype != DEPENDENCY_NORMAL && form->deptype != DEPENDENCY_AUTO &&
			 form->deptype != DEPENDENCY_INTERNAL) ||
			is_made_later(part, form))
			continue;
		needed = part_of(needs, form->refclassid, form->refobjid);
		if (needed != NO_PART && needed != part->number)
			add_need(needs, part->number, needed);
	}
	systable_endscan(scan);
}

/* Notes all that a part needs. */
static void
add_needs(Needs *needs, const DescriptionPart *part)
{
	add_dependencies(needs, part, part->address.classId, part->address.objectId);
	for (int i = 0; i + 1 < part->also_count; i += 2)
		add_dependencies(needs, part, part->also[i], part->also[i + 1]);
}

/* Remembers the objects that a part consists of. */
static void
remember_part(Needs *needs, const DescriptionPart *part)
{
	remember(needs, part->address.classId, part->address.objectId, part->number);
	for (int i = 0; i + 1 < part->also_count; i += 2)
		remember(needs, part->also[i], part->also[i + 1], part->number);
}

/* Returns an empty hash table of objects. */
static HTAB *
make_table(long size)
{
	HASHCTL control = {.keysize = 2 * sizeof(Oid), .entrysize = sizeof(KnownObject), .hcxt = CurrentMemoryContext};

	return hash_create("parts of a schema", Max(size, 16) * 4, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Collects needs of all parts, and their hosts. */
static void
collect_needs(Needs *needs, DescriptionPart **parts, uint32 count, uint32 *hosts)
{
	ListCell *cell;

	for (uint32 i = 0; i < count; i++)
		remember_part(needs, parts[i]);
	for (uint32 i = 0; i < count; i++)
	{
		/* The columns of a table are always made with it. */
		foreach (cell, parts[i]->columns)
		{
			DescriptionPart *column = lfirst(cell);

			column->number = i;
			for (int j = 0; j + 1 < column->also_count; j += 2)
			{
				remember(needs, column->also[j], column->also[j + 1], i);
				add_dependencies(needs, parts[i], column->also[j], column->also[j + 1]);
			}
		}
	}
	for (uint32 i = 0; i < count; i++)
	{
		const ObjectAddress *address = &parts[i]->host;
		uint32 host = OidIsValid(address->objectId) ? part_of(needs, address->classId, address->objectId) : NO_PART;

		add_needs(needs, parts[i]);
		hosts[i] = parts[i]->inlined != NULL ? host : TENANCY_NO_HOST;
		if (host != NO_PART && parts[i]->inlined == NULL)
			add_need(needs, i, host);
	}
}

TenancyOrderedPart *
description_order(DescriptionPart **parts, uint32 count, size_t *ordered_count)
{
	Needs needs = {.known = make_table(count), .room = 256};
	TenancyOrderedPart *ordered = palloc((count + 1) * sizeof(TenancyOrderedPart));
	uint32 *hosts = palloc((count + 1) * sizeof(uint32));
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "order of parts", ALLOCSET_DEFAULT_SIZES);

	needs.list = palloc(needs.room * sizeof(TenancyNeed));
	needs.depend = table_open(DependRelationId, AccessShareLock);
	collect_needs(&needs, parts, count, hosts);
	table_close(needs.depend, AccessShareLock);
	if (!bridge_order_parts(hosts, count, needs.list, needs.count, ordered, ordered_count, context))
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	MemoryContextDelete(context);
	hash_destroy(needs.known);
	return ordered;
}
