/*
 * ownership.h
 *	  Objects that others create inside a tenant schema become the tenant's.
 */
#ifndef TENANCY_OWNERSHIP_H
#define TENANCY_OWNERSHIP_H

#include "catalog/objectaddress.h"

/* Tells whether objects of a catalog have both a schema and an owner, and the server is not about its own work. */
extern bool ownership_applies(Oid class_id);

/* Takes note of an object just created, to be looked at when the statement is through. */
extern void ownership_note_created(Oid class_id, Oid object_id);

/* Hands the objects noted over to the owners of their schemas; after the statement that created them. */
extern void ownership_settle(void);

/* Transaction end: forgets what was noted, which was in the transaction's memory. */
extern void ownership_end_transaction(void);

/* Returns the owner of a schema; InvalidOid if there is no such schema any more. */
extern Oid ownership_of_schema(Oid schema);

/* Returns the owner of an object in a schema; InvalidOid if it is gone, or is of a kind that has none. */
extern Oid ownership_of(const ObjectAddress *address);

/*
 * Gives one object to a role, unless its owner follows another object's or is that
 * role already.  Inside privileged_run() with SPI connected.
 */
extern void ownership_give(const ObjectAddress *address, Oid role);

/*
 * Gives what somebody else owns in a tenant's schema to the owner of the schema, closed to
 * others as the tenant's own objects are.  Inside privileged_run() with SPI connected.
 */
extern void ownership_settle_schema(Oid schema);

#endif /* TENANCY_OWNERSHIP_H */
