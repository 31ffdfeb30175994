/*
 * ledger_rows.h
 *	  Rows that every migration of every tenant writes, without a query for each.
 *
 * The caller holds the tenant (run_take_tenant()), so that nobody else writes them.
 */
#ifndef TENANCY_LEDGER_ROWS_H
#define TENANCY_LEDGER_ROWS_H

#include "utils/timestamp.h"
#include "utils/uuid.h"

/* What the log is to say of a migration that is done. */
typedef struct LedgerRow
{
	const pg_uuid_t *tenant_id;
	int64 ordinal;
	const char *kind;
	const char *state;
	int64 run;
	TimestampTz started_at;
} LedgerRow;

/* Returns the last migration that a tenant has; 0: none. */
extern int64 ledger_rows_version(const pg_uuid_t *tenant_id);

/* Writes it. */
extern void ledger_rows_set_version(const pg_uuid_t *tenant_id, int64 ordinal);

/* Writes into the log that a migration is done. */
extern void ledger_rows_log(const LedgerRow *row);

#endif /* TENANCY_LEDGER_ROWS_H */
