/*
 * role_objects.h
 *	  What belongs to one role, at a cost that does not depend on other roles.
 */
#ifndef TENANCY_ROLE_OBJECTS_H
#define TENANCY_ROLE_OBJECTS_H

#include "nodes/pg_list.h"

/* Returns the oids of large objects that a role owns in this database, up to limit. */
extern List *role_objects_large(Oid role, uint64 limit);

/* Tells whether a role has anything in another database. */
extern bool role_objects_elsewhere(Oid role);

#endif /* TENANCY_ROLE_OBJECTS_H */
