/*
 * schema_contents.h
 *	  What a schema consists of.
 */
#ifndef TENANCY_SCHEMA_CONTENTS_H
#define TENANCY_SCHEMA_CONTENTS_H

#include "catalog_reader.h"
#include "nodes/pg_list.h"

/* What a schema consists of; palloc'd. */
typedef struct SchemaContents
{
	ObjectSet members; /* the schema, what is in it, and what that consists of */
	ObjectSet named;   /* objects and roles outside that the definitions of members name */
	List *relations;   /* OIDs of the relations that depend on the schema itself */
} SchemaContents;

/*
 * Finds what a schema consists of, through pg_depend, so that the cost does not depend
 * on how many other schemas there are.
 */
extern SchemaContents *schema_contents(Oid schema);

/* Copies contents into the current memory context. */
extern SchemaContents *schema_contents_copy(const SchemaContents *contents);

/* Tells whether two looks at a schema found the same. */
extern bool schema_contents_equal(const SchemaContents *left, const SchemaContents *right);

/* Tells whether anything in another schema depends on one of these members, and what. */
extern bool schema_contents_find_dependent(const SchemaContents *contents, Oid other, ObjectAddress *dependent);

#endif /* TENANCY_SCHEMA_CONTENTS_H */
