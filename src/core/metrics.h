/*
 * metrics.h
 *	  How what is measured is sorted: kinds of queries, steps of histograms, classes of errors.
 *
 * Compiles as C and as C++ and needs no PostgreSQL header.
 */
#ifndef TENANCY_CORE_METRICS_H
#define TENANCY_CORE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kinds of statements. */
typedef enum TenancyQueryType
{
	TENANCY_QUERY_SELECT = 0,
	TENANCY_QUERY_INSERT,
	TENANCY_QUERY_UPDATE,
	TENANCY_QUERY_DELETE,
	TENANCY_QUERY_MERGE,
	TENANCY_QUERY_DDL,
	TENANCY_QUERY_OTHER
} TenancyQueryType;

#define TENANCY_QUERY_TYPES 7

/* A histogram has a step for each bound and one for what is above all of them. */
#define TENANCY_DURATION_STEPS 16
#define TENANCY_BINDING_STEPS 14

/* Classes of SQLSTATE, the last one for all that PostgreSQL does not define. */
#define TENANCY_ERROR_CLASSES 42

#endif /* TENANCY_CORE_METRICS_H */
