/*
 * migration_log.c
 *	  What runs write down about tenants and migrations.
 *
 * A success is written in the transaction that it belongs to, so that the log cannot
 * say anything else than what has happened; a failure in one of its own.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "ledger_rows.h"
#include "migration_log.h"
#include "privileged.h"
#include "utils/builtins.h"

/* Returns the kind of run as the log spells it. */
static const char *
kind_of(const MigrationEntry *entry)
{
	return entry->rollback ? "rollback" : "migrate";
}

void
migration_log_done(const MigrationEntry *entry)
{
	ledger_rows_log(&(LedgerRow){
		.tenant_id = entry->tenant_id,
		.ordinal = entry->migration->ordinal,
		.kind = kind_of(entry),
		.state = entry->rollback ? "rolled back" : "applied",
		.run = entry->run,
		.started_at = entry->started_at,
	});
}

void
migration_log_progress(const MigrationEntry *entry, int done_statements)
{
	privileged_execute(
		"INSERT INTO tenancy.migration_log AS l (tenant_id, ordinal, kind, state, run, started_at, done_statements) "
		"VALUES ('%s', " INT64_FORMAT ", '%s', 'running', " INT64_FORMAT ", '%s', %d) "
		"ON CONFLICT (tenant_id, ordinal) DO UPDATE SET kind = excluded.kind, state = excluded.state, "
		"run = excluded.run, started_at = excluded.started_at, finished_at = NULL, "
		"attempts = CASE WHEN l.kind <> excluded.kind THEN 1 ELSE l.attempts + (l.state = 'failed')::int END, "
		"done_statements = excluded.done_statements, sqlstate = NULL, error = NULL, statement_number = NULL, "
		"statement = NULL",
		entry->tenant_id,
		entry->migration->ordinal,
		kind_of(entry),
		entry->run,
		timestamptz_to_str(entry->started_at),
		done_statements);
}

int
migration_log_done_statements(const MigrationEntry *entry, bool *failed)
{
	if (privileged_execute(
			"SELECT done_statements, state = 'failed' FROM tenancy.migration_log WHERE tenant_id = '%s' "
			"AND ordinal = " INT64_FORMAT " AND kind = '%s' AND state IN ('running', 'failed')",
			entry->tenant_id,
			entry->migration->ordinal,
			kind_of(entry)) == 0)
		return -1;
	*failed = privileged_value(0, 2)[0] == 't';
	return (int) privileged_number(0, 1);
}

void
migration_log_require_whole(const char *tenant_id, int64 ordinal)
{
	if (ordinal == 0 || !ledger_rows_half_back(tenant_id, ordinal))
		return;
	privileged_execute("SELECT version FROM tenancy.migrations WHERE ordinal = " INT64_FORMAT, ordinal);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("migration \"%s\" has been taken back in part", privileged_value(0, 1)),
			 errhint("tenancy.rollback() goes on with it; tenancy.mark_migrated() declares where the tenant is.")));
}

/* Writes a failure of a migration into the tenant's log. */
static void
log_failed_migration(const MigrationEntry *entry, const MigrationFailure *failure)
{
	privileged_execute(
		"INSERT INTO tenancy.migration_log AS l (tenant_id, ordinal, kind, state, run, started_at, finished_at, "
		"sqlstate, error, statement_number, statement) "
		"VALUES ('%s', " INT64_FORMAT ", '%s', 'failed', " INT64_FORMAT ", '%s', clock_timestamp(), %s, %s, "
		"nullif(%d, 0), %s) "
		"ON CONFLICT (tenant_id, ordinal) DO UPDATE SET kind = excluded.kind, state = excluded.state, "
		"run = excluded.run, started_at = excluded.started_at, finished_at = excluded.finished_at, "
		"attempts = CASE WHEN l.kind = excluded.kind AND l.state IN ('failed', 'running') "
		"THEN l.attempts + (l.state = 'failed')::int ELSE 1 END, sqlstate = excluded.sqlstate, error = excluded.error, "
		"statement_number = excluded.statement_number, statement = excluded.statement, "
		"done_statements = CASE WHEN l.kind = excluded.kind THEN l.done_statements ELSE 0 END",
		entry->tenant_id,
		entry->migration->ordinal,
		kind_of(entry),
		entry->run,
		timestamptz_to_str(entry->started_at),
		quote_literal_cstr(failure->sqlstate),
		quote_literal_cstr(failure->error),
		failure->statement_number,
		privileged_literal(failure->statement));
}

void
migration_log_failure(const MigrationEntry *entry, const MigrationFailure *failure, bool dry)
{
	privileged_execute("INSERT INTO tenancy.run_failures (run, tenant, version, sqlstate, error, statement_number, "
					   "statement, attempt) VALUES (" INT64_FORMAT ", %s, %s, %s, %s, nullif(%d, 0), %s, %d)",
					   entry->run,
					   quote_literal_cstr(entry->slug),
					   privileged_literal(entry->migration != NULL ? entry->migration->version : NULL),
					   quote_literal_cstr(failure->sqlstate),
					   quote_literal_cstr(failure->error),
					   failure->statement_number,
					   privileged_literal(failure->statement),
					   failure->attempt);
	if (!dry && entry->migration != NULL)
		log_failed_migration(entry, failure);
}
