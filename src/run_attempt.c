/*
 * run_attempt.c
 *	  What a run does with one tenant.
 *
 * The worker's session is bound to the tenant before anything runs, and held there.
 * What runs inside a transaction is one transaction with the tenant's place in the
 * ledger: the tenant is where the run is to take it, or where it was.  Migrations
 * outside of transactions are written down statement by statement.
 */
#include "postgres.h"

#include "access/xact.h"
#include "attempt.h"
#include "binding.h"
#include "catalog/namespace.h"
#include "commands/prepare.h"
#include "commands/trigger.h"
#include "compat.h"
#include "errors.h"
#include "executor/spi.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "mb/pg_wchar.h"
#include "pgstat.h"
#include "privileged.h"
#include "registry.h"
#include "sessions.h"
#include "small_tables.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/uuid.h"

/* How much of an error or a statement the log keeps, in bytes. */
#define LONGEST_TEXT 8192

void
attempt_begin(const Attempt *attempt)
{
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	XactIsoLevel = XACT_READ_COMMITTED;
	XactReadOnly = false;
	XactDeferrable = false;
	MemoryContextSwitchTo(attempt->context);
}

void
attempt_commit(const Attempt *attempt)
{
	CommitTransactionCommand();
	MemoryContextSwitchTo(attempt->context);
}

/* Does work of the extension's own in the running transaction. */
static void
run_privileged(void (*body)(void *argument), Attempt *attempt)
{
	PushActiveSnapshot(GetTransactionSnapshot());
	privileged_run(body, attempt);
	PopActiveSnapshot();
}

void
run_rest(void)
{
	if (current_binding == NULL)
		return;
	StartTransactionCommand();
	binding_hold(NULL);
	CommitTransactionCommand();
}

MigrationEntry
attempt_entry(const Attempt *attempt)
{
	return (MigrationEntry){.tenant_id = attempt->tenant_id,
							.slug = attempt->slug,
							.migration = attempt->current != NULL ? &attempt->current->migration : NULL,
							.run = attempt->run->id,
							.rollback = attempt->run->rollback,
							.started_at = attempt->started_at};
}

/* Tells whether a tenant at its place in the ledger has anything to do in the run. */
static bool
has_work(const Attempt *attempt)
{
	return attempt->run->rollback ? attempt->version > attempt->run->target : attempt->version < attempt->run->target;
}

/* Looks the tenant up. */
static void
find_tenant(Attempt *attempt)
{
	TenancyTenant tenant;
	pg_uuid_t id;

	if (!registry_find(attempt->slug, &tenant) || tenant.status == TENANCY_STATUS_DELETED)
		return;
	memcpy(id.data, tenant.id, UUID_LEN);
	memcpy(attempt->id, tenant.id, TENANCY_ID_SIZE);
	attempt->tenant_id = DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&id)));
	attempt->status = tenant.status;
	attempt->schema = tenant.schema;
}

/* Finds out what there is to do, after the tenant was taken. */
static void
find_scripts(void *argument)
{
	Attempt *attempt = argument;
	MemoryContext old_context;

	SPI_connect();
	if (!attempt->run->rollback)
		migration_log_require_whole(attempt->tenant_id, attempt->version);
	old_context = MemoryContextSwitchTo(attempt->context);
	attempt->scripts = migration_scripts(attempt->version, attempt->run->target);
	MemoryContextSwitchTo(old_context);
	SPI_finish();
}

/* Sets the limits of the tenant's session; the change of tenant has removed those of the last. */
static void
set_limits(const Attempt *attempt)
{
	char lock_timeout[16];

	snprintf(lock_timeout, sizeof(lock_timeout), "%d", attempt->run->lock_timeout);
	SetConfigOption("lock_timeout", lock_timeout, PGC_USERSET, PGC_S_SESSION);
	SetConfigOption("search_path", "\"$user\", public", PGC_USERSET, PGC_S_SESSION);
}

void
attempt_bind(const Attempt *attempt)
{
	binding_hold(NULL);
	binding_hold(attempt->slug);
	/* The slug may have become another tenant's in the moment before. */
	if (memcmp(current_binding->tenant.id, attempt->id, TENANCY_ID_SIZE) != 0)
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = attempt->slug});
	set_limits(attempt);
}

/* Takes the tenant and binds the session to it; returns DONE if the attempt can go on. */
static TenancyAttempt
enter(Attempt *attempt)
{
	TenancyAttempt outcome = TENANCY_ATTEMPT_DONE;

	attempt_begin(attempt);
	/* As long as the session is bound, whatever it does makes the transaction the tenant's. */
	binding_hold(NULL);
	DropAllPreparedStatements();
	find_tenant(attempt);
	if (!OidIsValid(attempt->schema))
		outcome = TENANCY_ATTEMPT_SKIPPED;
	else if (!run_take_tenant(attempt->schema))
		outcome = TENANCY_ATTEMPT_BUSY;
	else
	{
		attempt->taken = true;
		attempt->version = ledger_version_of(attempt->tenant_id);
		if (!has_work(attempt))
			outcome = TENANCY_ATTEMPT_DONE;
		else if (attempt->status != TENANCY_STATUS_ACTIVE)
			outcome = TENANCY_ATTEMPT_SKIPPED;
		else
			run_privileged(find_scripts, attempt);
	}
	if (attempt->scripts != NIL)
		attempt_bind(attempt);
	attempt_commit(attempt);
	return outcome;
}

/* Takes back what an abort has taken from the session: the lock that shows the run. */
static void
after_abort(Attempt *attempt)
{
	MemoryContextSwitchTo(attempt->context);
	attempt->taken = false;
	run_lock(attempt->run->id, false);
}

void
attempt_begin_migration(Attempt *attempt, const MigrationScript *script)
{
	attempt->current = script;
	attempt->started_at = GetCurrentTimestamp();
}

/* Returns the place of a tenant after a migration has run. */
static int64
place_after(const Attempt *attempt)
{
	ListCell *cell;
	bool passed = false;

	if (!attempt->run->rollback)
		return attempt->current->migration.ordinal;
	/* Going back, it is the place before: of the script that comes next, or the target. */
	foreach (cell, attempt->scripts)
	{
		const MigrationScript *script = lfirst(cell);

		if (passed)
			return script->migration.ordinal;
		passed = script == attempt->current;
	}
	return attempt->run->target;
}

/* Writes that the current migration is done. */
static void
log_done(const Attempt *attempt)
{
	MigrationEntry entry = attempt_entry(attempt);

	migration_log_done(&entry);
}

void
attempt_record_done(const Attempt *attempt)
{
	log_done(attempt);
	ledger_set_version(attempt->tenant_id, place_after(attempt));
}

void
attempt_show_statement(const char *text)
{
	debug_query_string = text;
	pgstat_report_activity(STATE_RUNNING, text);
}

/* Runs the statements of the current migration inside the running transaction; settings that they make end with it. */
static void
run_statements(const Attempt *attempt)
{
	const Script *script = attempt->current->script;
	int guc_level = NewGUCNestLevel();
	ListCell *cell;

	foreach (cell, script->statements)
	{
		const ScriptStatement *statement = lfirst(cell);

		attempt_show_statement(statement->text);
		if (!small_tables_run(script, statement))
			script_run_statement(script, statement, false);
	}
	AtEOXact_GUC(false, guc_level);
}

/* Runs consecutive migrations in one transaction, from a position of the list on; returns where they end. */
static int
run_together(Attempt *attempt, int position)
{
	attempt_begin(attempt);
	run_clock_start(attempt->run->statement_timeout);
	for (; position < list_length(attempt->scripts); position++)
	{
		const MigrationScript *script = list_nth(attempt->scripts, position);

		if (!script->migration.transactional)
			break;
		attempt_begin_migration(attempt, script);
		run_statements(attempt);
		if (!attempt->run->dry_run)
			log_done(attempt);
	}
	if (attempt->run->dry_run)
	{
		AfterTriggerFireDeferred();
		run_clock_stop();
		AbortCurrentTransaction();
		after_abort(attempt);
	}
	else
	{
		ledger_set_version(attempt->tenant_id, place_after(attempt));
		attempt_commit(attempt);
		run_clock_stop();
	}
	return position;
}

void
attempt_in_transaction(Attempt *attempt, void (*body)(void *argument), void *argument)
{
	attempt_begin(attempt);
	PushActiveSnapshot(GetTransactionSnapshot());
	privileged_run(body, argument);
	PopActiveSnapshot();
	attempt_commit(attempt);
}

/* Runs all that is to do. */
static void
run_scripts(Attempt *attempt)
{
	int position = 0;

	while (position < list_length(attempt->scripts))
	{
		const MigrationScript *script = list_nth(attempt->scripts, position);

		if (script->migration.transactional)
			position = run_together(attempt, position);
		else
		{
			attempt_run_alone(attempt, script);
			position++;
		}
	}
}

/* Writes the failure down, and looks whether the tenant is still active. */
static void
record_failure(void *argument)
{
	Attempt *attempt = argument;
	MigrationEntry entry = attempt_entry(attempt);
	RegistryRow now;

	SPI_connect();
	migration_log_failure(&entry, &attempt->failure, attempt->run->dry_run);
	attempt->inactive = !lifecycle_read_row(attempt->slug, &now) || now.status != TENANCY_STATUS_ACTIVE ||
						sessions_is_closing(attempt->schema);
	SPI_finish();
}

/* Returns as much of a text as the log keeps; a tenant may raise errors of any size. */
static const char *
clip(const char *text)
{
	return pnstrdup(text, pg_mbcliplen(text, strlen(text), LONGEST_TEXT));
}

/* Keeps what the log is to say about an error. */
static void
keep_failure(Attempt *attempt, const ErrorData *error)
{
	const ScriptStatement *statement = script_current_statement();

	attempt->failure = (MigrationFailure){.sqlstate = pstrdup(unpack_sql_state(error->sqlerrcode)),
										  .error = error->message != NULL ? clip(error->message) : "unknown error",
										  .statement_number = statement != NULL ? statement->number : 0,
										  .statement = statement != NULL ? clip(statement->text) : NULL,
										  .attempt = attempt->number};
}

/* Tells whether an error may be gone at the next attempt. */
static bool
is_passing(int sqlstate)
{
	return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED ||
		   sqlstate == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

/* Error context: which migration, of which tenant. */
static void
name_migration(void *argument)
{
	const Attempt *attempt = argument;

	if (attempt->current != NULL)
		errcontext("migration \"%s\" of tenant \"%s\"", attempt->current->migration.version, attempt->slug);
	else
		errcontext("migration of tenant \"%s\"", attempt->slug);
	if (run_clock_has_struck())
		errcontext("the tenant's code went on after statement_timeout");
}

/* Goes back to order after an error, and writes it down. */
static TenancyAttempt
fail(Attempt *attempt)
{
	ErrorData *error;

	MemoryContextSwitchTo(attempt->context);
	HOLD_INTERRUPTS();
	disable_all_timeouts(false);
	QueryCancelPending = false;
	EmitErrorReport();
	error = CopyErrorData();
	FlushErrorState();
	keep_failure(attempt, error);
	script_forget_statement();
	AbortOutOfAnyTransaction();
	after_abort(attempt);
	RESUME_INTERRUPTS();

	/* The session's role may not be in order any more. */
	run_rest();
	attempt_in_transaction(attempt, record_failure, attempt);
	if (attempt->inactive)
		return TENANCY_ATTEMPT_SKIPPED;
	return is_passing(error->sqlerrcode) ? TENANCY_ATTEMPT_LOCKED : TENANCY_ATTEMPT_FAILED;
}

/* Makes the attempt. */
static TenancyAttempt
attempt_tenant(Attempt *attempt)
{
	ErrorContextCallback context = {.callback = name_migration, .arg = attempt, .previous = error_context_stack};
	TenancyAttempt outcome;

	error_context_stack = &context;
	PG_TRY();
	{
		outcome = enter(attempt);
		if (outcome == TENANCY_ATTEMPT_DONE)
			run_scripts(attempt);
	}
	PG_CATCH();
	{
		outcome = fail(attempt);
	}
	PG_END_TRY();
	error_context_stack = context.previous;
	return outcome;
}

TenancyAttempt
run_attempt(const Run *run, const char *slug, int number)
{
	Attempt attempt = {.run = run, .slug = slug, .number = number};
	TenancyAttempt outcome;

	attempt.context =
		AllocSetContextCreate(TopMemoryContext, "tenancy migration of a tenant", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(attempt.context);
	outcome = attempt_tenant(&attempt);
	debug_query_string = NULL;
	if (attempt.taken)
		run_leave_tenant(attempt.schema);
	MemoryContextSwitchTo(TopMemoryContext);
	MemoryContextDelete(attempt.context);
	pgstat_report_stat(false);
	return outcome;
}
