/*
 * visibility.h
 *	  Which objects exist as far as the session may know.
 *
 * Answers, never raises a refusal.  What cannot be found is not visible: a row of an
 * older snapshot may belong to a tenant's object that is gone.
 */
#ifndef TENANCY_VISIBILITY_H
#define TENANCY_VISIBILITY_H

/*
 * Tells whether there is anything to hide from the session: it is held to a tenant,
 * or unbound and neither a superuser's nor an operator's.  In a database without the
 * extension there is nothing.
 */
extern bool visibility_is_limited(void);

/*
 * Tells whether the object of a catalog is visible: shared or the session's own
 * tenant's.  Classes are those of pg_depend.classid; a large object and a role are
 * visible by whose they are.
 */
extern bool visibility_of(Oid class_id, Oid object);

/* The same for a relation that lies in a schema given. */
extern bool visibility_of_relation_in(Oid relation, Oid schema);

/* The same for a schema, or the role of the same name, by name; whether there is one makes no difference. */
extern bool visibility_of_schema_name(const char *name);

/* Tells whether a backend is the session's own, its tenant's, or works for nobody. */
extern bool visibility_of_backend(int pid);

/* The same by the number that the backend has in the statistics. */
extern bool visibility_of_backend_number(int number);

#endif /* TENANCY_VISIBILITY_H */
