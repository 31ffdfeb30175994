/*
 * audit_trail.h
 *	  What is known of the audit trail as a whole, when it is verified.
 */
#ifndef TENANCY_AUDIT_TRAIL_H
#define TENANCY_AUDIT_TRAIL_H

#include "audit_verify.h"

/* A row whose hash is known from elsewhere. */
typedef struct AuditKnownRow
{
	int32 chain;
	int64 id;
	uint8 hash[AUDIT_HASH_SIZE];
	bool outside; /* it was written down outside of the database; else the first row of another chain names it */
	bool found;
} AuditKnownRow;

/* What is known of the trail as a whole. */
typedef struct AuditTrail
{
	AuditCheck *check;
	int32 chain; /* that this database writes; 0: none */
	int64 head_id;
	AuditKnownRow *known;
	uint64 known_count;
} AuditTrail;

/* Reads it, for the check that it has; within SPI, by the active snapshot. */
extern void audit_trail_read(AuditTrail *trail);

/* Lists all chains of which there is anything: rows, a table, an end, an anchor, or a name in another one. */
extern int32 *audit_trail_chains(const AuditTrail *trail, uint64 *count);

#endif /* TENANCY_AUDIT_TRAIL_H */
