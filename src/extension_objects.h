/*
 * extension_objects.h
 *	  OIDs of the extension's own functions that the planner puts into queries.
 */
#ifndef TENANCY_EXTENSION_OBJECTS_H
#define TENANCY_EXTENSION_OBJECTS_H

#include "nodes/primnodes.h"

typedef enum ExtensionFunction
{
	FUNCTION_IS_VISIBLE = 0,
	FUNCTION_IS_VISIBLE_OBJECT,
	FUNCTION_IS_VISIBLE_RELATION,
	FUNCTION_IS_VISIBLE_STATISTICS,
	FUNCTION_CALL_STABLE,
	FUNCTION_CALL_VOLATILE,
	FUNCTION_VISIBLE_VALUE,
	FUNCTION_VISIBLE_OID
} ExtensionFunction;

#define EXTENSION_FUNCTIONS 8

/* Returns the OID of a function; raises an error if it is not there: the extension is not installed. */
extern Oid extension_function(ExtensionFunction function);

/* Makes a call of a function with a result of this type, and an OID as an argument; in the current memory context. */
extern FuncExpr *extension_call(ExtensionFunction function, Oid type, List *arguments, Oid collation);
extern Const *extension_oid(Oid value);

/*
 * Returns the function that stands for a built-in which returns rows of others: the
 * one with the same name and arguments.  Raises an error if it is not there.
 */
extern Oid extension_set_function(Oid builtin);

/* Tells whether a function is one of these. */
extern bool extension_has_function(Oid function);

/* Registers the callback that keeps the OIDs fresh; from _PG_init. */
extern void extension_objects_start(void);

#endif /* TENANCY_EXTENSION_OBJECTS_H */
