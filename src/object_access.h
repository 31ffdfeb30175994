/*
 * object_access.h
 *	  What a session may create, alter, drop and truncate, object by object.
 */
#ifndef TENANCY_OBJECT_ACCESS_H
#define TENANCY_OBJECT_ACCESS_H

#include "catalog/objectaccess.h"

/* Raises the refusal unless the session may change this object; for targets that fire no event. */
extern void object_access_check_target(Oid class_id, Oid object_id);

/* What the extension wants to know, and to prevent, while it drops objects itself. */
typedef struct DropWatch
{
	Oid confined_to; /* refuse what lies outside of this schema; InvalidOid: nothing */
	void (*note_relation)(Oid relation, void *argument); /* called before a relation goes */
	void *argument;
} DropWatch;

/* Watches the extension's own drops, which are not judged otherwise, until called again with NULL. */
extern void object_access_watch_drops(const DropWatch *watch);

/* Judges one event of object_access_hook; raises the refusal, or clears the result of a search. */
extern void object_access_check(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, void *argument);

#endif /* TENANCY_OBJECT_ACCESS_H */
