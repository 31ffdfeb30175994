/*
 * ledger.c
 *	  The ledger of migrations, and how far each tenant is in it.
 *
 * Migrations apply in the order of their registration and each tenant has all up to
 * one of them, so that a single number is the whole truth about a tenant.  For that
 * registrations come one after the other: one that commits later than another also
 * has the later place.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "ledger.h"
#include "ledger_rows.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "privileged.h"
#include "run.h"
#include "errors.h"
#include "script.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(tenancy_register_migration);
PG_FUNCTION_INFO_V1(tenancy_unregister_migration);
PG_FUNCTION_INFO_V1(tenancy_mark_migrated);
PG_FUNCTION_INFO_V1(tenancy_migrations_before_write);

int64
ledger_ordinal(const char *version)
{
	if (privileged_execute("SELECT ordinal FROM tenancy.migrations WHERE version = %s",
						   quote_literal_cstr(version)) == 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("migration \"%s\" is not registered", version)));
	return privileged_number(0, 1);
}

int64
ledger_newest(void)
{
	privileged_execute("SELECT max(ordinal) FROM tenancy.migrations");
	return privileged_number(0, 1);
}

List *
ledger_read(int64 after, int64 upto, MemoryContext context)
{
	MemoryContext old_context;
	List *migrations = NIL;

	privileged_execute("SELECT ordinal, version, transactional, up, down FROM tenancy.migrations "
					   "WHERE ordinal > " INT64_FORMAT " AND ordinal <= " INT64_FORMAT " ORDER BY ordinal",
					   after,
					   upto);
	old_context = MemoryContextSwitchTo(context);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		Migration *migration = palloc(sizeof(Migration));

		migration->ordinal = privileged_number(i, 1);
		migration->version = privileged_value(i, 2);
		migration->transactional = privileged_value(i, 3)[0] == 't';
		migration->up = privileged_value(i, 4);
		migration->down = privileged_value(i, 5);
		migrations = lappend(migrations, migration);
	}
	MemoryContextSwitchTo(old_context);
	return migrations;
}

int64
ledger_version_of(const char *tenant_id)
{
	return ledger_rows_version(tenant_id);
}

void
ledger_set_version(const char *tenant_id, int64 ordinal)
{
	ledger_rows_set_version(tenant_id, ordinal);
}

void
ledger_forget_tenant(const char *tenant_id)
{
	static PrivilegedStatement version = {.sql = "DELETE FROM tenancy.schema_versions WHERE tenant_id = $1",
										  .parameters = 1,
										  .types = {UUIDOID}};
	static PrivilegedStatement log = {.sql = "DELETE FROM tenancy.migration_log WHERE tenant_id = $1",
									  .parameters = 1,
									  .types = {UUIDOID}};

	privileged_execute_prepared(&version, &tenant_id);
	privileged_execute_prepared(&log, &tenant_id);
}

/* A migration to be registered. */
typedef struct Registration
{
	const char *version;
	const char *up;
	const char *down;
	const char *description;
	bool transactional;
	bool replace;
	int64 ordinal;
} Registration;

/* Refuses, in a text, what a migration of its kind could not do. */
static void
check_text(const Registration *migration, const char *text)
{
	ListCell *cell;

	foreach (cell, script_parse(text)->statements)
	{
		const ScriptStatement *statement = lfirst(cell);

		if (migration->transactional && script_needs_no_transaction(statement))
			ereport(ERROR,
					(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
					 errmsg("statement %d of migration \"%s\" cannot run inside a transaction",
							statement->number,
							migration->version),
					 errhint("Put it into a migration of its own, and register that with transactional => false.")));
		if (!migration->transactional && IsA(statement->raw->stmt, IndexStmt) &&
			((IndexStmt *) statement->raw->stmt)->concurrent && ((IndexStmt *) statement->raw->stmt)->idxname == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("statement %d of migration \"%s\" does not name its index",
							statement->number,
							migration->version),
					 errdetail("If CREATE INDEX CONCURRENTLY is interrupted it leaves an index, "
							   "which has to be found again.")));
	}
}

/* Refuses to change a migration that is in the baseline: new tenants would get what it was. */
static void
require_outside_baseline(const char *version, int64 ordinal)
{
	if (privileged_query_latest("SELECT FROM tenancy.baselines b JOIN tenancy.migrations m USING (version) "
								"WHERE m.ordinal >= " INT64_FORMAT,
								ordinal) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration \"%s\" cannot be changed", version),
				 errdetail("The baseline stands for it."),
				 errhint("Take the baseline away first, with tenancy.set_baseline(NULL, NULL).")));
}

/* Refuses to change a migration that a tenant has, or has begun to run, or will get by the baseline. */
static void
require_unused(const char *version, int64 ordinal)
{
	if (privileged_query_latest("SELECT FROM tenancy.schema_versions WHERE ordinal >= " INT64_FORMAT
								" UNION ALL SELECT FROM tenancy.migration_log WHERE ordinal = " INT64_FORMAT
								" AND done_statements > 0 LIMIT 1",
								ordinal,
								ordinal) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration \"%s\" cannot be changed", version),
				 errdetail("There are tenants that have it or have begun to run it."),
				 errhint("Register another migration that makes the difference.")));
	require_outside_baseline(version, ordinal);
}

/* Refuses to change what runs have read, and keeps further runs waiting until the transaction ends. */
static void
require_no_run(void)
{
	if (!run_lock_ledger())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("a run of migrations is under way"),
				 errhint("tenancy.migration_runs shows it; try again when it has ended.")));
}

/* Tells whether a migration says what the ledger has; its way back and its description do not count. */
static bool
is_same_migration(const Registration *migration)
{
	return privileged_execute("SELECT FROM tenancy.migrations WHERE ordinal = " INT64_FORMAT
							  " AND up = %s AND transactional = %s",
							  migration->ordinal,
							  quote_literal_cstr(migration->up),
							  migration->transactional ? "true" : "false") > 0;
}

/* Writes a migration over one that nobody has applied, or gives it another way back. */
static void
replace_migration(Registration *migration)
{
	require_no_run();
	migration->ordinal = ledger_ordinal(migration->version);
	if (!is_same_migration(migration))
		require_unused(migration->version, migration->ordinal);
	privileged_execute("UPDATE tenancy.migrations SET up = %s, down = %s, description = %s, transactional = %s, "
					   "checksum = encode(sha256(convert_to(%s, 'UTF8')), 'hex'), registered_by = %s, "
					   "registered_at = clock_timestamp() WHERE ordinal = " INT64_FORMAT,
					   quote_literal_cstr(migration->up),
					   privileged_literal(migration->down),
					   privileged_literal(migration->description),
					   migration->transactional ? "true" : "false",
					   quote_literal_cstr(migration->up),
					   quote_literal_cstr(GetUserNameFromId(GetSessionUserId(), false)),
					   migration->ordinal);
}

/* Writes a new migration. */
static void
add_migration(Registration *migration)
{
	if (privileged_execute(
			"INSERT INTO tenancy.migrations (version, up, down, description, transactional, checksum, registered_by) "
			"VALUES (%s, %s, %s, %s, %s, encode(sha256(convert_to(%s, 'UTF8')), 'hex'), %s) "
			"ON CONFLICT (version) DO NOTHING RETURNING ordinal",
			quote_literal_cstr(migration->version),
			quote_literal_cstr(migration->up),
			privileged_literal(migration->down),
			privileged_literal(migration->description),
			migration->transactional ? "true" : "false",
			quote_literal_cstr(migration->up),
			quote_literal_cstr(GetUserNameFromId(GetSessionUserId(), false))) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("migration \"%s\" is already registered", migration->version),
				 errhint("As long as no tenant has it, register_migration(..., replace => true) changes it.")));
	migration->ordinal = privileged_number(0, 1);
}

/* Registers a migration. */
static void
register_migration(void *argument)
{
	Registration *migration = argument;

	check_text(migration, migration->up);
	if (migration->down != NULL)
		check_text(migration, migration->down);
	SPI_connect();
	/* The order of the places is the order of the commits. */
	privileged_execute("LOCK TABLE tenancy.migrations IN SHARE ROW EXCLUSIVE MODE");
	if (migration->replace)
		replace_migration(migration);
	else
		add_migration(migration);
	SPI_finish();
}

/* Returns a text argument that must not be null or empty. */
static char *
required_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	char *value = lifecycle_text_argument(fcinfo, number);

	if (value == NULL || value[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must not be null or empty", name)));
	return value;
}

/* tenancy.register_migration(version, up, down, description, transactional, replace): returns its place. */
Datum
tenancy_register_migration(PG_FUNCTION_ARGS)
{
	Registration migration = {0};

	lifecycle_require_unbound("tenancy.register_migration()");
	migration.version = required_argument(fcinfo, 0, "version");
	migration.up = lifecycle_text_argument(fcinfo, 1);
	if (migration.up == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must not be null", "up")));
	migration.down = lifecycle_text_argument(fcinfo, 2);
	migration.description = lifecycle_text_argument(fcinfo, 3);
	migration.transactional = PG_ARGISNULL(4) || PG_GETARG_BOOL(4);
	migration.replace = !PG_ARGISNULL(5) && PG_GETARG_BOOL(5);
	privileged_run(register_migration, &migration);
	PG_RETURN_INT64(migration.ordinal);
}

/* Removes a migration that nobody has applied. */
static void
unregister_migration(void *argument)
{
	const char *version = argument;
	int64 ordinal;

	SPI_connect();
	privileged_execute("LOCK TABLE tenancy.migrations IN SHARE ROW EXCLUSIVE MODE");
	require_no_run();
	ordinal = ledger_ordinal(version);
	require_unused(version, ordinal);
	privileged_execute("DELETE FROM tenancy.migrations WHERE ordinal = " INT64_FORMAT, ordinal);
	privileged_execute("DELETE FROM tenancy.migration_log WHERE ordinal = " INT64_FORMAT, ordinal);
	SPI_finish();
}

/* tenancy.unregister_migration(version). */
Datum
tenancy_unregister_migration(PG_FUNCTION_ARGS)
{
	char *version;

	lifecycle_require_unbound("tenancy.unregister_migration()");
	version = required_argument(fcinfo, 0, "version");
	privileged_run(unregister_migration, version);
	PG_RETURN_VOID();
}

/* A declaration of how far a tenant is. */
typedef struct Mark
{
	const char *slug;
	const char *version; /* empty: nothing is applied */
} Mark;

/* Writes the declaration. */
static void
mark_migrated(void *argument)
{
	const Mark *mark = argument;
	RegistryRow row;

	SPI_connect();
	if (!lifecycle_read_row(mark->slug, &row) || row.status == TENANCY_STATUS_DELETED)
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = mark->slug});
	/* Of two marks at once the second waits. */
	privileged_execute("SELECT FROM tenancy.tenants WHERE id = '%s' FOR UPDATE", row.id);
	/* Its end would overwrite the mark. */
	if (!run_keep_away(get_namespace_oid(row.schema, true), false))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("a run of migrations is at tenant \"%s\"", mark->slug),
				 errhint("tenancy.migration_runs shows it; try again when it has ended.")));
	ledger_set_version(row.id, mark->version[0] != '\0' ? ledger_ordinal(mark->version) : 0);
	/* What was begun and not finished is as declared, too. */
	privileged_execute("DELETE FROM tenancy.migration_log WHERE tenant_id = '%s' AND state IN ('running', 'failed')",
					   row.id);
	lifecycle_record_event(mark->slug, "marked as migrated", mark->version, NULL);
	SPI_finish();
}

/* tenancy.mark_migrated(slug, version): declares, without running anything, what a tenant has. */
Datum
tenancy_mark_migrated(PG_FUNCTION_ARGS)
{
	Mark mark;

	lifecycle_require_unbound("tenancy.mark_migrated()");
	mark.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(mark.slug);
	mark.version = lifecycle_text_argument(fcinfo, 1);
	if (mark.version == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must not be null", "version")));
	privileged_run(mark_migrated, &mark);
	PG_RETURN_VOID();
}

/* Tells whether an update leaves alone what tenants have applied. */
static bool
keeps_text(TriggerData *trigger)
{
	static const char *const fixed[] = {"ordinal", "version", "up", "transactional", "checksum"};
	TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);

	for (int i = 0; i < (int) lengthof(fixed); i++)
	{
		int number = SPI_fnumber(descriptor, fixed[i]);
		char *before = SPI_getvalue(trigger->tg_trigtuple, descriptor, number);
		char *after = SPI_getvalue(trigger->tg_newtuple, descriptor, number);

		if (before == NULL || after == NULL || strcmp(before, after) != 0)
			return false;
	}
	return true;
}

/* Refuses to change a row of the ledger that a tenant has. */
static void
require_unused_row(void *argument)
{
	TriggerData *trigger = argument;
	TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);

	SPI_connect();
	require_unused(SPI_getvalue(trigger->tg_trigtuple, descriptor, SPI_fnumber(descriptor, "version")),
				   strtoll(SPI_getvalue(trigger->tg_trigtuple, descriptor, SPI_fnumber(descriptor, "ordinal")),
						   NULL,
						   10));
	SPI_finish();
}

/* tenancy.migrations_before_write(): row trigger on the ledger; what a tenant has applied stays as it was. */
Datum
tenancy_migrations_before_write(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	bool is_update;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ||
		SPI_fnumber(RelationGetDescr(trigger->tg_relation), "ordinal") <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by its trigger", "migrations_before_write")));
	is_update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
	if (is_update && keeps_text(trigger))
		return PointerGetDatum(trigger->tg_newtuple);

	privileged_run(require_unused_row, trigger);
	return PointerGetDatum(is_update ? trigger->tg_newtuple : trigger->tg_trigtuple);
}
