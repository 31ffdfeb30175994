/*
 * audit_ranges.h
 *	  Ranges of ids that were dropped by age, as rows of the trail tell of them.
 */
#ifndef TENANCY_AUDIT_RANGES_H
#define TENANCY_AUDIT_RANGES_H

#include "audit_rows.h"

/* A range of ids of a chain, and the hash of its last row. */
typedef struct AuditRange
{
	int64 first_id;
	int64 last_id;
	uint8 last_hash[AUDIT_HASH_SIZE];
} AuditRange;

typedef struct AuditRanges
{
	AuditRange *list; /* in order, and apart from each other */
	int count;
} AuditRanges;

/* What a row of the trail calls the dropping of a partition; its objects name the ranges. */
#define AUDIT_PARTITION_DROPPED "partition dropped"

/*
 * Reads what rows of the trail at or after an id tell of a chain; within SPI.  The chain that this database writes
 * has to tell of itself; of others, the chain of whoever has dropped them tells.  latest: what this transaction has
 * written counts too, else the active snapshot.
 */
extern void audit_ranges_read(AuditRanges *ranges, int32 chain, bool ours, int64 from_id, bool latest);

/* Adds a range. */
extern void audit_ranges_add(AuditRanges *ranges, const AuditRange *range);

/* Returns the range in which another one lies, or NULL. */
extern const AuditRange *audit_ranges_find(const AuditRanges *ranges, const AuditRange *range);

/* Returns the ranges of a chain as a row of the trail names them, one a line. */
extern char *audit_ranges_lines(const AuditRanges *ranges, int32 chain);

/* Copies a hash out of a column of what SPI has fetched; false, and zeroes: it is none. */
extern bool audit_read_hash(uint64 row, int column, uint8 hash[AUDIT_HASH_SIZE]);

#endif /* TENANCY_AUDIT_RANGES_H */
