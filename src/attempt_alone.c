/*
 * attempt_alone.c
 *	  Migrations whose statements do not go into a transaction: written down one by one,
 *	  and resumed where they were interrupted.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "attempt.h"
#include "catalog/pg_index.h"
#include "compat.h"
#include "executor/spi.h"
#include "privileged.h"
#include "script.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* How far a migration outside of transactions is, for the functions that read and write it. */
typedef struct Progress
{
	Attempt *attempt;
	int done;	  /* statements */
	bool resumed; /* an earlier attempt was at the next one */
	bool failed;  /* that raised an error */
} Progress;

/* Reads how far an earlier attempt has come. */
static void
read_progress(void *argument)
{
	Progress *progress = argument;
	MigrationEntry entry = attempt_entry(progress->attempt);

	SPI_connect();
	progress->done = migration_log_done_statements(&entry, &progress->failed);
	progress->resumed = progress->done >= 0;
	progress->done = Max(progress->done, 0);
	SPI_finish();
}

/* Writes how far this one has come. */
static void
write_progress(void *argument)
{
	Progress *progress = argument;
	MigrationEntry entry = attempt_entry(progress->attempt);

	SPI_connect();
	migration_log_progress(&entry, progress->done);
	SPI_finish();
}

/* Sees that the tenant is still this run's: a procedure that rolls back has released the locks of the session. */
static void
keep_tenant(const Attempt *attempt)
{
	if (run_has_tenant(attempt->schema))
		return;
	run_lock(attempt->run->id, false);
	if (!run_take_tenant(attempt->schema))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("another run has taken tenant \"%s\" meanwhile", attempt->slug),
				 errdetail("The statement has rolled back a transaction, and the lock on the tenant with it.")));
}

/* Runs one statement that begins transactions itself. */
static void
run_alone(const Attempt *attempt, const Script *script, const ScriptStatement *statement)
{
	attempt_begin(attempt);
	run_clock_start(attempt->run->statement_timeout);
	attempt_show_statement(statement->text);
	script_run_statement(script, statement, true);
	keep_tenant(attempt);
	attempt_commit(attempt);
	run_clock_stop();
}

/* Runs one statement in a transaction, in which it is also written down: whatever happens, it is not run again. */
static void
run_with_progress(Progress *progress, const Script *script, const ScriptStatement *statement)
{
	Attempt *attempt = progress->attempt;

	attempt_begin(attempt);
	run_clock_start(attempt->run->statement_timeout);
	attempt_show_statement(statement->text);
	script_run_statement(script, statement, false);
	progress->done++;
	PushActiveSnapshot(GetTransactionSnapshot());
	privileged_run(write_progress, progress);
	PopActiveSnapshot();
	attempt_commit(attempt);
	run_clock_stop();
}

/* Tells whether a statement runs in several transactions, or may do so. */
static bool
has_transactions(const ScriptStatement *statement)
{
	const Node *tree = statement->raw->stmt;

	/* Those that have several for some objects only are among them. */
	return IsA(tree, CallStmt) || IsA(tree, DoStmt) || IsA(tree, ReindexStmt) || IsA(tree, ClusterStmt) ||
		   IsA(tree, DiscardStmt) || script_needs_no_transaction(statement);
}

/* Tells whether an index is there and can be used. */
static bool
index_is_valid(Oid index)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool valid = false;

	if (HeapTupleIsValid(tuple))
	{
		valid = ((Form_pg_index) GETSTRUCT(tuple))->indisvalid;
		ReleaseSysCache(tuple);
	}
	return valid;
}

/*
 * Looks at what an interrupted statement has left; true: it had come to its end.  An
 * index that was not finished is dropped, so that it can be made again.  One that is
 * in order after an error is another's.
 */
static bool
settle_interrupted(const Attempt *attempt, const ScriptStatement *statement, bool failed)
{
	Node *tree = statement->raw->stmt;
	const char *name;
	char *qualified_name;
	Oid index;
	bool valid;
	Script *script;

	if (!IsA(tree, IndexStmt) || !((IndexStmt *) tree)->concurrent)
		return false;
	name = ((IndexStmt *) tree)->idxname;
	attempt_begin(attempt);
	index = get_relname_relid(name, attempt->schema);
	valid = OidIsValid(index) && index_is_valid(index);
	qualified_name = quote_qualified_identifier(get_namespace_name(attempt->schema), name);
	attempt_commit(attempt);
	if (!OidIsValid(index) || valid)
		return valid && !failed;
	script = script_parse(psprintf("DROP INDEX %s", qualified_name));
	run_alone(attempt, script, linitial(script->statements));
	return false;
}

void
attempt_run_alone(Attempt *attempt, const MigrationScript *script)
{
	Progress progress = {.attempt = attempt};
	ListCell *cell;

	attempt_begin_migration(attempt, script);
	attempt_in_transaction(attempt, read_progress, &progress);
	for_each_from (cell, script->script->statements, progress.done)
	{
		const ScriptStatement *statement = lfirst(cell);

		attempt_in_transaction(attempt, write_progress, &progress);
		if (!has_transactions(statement))
			run_with_progress(&progress, script->script, statement);
		else
		{
			if (!progress.resumed || !settle_interrupted(attempt, statement, progress.failed))
				run_alone(attempt, script->script, statement);
			progress.done++;
		}
		progress.resumed = false;
	}
	attempt_begin(attempt);
	attempt_record_done(attempt);
	attempt_commit(attempt);
	attempt_begin(attempt);
	attempt_bind(attempt);
	attempt_commit(attempt);
}
