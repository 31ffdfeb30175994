/*
 * counters.c
 *	  Counters by tenant, in shared memory.
 *
 * Entries of a fixed hash table, keyed by database and schema name.  The LWLock
 * guards the table: shared to find, exclusive to add and to take away.  The
 * counters themselves are atomics that anybody adds to at any time without a lock;
 * sessions of two tenants never write the same cache line, as keys and padding lie
 * between their counters.  An entry stays where it is for the life of the server,
 * so that a pointer to it may be kept; an entry that was retired and is used again
 * can at worst count a late event of its former tenant.
 */
#include "postgres.h"

#include <time.h>

#include "counters_table.h"
#include "miscadmin.h"
#include "settings.h"
#include "storage/shmem.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* What is to happen to counters when the transaction commits. */
typedef struct PendingChange
{
	Oid database;
	NameData schema; /* empty: all of the database */
	bool retire;	 /* else: begin anew */
} PendingChange;

/* PendingChange pointers, in TopTransactionContext, in the order they were asked for. */
static List *pending = NIL;

SharedCounters *counters_shared = NULL;
HTAB *counters_table = NULL;

Size
counters_memory(void)
{
	return add_size(MAXALIGN(sizeof(SharedCounters)),
					hash_estimate_size(tenancy_max_tenants, sizeof(TenantCounters)));
}

/* Sets up a new entry: nothing counted, nothing used, nothing measured. */
static void
begin(TenantCounters *counters)
{
	for (int i = 0; i < COUNTER_COUNT; i++)
		pg_atomic_init_u64(&counters->values[i], 0);
	for (int i = 0; i < RECENT_PARTS; i++)
		pg_atomic_init_u64(&counters->recent[i], 0);
	pg_atomic_init_u64(&counters->usage.storage_bytes, 0);
	pg_atomic_init_u64(&counters->usage.storage_measured_at, 0);
	pg_atomic_init_u64(&counters->usage.window, 0);
	pg_atomic_init_u32(&counters->usage.running, 0);
	pg_atomic_init_u64(&counters->usage.quota_refusals, 0);
	pg_atomic_init_u64(&counters->usage.refusals, 0);
	counters->retired = false;
}

/* Sets what was counted to zero.  What is rather than was stays: sessions, storage, and what quotas look at. */
static void
clear(TenantCounters *counters)
{
	for (int i = 0; i < COUNTER_COUNT; i++)
	{
		if (i != COUNTER_SESSIONS)
			pg_atomic_write_u64(&counters->values[i], 0);
	}
	for (int i = 0; i < RECENT_PARTS; i++)
		pg_atomic_write_u64(&counters->recent[i], 0);
	pg_atomic_write_u64(&counters->usage.quota_refusals, 0);
}

void
counters_attach(void)
{
	bool found;
	HASHCTL control = {.keysize = sizeof(CounterKey), .entrysize = sizeof(TenantCounters)};

	counters_shared = ShmemInitStruct("tenancy counters", sizeof(SharedCounters), &found);
	if (!found)
	{
		memset(counters_shared, 0, sizeof(SharedCounters));
		counters_shared->lock = &GetNamedLWLockTranche("tenancy")->lock;
		begin(&counters_shared->overflow);
		begin(&counters_shared->unbound);
	}
	counters_table = ShmemInitHash("tenancy counters by tenant",
								   tenancy_max_tenants,
								   tenancy_max_tenants,
								   &control,
								   HASH_ELEM | HASH_BLOBS);
	if (!found)
		counters_file_load();
}

/* Fills a key; all of it, as it is hashed as bytes. */
static void
make_key(CounterKey *key, const char *schema)
{
	memset(key, 0, sizeof(*key));
	key->database = MyDatabaseId;
	namestrcpy(&key->schema, schema);
}

/* Takes away one entry of a dropped tenant that no session is bound to; false if there is none. */
static bool
evict_retired(void)
{
	HASH_SEQ_STATUS scan;
	TenantCounters *entry;

	hash_seq_init(&scan, counters_table);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		/* A statement can outlive the binding that it began under. */
		if (entry->retired && pg_atomic_read_u64(&entry->values[COUNTER_SESSIONS]) == 0 &&
			pg_atomic_read_u32(&entry->usage.running) == 0)
		{
			hash_seq_term(&scan);
			hash_search(counters_table, &entry->key, HASH_REMOVE, NULL);
			return true;
		}
	}
	return false;
}

TenantCounters *
counters_enter(const CounterKey *key)
{
	TenantCounters *entry = hash_search(counters_table, key, HASH_FIND, NULL);
	bool found;

	if (entry != NULL || (hash_get_num_entries(counters_table) >= tenancy_max_tenants && !evict_retired()))
		return entry;
	entry = hash_search(counters_table, key, HASH_ENTER_NULL, &found);
	if (entry != NULL && !found)
		begin(entry);
	return entry;
}

TenantCounters *
counters_find(const char *schema)
{
	CounterKey key;
	TenantCounters *entry;

	make_key(&key, schema);
	LWLockAcquire(counters_shared->lock, LW_SHARED);
	entry = hash_search(counters_table, &key, HASH_FIND, NULL);
	LWLockRelease(counters_shared->lock);
	return entry;
}

TenantCounters *
counters_of_schema(const char *schema)
{
	CounterKey key;
	TenantCounters *entry = counters_find(schema);

	if (entry != NULL)
		return entry;
	make_key(&key, schema);
	LWLockAcquire(counters_shared->lock, LW_EXCLUSIVE);
	entry = counters_enter(&key);
	LWLockRelease(counters_shared->lock);
	return entry != NULL ? entry : &counters_shared->overflow;
}

TenantCounters *
counters_of_unbound(void)
{
	return &counters_shared->unbound;
}

TenantCounters *
counters_of_overflow(void)
{
	return &counters_shared->overflow;
}

List *
counters_of_database(void)
{
	HASH_SEQ_STATUS scan;
	TenantCounters *entry;
	List *result = NIL;

	LWLockAcquire(counters_shared->lock, LW_SHARED);
	hash_seq_init(&scan, counters_table);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->key.database == MyDatabaseId)
			result = lappend(result, entry);
	}
	LWLockRelease(counters_shared->lock);
	return result;
}

const char *
counters_schema(const TenantCounters *counters)
{
	return NameStr(counters->key.schema);
}

int64
counters_room(void)
{
	HASH_SEQ_STATUS scan;
	TenantCounters *entry;
	int64 room;

	LWLockAcquire(counters_shared->lock, LW_SHARED);
	room = tenancy_max_tenants - hash_get_num_entries(counters_table);
	hash_seq_init(&scan, counters_table);
	while ((entry = hash_seq_search(&scan)) != NULL)
		room += entry->retired ? 1 : 0;
	LWLockRelease(counters_shared->lock);
	return room;
}

TenantUsage *
counters_usage(TenantCounters *counters)
{
	return &counters->usage;
}

bool
counters_is_own_record(TenantCounters *counters)
{
	return counters != &counters_shared->overflow && counters != &counters_shared->unbound;
}

/* Returns the number of the part of an hour that runs. */
static uint64
part_now(void)
{
	return (uint64) time(NULL) / RECENT_SECONDS;
}

/* Adds to the attempts of this part of the hour, which takes the place of the same one an hour ago. */
static void
add_recent(TenantCounters *counters, int64 amount)
{
	uint64 part = part_now();
	pg_atomic_uint64 *place = &counters->recent[part % RECENT_PARTS];
	uint64 before = pg_atomic_read_u64(place);
	uint64 after;

	do
	{
		after = before >> 32 == part ? before + amount : part << 32 | amount;
	} while (!pg_atomic_compare_exchange_u64(place, &before, after));
}

void
counters_add(TenantCounters *counters, Counter counter, int64 amount)
{
	pg_atomic_fetch_add_u64(&counters->values[counter], amount);
	if (counter == COUNTER_ATTEMPTS_MADE)
		add_recent(counters, amount);
}

uint64
counters_sum(TenantCounters *counters, Counter first, int count)
{
	uint64 sum = 0;

	for (int i = 0; i < count; i++)
		sum += pg_atomic_read_u64(&counters->values[first + i]);
	return sum;
}

uint64
counters_recent_attempts(TenantCounters *counters)
{
	uint64 part = part_now();
	uint64 sum = 0;

	for (int i = 0; i < RECENT_PARTS; i++)
	{
		uint64 value = pg_atomic_read_u64(&counters->recent[i]);

		if (value >> 32 <= part && (value >> 32) + RECENT_PARTS > part)
			sum += value & PG_UINT32_MAX;
	}
	return sum;
}

void
counters_reset(void)
{
	ListCell *cell;

	foreach (cell, counters_of_database())
		clear(lfirst(cell));
	clear(&counters_shared->overflow);
	clear(&counters_shared->unbound);
}

bool
counters_add_below(TenantCounters *counters, Counter counter, int64 limit)
{
	uint64 now = pg_atomic_read_u64(&counters->values[counter]);

	do
	{
		if ((int64) now >= limit)
			return false;
	} while (!pg_atomic_compare_exchange_u64(&counters->values[counter], &now, now + 1));
	return true;
}

int64
counters_read(TenantCounters *counters, Counter counter)
{
	return (int64) pg_atomic_read_u64(&counters->values[counter]);
}
/* Puts a request off to the end of the transaction. */
static void
put_off(Oid database, const char *schema, bool retire)
{
	MemoryContext old_context = MemoryContextSwitchTo(TopTransactionContext);
	PendingChange *change = palloc0(sizeof(PendingChange));

	change->database = database;
	namestrcpy(&change->schema, schema);
	change->retire = retire;
	pending = lappend(pending, change);
	MemoryContextSwitchTo(old_context);
}

void
counters_restart(const char *schema)
{
	put_off(MyDatabaseId, schema, false);
}

void
counters_retire(const char *schema)
{
	put_off(MyDatabaseId, schema, true);
}

void
counters_retire_database(Oid database)
{
	put_off(database, "", true);
}

/* Does what was asked for with one schema's counters. */
static void
change_one(TenantCounters *entry, bool retire)
{
	if (!retire)
	{
		clear(entry);
		pg_atomic_write_u64(&entry->usage.storage_bytes, 0);
		pg_atomic_write_u64(&entry->usage.storage_measured_at, 0);
		pg_atomic_write_u64(&entry->usage.window, 0);
	}
	entry->retired = retire;
}

/* Retires all of a database. */
static void
retire_all(Oid database)
{
	HASH_SEQ_STATUS scan;
	TenantCounters *entry;

	hash_seq_init(&scan, counters_table);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->key.database == database)
			entry->retired = true;
	}
}

void
counters_end_transaction(bool committed)
{
	List *changes = pending;
	ListCell *cell;

	pending = NIL;
	if (changes == NIL || !committed)
		return;
	LWLockAcquire(counters_shared->lock, LW_EXCLUSIVE);
	foreach (cell, changes)
	{
		PendingChange *change = lfirst(cell);
		CounterKey key;
		TenantCounters *entry;

		if (NameStr(change->schema)[0] == '\0')
		{
			retire_all(change->database);
			continue;
		}
		make_key(&key, NameStr(change->schema));
		entry = hash_search(counters_table, &key, HASH_FIND, NULL);
		if (entry != NULL)
			change_one(entry, change->retire);
	}
	LWLockRelease(counters_shared->lock);
}
