/*
 * audit_chain.h
 *	  The chains of tenancy.audit_log: where each ends, and what has been taken off it.
 */
#ifndef TENANCY_AUDIT_CHAIN_H
#define TENANCY_AUDIT_CHAIN_H

#include "audit_rows.h"
#include "storage/itemptr.h"

/* What the first row of a chain calls itself; its objects name the chains that were there, and their newest rows. */
#define AUDIT_CHAIN_BEGUN "chain begun"

/* A chain, as tenancy.audit_chains has it. */
typedef struct AuditChain
{
	int32 chain;
	int64 head_id; /* of the newest row; 0: there is none yet */
	uint8 head_hash[AUDIT_HASH_SIZE];
	int64 ring;		/* the life of the server whose ring was read last */
	int64 position; /* how far */
	int64 dropped;	/* so many events that found no room in it have been noted */
	bool is_new;
	ItemPointerData place; /* of its row */
} AuditChain;

/*
 * Finds the chain of this database, and begins one if there is none: also where the
 * database is a copy or has been restored, as the chain that came with it is another
 * database's.  Locks it against others who would write until the transaction ends.
 */
extern void audit_chain_open(AuditChain *chain);

/* Tells whether this database has a chain. */
extern bool audit_chain_exists(void);

/* Gives rows their places at the end of the chain and writes them; they lie in the memory of the caller. */
extern void audit_chain_append(AuditChain *chain, AuditRow *rows, int count);

/* Writes down where the chain ends and how far the ring has been read. */
extern void audit_chain_save(AuditChain *chain);

/* Keeps what the rows after a range that is about to go have to follow. */
extern void audit_chain_add_anchor(int32 chain, int64 first_id, int64 last_id, const uint8 *last_hash);

#endif /* TENANCY_AUDIT_CHAIN_H */
