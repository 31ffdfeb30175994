/*
 * erasure.h
 *	  Removal of all that a tenant has, in portions.
 */
#ifndef TENANCY_ERASURE_H
#define TENANCY_ERASURE_H

#include "lifecycle.h"

/* An erasure under way. */
typedef struct Erasure
{
	RegistryRow tenant;
	Oid schema;	 /* InvalidOid: gone already */
	char id[37]; /* of the record in tenancy.erasures, as text */
	char erased_by[NAMEDATALEN];
	bool forced; /* also removes what depends on the tenant from outside */
} Erasure;

/* Returns how many locks it would take to drop a schema in one transaction, roughly. */
extern uint64 erasure_locks_needed(Oid schema);

/* Marks the tenant as deleted and opens the record, or finds that of an erasure that was interrupted. */
extern void erasure_begin(Erasure *erasure);

/*
 * Removes up to limit objects of the schema with all that hangs on them, and adds
 * them to the record; returns how many it found.
 */
extern uint64 erasure_continue(Erasure *erasure, uint64 limit);

/* Removes the empty schema and the role, and closes the record. */
extern void erasure_finish(Erasure *erasure);

/* All of these run inside privileged_run() with SPI connected. */

#endif /* TENANCY_ERASURE_H */
