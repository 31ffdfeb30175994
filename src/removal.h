/*
 * removal.h
 *	  Dropping of objects, with an account of the rows and the disk space that go with them.
 */
#ifndef TENANCY_REMOVAL_H
#define TENANCY_REMOVAL_H

#include "catalog/dependency.h"

/* What a removal has taken away. */
typedef struct Losses
{
	int64 rows;	 /* of tables and materialised views, exactly */
	int64 bytes; /* of their files, and of those of their indexes and TOAST tables */
} Losses;

/*
 * Drops objects with all that hangs on them, and adds what that takes away to losses.
 * Raises an error if anything outside of the schema confined_to would go with them;
 * InvalidOid: nothing is outside.  Inside privileged_run().
 */
extern void removal_run(const ObjectAddresses *objects, Oid confined_to, Losses *losses);

#endif /* TENANCY_REMOVAL_H */
