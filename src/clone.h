/*
 * clone.h
 *	  A tenant made in the likeness of another.
 */
#ifndef TENANCY_CLONE_H
#define TENANCY_CLONE_H

#include "lifecycle.h"
#include "nodes/pg_list.h"

/* Which rows a clone gets. */
typedef struct CloneRows
{
	bool any;
	List *tables; /* names; NIL: of all tables */
} CloneRows;

/*
 * Gives an empty schema, whose tenant is registered and has its role, the structure of
 * another tenant, and rows if they are asked for.  Nothing of either tenant runs with
 * more rights than the new one's, or outside of its schema.  Inside privileged_run()
 * with SPI connected.
 */
extern void clone_into(const RegistryRow *source, const RegistryRow *target, const CloneRows *rows);

#endif /* TENANCY_CLONE_H */
