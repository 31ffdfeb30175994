/*
 * clone_rows.h
 *	  The contents of a tenant's tables and sequences, given to another tenant.
 */
#ifndef TENANCY_CLONE_ROWS_H
#define TENANCY_CLONE_ROWS_H

#include "nodes/pg_list.h"
#include "utils/snapshot.h"

/*
 * Returns tables in an order in which their rows can be copied into those of the same
 * names in another schema, whose foreign keys are checked meanwhile: what they refer to
 * comes first.
 */
extern List *clone_rows_order(List *tables, Oid schema);

/*
 * Copies the rows of one table, without those of its children, into the table of the
 * same name in another tenant's schema.  Read by the extension, written as the other
 * tenant.  Inside privileged_run() with SPI connected.
 */
extern void clone_rows(Oid table, Oid schema, Snapshot snapshot);

/* Gives sequences of the same name in another schema the values of these. */
extern void clone_sequences(List *relations, Oid schema);

#endif /* TENANCY_CLONE_ROWS_H */
