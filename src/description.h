/*
 * description.h
 *	  What a schema consists of, as statements that make it anew.
 *
 * Everything here runs inside privileged_run() with SPI connected, and nothing of the
 * schema is executed: expressions and queries are printed from their trees.  Objects
 * of the schema are named without it where that finds them with the search path
 * "schema, pg_temp", and with it otherwise (a table named pg_class, say); objects of
 * other schemas are qualified.
 */
#ifndef TENANCY_DESCRIPTION_H
#define TENANCY_DESCRIPTION_H

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"

/*
 * One statement that makes an object of a schema or a property of it.  All is palloc'd
 * in the context of the caller.
 */
typedef struct DescribedObject
{
	ObjectAddress address;	/* the object that it is or belongs to */
	const char *kind;		/* as users read it: "table", "column", "index", "constraint", "function" ... */
	const char *identity;	/* name without the schema, e.g. accounts.email, total(integer) */
	const char *definition; /* the statement, without a semicolon */
	bool privileged;		/* only a superuser may run it (functions in C, LEAKPROOF ...) */
	bool state;				/* not part of the structure: the value of a sequence, REFRESH MATERIALIZED VIEW */
} DescribedObject;

/*
 * Returns the statements that make a schema anew, in an order in which they can be run
 * with check_function_bodies off.  The schema itself and its role are there already.
 */
extern List *description_script(Oid schema);

/*
 * Returns what the statements cannot bring: kind and identity, and in definition a
 * sentence that says why.
 */
extern List *description_omissions(Oid schema);

#endif /* TENANCY_DESCRIPTION_H */
