/*
 * attempt.h
 *	  One attempt of a run at one tenant: what its parts share.
 */
#ifndef TENANCY_ATTEMPT_H
#define TENANCY_ATTEMPT_H

#include "migration_log.h"
#include "migration_script.h"
#include "run.h"

/* One attempt; lives in a memory context of its own, across its transactions. */
typedef struct Attempt
{
	const Run *run;
	const char *slug;
	int number;
	MemoryContext context;
	uint8_t id[TENANCY_ID_SIZE];
	char *tenant_id; /* the same as text */
	TenancyStatus status;
	Oid schema;	   /* InvalidOid: the tenant is not to be had */
	bool taken;	   /* the tenant's lock is held */
	int64 version; /* the tenant's place in the ledger */
	List *scripts; /* of MigrationScript, those that are still to run */
	const MigrationScript *current;
	TimestampTz started_at; /* of the current migration */
	MigrationFailure failure;
	bool inactive; /* after a failure: the tenant is not active any more */
} Attempt;

/*
 * Begins a transaction, of the usual kind whatever a tenant has set meanwhile; what is
 * allocated from here on lives as long as the attempt.
 */
extern void attempt_begin(const Attempt *attempt);

/* Commits it. */
extern void attempt_commit(const Attempt *attempt);

/* Runs a step in a transaction of its own with the extension's rights. */
extern void attempt_in_transaction(Attempt *attempt, void (*body)(void *argument), void *argument);

/* Binds the session to the tenant; settings that it made while bound before are gone. */
extern void attempt_bind(const Attempt *attempt);

/* Makes a migration the current one. */
extern void attempt_begin_migration(Attempt *attempt, const MigrationScript *script);

/* Shows what runs: to others, to the log, and to the refusals, which repeat names that it spells. */
extern void attempt_show_statement(const char *text);

/* Returns what the log is to say of the current migration. */
extern MigrationEntry attempt_entry(const Attempt *attempt);

/* Writes that the current migration is done, and where the tenant is now, in the running transaction. */
extern void attempt_record_done(const Attempt *attempt);

/* Runs a migration whose statements do not go into a transaction. */
extern void attempt_run_alone(Attempt *attempt, const MigrationScript *script);

#endif /* TENANCY_ATTEMPT_H */
