/*
 * estimates.h
 *	  Statistics that the planner must not use.
 */
#ifndef TENANCY_ESTIMATES_H
#define TENANCY_ESTIMATES_H

#include "nodes/pathnodes.h"
#include "utils/selfuncs.h"

/*
 * Withholds the statistics of a relation's column from the planner where they are
 * about rows of others; returns false where they may be used.  For
 * get_relation_stats_hook.
 */
extern bool estimates_withhold(const RangeTblEntry *entry, VariableStatData *variable);

#endif /* TENANCY_ESTIMATES_H */
