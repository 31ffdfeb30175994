/*
 * worker_departure.h
 *	  Statements that need a database without connections: its worker makes room.
 */
#ifndef TENANCY_WORKER_DEPARTURE_H
#define TENANCY_WORKER_DEPARTURE_H

#include "nodes/parsenodes.h"

/*
 * Before a utility statement runs: has the worker leave the database that it empties, if
 * the user may do that to it.  Raises no error but a cancel.
 */
extern void worker_departure_before(Node *statement);

#endif /* TENANCY_WORKER_DEPARTURE_H */
