/*
 * ticket_keys.c
 *	  The keys that tickets are signed with.
 *
 * The table tenancy.ticket_keys, which nobody but superusers can read and pg_dump does
 * not dump, is the truth.  A backend that has met a ticket keeps the keys that are not
 * retired in its own memory.  A trigger on the table sends a relcache invalidation with
 * every change; the callback only marks, and the next look-up reads again.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "fmgr.h"
#include "own_table.h"
#include "ticket_keys.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* Columns of tenancy.ticket_keys, in the order of the install script. */
enum
{
	KEYS_ID = 1,
	KEYS_SECRET,
	KEYS_CREATED_AT,
	KEYS_RETIRED_AT
};

/* The keys of this database that are not retired, in the order of their ids, in TopMemoryContext. */
static TicketKey *keys = NULL;
static int key_count = 0;

/* The table that they were read from, and the generation when they were; 0: they have to be read (again). */
static Oid keys_relation = InvalidOid;
static uint64 loaded = 0;

/* Grows with each change of the table. */
static uint64 generation = 1;

/* How often they have been read. */
static uint64 readings = 0;

uint64
ticket_keys_generation(void)
{
	return generation;
}

/* Takes note that the table changed, in definition or (by its trigger) in content. */
static void
relcache_changed(Datum arg, Oid relation)
{
	(void) arg;
	if (relation == InvalidOid || relation == keys_relation)
		generation++;
}

void
ticket_keys_start(void)
{
	CacheRegisterRelcacheCallback(relcache_changed, (Datum) 0);
}

/* Throws the keys away. */
static void
forget(void)
{
	if (keys == NULL)
		return;
	explicit_bzero(keys, key_count * sizeof(TicketKey));
	pfree(keys);
	keys = NULL;
	key_count = 0;
}

/* Orders keys by their ids. */
static int
compare_keys(const void *left, const void *right)
{
	return (int) ((const TicketKey *) left)->id - (int) ((const TicketKey *) right)->id;
}

/* Takes a key from a row of the table, if it is one that can be used. */
static void
take(HeapTuple row, TupleDesc descriptor)
{
	bool isnull;
	TicketKey *key;
	bytea *secret;

	(void) heap_getattr(row, KEYS_RETIRED_AT, descriptor, &isnull);
	if (!isnull)
		return;
	secret = DatumGetByteaPP(heap_getattr(row, KEYS_SECRET, descriptor, &isnull));
	if (isnull || VARSIZE_ANY_EXHDR(secret) < TICKET_SECRET_MIN || VARSIZE_ANY_EXHDR(secret) > TICKET_SECRET_MAX)
		return;
	keys = keys == NULL ? MemoryContextAlloc(TopMemoryContext, sizeof(TicketKey))
						: repalloc(keys, (key_count + 1) * sizeof(TicketKey));
	key = &keys[key_count++];
	key->id = (uint16) DatumGetInt32(heap_getattr(row, KEYS_ID, descriptor, &isnull));
	key->size = (int) VARSIZE_ANY_EXHDR(secret);
	key->reading = readings;
	memcpy(key->secret, VARDATA_ANY(secret), key->size);
}

/* Reads the keys if that has to be done.  A catalog snapshot sees the latest that is committed, and our own changes. */
static void
refresh(void)
{
	uint64 before = generation;
	Relation relation;
	SysScanDesc scan;
	HeapTuple row;

	if (loaded == before)
		return;
	forget();
	loaded = 0;
	keys_relation = own_table_find("ticket_keys");
	if (!OidIsValid(keys_relation))
		return;

	relation = table_open(keys_relation, AccessShareLock);
	readings++;
	scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
		take(row, RelationGetDescr(relation));
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	if (keys != NULL)
		qsort(keys, key_count, sizeof(TicketKey), compare_keys);
	/* Keys that were overtaken while they were read serve this once. */
	loaded = before;
}

const TicketKey *
ticket_keys_find(uint16 id)
{
	refresh();
	for (int i = 0; i < key_count; i++)
	{
		if (keys[i].id == id)
			return &keys[i];
	}
	return NULL;
}

const TicketKey *
ticket_keys_newest(void)
{
	refresh();
	return key_count > 0 ? &keys[key_count - 1] : NULL;
}
