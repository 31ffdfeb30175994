/*
 * migration_script.h
 *	  The migrations of a run, parsed once for a worker.
 */
#ifndef TENANCY_MIGRATION_SCRIPT_H
#define TENANCY_MIGRATION_SCRIPT_H

#include "ledger.h"
#include "script.h"

/* One migration and the script of the run's direction. */
typedef struct MigrationScript
{
	Migration migration;
	Script *script;
} MigrationScript;

/*
 * Returns the scripts that take a tenant from one place of the ledger to another, in
 * the order in which they run; they live as long as the worker.  Inside
 * privileged_run() with SPI connected.
 */
extern List *migration_scripts(int64 from, int64 to);

#endif /* TENANCY_MIGRATION_SCRIPT_H */
