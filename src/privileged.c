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
#include "utils/guc.h"

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
	(void) set_config_option("search_path",
							 "pg_catalog, pg_temp",
							 PGC_USERSET,
							 PGC_S_SESSION,
							 GUC_ACTION_SAVE,
							 true,
							 0,
							 false);
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

uint64
privileged_execute(const char *format, ...)
{
	StringInfoData sql;
	int needed;
	int result;

	initStringInfo(&sql);
	do
	{
		va_list arguments;

		va_start(arguments, format);
		needed = appendStringInfoVA(&sql, format, arguments);
		va_end(arguments);
		if (needed > 0)
			enlargeStringInfo(&sql, needed);
	} while (needed > 0);

	result = SPI_execute(sql.data, false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	pfree(sql.data);
	return SPI_processed;
}
