/*
 * schema_stamp.h
 *	  Which versions of their catalog rows make up a schema.
 */
#ifndef TENANCY_SCHEMA_STAMP_H
#define TENANCY_SCHEMA_STAMP_H

#include "lib/stringinfo.h"
#include "schema_contents.h"

/* The state of the catalog rows of contents at one time; palloc'd. */
typedef struct SchemaStamp
{
	StringInfoData rows; /* equal bytes: the same rows, unchanged */
	bool settled;		 /* none of them is the running transaction's own: equal later means unchanged then, too */
} SchemaStamp;

/*
 * Reads the stamp of contents.  As long as it is the same the schema has these contents,
 * and their definitions are the same.
 */
extern SchemaStamp *schema_stamp(const SchemaContents *contents);

#endif /* TENANCY_SCHEMA_STAMP_H */
