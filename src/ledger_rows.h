/*
 * ledger_rows.h
 *	  Rows that every migration of every tenant writes, without a query for each.
 *
 * The caller holds the tenant (run_take_tenant()), so that nobody else writes them.  Ids
 * of tenants are texts.
 */
#ifndef TENANCY_LEDGER_ROWS_H
#define TENANCY_LEDGER_ROWS_H

#include "utils/timestamp.h"

/* What the log is to say of a migration that is done. */
typedef struct LedgerRow
{
	const char *tenant_id;
	int64 ordinal;
	const char *kind;
	const char *state;
	int64 run;
	TimestampTz started_at;
} LedgerRow;

/* Returns the last migration that a tenant has; 0: none. */
extern int64 ledger_rows_version(const char *tenant_id);

/* Writes it. */
extern void ledger_rows_set_version(const char *tenant_id, int64 ordinal);

/* Writes into the log that a migration is done. */
extern void ledger_rows_log(const LedgerRow *row);

/* Tells whether a tenant has taken back a part of a migration's statements. */
extern bool ledger_rows_half_back(const char *tenant_id, int64 ordinal);

#endif /* TENANCY_LEDGER_ROWS_H */
