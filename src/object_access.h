/*
 * object_access.h
 *	  What a session may create, alter, drop and truncate, object by object.
 */
#ifndef TENANCY_OBJECT_ACCESS_H
#define TENANCY_OBJECT_ACCESS_H

#include "catalog/objectaccess.h"

/* Raises the refusal unless the session may change this object; for targets that fire no event. */
extern void object_access_check_target(Oid class_id, Oid object_id);

/*
 * Refuses, until called again with InvalidOid, the removal of anything that lies
 * outside of this schema, as a CASCADE would bring it about.  For the extension's
 * own work, which is not judged otherwise.
 */
extern void object_access_confine_drops(Oid schema);

/* Judges one event of object_access_hook; raises the refusal, or clears the result of a search. */
extern void object_access_check(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, void *argument);

#endif /* TENANCY_OBJECT_ACCESS_H */
