/*
 * schema_mentions.h
 *	  Names of schemas in the text of functions and definitions.
 */
#ifndef TENANCY_SCHEMA_MENTIONS_H
#define TENANCY_SCHEMA_MENTIONS_H

#include "nodes/pg_list.h"

/*
 * Returns sentences about the schemas that a text names, palloc'd: its own, other tenants',
 * "tenant_" with something added to it at run time; and, with others, any schema before
 * a dot but the system's.  A guess: the text is not parsed.
 */
extern List *schema_mentions_find(const char *text, const char *own_schema, bool others);

#endif /* TENANCY_SCHEMA_MENTIONS_H */
