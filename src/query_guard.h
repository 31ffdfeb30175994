/*
 * query_guard.h
 *	  Calls of built-in functions, and values that name objects, in a query to be planned.
 */
#ifndef TENANCY_QUERY_GUARD_H
#define TENANCY_QUERY_GUARD_H

#include "nodes/parsenodes.h"

/*
 * Returns the query with checks in the places where it could reach what is not the
 * session's; the query itself if there are none.  Raises the refusal for a value of
 * another tenant's type.  The text is the statement's, or NULL.  The result is in the
 * current memory context.
 */
extern Query *query_guard_apply(Query *query, const char *text);

/* The same for a list of expressions, such as the arguments of CALL; the list itself if there is nothing to check. */
extern List *query_guard_apply_to_list(List *expressions);

/* Tells whether an expression calls a function that is guarded, or makes values that name objects. */
extern bool query_guard_is_needed(Node *expression);

#endif /* TENANCY_QUERY_GUARD_H */
