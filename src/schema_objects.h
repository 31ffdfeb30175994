/*
 * schema_objects.h
 *	  The objects of one schema, at a cost that does not depend on other schemas.
 */
#ifndef TENANCY_SCHEMA_OBJECTS_H
#define TENANCY_SCHEMA_OBJECTS_H

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"

/* What an object is to other objects. */
typedef struct SchemaObject
{
	ObjectAddress address;
	bool is_extension_member;
	bool is_internal; /* part of another object: goes with it, and has its owner or the system's */
} SchemaObject;

/*
 * Returns pointers to the objects that lie in a schema by themselves, palloc'd: no
 * indexes, constraints, row types or TOAST tables, which hang on a table.
 */
extern List *schema_objects_find(Oid schema);

/* Returns in how many places other objects refer to an object: about as many objects hang on it. */
extern int schema_objects_count_references(const ObjectAddress *address);

/* Returns the oids of the roles that own a schema or an object in it, each once; internal objects do not count. */
extern List *schema_objects_owners(Oid schema);

#endif /* TENANCY_SCHEMA_OBJECTS_H */
