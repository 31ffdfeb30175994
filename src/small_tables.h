/*
 * small_tables.h
 *	  A faster way to add columns with defaults to small tables.
 */
#ifndef TENANCY_SMALL_TABLES_H
#define TENANCY_SMALL_TABLES_H

#include "script.h"

/*
 * Runs a statement of a migration in another, equivalent way if it is one that adds
 * columns with defaults to a table smaller than tenancy.rewrite_small_tables; else
 * returns false.  Inside a transaction.
 */
extern bool small_tables_run(const Script *script, const ScriptStatement *statement);

#endif /* TENANCY_SMALL_TABLES_H */
