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
	int32 chain;	/* 0: all */
	int64 from_id;	/* rows before it are not looked at */
	int64 known_id; /* 0: none; else a row of the chain whose hash was written down elsewhere */
	uint8 known_hash[AUDIT_HASH_SIZE];
	ReturnSetInfo *result; /* rows of chain, first_id, last_id, ok, problem */
} AuditCheck;

/* Verifies; a body of privileged_run(). */
extern void audit_verify(void *check);

#endif /* TENANCY_AUDIT_VERIFY_H */
