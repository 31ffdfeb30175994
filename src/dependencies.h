/*
 * dependencies.h
 *	  Scans of pg_depend by one object.
 */
#ifndef TENANCY_DEPENDENCIES_H
#define TENANCY_DEPENDENCIES_H

#include "access/genam.h"
#include "utils/rel.h"

/* Begins a scan of the rows that tell what an object depends on; depend is pg_depend, open. */
extern SysScanDesc dependencies_of(Relation depend, Oid class_id, Oid object_id);

/* Begins a scan of the rows that tell what depends on an object. */
extern SysScanDesc dependencies_on(Relation depend, Oid class_id, Oid object_id);

#endif /* TENANCY_DEPENDENCIES_H */
