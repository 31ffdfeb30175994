/*
 * catalog_filter.h
 *	  Rows of system catalogs that belong to other tenants.
 */
#ifndef TENANCY_CATALOG_FILTER_H
#define TENANCY_CATALOG_FILTER_H

#include "nodes/pathnodes.h"

/* Tells whether a relation is a catalog with rows that belong to tenants, or one that nobody has thought about. */
extern bool catalog_filter_applies_to(Oid relation);

/* Tells whether catalogs are filtered for the session now. */
extern bool catalog_filter_is_on(void);

/*
 * Adds the filter to a catalog that is being planned; from get_relation_info_hook.
 * Raises the refusal for a catalog that is not known.
 */
extern void catalog_filter_add(PlannerInfo *root, Oid relation, RelOptInfo *info);

#endif /* TENANCY_CATALOG_FILTER_H */
