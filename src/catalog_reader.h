/*
 * catalog_reader.h
 *	  Rows of catalogs by ranges of OIDs, all as of one time.
 */
#ifndef TENANCY_CATALOG_READER_H
#define TENANCY_CATALOG_READER_H

#include "access/genam.h"
#include "catalog/objectaddress.h"
#include "utils/hsearch.h"
#include "utils/snapshot.h"

/* A set of objects, in the order of catalogs and OIDs. */
typedef struct ObjectSet
{
	ObjectAddress *objects; /* objectSubId is 0 */
	int count;
} ObjectSet;

/* What reads rows of catalogs: keeps them open, and one snapshot. */
typedef struct CatalogReader
{
	HTAB *catalogs;
	Snapshot snapshot;
} CatalogReader;

/* The first columns of an index, all but the last of which have one value. */
typedef struct CatalogRange
{
	int fixed; /* how many have one value */
	AttrNumber columns[3];
	Oid values[2];
	Oid first; /* of the next column */
	Oid last;
} CatalogRange;

/* Begins and ends to read: one look at everything. */
extern void catalog_reader_begin(CatalogReader *reader);
extern void catalog_reader_end(CatalogReader *reader);

/* Begins to read the rows of a range; NULL: the catalog is empty. */
extern SysScanDesc catalog_reader_scan(CatalogReader *reader, Oid catalog, Oid index, const CatalogRange *range);

/* Tells whether an object is in a set. */
extern bool object_set_has(const ObjectSet *set, Oid class_id, Oid object_id);

/* Puts the objects of a set in order. */
extern void object_set_sort(ObjectSet *set);

/* Copies a set into the current memory context. */
extern ObjectSet object_set_copy(const ObjectSet *set);

/*
 * Returns the end of the neighbours in a set that begin at an index: of one catalog, with
 * OIDs so close that they are read together.
 */
extern int object_set_neighbours(const ObjectSet *set, int from);

/* Returns the range of pg_depend about neighbours: what depends on them, or what they depend on. */
extern CatalogRange object_set_dependencies(const ObjectSet *set, int from, int to, bool by_reference);

/* Returns the range of pg_shdepend: what neighbours depend on that all databases share. */
extern CatalogRange object_set_shared(const ObjectSet *set, int from, int to);

#endif /* TENANCY_CATALOG_READER_H */
