/*
 * blueprint.c
 *	  What a new tenant starts with: a baseline, and the migrations after it.
 *
 * A baseline is SQL that brings an empty schema to where a registered migration leaves
 * it, so that a new tenant costs the same whatever the length of the history.
 *
 * Everything runs as the new tenant, confined to its schema, in the caller's
 * transaction.  Nobody else uses the tables yet, so that what a migration does
 * CONCURRENTLY is done without; only what needs a transaction of its own for another
 * reason has to be in the baseline.
 */
#include "postgres.h"

#include "blueprint.h"
#include "catalog/namespace.h"
#include "confinement.h"
#include "executor/spi.h"
#include "ledger.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "privileged.h"
#include "script.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(tenancy_set_baseline);

/* A text that runs for a tenant. */
typedef struct Step
{
	const char *name; /* of the migration; NULL: the baseline */
	const char *version;
	Script *script;
} Step;

/* Tells, in the context of an error, which text it is about. */
static void
tell_context(void *argument)
{
	const Step *step = argument;

	errcontext("%s \"%s\"", step->name == NULL ? "baseline" : "migration", step->version);
}

/* Takes CONCURRENTLY out of a statement, in a copy; the statement itself if it has none. */
static const ScriptStatement *
without_concurrently(const ScriptStatement *statement)
{
	ScriptStatement *copy;
	Node *tree;

	if (!script_needs_no_transaction(statement))
		return statement;
	copy = palloc(sizeof(ScriptStatement));
	*copy = *statement;
	copy->raw = copyObject(statement->raw);
	tree = copy->raw->stmt;
	if (IsA(tree, IndexStmt))
		((IndexStmt *) tree)->concurrent = false;
	else if (IsA(tree, DropStmt))
		((DropStmt *) tree)->concurrent = false;
	return copy;
}

/* Returns the statements of a migration as they run in a transaction. */
static Script *
in_transaction(const Script *script, const char *version)
{
	Script *result = palloc(sizeof(Script));
	ListCell *cell;

	result->source = script->source;
	result->statements = NIL;
	foreach (cell, script->statements)
	{
		const ScriptStatement *statement = without_concurrently(lfirst(cell));

		if (script_needs_no_transaction(statement))
			ereport(ERROR,
					(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
					 errmsg("migration \"%s\" cannot run for a tenant that is being made", version),
					 errdetail("Its statement %d cannot run inside a transaction.", statement->number),
					 errhint("Set a baseline for this version or a later one, with tenancy.set_baseline().")));
		result->statements = lappend(result->statements, unconstify(ScriptStatement *, statement));
	}
	return result;
}

/* Runs one text. */
static void
run_step(void *argument)
{
	Step *step = argument;
	ErrorContextCallback context = {.previous = error_context_stack, .callback = tell_context, .arg = step};

	error_context_stack = &context;
	script_run(step->script);
	error_context_stack = context.previous;
}

/* Runs the baseline for a tenant; returns the place of its migration, 0 if there is none. */
static int64
apply_baseline(Oid schema)
{
	Step step = {0};
	int64 ordinal;

	if (privileged_execute("SELECT m.ordinal, m.version, b.sql FROM tenancy.baselines b "
						   "JOIN tenancy.migrations m USING (version)") == 0)
		return 0;
	ordinal = privileged_number(0, 1);
	step.version = privileged_value(0, 2);
	step.script = script_parse(script_without_public(privileged_value(0, 3)));
	confinement_run(schema, CONFINEMENT_OF_OPERATOR, CONFINEMENT_DEFAULT_PATH, run_step, &step);
	return ordinal;
}

void
blueprint_apply(const RegistryRow *tenant)
{
	Oid schema = get_namespace_oid(tenant->schema, false);
	int64 newest = ledger_newest();
	int64 ordinal;
	ListCell *cell;

	if (newest == 0)
		return;
	ordinal = apply_baseline(schema);
	foreach (cell, ledger_read(ordinal, newest, CurrentMemoryContext))
	{
		const Migration *migration = lfirst(cell);
		Step step = {.name = migration->version, .version = migration->version};

		step.script = in_transaction(script_parse(script_without_public(migration->up)), migration->version);
		confinement_run(schema, CONFINEMENT_OF_OPERATOR, CONFINEMENT_DEFAULT_PATH, run_step, &step);
		ordinal = migration->ordinal;
	}
	ledger_set_version(tenant->id, ordinal);
}

/* A baseline to be set. */
typedef struct Baseline
{
	const char *version; /* NULL: none any more */
	const char *sql;
} Baseline;

/* Refuses, when it is set, a baseline that could not run for a tenant. */
static void
check_baseline(const Baseline *baseline)
{
	ListCell *cell;

	foreach (cell, script_parse(baseline->sql)->statements)
	{
		const ScriptStatement *statement = lfirst(cell);

		if (script_needs_no_transaction(statement))
			ereport(ERROR,
					(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
					 errmsg("statement %d of the baseline cannot run inside a transaction", statement->number),
					 errhint("A new tenant's tables are empty: nothing needs to be CONCURRENTLY.")));
	}
}

/* Writes the baseline; there is one. */
static void
set_baseline(void *argument)
{
	const Baseline *baseline = argument;

	SPI_connect();
	/* As registrations do: what it stands for does not change meanwhile, nor does another one come. */
	privileged_execute("LOCK TABLE tenancy.migrations IN SHARE ROW EXCLUSIVE MODE");
	if (baseline->version != NULL)
	{
		(void) ledger_ordinal(baseline->version);
		check_baseline(baseline);
	}
	privileged_execute("DELETE FROM tenancy.baselines");
	if (baseline->version != NULL)
		privileged_execute("INSERT INTO tenancy.baselines (version, sql, checksum, set_by) "
						   "VALUES (%s, %s, encode(sha256(convert_to(%s, 'UTF8')), 'hex'), %s)",
						   quote_literal_cstr(baseline->version),
						   quote_literal_cstr(baseline->sql),
						   quote_literal_cstr(baseline->sql),
						   quote_literal_cstr(GetUserNameFromId(GetSessionUserId(), false)));
	SPI_finish();
}

/* tenancy.set_baseline(version, sql): says what a new tenant starts with; nulls: with nothing. */
Datum
tenancy_set_baseline(PG_FUNCTION_ARGS)
{
	Baseline baseline;

	lifecycle_require_unbound("tenancy.set_baseline()");
	baseline.version = lifecycle_text_argument(fcinfo, 0);
	baseline.sql = lifecycle_text_argument(fcinfo, 1);
	if ((baseline.version == NULL) != (baseline.sql == NULL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("version and sql must be given both, or be null both")));
	privileged_run(set_baseline, &baseline);
	PG_RETURN_VOID();
}
