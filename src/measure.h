/*
 * measure.h
 *	  What this backend has measured for the bound tenant and not handed over yet.
 */
#ifndef TENANCY_MEASURE_H
#define TENANCY_MEASURE_H

#include "binding.h"
#include "core/metrics.h"
#include "settings.h"

/* The kind of the client's statement that is being measured; MEASURE_NONE: there is none.  Only measure.c writes it. */
extern int measure_running;

#define MEASURE_NONE (-1)

/* A statement of the client's begins.  Where a tenant is bound. */
extern void measure_begin(int type);

/* It has come to its end, or to where the binding or an error ends it; rows are added to those that it has. */
extern void measure_end(uint64 rows);

/* Adds to the rows that statements of clients have returned or changed; where a tenant is bound. */
extern void measure_add_rows(uint64 rows);

/* The binding changes, or the process ends; NULL: none.  Neither fails nor reads catalogs. */
extern void measure_change_binding(const Binding *to);

/* Hands over what was measured. */
extern void measure_flush(void);

/* Transaction end; an error has been raised if it failed, and PostgreSQL has stopped all timers. */
extern void measure_end_transaction(bool failed);

#endif /* TENANCY_MEASURE_H */
