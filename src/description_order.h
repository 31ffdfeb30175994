/*
 * description_order.h
 *	  The order in which the parts of a schema can be made.
 */
#ifndef TENANCY_DESCRIPTION_ORDER_H
#define TENANCY_DESCRIPTION_ORDER_H

#include "core/verdict.h"
#include "description_parts.h"

/*
 * Puts parts, numbered by their place in the array, in order; palloc'd.  Writes how many:
 * fewer than count if the rest need each other in a circle.
 */
extern TenancyOrderedPart *description_order(DescriptionPart **parts, uint32 count, size_t *ordered_count);

#endif /* TENANCY_DESCRIPTION_ORDER_H */
