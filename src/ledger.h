/*
 * ledger.h
 *	  The ledger of migrations, and how far each tenant is in it.
 *
 * All of these run inside privileged_run() with SPI connected, but for
 * ledger_version_of() and ledger_set_version(), which run in any transaction.
 */
#ifndef TENANCY_LEDGER_H
#define TENANCY_LEDGER_H

#include "nodes/pg_list.h"

/* One migration; allocated in the memory context that was current when it was read. */
typedef struct Migration
{
	int64 ordinal;
	char *version;
	char *up;
	char *down;			/* NULL: there is none */
	bool transactional; /* runs inside a transaction */
} Migration;

/* Finds the place of a version in the ledger; raises an error if there is none. */
extern int64 ledger_ordinal(const char *version);

/* Returns the place of the last migration; 0: there is none. */
extern int64 ledger_newest(void);

/* Reads the migrations with after < ordinal <= upto in their order, into a memory context. */
extern List *ledger_read(int64 after, int64 upto, MemoryContext context);

/* Returns the last migration that a tenant has; 0: none. */
extern int64 ledger_version_of(const char *tenant_id);

/* Writes the last migration that a tenant has. */
extern void ledger_set_version(const char *tenant_id, int64 ordinal);

/* Forgets a tenant that is erased. */
extern void ledger_forget_tenant(const char *tenant_id);

#endif /* TENANCY_LEDGER_H */
