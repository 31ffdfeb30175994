/*
 * clone.c
 *	  A tenant made in the likeness of another.
 *
 * The statements that describe the template run as the new tenant, confined to its
 * schema, in the order: structure, rows, what rows are not to meet (indexes, foreign
 * keys, triggers, rules, row-level security), values of sequences, materialised views.
 * What a bound session may not run is run with less confinement, if the kind of statement
 * evaluates nothing; what a superuser makes of it is given to the tenant.
 *
 * In the end nothing in the clone may depend on the template.
 */
#include "postgres.h"

#include "access/xact.h"
#include "bridge.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "clone.h"
#include "clone_rows.h"
#include "confinement.h"
#include "errors.h"
#include "executor/spi.h"
#include "ledger.h"
#include "miscadmin.h"
#include "ownership.h"
#include "privileged.h"
#include "schema_stamp.h"
#include "settings.h"
#include "template.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/* A clone in the making. */
typedef struct Clone
{
	const RegistryRow *target;
	const CloneRows *rows;
	Oid from;
	Oid to;
	const Template *source;
	TemplatePhase phase;				/* that runs now */
	int next;							/* statement to look at next */
	const TemplateStatement *statement; /* that runs now; NULL: none */
	char *search_path;
} Clone;

/* Settings that the statements of a template are read with; expressions were printed with these. */
static const char *const reading[][2] = {
	{"check_function_bodies", "off"},
	{"standard_conforming_strings", "on"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"default_tablespace", ""},
	{"default_table_access_method", "heap"},
	{"xmloption", "content"},
	{"array_nulls", "on"},
};

/* Tells, in the context of an error, which statement it is about. */
static void
tell_context(void *argument)
{
	const Clone *clone = argument;

	if (clone->statement != NULL)
		errcontext("making %s %s of tenant \"%s\"",
				   clone->statement->object.kind,
				   clone->statement->object.identity,
				   clone->target->slug);
	else
		errcontext("cloning into tenant \"%s\"", clone->target->slug);
}

/* Fixes how statements are read until the level of settings ends. */
static void
fix_reading(void)
{
	for (int i = 0; i < (int) lengthof(reading); i++)
		settings_set_for_now(reading[i][0], reading[i][1]);
}

/* Runs the statement that is next. */
static void
run_statement(Clone *clone)
{
	char *sql;
	int result;

	if (clone->statement->script != NULL)
	{
		script_run(clone->statement->script);
		return;
	}
	sql = template_statement_for(clone->source, clone->statement, clone->target->schema);
	result = SPI_execute(sql, false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	SPI_freetuptable(SPI_tuptable);
	pfree(sql);
}

/* Returns when a statement runs; without rows nothing has to wait, and all is made in the order of the description. */
static TemplatePhase
phase_of(const Clone *clone, const TemplateStatement *statement)
{
	return statement->phase == TEMPLATE_LATE && !clone->rows->any ? TEMPLATE_EARLY : statement->phase;
}

/* Moves on to the next statement of the phase that runs; false: there is none. */
static bool
advance(Clone *clone)
{
	for (; clone->next < list_length(clone->source->statements); clone->next++)
	{
		clone->statement = list_nth(clone->source->statements, clone->next);
		if (phase_of(clone, clone->statement) == clone->phase)
			return true;
	}
	clone->statement = NULL;
	return false;
}

/* Runs, as the tenant, the statements up to the next that is the extension's to run. */
static void
run_as_tenant(void *argument)
{
	Clone *clone = argument;

	fix_reading();
	while (advance(clone) && clone->statement->runner == TEMPLATE_BY_TENANT)
	{
		run_statement(clone);
		clone->next++;
	}
}

/* Runs one statement, which evaluates nothing, unconfined: as the tenant role, or as the extension. */
static void
run_unconfined(void *argument)
{
	Clone *clone = argument;

	fix_reading();
	settings_set_for_now("search_path", clone->search_path);
	if (clone->statement->runner == TEMPLATE_BY_OWNER)
		SetUserIdAndSecContext(get_role_oid(clone->target->schema, false),
							   SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	run_statement(clone);
}

/* Runs all statements of a phase. */
static void
run_phase(Clone *clone, TemplatePhase phase)
{
	clone->phase = phase;
	clone->next = 0;
	while (advance(clone))
	{
		if (clone->statement->runner != TEMPLATE_BY_TENANT)
		{
			privileged_run(run_unconfined, clone);
			/* Not in there: with the tenant's search path, its operators would be ours. */
			if (clone->statement->runner == TEMPLATE_BY_EXTENSION)
				ownership_settle_schema(clone->to);
			clone->next++;
		}
		else
			confinement_run(clone->to, CONFINEMENT_OF_TENANT, clone->search_path, run_as_tenant, clone);
	}
}

/* Tells whether the rows of a table are wanted. */
static bool
wants_rows_of(const Clone *clone, Oid table)
{
	ListCell *cell;

	if (!clone->rows->any || clone->rows->tables == NIL)
		return clone->rows->any;
	foreach (cell, clone->rows->tables)
	{
		Oid named = get_relname_relid(lfirst(cell), clone->from);

		/* The rows of a partitioned table are in its partitions. */
		if (named == table ||
			(get_rel_relispartition(table) && list_member_oid(get_partition_ancestors(table), named)))
			return true;
	}
	return false;
}

/* Refuses names that are no tables of the template. */
static void
check_tables(const Clone *clone)
{
	ListCell *cell;

	foreach (cell, clone->rows->tables)
	{
		Oid table = get_relname_relid(lfirst(cell), clone->from);
		char kind = OidIsValid(table) ? get_rel_relkind(table) : '\0';

		if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("table \"%s\" does not exist in schema \"%s\"",
							(char *) lfirst(cell),
							clone->source->name)));
	}
}

/* Returns the tables whose rows are wanted, in the order in which they were made. */
static List *
find_tables(const Clone *clone)
{
	List *tables = NIL;
	ListCell *cell;

	foreach (cell, clone->source->statements)
	{
		const TemplateStatement *statement = lfirst(cell);

		if (statement->makes_table && wants_rows_of(clone, statement->object.address.objectId))
			tables = lappend_oid(tables, statement->object.address.objectId);
	}
	return tables;
}

/* Copies rows; those that foreign keys refer to come first. */
static void
copy_rows(Clone *clone)
{
	List *tables;
	Snapshot snapshot;
	ListCell *cell;

	if (!clone->rows->any)
		return;
	check_tables(clone);
	CommandCounterIncrement();
	tables = clone_rows_order(find_tables(clone), clone->to);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	foreach (cell, tables)
		clone_rows(lfirst_oid(cell), clone->to, snapshot);
	UnregisterSnapshot(snapshot);
}

/* Raises an error if anything of the clone depends on the template. */
static void
require_independence(const Clone *clone)
{
	ObjectAddress dependent;

	CommandCounterIncrement();
	if (schema_contents_find_dependent(clone->source->contents, clone->to, &dependent))
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("the clone \"%s\" would depend on its template \"%s\"",
						clone->target->schema,
						clone->source->name),
				 errdetail("%s does.", getObjectDescription(&dependent, false))));
}

/* Says what the clone lacks, and what may still mean another tenant. */
static void
warn(const Clone *clone)
{
	ListCell *cell;

	foreach (cell, clone->source->omissions)
	{
		const DescribedObject *omission = lfirst(cell);

		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("%s %s was not cloned", omission->kind, omission->identity),
				 errdetail("%s", omission->definition)));
	}
	foreach (cell, clone->source->statements)
	{
		const TemplateStatement *statement = lfirst(cell);
		char *sql;

		if (statement->object.address.classId != ProcedureRelationId)
			continue;
		sql = template_statement_for(clone->source, statement, clone->target->schema);
		if (bridge_builds_schema_names(sql, clone->target->schema))
			ereport(WARNING,
					(errcode(ERRCODE_WARNING),
					 errmsg("%s %s may mean the schema of another tenant",
							statement->object.kind,
							statement->object.identity),
					 errdetail("It builds names of tenant schemas, or has one that is not \"%s\".",
							   clone->target->schema),
					 errhint("What it reaches there is refused; make it use the search path.")));
		pfree(sql);
	}
}

void
clone_into(const RegistryRow *source, const RegistryRow *target, const CloneRows *rows)
{
	Clone clone = {.target = target,
				   .rows = rows,
				   .from = get_namespace_oid(source->schema, false),
				   .to = get_namespace_oid(target->schema, false)};
	ErrorContextCallback context = {.previous = error_context_stack, .callback = tell_context, .arg = &clone};

	clone.search_path = psprintf("%s, pg_temp", quote_identifier(target->schema));
	clone.source = template_read(clone.from, source);

	error_context_stack = &context;
	run_phase(&clone, TEMPLATE_EARLY);
	copy_rows(&clone);
	run_phase(&clone, TEMPLATE_LATE);
	clone_sequences(clone.source->contents->relations, clone.to);
	run_phase(&clone, TEMPLATE_STATE);
	require_independence(&clone);
	error_context_stack = context.previous;

	ledger_set_version(target->id, clone.source->version);
	warn(&clone);
}
