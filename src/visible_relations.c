/*
 * visible_relations.c
 *	  The relations that the session may know, as a set.
 *
 * A query that reads a catalog from end to end asks about the relations of all tenants.
 * To look each of them up costs more than to read pg_class once and remember the few
 * that are visible: the tenant's own and the shared ones, with their TOAST tables.
 * The set is made when a statement asks about many relations, and is good until
 * something about relations, schemas or the binding changes.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_namespace.h"
#include "guard.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/rel.h"
#include "visible_relations.h"
#include "whereabouts.h"

/* So many single answers cost as much as the set. */
#define ANSWERS_BEFORE_SET 500

static HTAB *set = NULL;
static bool complete = false;
static uint64 made_in = 0;		  /* generation of whereabouts.c */
static Oid made_for = InvalidOid; /* schema that the session is held to */
static uint64 counted_in = 0;	  /* generation in which answers were counted */
static int answers = 0;

/* Puts a relation into the set. */
static void
put(Oid relation)
{
	(void) hash_search(set, &relation, HASH_ENTER, NULL);
}

/* Puts the indexes of a TOAST table into the set. */
static void
put_indexes(Oid toast)
{
	Relation catalog = table_open(IndexRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(toast));
	scan = systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		put(((Form_pg_index) GETSTRUCT(tuple))->indexrelid);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Makes the set: of every relation in a schema that is shared or the session's own. */
static void
make(void)
{
	HASHCTL control = {.keysize = sizeof(Oid), .entrysize = sizeof(Oid)};
	uint64 generation = whereabouts_generation();
	Oid own = guard_own_schema();
	Relation catalog;
	SysScanDesc scan;
	HeapTuple tuple;

	complete = false;
	if (set != NULL)
	{
		HTAB *old = set;

		set = NULL;
		hash_destroy(old);
	}
	set = hash_create("tenancy visible relations", 256, &control, HASH_ELEM | HASH_BLOBS);
	catalog = table_open(RelationRelationId, AccessShareLock);
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
		Oid tenant;

		if (form->relnamespace == PG_TOAST_NAMESPACE || !whereabouts_find_schema(form->relnamespace, &tenant) ||
			(OidIsValid(tenant) && tenant != own))
			continue;
		put(form->oid);
		if (OidIsValid(form->reltoastrelid))
		{
			put(form->reltoastrelid);
			put_indexes(form->reltoastrelid);
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	made_in = generation;
	made_for = own;
	/* What changed meanwhile shows in the generation. */
	complete = true;
}

bool
visible_relations_know(Oid relation, bool *visible)
{
	if (!complete || made_in != whereabouts_generation() || made_for != guard_own_schema())
	{
		if (counted_in != whereabouts_generation())
		{
			counted_in = whereabouts_generation();
			answers = 0;
		}
		if (++answers < ANSWERS_BEFORE_SET)
			return false;
		make();
		answers = 0;
	}
	*visible = hash_search(set, &relation, HASH_FIND, NULL) != NULL;
	return true;
}
