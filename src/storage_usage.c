/*
 * storage_usage.c
 *	  Disk space of all tenants, as it was last measured.
 *
 * pg_total_relation_size() opens each relation, and a backend that has opened all relations
 * of all tenants keeps them in its caches.  This reads pg_class as it lies, and asks the
 * file system.  A file that comes or goes meanwhile is counted or not.
 */
#include "postgres.h"

#include <sys/stat.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "compat.h"
#include "counters.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "privileged.h"
#include "storage_usage.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(tenancy_measure_storage);

/* A tenant, by its schema. */
typedef struct TenantSpace
{
	Oid schema; /* key */
	char name[NAMEDATALEN];
	uint64 bytes;
} TenantSpace;

/* Which tenant a relation outside of its schema belongs to: TOAST tables and their indexes. */
typedef struct ToastOwner
{
	Oid relation; /* key */
	TenantSpace *tenant;
} ToastOwner;

/* One measurement; all of it in a memory context of its own. */
typedef struct Measurement
{
	MemoryContext context;
	MemoryContext paths; /* emptied after each relation */
	HTAB *tenants;
	HTAB *toast;
} Measurement;

/* Makes a hash table by oid. */
static HTAB *
make_table(MemoryContext context, const char *name, Size entry_size)
{
	HASHCTL control = {.keysize = sizeof(Oid), .entrysize = entry_size, .hcxt = context};

	return hash_create(name, 1024, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Finds the tenants that are registered and have their schema. */
static void
find_tenants(Measurement *measurement)
{
	SPI_connect();
	privileged_execute("SELECT n.oid, n.nspname FROM tenancy.tenants t "
					   "JOIN pg_namespace n ON n.nspname = t.schema_name WHERE t.status <> 'deleted'");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		Oid schema = (Oid) privileged_number(i, 1);
		TenantSpace *tenant = hash_search(measurement->tenants, &schema, HASH_ENTER, NULL);

		strlcpy(tenant->name, privileged_value(i, 2), sizeof(tenant->name));
		tenant->bytes = 0;
	}
	SPI_finish();
}

/* Calls a function for every row of a catalog. */
static void
for_each_row(Oid catalog, Measurement *measurement, void (*look)(Measurement *measurement, HeapTuple tuple))
{
	Relation relation = table_open(catalog, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		look(measurement, tuple);
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
}

/* Notes whose a TOAST table or its index is. */
static void
note_toast(Measurement *measurement, Oid relation, TenantSpace *tenant)
{
	ToastOwner *owner = hash_search(measurement->toast, &relation, HASH_ENTER, NULL);

	owner->tenant = tenant;
}

/* pg_class: notes the TOAST table of a tenant's table. */
static void
look_for_toast(Measurement *measurement, HeapTuple tuple)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	TenantSpace *tenant;

	if (!OidIsValid(form->reltoastrelid))
		return;
	tenant = hash_search(measurement->tenants, &form->relnamespace, HASH_FIND, NULL);
	if (tenant != NULL)
		note_toast(measurement, form->reltoastrelid, tenant);
}

/* pg_index: notes the index of a TOAST table. */
static void
look_for_toast_index(Measurement *measurement, HeapTuple tuple)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
	ToastOwner *owner = hash_search(measurement->toast, &form->indrelid, HASH_FIND, NULL);

	if (owner != NULL)
		note_toast(measurement, form->indexrelid, owner->tenant);
}

uint64
storage_usage_of_fork(const char *path)
{
	char segment_path[MAXPGPATH];
	uint64 bytes = 0;

	for (unsigned segment = 0;; segment++)
	{
		struct stat status;

		if (segment == 0)
			strlcpy(segment_path, path, sizeof(segment_path));
		else
			snprintf(segment_path, sizeof(segment_path), "%s.%u", path, segment);
		if (stat(segment_path, &status) != 0)
			return bytes;
		bytes += status.st_size;
		/* Only a full segment can have another after it. */
		if (status.st_size < (off_t) RELSEG_SIZE * BLCKSZ)
			return bytes;
	}
}

/* pg_class: adds the files of a tenant's relation. */
static void
add_relation(Measurement *measurement, HeapTuple tuple)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	TenantSpace *tenant = hash_search(measurement->tenants, &form->relnamespace, HASH_FIND, NULL);
	MemoryContext old_context;

	if (!RELKIND_HAS_STORAGE(form->relkind) || form->relfilenode == InvalidOid ||
		form->relpersistence == RELPERSISTENCE_TEMP)
		return;
	if (tenant == NULL)
	{
		ToastOwner *owner = hash_search(measurement->toast, &form->oid, HASH_FIND, NULL);

		if (owner == NULL)
			return;
		tenant = owner->tenant;
	}
	old_context = MemoryContextSwitchTo(measurement->paths);
	for (ForkNumber fork = MAIN_FORKNUM; fork <= MAX_FORKNUM; fork++)
		tenant->bytes += storage_usage_of_fork(path_of_relation(form->reltablespace, form->relfilenode, fork));
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(measurement->paths);
}

/* Publishes what was found. */
static int
publish(Measurement *measurement)
{
	HASH_SEQ_STATUS scan;
	TenantSpace *tenant;
	int count = 0;
	TimestampTz now = GetCurrentTimestamp();

	hash_seq_init(&scan, measurement->tenants);
	while ((tenant = hash_seq_search(&scan)) != NULL)
	{
		TenantCounters *counters = counters_of_schema(tenant->name);

		count++;
		if (!counters_is_own_record(counters))
			continue;
		pg_atomic_write_u64(&counters_usage(counters)->storage_bytes, tenant->bytes);
		pg_atomic_write_u64(&counters_usage(counters)->storage_measured_at, (uint64) now);
	}
	return count;
}

int
storage_usage_measure(void)
{
	Measurement measurement;
	MemoryContext old_context;
	int count;

	measurement.context = AllocSetContextCreate(CurrentMemoryContext, "tenancy storage", ALLOCSET_DEFAULT_SIZES);
	measurement.paths = AllocSetContextCreate(measurement.context, "paths", ALLOCSET_SMALL_SIZES);
	old_context = MemoryContextSwitchTo(measurement.context);
	measurement.tenants = make_table(measurement.context, "tenants", sizeof(TenantSpace));
	measurement.toast = make_table(measurement.context, "TOAST of tenants", sizeof(ToastOwner));
	find_tenants(&measurement);
	for_each_row(RelationRelationId, &measurement, look_for_toast);
	for_each_row(IndexRelationId, &measurement, look_for_toast_index);
	for_each_row(RelationRelationId, &measurement, add_relation);
	count = publish(&measurement);
	MemoryContextSwitchTo(old_context);
	MemoryContextDelete(measurement.context);
	return count;
}

bool
storage_usage_turn(void)
{
	(void) storage_usage_measure();
	return false;
}

/* Measures for the function below. */
static void
measure(void *argument)
{
	*(int *) argument = storage_usage_measure();
}

/* tenancy.measure_storage(): measures now what the worker measures from time to time; returns the number of tenants. */
Datum
tenancy_measure_storage(PG_FUNCTION_ARGS)
{
	int count = 0;

	lifecycle_require_unbound("tenancy.measure_storage()");
	privileged_run(measure, &count);
	PG_RETURN_INT32(count);
}
