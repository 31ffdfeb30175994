/*
 * visible_relations.h
 *	  The relations that the session may know, as a set.
 */
#ifndef TENANCY_VISIBLE_RELATIONS_H
#define TENANCY_VISIBLE_RELATIONS_H

/*
 * Tells whether a relation is visible, by the set if there is one that still holds.
 * Returns false if there is none; then the caller finds out himself, and after some such
 * answers the set is made.  Reads catalogs.
 */
extern bool visible_relations_know(Oid relation, bool *visible);

#endif /* TENANCY_VISIBLE_RELATIONS_H */
