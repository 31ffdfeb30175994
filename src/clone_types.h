/*
 * clone_types.h
 *	  Whether values of a template's type can go to a clone as text.
 */
#ifndef TENANCY_CLONE_TYPES_H
#define TENANCY_CLONE_TYPES_H

/* Refuses a type that has rows in it whose columns have another order in the clone's type of that name. */
extern void clone_require_same_type(Oid from, Oid to);

#endif /* TENANCY_CLONE_TYPES_H */
