/*
 * copies.h
 *	  COPY of a relation, which makes no plan.
 */
#ifndef TENANCY_COPIES_H
#define TENANCY_COPIES_H

#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"

/*
 * Returns COPY TO as a COPY of a query where rows or values have to be looked at; the
 * statement itself otherwise.  The result is in the current memory context.
 */
extern PlannedStmt *copies_as_query(PlannedStmt *planned);

#endif /* TENANCY_COPIES_H */
