/*
 * audit_table.h
 *	  The partitions of tenancy.audit_log: made, filled and dropped.
 */
#ifndef TENANCY_AUDIT_TABLE_H
#define TENANCY_AUDIT_TABLE_H

#include "audit_rows.h"

/* Tells whether there is a table for a chain, whether or not it is in its place. */
extern bool audit_table_has_chain(int32 chain);

/* Inserts rows of a chain, in order; makes the partitions that they need. */
extern void audit_table_insert(int32 chain, AuditRow *rows, int count);

/* Makes the partition for a time, unless there is one; returns it. */
extern Oid audit_partition_of(int32 chain, int64 at);

/* Drops one of the extension's own tables by its name. */
extern void audit_partition_drop(const char *name);

#endif /* TENANCY_AUDIT_TABLE_H */
