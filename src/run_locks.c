/*
 * run_locks.c
 *	  Locks by which runs keep out of each other's way, and by which others see them.
 *
 * Advisory locks of kinds that no SQL function can take.  They belong to the session, so
 * that they outlast a transaction that commits, and PostgreSQL releases them however a
 * backend ends.  They are kept among the ordinary locks: pg_advisory_unlock_all() and
 * DISCARD ALL, which may come from a migration, release all that are kept as advisory
 * ones.  A transaction that aborts releases them, too.
 */
#include "postgres.h"

#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "privileged.h"
#include "run.h"
#include "storage/lock.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(tenancy_working_backends);

/* Kinds of advisory locks; those of SQL are 1 and 2. */
#define TENANT_LOCK 3
#define RUN_LOCK 4

/* The leader's mode differs from the workers', and all of them get along. */
#define LEADER_MODE ShareLock
#define WORKER_MODE AccessShareLock

/* Makes the tag of a lock. */
static LOCKTAG
make_tag(uint32 high, uint32 low, uint16 kind)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, high, low, kind);
	tag.locktag_lockmethodid = DEFAULT_LOCKMETHOD;
	return tag;
}

/* Takes a lock for the session; false: it is taken. */
static bool
take(uint32 high, uint32 low, uint16 kind, LOCKMODE mode)
{
	LOCKTAG tag = make_tag(high, low, kind);

	return LockAcquire(&tag, mode, true, true) != LOCKACQUIRE_NOT_AVAIL;
}

/* Releases it. */
static void
leave(uint32 high, uint32 low, uint16 kind, LOCKMODE mode)
{
	LOCKTAG tag = make_tag(high, low, kind);

	(void) LockRelease(&tag, mode, true);
}

void
run_lock(int64 id, bool leads)
{
	(void) take((uint32) (id >> 32), (uint32) id, RUN_LOCK, leads ? LEADER_MODE : WORKER_MODE);
}

void
run_unlock(int64 id, bool leads)
{
	leave((uint32) (id >> 32), (uint32) id, RUN_LOCK, leads ? LEADER_MODE : WORKER_MODE);
}

bool
run_take_tenant(Oid schema)
{
	return take(schema, 0, TENANT_LOCK, ExclusiveLock);
}

void
run_leave_tenant(Oid schema)
{
	leave(schema, 0, TENANT_LOCK, ExclusiveLock);
}

/* Reads the locks as rows: run, schema name (null for a leader), pid. */
static void
read_locks(void *argument)
{
	ReturnSetInfo *result = argument;

	SPI_connect();
	privileged_execute("SELECT (r.classid::bigint << 32) | r.objid::bigint, n.nspname::text, r.pid FROM pg_locks r "
					   "LEFT JOIN pg_locks t ON t.pid = r.pid AND t.locktype = 'advisory' AND t.objsubid = %d "
					   "AND t.database = r.database LEFT JOIN pg_namespace n ON n.oid = t.classid "
					   "WHERE r.locktype = 'advisory' AND r.objsubid = %d AND r.database = %u "
					   "AND (r.mode = 'ShareLock' OR t.pid IS NOT NULL)",
					   TENANT_LOCK,
					   RUN_LOCK,
					   MyDatabaseId);
	for (uint64 i = 0; i < SPI_processed; i++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[i]);
	SPI_finish();
}

/* tenancy.working_backends(): who leads a run or works for one. */
Datum
tenancy_working_backends(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	privileged_run(read_locks, fcinfo->resultinfo);
	return (Datum) 0;
}
