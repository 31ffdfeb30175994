/*
 * quota_limits.h
 *	  The limits of a tenant, as they are stored.
 */
#ifndef TENANCY_QUOTA_LIMITS_H
#define TENANCY_QUOTA_LIMITS_H

#include "core/quota.h"

/* Adds what tenancy.quotas says of a tenant and tenancy.plan_quotas of its plan.  As registry_find(). */
extern void quota_limits_read(TenancyLimits *limits, const uint8_t *tenant_id, const char *plan_tier);

/* Adds the limit of the column storage_limit_gb. */
extern void quota_limits_add_storage(TenancyLimits *limits, int gigabytes);

/* Tells whether a relation is one that limits have been read from; callable from an invalidation callback. */
extern bool quota_limits_lie_in(Oid relation);

#endif /* TENANCY_QUOTA_LIMITS_H */
