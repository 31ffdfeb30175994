/*
 * run_locks.c
 *	  Locks by which runs keep out of each other's way, and by which others see them.
 *
 * Advisory locks of kinds that no SQL function can take.  They belong to the session, so
 * that they outlast a transaction that commits.  They are kept among the ordinary locks:
 * pg_advisory_unlock_all() and DISCARD ALL, which may come from a migration, release all
 * that are kept as advisory ones.  A transaction that aborts releases them, too; a process
 * that ends outside of one does not, and has to see to it.
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
#define LEDGER_LOCK 5

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

/* Takes a lock, for the session or the transaction; false: it is taken, and was not waited for. */
static bool
take(const LOCKTAG *tag, LOCKMODE mode, bool for_session, bool wait)
{
	return LockAcquire(tag, mode, for_session, !wait) != LOCKACQUIRE_NOT_AVAIL;
}

/* Returns the tag of the lock that shows a run. */
static LOCKTAG
run_tag(int64 id)
{
	return make_tag((uint32) (id >> 32), (uint32) id, RUN_LOCK);
}

void
run_lock(int64 id, bool leads)
{
	LOCKTAG run = run_tag(id);
	LOCKTAG ledger = make_tag(0, 0, LEDGER_LOCK);

	(void) take(&ledger, ShareLock, true, true);
	(void) take(&run, leads ? LEADER_MODE : WORKER_MODE, true, true);
}

void
run_unlock(int64 id, bool leads)
{
	LOCKTAG run = run_tag(id);
	LOCKTAG ledger = make_tag(0, 0, LEDGER_LOCK);

	(void) LockRelease(&run, leads ? LEADER_MODE : WORKER_MODE, true);
	(void) LockRelease(&ledger, ShareLock, true);
}

bool
run_lock_ledger(void)
{
	LOCKTAG tag = make_tag(0, 0, LEDGER_LOCK);

	return take(&tag, ExclusiveLock, false, false);
}

bool
run_take_tenant(Oid schema)
{
	LOCKTAG tag = make_tag(schema, 0, TENANT_LOCK);

	return take(&tag, ExclusiveLock, true, false);
}

bool
run_has_tenant(Oid schema)
{
	LOCKTAG tag = make_tag(schema, 0, TENANT_LOCK);

	return lock_is_held(&tag, ExclusiveLock);
}

void
run_leave_tenant(Oid schema)
{
	LOCKTAG tag = make_tag(schema, 0, TENANT_LOCK);

	(void) LockRelease(&tag, ExclusiveLock, true);
}

bool
run_keep_away(Oid schema, bool wait)
{
	LOCKTAG tag = make_tag(schema, 0, TENANT_LOCK);

	return take(&tag, ShareLock, false, wait);
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
