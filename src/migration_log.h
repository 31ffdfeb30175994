/*
 * migration_log.h
 *	  What runs write down about tenants and migrations.
 *
 * All but migration_log_done() run inside privileged_run() with SPI connected; that one in
 * any transaction.
 */
#ifndef TENANCY_MIGRATION_LOG_H
#define TENANCY_MIGRATION_LOG_H

#include "ledger.h"
#include "utils/timestamp.h"

/* Which tenant, in which run. */
typedef struct MigrationEntry
{
	const char *tenant_id;
	const char *slug;
	const Migration *migration; /* NULL: it did not come to one */
	int64 run;
	bool rollback;
	TimestampTz started_at;
} MigrationEntry;

/* How an attempt failed. */
typedef struct MigrationFailure
{
	const char *sqlstate;
	const char *error;
	int statement_number; /* 0: none */
	const char *statement;
	int attempt;
} MigrationFailure;

/* Writes that a migration has been applied, or rolled back, in the running transaction. */
extern void migration_log_done(const MigrationEntry *entry);

/* Writes how many statements of a migration outside of transactions are done, before the next one begins. */
extern void migration_log_progress(const MigrationEntry *entry, int done_statements);

/* Raises an error if the last migration of a tenant has been taken back in part: others cannot follow. */
extern void migration_log_require_whole(const char *tenant_id, int64 ordinal);

/*
 * Returns how many statements of such a migration were done when an earlier attempt in
 * the same direction ended, and whether by an error; -1: there was none.
 */
extern int migration_log_done_statements(const MigrationEntry *entry, bool *failed);

/* Writes a failure; dry: nothing about the tenant, which is as it was. */
extern void migration_log_failure(const MigrationEntry *entry, const MigrationFailure *failure, bool dry);

#endif /* TENANCY_MIGRATION_LOG_H */
