/*
 * quota_sessions.h
 *	  Places of sessions: how many may be bound to one tenant at once.
 */
#ifndef TENANCY_QUOTA_SESSIONS_H
#define TENANCY_QUOTA_SESSIONS_H

#include "core/verdict.h"

/*
 * Reserves a place for a binding that is about to take effect; false if there is none.  The
 * next quota_sessions_take() uses it; a binding that came to nothing gives it back.
 */
extern bool quota_sessions_reserve(const TenancyTenant *tenant);

/* Takes a place: the one that is reserved, or another; false if there is none.  Neither raises an error nor reads a catalog. */
extern bool quota_sessions_take(const TenancyTenant *tenant, bool whatever_the_limit);

/* Gives a place back. */
extern void quota_sessions_leave(const TenancyTenant *tenant);

/* Transaction or process end: gives back what is reserved for a binding that came to nothing. */
extern void quota_sessions_cancel(void);

/* Returns how many sessions have a place. */
extern int64_t quota_sessions_count(const TenancyTenant *tenant);

#endif /* TENANCY_QUOTA_SESSIONS_H */
