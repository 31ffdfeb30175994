/*
 * estimates.c
 *	  Statistics that the planner must not use.
 *
 * Closes: operators of a tenant that the planner hands the most common values of a
 * table to, in order to estimate how many rows pass.  Of a shared parent those are
 * values out of the tables of all tenants, and the planner looks at them before it
 * knows which children the query reads.
 *
 * Statistics of catalogs need no such care: the filter makes the planner use them for
 * leakproof operators alone.
 */
#include "postgres.h"

#include "access/transam.h"
#include "estimates.h"
#include "guard.h"
#include "visibility.h"

bool
estimates_withhold(const RangeTblEntry *entry, VariableStatData *variable)
{
	if (entry->rtekind != RTE_RELATION || !entry->inh || entry->relid < FirstNormalObjectId ||
		!visibility_is_limited() || !guard_has_foreign_child(entry->relid))
		return false;
	variable->statsTuple = NULL;
	return true;
}
