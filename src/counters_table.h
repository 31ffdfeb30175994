/*
 * counters_table.h
 *	  The shared table of counters as its keepers see it: counters.c, which owns it, and
 *	  counters_file.c, which keeps it over a restart.
 */
#ifndef TENANCY_COUNTERS_TABLE_H
#define TENANCY_COUNTERS_TABLE_H

#include "counters.h"
#include "storage/lwlock.h"
#include "utils/hsearch.h"

/* Attempts of the last hour, in twelve parts of it. */
#define RECENT_PARTS 12
#define RECENT_SECONDS 300

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
	pg_atomic_uint64 recent[RECENT_PARTS]; /* number of the part since 1970 << 32 | attempts made in it */
};

/* Shared besides the hash table. */
typedef struct SharedCounters
{
	LWLock *lock;
	TenantCounters overflow;
	char padding[PG_CACHE_LINE_SIZE];
	TenantCounters unbound;
} SharedCounters;

/* Both are NULL until the server has made its shared memory. */
extern SharedCounters *counters_shared;
extern HTAB *counters_table;

/* Finds or makes the entry of a key; NULL: there is no room.  Under the lock, or when nobody else is there. */
extern TenantCounters *counters_enter(const CounterKey *key);

/* When the server starts: reads what the one before it has left, and removes it. */
extern void counters_file_load(void);

/* When the server stops: writes what the next one shall go on with. */
extern void counters_file_save(void);

#endif /* TENANCY_COUNTERS_TABLE_H */
