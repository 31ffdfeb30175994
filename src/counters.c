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

#include "compat.h"
#include "counters.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "settings.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(tenancy_stat_counters);
PG_FUNCTION_INFO_V1(tenancy_reset_stats);

typedef struct CounterKey
{
	Oid database;
	NameData schema;
} CounterKey;

struct TenantCounters
{
	CounterKey key;
	bool retired; /* under the lock */
	pg_atomic_uint64 values[COUNTER_COUNT];
	TenantUsage usage;
};

/* Shared besides the hash table. */
typedef struct SharedCounters
{
	LWLock *lock;
	TenantCounters overflow;
	char padding[PG_CACHE_LINE_SIZE];
	TenantCounters unbound;
} SharedCounters;

/* What is to happen to a tenant's counters when the transaction commits. */
typedef struct PendingChange
{
	NameData schema;
	bool retire; /* else: begin anew */
} PendingChange;

/* PendingChange pointers, in TopTransactionContext, in the order they were asked for. */
static List *pending = NIL;

static SharedCounters *shared = NULL;
static HTAB *table = NULL;

Size
counters_memory(void)
{
	return add_size(MAXALIGN(sizeof(SharedCounters)),
					hash_estimate_size(tenancy_max_tenants, sizeof(TenantCounters)));
}

/* Sets up what a tenant uses in a new entry: nothing, and not measured. */
static void
clear_usage(TenantUsage *usage)
{
	pg_atomic_init_u64(&usage->storage_bytes, 0);
	pg_atomic_init_u64(&usage->storage_measured_at, 0);
	pg_atomic_init_u64(&usage->window, 0);
	pg_atomic_init_u32(&usage->running, 0);
	pg_atomic_init_u64(&usage->quota_refusals, 0);
}

/*
 * Sets all counters of an entry to zero.  What is rather than was stays unless the entry is new: the number
 * of sessions and what the tenant uses.
 */
static void
clear(TenantCounters *counters, bool is_new)
{
	if (is_new)
		clear_usage(&counters->usage);
	else
		pg_atomic_write_u64(&counters->usage.quota_refusals, 0);
	for (int i = 0; i < COUNTER_COUNT; i++)
	{
		if (is_new)
			pg_atomic_init_u64(&counters->values[i], 0);
		else if (i != COUNTER_SESSIONS)
			pg_atomic_write_u64(&counters->values[i], 0);
	}
}

void
counters_attach(void)
{
	bool found;
	HASHCTL control = {.keysize = sizeof(CounterKey), .entrysize = sizeof(TenantCounters)};

	shared = ShmemInitStruct("tenancy counters", sizeof(SharedCounters), &found);
	if (!found)
	{
		memset(shared, 0, sizeof(SharedCounters));
		shared->lock = &GetNamedLWLockTranche("tenancy")->lock;
		clear(&shared->overflow, true);
		clear(&shared->unbound, true);
	}
	table = ShmemInitHash("tenancy counters by tenant",
						  tenancy_max_tenants,
						  tenancy_max_tenants,
						  &control,
						  HASH_ELEM | HASH_BLOBS);
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

	hash_seq_init(&scan, table);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->retired && pg_atomic_read_u64(&entry->values[COUNTER_SESSIONS]) == 0)
		{
			hash_seq_term(&scan);
			hash_search(table, &entry->key, HASH_REMOVE, NULL);
			return true;
		}
	}
	return false;
}

TenantCounters *
counters_find(const char *schema)
{
	CounterKey key;
	TenantCounters *entry;

	make_key(&key, schema);
	LWLockAcquire(shared->lock, LW_SHARED);
	entry = hash_search(table, &key, HASH_FIND, NULL);
	LWLockRelease(shared->lock);
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
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	if (hash_get_num_entries(table) < tenancy_max_tenants || evict_retired())
	{
		bool found;

		entry = hash_search(table, &key, HASH_ENTER_NULL, &found);
		if (entry != NULL && !found)
		{
			clear(entry, true);
			entry->retired = false;
		}
	}
	LWLockRelease(shared->lock);
	return entry != NULL ? entry : &shared->overflow;
}

TenantCounters *
counters_of_unbound(void)
{
	return &shared->unbound;
}

TenantUsage *
counters_usage(TenantCounters *counters)
{
	return &counters->usage;
}

bool
counters_is_own_record(TenantCounters *counters)
{
	return counters != &shared->overflow && counters != &shared->unbound;
}

void
counters_add(TenantCounters *counters, Counter counter, int64 amount)
{
	pg_atomic_fetch_add_u64(&counters->values[counter], amount);
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
put_off(const char *schema, bool retire)
{
	MemoryContext old_context = MemoryContextSwitchTo(TopTransactionContext);
	PendingChange *change = palloc0(sizeof(PendingChange));

	namestrcpy(&change->schema, schema);
	change->retire = retire;
	pending = lappend(pending, change);
	MemoryContextSwitchTo(old_context);
}

void
counters_restart(const char *schema)
{
	put_off(schema, false);
}

void
counters_retire(const char *schema)
{
	put_off(schema, true);
}

void
counters_end_transaction(bool committed)
{
	List *changes = pending;
	ListCell *cell;

	pending = NIL;
	if (changes == NIL || !committed)
		return;
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	foreach (cell, changes)
	{
		PendingChange *change = lfirst(cell);
		CounterKey key;
		TenantCounters *entry;

		make_key(&key, NameStr(change->schema));
		entry = hash_search(table, &key, HASH_FIND, NULL);
		if (entry == NULL)
			continue;
		if (!change->retire)
		{
			clear(entry, false);
			pg_atomic_write_u64(&entry->usage.storage_bytes, 0);
			pg_atomic_write_u64(&entry->usage.storage_measured_at, 0);
			pg_atomic_write_u64(&entry->usage.window, 0);
		}
		entry->retired = change->retire;
	}
	LWLockRelease(shared->lock);
}

/* Appends one row (scope, schema_name, the counters) to a result. */
static void
put_row(ReturnSetInfo *result, const char *scope, const char *schema, TenantCounters *counters)
{
	Datum values[2 + COUNTER_COUNT];
	bool nulls[2 + COUNTER_COUNT] = {false};

	values[0] = CStringGetTextDatum(scope);
	if (schema != NULL)
		values[1] = CStringGetTextDatum(schema);
	else
		nulls[1] = true;
	for (int i = 0; i < COUNTER_COUNT; i++)
		values[2 + i] = Int64GetDatum((int64) pg_atomic_read_u64(&counters->values[i]));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * tenancy.stat_counters(): one row for each tenant of this database that anything
 * was counted for, one for the overflow and one for unbound sessions.
 */
Datum
tenancy_stat_counters(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HASH_SEQ_STATUS scan;
	TenantCounters *entry;

	require_preloaded();
	InitMaterializedSRF(fcinfo, 0);

	LWLockAcquire(shared->lock, LW_SHARED);
	hash_seq_init(&scan, table);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->key.database == MyDatabaseId)
			put_row(result, "tenant", NameStr(entry->key.schema), entry);
	}
	LWLockRelease(shared->lock);
	put_row(result, "overflow", NULL, &shared->overflow);
	put_row(result, "unbound", NULL, &shared->unbound);
	return (Datum) 0;
}

/* tenancy.reset_stats(): sets every counter of this database, and the shared ones, to zero. */
Datum
tenancy_reset_stats(PG_FUNCTION_ARGS)
{
	HASH_SEQ_STATUS scan;
	TenantCounters *entry;

	require_preloaded();
	LWLockAcquire(shared->lock, LW_SHARED);
	hash_seq_init(&scan, table);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->key.database == MyDatabaseId)
			clear(entry, false);
	}
	LWLockRelease(shared->lock);
	clear(&shared->overflow, false);
	clear(&shared->unbound, false);
	PG_RETURN_VOID();
}
