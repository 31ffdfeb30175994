/*
 * migration_script.c
 *	  The migrations of a run, parsed once for a worker.
 */
#include "postgres.h"

#include "migration_script.h"
#include "utils/memutils.h"

/* What has been parsed: MigrationScript with after < ordinal <= upto, in order; in TopMemoryContext. */
static struct
{
	bool begun;
	int64 after;
	int64 upto;
	List *scripts;
} parsed;

/* Reads and parses a part of the ledger, and leaves TopMemoryContext as the current one, where SPI has changed it. */
static List *
parse(int64 after, int64 upto, bool down)
{
	List *migrations = ledger_read(after, upto, TopMemoryContext);
	List *result = NIL;
	ListCell *cell;

	MemoryContextSwitchTo(TopMemoryContext);
	foreach (cell, migrations)
	{
		Migration *migration = lfirst(cell);
		MigrationScript *script = palloc(sizeof(MigrationScript));

		if (down && migration->down == NULL)
			elog(ERROR, "migration \"%s\" has no down text", migration->version);
		script->migration = *migration;
		script->script = script_parse(script_without_public(down ? migration->down : migration->up));
		result = lappend(result, script);
	}
	return result;
}

/* Sees that a part of the ledger is parsed, and nothing in between is missing. */
static void
parse_missing(int64 after, int64 upto, bool down)
{
	MemoryContext old_context = MemoryContextSwitchTo(TopMemoryContext);

	if (!parsed.begun)
	{
		parsed.scripts = parse(after, upto, down);
		parsed.after = after;
		parsed.upto = upto;
		parsed.begun = true;
	}
	if (after < parsed.after)
	{
		parsed.scripts = list_concat(parse(after, parsed.after, down), parsed.scripts);
		parsed.after = after;
	}
	if (upto > parsed.upto)
	{
		parsed.scripts = list_concat(parsed.scripts, parse(parsed.upto, upto, down));
		parsed.upto = upto;
	}
	MemoryContextSwitchTo(old_context);
}

List *
migration_scripts(int64 from, int64 to)
{
	bool down = to < from;
	int64 after = Min(from, to);
	int64 upto = Max(from, to);
	List *result = NIL;
	ListCell *cell;

	parse_missing(after, upto, down);
	foreach (cell, parsed.scripts)
	{
		MigrationScript *script = lfirst(cell);

		if (script->migration.ordinal > after && script->migration.ordinal <= upto)
			result = down ? lcons(script, result) : lappend(result, script);
	}
	return result;
}
