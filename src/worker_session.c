/*
 * worker_session.c
 *	  The session of a background worker.
 */
#include "postgres.h"

#include "compat.h"
#include "utils/guc.h"
#include "worker_session.h"

void
worker_session_set_defaults(void)
{
	static const char *const settings[][2] = {{"tenancy.tenant", ""},
											  {"search_path", "pg_catalog, pg_temp"},
											  {"default_transaction_isolation", "read committed"},
											  {"default_transaction_read_only", "off"},
											  {"default_transaction_deferrable", "off"},
											  {"session_replication_role", "origin"},
											  {"statement_timeout", "0"},
											  {"lock_timeout", "2s"},
											  {"idle_in_transaction_session_timeout", "0"},
											  TRANSACTION_TIMEOUT_OFF{"row_security", "on"}};

	for (int i = 0; i < (int) lengthof(settings); i++)
		SetConfigOption(settings[i][0], settings[i][1], PGC_SUSET, PGC_S_SESSION);
}
