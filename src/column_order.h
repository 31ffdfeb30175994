/*
 * column_order.h
 *	  Whether two tables have their common columns in the same order.
 */
#ifndef TENANCY_COLUMN_ORDER_H
#define TENANCY_COLUMN_ORDER_H

/* Compares two lists of quoted names; columns that only one of them has do not count. */
extern bool column_order_is_same(const char *one, const char *other);

#endif /* TENANCY_COLUMN_ORDER_H */
