/*
 * script.c
 *	  A text of many SQL statements, as migration tools write it: parsing and running.
 *
 * Statements run one by one through portals, as those of a client do, so that each
 * sees what the ones before it have made.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "compat.h"
#include "errors.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "script.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

static const ScriptStatement *current_statement = NULL;

const ScriptStatement *
script_current_statement(void)
{
	return current_statement;
}

void
script_forget_statement(void)
{
	current_statement = NULL;
}

/* Error context of parsing: the place belongs to the script, not to the statement of the client. */
static void
place_in_script(void *argument)
{
	int position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(argument);
	}
}

/* Tells whether a statement is one of those that tools put around a migration. */
static bool
is_transaction_statement(const RawStmt *raw, bool first)
{
	if (!IsA(raw->stmt, TransactionStmt))
		return false;
	switch (((TransactionStmt *) raw->stmt)->kind)
	{
		case TRANS_STMT_BEGIN:
		case TRANS_STMT_START:
			return first;
		case TRANS_STMT_COMMIT:
			return !first && !((TransactionStmt *) raw->stmt)->chain;
		default:
			return false;
	}
}

/* Tells whether a statement is the one of a text, whatever its spelling. */
static bool
is_statement(const Node *tree, const char *text)
{
	return equal(tree, linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT))->stmt);
}

/*
 * Tells whether a statement is none of the tenant's, as pg_dump and tools around it
 * write: it empties the search path, or comments on an extension.
 */
static bool
is_of_the_dump(const ScriptStatement *statement)
{
	const Node *tree = statement->raw->stmt;

	if (IsA(tree, CommentStmt))
		return ((const CommentStmt *) tree)->objtype == OBJECT_EXTENSION;
	if (IsA(tree, SelectStmt))
		return is_statement(tree, "SELECT pg_catalog.set_config('search_path', '', false)");
	return IsA(tree, VariableSetStmt) && is_statement(tree, "SET search_path = ''");
}

/* Raises the error for a statement that has no place in a script. */
pg_noreturn static void
refuse_statement(const ScriptStatement *statement, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s is not allowed in a script", what),
			 errdetail("It is statement %d.", statement->number),
			 errhint("The server binds the tenant and ends the transaction by itself.")));
}

/* Refuses a statement that has no place in a script. */
static void
check_statement(const ScriptStatement *statement)
{
	Node *tree = statement->raw->stmt;

	if (IsA(tree, TransactionStmt))
		refuse_statement(statement, GetCommandTagName(CreateCommandTag(tree)));
	if (IsA(tree, CopyStmt) && ((CopyStmt *) tree)->filename == NULL)
		refuse_statement(statement, "COPY from the client");
	if (IsA(tree, VariableSetStmt) && ((VariableSetStmt *) tree)->name != NULL &&
		pg_strcasecmp(((VariableSetStmt *) tree)->name, "tenancy.tenant") == 0)
		refuse_statement(statement, "SET tenancy.tenant");
}

/* Copies the text of one statement. */
static char *
copy_text(const char *source, const RawStmt *raw)
{
	const char *begin = source + raw->stmt_location;
	int length = raw->stmt_len > 0 ? raw->stmt_len : (int) strlen(begin);

	/* A statement begins where the one before ends. */
	while (length > 0 && strchr(" \t\r\n", *begin) != NULL)
	{
		begin++;
		length--;
	}
	return pnstrdup(begin, length);
}

Script *
script_parse(const char *text)
{
	Script *script = palloc(sizeof(Script));
	ErrorContextCallback context = {.callback = place_in_script, .arg = unconstify(char *, text)};
	List *raws;
	int number = 0;
	ListCell *cell;

	context.previous = error_context_stack;
	error_context_stack = &context;
	raws = raw_parser(text, RAW_PARSE_DEFAULT);
	error_context_stack = context.previous;

	script->source = text;
	script->statements = NIL;
	foreach (cell, raws)
	{
		RawStmt *raw = lfirst_node(RawStmt, cell);
		ScriptStatement *statement;

		number++;
		if ((number == 1 && is_transaction_statement(raw, true)) ||
			(number == list_length(raws) && is_transaction_statement(raw, false)))
			continue;
		statement = palloc(sizeof(ScriptStatement));
		*statement = (ScriptStatement){number, raw, copy_text(text, raw)};
		check_statement(statement);
		if (!is_of_the_dump(statement))
			script->statements = lappend(script->statements, statement);
	}
	return script;
}

/* Tells whether CONCURRENTLY is among the options of REINDEX. */
static bool
is_concurrent_reindex(const ReindexStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->params)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "concurrently") == 0)
			return defGetBoolean(option);
	}
	return statement->kind != REINDEX_OBJECT_INDEX && statement->kind != REINDEX_OBJECT_TABLE;
}

/* Tells whether ALTER TABLE detaches a partition concurrently. */
static bool
detaches_concurrently(const AlterTableStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_DetachPartition && ((PartitionCmd *) command->def)->concurrent)
			return true;
	}
	return false;
}

bool
script_needs_no_transaction(const ScriptStatement *statement)
{
	Node *tree = statement->raw->stmt;

	switch (nodeTag(tree))
	{
		case T_IndexStmt:
			return ((IndexStmt *) tree)->concurrent;
		case T_DropStmt:
			return ((DropStmt *) tree)->concurrent;
		case T_ReindexStmt:
			return is_concurrent_reindex((ReindexStmt *) tree);
		case T_AlterTableStmt:
			return detaches_concurrently((AlterTableStmt *) tree);
		case T_VacuumStmt:
			return ((VacuumStmt *) tree)->is_vacuumcmd;
		default:
			return false;
	}
}

/* Error context of running: which statement it was. */
static void
name_statement(void *argument)
{
	(void) argument;
	if (current_statement != NULL)
		errcontext("statement %d of the script", current_statement->number);
}

/* Tells whether a statement has nothing to do: what it makes IF NOT EXISTS is no tenant's to make, and exists. */
static bool
is_done_already(const Node *tree)
{
	if (IsA(tree, CreateSchemaStmt))
	{
		const CreateSchemaStmt *statement = (const CreateSchemaStmt *) tree;

		return statement->if_not_exists && statement->schemaname != NULL &&
			   OidIsValid(get_namespace_oid(statement->schemaname, true));
	}
	if (IsA(tree, CreateExtensionStmt))
	{
		const CreateExtensionStmt *statement = (const CreateExtensionStmt *) tree;

		return statement->if_not_exists && OidIsValid(get_extension_oid(statement->extname, true));
	}
	return false;
}

/* Analyses and plans a statement in the current memory context. */
static List *
plan_statement(const Script *script, RawStmt *raw)
{
	RawStmt *copy = copyObject(raw);
	bool needs_snapshot = analyze_requires_snapshot(copy);
	List *plans;

	if (needs_snapshot)
		PushActiveSnapshot(GetTransactionSnapshot());
	plans = pg_plan_queries(pg_analyze_and_rewrite_fixedparams(copy, script->source, NULL, 0, NULL),
							script->source,
							CURSOR_OPT_PARALLEL_OK,
							NULL);
	if (needs_snapshot)
		PopActiveSnapshot();
	return plans;
}

/* Runs a statement through a portal of its own. */
static void
run_through_portal(const Script *script, RawStmt *raw, bool alone)
{
	Portal portal = CreateNewPortal();
	QueryCompletion completion;
	MemoryContext old_context;
	List *plans;

	portal->visible = false;
	/* What begins transactions itself must not lose its plan with the first of them. */
	old_context = MemoryContextSwitchTo(portal->portalContext);
	plans = plan_statement(script, raw);
	MemoryContextSwitchTo(old_context);
	PortalDefineQuery(portal, NULL, script->source, CreateCommandTag(raw->stmt), plans, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	(void) PortalRun(portal, FETCH_ALL, alone, PORTAL_RUN_ONCE_ARGUMENT None_Receiver, None_Receiver, &completion);
	PortalDrop(portal, false);
}

/* Runs a statement that the script has, or one in its place, and says in errors which it was. */
static void
run(const Script *script, const ScriptStatement *statement, RawStmt *raw, bool alone)
{
	const ScriptStatement *outer = current_statement;
	ErrorContextCallback context = {.previous = error_context_stack, .callback = name_statement};

	CHECK_FOR_INTERRUPTS();
	current_statement = statement;
	error_context_stack = &context;
	run_through_portal(script, raw, alone);
	error_context_stack = context.previous;
	current_statement = outer;
	if (!alone)
		CommandCounterIncrement();
}

void
script_run_statement(const Script *script, const ScriptStatement *statement, bool alone)
{
	if (!is_done_already(statement->raw->stmt))
		run(script, statement, statement->raw, alone);
}

void
script_run_instead(const Script *script, const ScriptStatement *statement, Node *tree)
{
	RawStmt raw = *statement->raw;

	raw.stmt = tree;
	run(script, statement, &raw, false);
}

void
script_run(const Script *script)
{
	int guc_level = NewGUCNestLevel();
	ListCell *cell;

	foreach (cell, script->statements)
		script_run_statement(script, lfirst(cell), false);
	AtEOXact_GUC(false, guc_level);
}
