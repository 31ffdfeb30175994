/*
 * whereabouts.h
 *	  Which tenant's schema an object lies in, remembered by the object's OID.
 *
 * Reads catalogs on a miss, so not for an aborted transaction.
 */
#ifndef TENANCY_WHEREABOUTS_H
#define TENANCY_WHEREABOUTS_H

/*
 * Each writes the tenant schema that an object lies in (InvalidOid: none) and returns
 * true; false if there is no such object.  For relations met in scans of catalogs
 * "cached" is false: it keeps them out of the backend's system caches.
 */
extern bool whereabouts_find_schema(Oid schema, Oid *tenant);
extern bool whereabouts_find_relation(Oid relation, Oid *tenant, bool cached);
extern bool whereabouts_find_function(Oid function, Oid *tenant);
extern bool whereabouts_find_type(Oid type, Oid *tenant);

/* The same where an object that does not exist is nobody's. */
extern Oid whereabouts_of_schema(Oid schema);
extern Oid whereabouts_of_function(Oid function);
extern Oid whereabouts_of_type(Oid type);

/*
 * The relation that was found last, until something changes: a statement asks for the same one
 * again and again.  InvalidOid lies in none.  Only whereabouts.c writes it.
 */
typedef struct WhereaboutsLast
{
	Oid relation;
	Oid tenant;
} WhereaboutsLast;

extern WhereaboutsLast whereabouts_last;

extern Oid whereabouts_look_up_relation(Oid relation);

/* The same for a relation. */
static inline Oid
whereabouts_of_relation(Oid relation)
{
	return relation == whereabouts_last.relation ? whereabouts_last.tenant : whereabouts_look_up_relation(relation);
}

/* Grows with every change that answers depend on. */
extern uint64 whereabouts_generation(void);

/* Registers the callbacks that keep the caches fresh; from _PG_init. */
extern void whereabouts_start(void);

#endif /* TENANCY_WHEREABOUTS_H */
