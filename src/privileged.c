/*
 * privileged.c
 *	  The extension's own work, done with the rights of the bootstrap superuser.
 *
 * The user changes as in a security-definer function, so that nothing which runs
 * underneath can bind the session or keep the rights.
 */
#include "postgres.h"

#include <stdarg.h>

#include "catalog/pg_authid.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "privileged.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

static int depth = 0;

bool
privileged_is_running(void)
{
	return depth > 0;
}

void
privileged_run(void (*body)(void *argument), void *argument)
{
	Oid user;
	int security_context;
	int guc_level = NewGUCNestLevel();
	int outer_depth = depth;

	GetUserIdAndSecContext(&user, &security_context);
	SetUserIdAndSecContext(BOOTSTRAP_SUPERUSERID, security_context | SECURITY_LOCAL_USERID_CHANGE);
	settings_set_for_now("search_path", "pg_catalog, pg_temp");
	depth++;
	PG_TRY();
	{
		body(argument);
	}
	PG_FINALLY();
	{
		depth = outer_depth;
		SetUserIdAndSecContext(user, security_context);
	}
	PG_END_TRY();
	AtEOXact_GUC(true, guc_level);
}

static char *format_statement(const char *format, va_list arguments) pg_attribute_printf(1, 0);

/* Formats a statement; palloc'd. */
static char *
format_statement(const char *format, va_list arguments)
{
	StringInfoData sql;
	int needed;

	initStringInfo(&sql);
	do
	{
		va_list again;

		va_copy(again, arguments);
		needed = appendStringInfoVA(&sql, format, again);
		va_end(again);
		if (needed > 0)
			enlargeStringInfo(&sql, needed);
	} while (needed > 0);
	return sql.data;
}

/* Runs a statement; read_only: with the active snapshot. */
static uint64
execute(char *sql, bool read_only)
{
	int result = SPI_execute(sql, read_only, 0);

	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	pfree(sql);
	return SPI_processed;
}

uint64
privileged_execute(const char *format, ...)
{
	va_list arguments;
	char *sql;

	va_start(arguments, format);
	sql = format_statement(format, arguments);
	va_end(arguments);
	return execute(sql, false);
}

uint64
privileged_execute_read_only(const char *format, ...)
{
	va_list arguments;
	char *sql;

	va_start(arguments, format);
	sql = format_statement(format, arguments);
	va_end(arguments);
	return execute(sql, true);
}

uint64
privileged_query_latest(const char *format, ...)
{
	va_list arguments;
	char *sql;
	uint64 rows;

	va_start(arguments, format);
	sql = format_statement(format, arguments);
	va_end(arguments);
	PushActiveSnapshot(GetLatestSnapshot());
	rows = execute(sql, true);
	PopActiveSnapshot();
	return rows;
}

/* Plans a statement for the life of the backend. */
static void
prepare(PrivilegedStatement *statement)
{
	SPIPlanPtr plan = SPI_prepare(statement->sql, statement->parameters, statement->types);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	SPI_keepplan(plan);
	statement->plan = plan;
}

uint64
privileged_execute_prepared(PrivilegedStatement *statement, const char *const *values)
{
	Datum datums[PRIVILEGED_PARAMETERS];
	char nulls[PRIVILEGED_PARAMETERS];
	int result;

	if (statement->plan == NULL)
		prepare(statement);
	for (int i = 0; i < statement->parameters; i++)
	{
		Oid input;
		Oid io_parameter;

		getTypeInputInfo(statement->types[i], &input, &io_parameter);
		nulls[i] = values[i] == NULL ? 'n' : ' ';
		datums[i] = OidInputFunctionCall(input, unconstify(char *, values[i]), io_parameter, -1);
	}
	result = SPI_execute_plan(statement->plan, datums, nulls, false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

char *
privileged_literal(const char *text)
{
	return text != NULL ? quote_literal_cstr(text) : pstrdup("NULL");
}

char *
privileged_value(uint64 row, int column)
{
	return row < SPI_processed ? SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column) : NULL;
}

int64
privileged_number(uint64 row, int column)
{
	char *value = privileged_value(row, column);

	return value != NULL ? strtoll(value, NULL, 10) : 0;
}
