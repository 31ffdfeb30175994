/*
 * quota.h
 *	  Quotas of a tenant: kinds, limits and periods, as C and core share them.
 */
#ifndef TENANCY_CORE_QUOTA_H
#define TENANCY_CORE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

/* Longest name of a kind of quota. */
#define TENANCY_QUOTA_NAME_MAX 63

/* Kinds of quotas.  The first are enforced by the library; the last stands for every kind that applications count. */
typedef enum TenancyQuota
{
	TENANCY_QUOTA_STORAGE_BYTES = 0,
	TENANCY_QUOTA_SESSIONS,
	TENANCY_QUOTA_STATEMENTS_PER_MINUTE,
	TENANCY_QUOTA_CONCURRENT_STATEMENTS,
	TENANCY_QUOTA_STATEMENT_TIMEOUT, /* milliseconds */
	TENANCY_QUOTA_COUNTED
} TenancyQuota;

#define TENANCY_QUOTA_ENFORCED 5

/* A limit that nothing reaches. */
#define TENANCY_NO_LIMIT INT64_MAX

/* Where a limit comes from, the nearest last: it counts alone. */
typedef enum TenancyQuotaSource
{
	TENANCY_QUOTA_FROM_NOWHERE = 0,
	TENANCY_QUOTA_FROM_PLAN,	 /* tenancy.plan_quotas */
	TENANCY_QUOTA_FROM_REGISTRY, /* a column of the tenant's row of tenancy.tenants */
	TENANCY_QUOTA_FROM_TENANT	 /* tenancy.quotas */
} TenancyQuotaSource;

typedef struct TenancyLimit
{
	int64_t soft; /* TENANCY_NO_LIMIT: none */
	int64_t hard;
} TenancyLimit;

/* What is enforced for a tenant.  All zero: nothing is. */
typedef struct TenancyLimits
{
	uint8_t kinds; /* bits of the kinds that have a limit, by their numbers */
	uint8_t sources[TENANCY_QUOTA_ENFORCED];
	TenancyLimit limits[TENANCY_QUOTA_ENFORCED];
} TenancyLimits;

/* Where a use is within its limits. */
typedef enum TenancyUse
{
	TENANCY_USE_WITHIN = 0,
	TENANCY_USE_OVER_SOFT,
	TENANCY_USE_EXHAUSTED /* no more can be had */
} TenancyUse;

/* For how long something is counted before it begins anew. */
typedef enum TenancyPeriod
{
	TENANCY_PERIOD_TOTAL = 0, /* for ever */
	TENANCY_PERIOD_HOUR,
	TENANCY_PERIOD_DAY,
	TENANCY_PERIOD_MONTH
} TenancyPeriod;

#endif /* TENANCY_CORE_QUOTA_H */
