/*
 * naming.h
 *	  Types whose values name objects when they are printed.
 */
#ifndef TENANCY_NAMING_H
#define TENANCY_NAMING_H

#include "access/attnum.h"
#include "access/transam.h"

/* The answers for built-in types; naming_start() sets them up. */
extern bool naming_builtin_types[FirstNormalObjectId];

/* Tells whether values of a type name objects. */
extern bool naming_type(Oid type);

/* The same for a column of a relation; with 0, for any of its columns. */
extern bool naming_column(Oid relation, AttrNumber column);

/* Sets up what is known of built-in types; from _PG_init. */
extern void naming_start(void);

#endif /* TENANCY_NAMING_H */
