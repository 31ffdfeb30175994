/*
 * quota_limits.c
 *	  The limits of a tenant, as they are stored: in tenancy.quotas for the tenant, in
 *	  tenancy.plan_quotas for its plan, and in its own row of the registry.
 *
 * They are read with the tenant, and remembered and forgotten with it: triggers on both
 * tables send a relcache invalidation, which the registry hears.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "bridge.h"
#include "own_table.h"
#include "quota_limits.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* Columns of both tables, in the order of the install script; the first is what the limit is for. */
enum
{
	QUOTAS_OF = 1,
	QUOTAS_KIND,
	QUOTAS_SOFT,
	QUOTAS_HARD
};

/* Oids of the tables, once something was read from them. */
static Oid quotas = InvalidOid;
static Oid plan_quotas = InvalidOid;

bool
quota_limits_lie_in(Oid relation)
{
	return relation == quotas || relation == plan_quotas;
}

/* Returns a column as a limit; a null is none. */
static int64
limit_of_column(HeapTuple row, int column, TupleDesc descriptor)
{
	bool isnull;
	Datum value = heap_getattr(row, column, descriptor, &isnull);

	return isnull ? TENANCY_NO_LIMIT : DatumGetInt64(value);
}

/* Adds the limits that a table has for one key. */
static void
read_from(Oid table, const char *index_name, ScanKey key, TenancyQuotaSource source, TenancyLimits *limits)
{
	Relation relation = table_open(table, AccessShareLock);
	TupleDesc descriptor = RelationGetDescr(relation);
	Oid index = get_relname_relid(index_name, RelationGetNamespace(relation));
	SysScanDesc scan = systable_beginscan(relation, index, OidIsValid(index), NULL, 1, key);
	HeapTuple row;

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		bool isnull;
		TenancyLimit limit = {limit_of_column(row, QUOTAS_SOFT, descriptor),
							  limit_of_column(row, QUOTAS_HARD, descriptor)};
		char *kind = TextDatumGetCString(heap_getattr(row, QUOTAS_KIND, descriptor, &isnull));

		bridge_add_limit(limits, bridge_quota_of_name(kind), source, &limit);
		pfree(kind);
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
}

void
quota_limits_read(TenancyLimits *limits, const uint8_t *tenant_id, const char *plan_tier)
{
	ScanKeyData key;

	quotas = own_table_find("quotas");
	plan_quotas = own_table_find("plan_quotas");
	if (OidIsValid(quotas))
	{
		ScanKeyInit(&key, QUOTAS_OF, BTEqualStrategyNumber, F_UUID_EQ, PointerGetDatum(tenant_id));
		read_from(quotas, "quotas_pkey", &key, TENANCY_QUOTA_FROM_TENANT, limits);
	}
	if (OidIsValid(plan_quotas))
	{
		ScanKeyInit(&key, QUOTAS_OF, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(plan_tier));
		read_from(plan_quotas, "plan_quotas_pkey", &key, TENANCY_QUOTA_FROM_PLAN, limits);
	}
}

void
quota_limits_add_storage(TenancyLimits *limits, int gigabytes)
{
	TenancyLimit limit = {TENANCY_NO_LIMIT, bridge_bytes_of_gigabytes(gigabytes)};

	if (limit.hard != TENANCY_NO_LIMIT)
		bridge_add_limit(limits, TENANCY_QUOTA_STORAGE_BYTES, TENANCY_QUOTA_FROM_REGISTRY, &limit);
}
