/*
 * worker_turns.c
 *	  What the worker of a database does: the list of its turns.
 */
#include "postgres.h"

#include "settings.h"
#include "storage_usage.h"
#include "worker.h"

WorkerTurn worker_turns[] = {
	{"measuring storage", storage_usage_turn, true, &tenancy_worker_interval, 0},
	{NULL, NULL, false, NULL, 0},
};
