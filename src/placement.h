/*
 * placement.h
 *	  Which schema an object lies in, whatever catalog it is in.
 */
#ifndef TENANCY_PLACEMENT_H
#define TENANCY_PLACEMENT_H

/* Returns the schema that an object lies in, directly or with the object it belongs to; InvalidOid: in none. */
extern Oid placement_schema(Oid class_id, Oid object_id);

/* The same for an object that is about to be dropped, whose row the caches know: a tenth of the cost. */
extern Oid placement_schema_before_drop(Oid class_id, Oid object_id);

/* Reads one oid column of an object's catalog row, as of now; InvalidOid if there is no such row. */
extern Oid placement_read_oid(Oid class_id, Oid oid_index, Oid object_id, AttrNumber column);

#endif /* TENANCY_PLACEMENT_H */
