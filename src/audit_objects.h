/*
 * audit_objects.h
 *	  The objects that a statement has reached, and their names.
 */
#ifndef TENANCY_AUDIT_OBJECTS_H
#define TENANCY_AUDIT_OBJECTS_H

#include "lib/stringinfo.h"

/* How a statement has reached an object. */
#define AUDIT_OBJECT_READ 1
#define AUDIT_OBJECT_WRITTEN 2
#define AUDIT_OBJECT_DEFINED 4
#define AUDIT_OBJECT_ANY 7

/* An object; its name is kept, as it may be told of when no catalog can be read. */
typedef struct AuditObject
{
	Oid relation; /* InvalidOid: it is none */
	int reached;
	const char *name;
	const char *slug; /* of the tenant whose schema a superuser has reached by it; NULL: he has not */
} AuditObject;

/* The objects of one statement. */
typedef struct AuditObjects
{
	MemoryContext context;
	AuditObject *list;
	int count;
	int room;
} AuditObjects;

/* As many are told of by one event; then another one begins. */
#define AUDIT_OBJECTS_OF_EVENT 200

/*
 * Adds a relation, or how it has been reached, to the objects, and returns it.  Reads
 * catalogs for one that is new.
 */
extern AuditObject *audit_objects_add_relation(AuditObjects *objects, Oid relation, int reached);

/* Adds something by its name. */
extern AuditObject *audit_objects_add_name(AuditObjects *objects, const char *name, int reached);

/* Forgets how they have been reached, but for one way, and those that were reached in no other. */
extern void audit_objects_keep(AuditObjects *objects, int reached);

/* Forgets them all. */
extern void audit_objects_clear(AuditObjects *objects);

/* Adds what a superuser has reached of a tenant: a relation, or InvalidOid for the schema. */
extern void audit_objects_add_reach(AuditObjects *objects, Oid tenant_schema, Oid relation);

/*
 * Returns the names of those that have been reached in one of some ways, or, with a slug, of those of that
 * tenant which a superuser has reached, with something between them; NULL: there is none.
 */
extern const char *audit_objects_names(const AuditObjects *objects, int reached, const char *slug,
									   const char *separator);

/* Returns an object's name by its address, or NULL where it has none that would tell anything. */
extern char *audit_objects_identify(Oid class_id, Oid object_id, int sub_id);

#endif /* TENANCY_AUDIT_OBJECTS_H */
