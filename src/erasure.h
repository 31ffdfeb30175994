/*
 * erasure.h
 *	  Removal of all that a tenant has, in portions.
 */
#ifndef TENANCY_ERASURE_H
#define TENANCY_ERASURE_H

#include "lifecycle.h"
#include "removal.h"

/* An erasure under way. */
typedef struct Erasure
{
	RegistryRow tenant;
	Oid schema;	 /* InvalidOid: gone already */
	char id[37]; /* of the record in tenancy.erasures, as text */
	char erased_by[NAMEDATALEN];
	bool forced; /* also removes what depends on the tenant from outside */
	List *
		first_found; /* SchemaObjects that the estimate of locks has found, to be removed first; NIL: none, or removed */

	/* Removed, and not in the record yet. */
	uint64 objects;
	Losses losses;
} Erasure;

/* Returns how many locks it would take to drop the tenant in one transaction, roughly. */
extern uint64 erasure_locks_needed(Erasure *erasure);

/* Marks the tenant as deleted and opens the record, or finds that of an erasure that was interrupted. */
extern void erasure_begin(Erasure *erasure);

/* Removes up to limit objects of the schema with all that hangs on them; returns how many it found. */
extern uint64 erasure_continue(Erasure *erasure, uint64 limit);

/* Adds what was removed so far to the record; before a transaction ends. */
extern void erasure_save(Erasure *erasure);

/* Removes the empty schema and the role, and closes the record. */
extern void erasure_finish(Erasure *erasure);

/* All of these run inside privileged_run() with SPI connected. */

#endif /* TENANCY_ERASURE_H */
