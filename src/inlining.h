/*
 * inlining.h
 *	  Functions in SQL that the planner must not put into a query.
 */
#ifndef TENANCY_INLINING_H
#define TENANCY_INLINING_H

/* Tells whether the planner must call a function as it is, because its body has to be planned by itself. */
extern bool inlining_is_forbidden(Oid function);

#endif /* TENANCY_INLINING_H */
