/*
 * audit_verify.h
 *	  The check of tenancy.audit_log against its hashes.
 */
#ifndef TENANCY_AUDIT_VERIFY_H
#define TENANCY_AUDIT_VERIFY_H

#include "audit_rows.h"
#include "nodes/execnodes.h"

/* What is to be verified, and where what is found goes. */
typedef struct AuditCheck
{
	bool all; /* all chains, else this one */
	int32 chain;
	int64 from_id;	/* rows before it are not looked at */
	bool has_known; /* there is a row of the chain whose hash was written down elsewhere */
	int64 known_id;
	uint8 known_hash[AUDIT_HASH_SIZE];
	ReturnSetInfo *result; /* rows of chain, first_id, last_id, ok, problem */
} AuditCheck;

/* Verifies; a body of privileged_run(). */
extern void audit_verify(void *check);

#endif /* TENANCY_AUDIT_VERIFY_H */
