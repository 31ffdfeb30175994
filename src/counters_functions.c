/*
 * counters_functions.c
 *	  The counters as SQL reads and resets them.
 */
#include "postgres.h"

#include "bridge.h"
#include "access/htup_details.h"
#include "compat.h"
#include "counters.h"
#include "fmgr.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "guard.h"
#include "lifecycle.h"
#include "measure.h"
#include "miscadmin.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(tenancy_stat_counters);
PG_FUNCTION_INFO_V1(tenancy_stat_room);
PG_FUNCTION_INFO_V1(tenancy_reset_stats);
PG_FUNCTION_INFO_V1(tenancy_top);

#define COLUMNS 21

/* Estimates below which duration 95 of 100 statements stay, of all kinds, in milliseconds. */
static double
quantile(TenantCounters *counters)
{
	uint64 counts[TENANCY_DURATION_STEPS] = {0};

	for (int type = 0; type < TENANCY_QUERY_TYPES; type++)
	{
		for (int step = 0; step < TENANCY_DURATION_STEPS; step++)
			counts[step] += counters_read(counters, COUNTER_DURATION_STEP + type * TENANCY_DURATION_STEPS + step);
	}
	return bridge_duration_quantile(counts, 0.95) / 1000;
}

/* Appends one row to a result: scope, schema, and the columns of tenancy.stat_counters(). */
static void
put_row(ReturnSetInfo *result, const char *scope, const char *schema, TenantCounters *counters)
{
	TenantUsage *usage = counters_usage(counters);
	uint64 measured_at = pg_atomic_read_u64(&usage->storage_measured_at);
	uint64 statements = counters_sum(counters, COUNTER_DURATION_STEP, TENANCY_QUERY_TYPES * TENANCY_DURATION_STEPS);
	Datum values[COLUMNS] = {
		CStringGetTextDatum(scope),
		schema != NULL ? CStringGetTextDatum(schema) : (Datum) 0,
		Int64GetDatum((int64) statements),
		Int64GetDatum((int64) counters_sum(counters, COUNTER_ERROR_CLASS, TENANCY_ERROR_CLASSES)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_ATTEMPTS_MADE)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_ATTEMPTS_RECEIVED)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_BINDS)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_REFUSED_BINDS)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_REFUSED_TICKETS)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_SESSIONS)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_ROWS)),
		Float8GetDatum(counters_sum(counters, COUNTER_DURATION, TENANCY_QUERY_TYPES) / 1000.0),
		Float8GetDatum(quantile(counters)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_BLOCKS_HIT)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_BLOCKS_READ)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_TEMP_BYTES)),
		Int64GetDatum((int64) counters_read(counters, COUNTER_WAL_BYTES)),
		Int64GetDatum((int64) pg_atomic_read_u64(&usage->quota_refusals)),
		Int64GetDatum((int64) counters_recent_attempts(counters)),
		Int64GetDatum((int64) pg_atomic_read_u64(&usage->storage_bytes)),
		TimestampTzGetDatum((TimestampTz) measured_at),
	};
	bool nulls[COLUMNS] = {false};

	nulls[1] = schema == NULL;
	nulls[12] = statements == 0;
	nulls[19] = nulls[20] = measured_at == 0;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * tenancy.stat_counters(): one row for each tenant of this database that anything
 * was counted for, one for the overflow and one for unbound sessions.  A bound session that
 * somebody lets call it sees its own tenant's.
 */
Datum
tenancy_stat_counters(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Oid own_schema;
	ListCell *cell;

	require_preloaded();
	InitMaterializedSRF(fcinfo, 0);
	measure_flush();
	own_schema = guard_own_schema();
	foreach (cell, counters_of_database())
	{
		TenantCounters *counters = lfirst(cell);

		if (!OidIsValid(own_schema) || strcmp(counters_schema(counters), get_namespace_name(own_schema)) == 0)
			put_row(result, "tenant", counters_schema(counters), counters);
	}
	if (OidIsValid(own_schema))
		return (Datum) 0;
	put_row(result, "overflow", NULL, counters_of_overflow());
	put_row(result, "unbound", NULL, counters_of_unbound());
	return (Datum) 0;
}

/* tenancy.stat_room(): how many more tenants can have counters of their own. */
Datum
tenancy_stat_room(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	require_preloaded();
	PG_RETURN_INT64(counters_room());
}

/* tenancy.reset_stats(): sets every counter of this database, and the shared ones, to zero. */
Datum
tenancy_reset_stats(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	require_preloaded();
	measure_flush();
	counters_reset();
	PG_RETURN_VOID();
}

/* What tenancy.top() can order by, and the column that it stands for. */
static const char *const orders[][2] = {
	{"time", "total_time"},
	{"p95", "p95_time"},
	{"statements", "statements"},
	{"rows", "rows"},
	{"errors", "errors"},
	{"sessions", "sessions"},
	{"reads", "shared_blocks_read"},
	{"temp", "temp_bytes"},
	{"wal", "wal_bytes"},
	{"attempts", "attempts_made"},
	{"size", "size_bytes"},
};

/* Returns the column for a word. */
static const char *
column_of_order(const char *word)
{
	for (int i = 0; i < (int) lengthof(orders); i++)
	{
		if (strcmp(orders[i][0], word) == 0)
			return orders[i][1];
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot order tenants by \"%s\"", word),
			 errhint("Order by time, p95, statements, rows, errors, sessions, reads, temp, wal, attempts or size.")));
}

/* tenancy.top(order_by, n): the tenants that need most of something; null for n: all. */
Datum
tenancy_top(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *column;
	long limit = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);
	Datum values[12];
	bool nulls[12];

	lifecycle_require_unbound("tenancy.top()");
	column = column_of_order(PG_ARGISNULL(0) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(0)));
	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(1) && limit <= 0)
		return (Datum) 0;
	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute(
			psprintf("SELECT slug, statements, total_time, p95_time, rows, errors, sessions, shared_blocks_read,"
					 " temp_bytes, wal_bytes, attempts_made, size_bytes"
					 " FROM tenancy.stat_tenants WHERE tenant_id IS NOT NULL"
					 " ORDER BY %s DESC NULLS LAST, slug COLLATE \"C\"",
					 column),
			true,
			limit) != SPI_OK_SELECT)
		elog(ERROR, "could not read tenancy.stat_tenants");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, values, nulls);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	SPI_finish();
	return (Datum) 0;
}
