/*
 * worker_turns.c
 *	  What the worker of a database does: the list of its turns.
 */
#include "postgres.h"

#include "audit_writer.h"
#include "settings.h"
#include "storage_usage.h"
#include "worker.h"

WorkerTurn worker_turns[] = {
	{"measuring storage", storage_usage_turn, true, &tenancy_worker_interval, 0},
	{"writing the audit trail", audit_writer_turn, false, NULL, 0},
	{"retention of the audit trail", audit_retention_turn, false, &audit_retention_interval, 0},
	{NULL, NULL, false, NULL, 0},
};
