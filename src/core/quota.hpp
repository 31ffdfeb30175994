/*
 * quota.hpp
 *	  Which limits a tenant has, and whether a use is within them.
 */
#ifndef TENANCY_CORE_QUOTA_HPP
#define TENANCY_CORE_QUOTA_HPP

#include <string_view>

#include "quota.h"

namespace tenancy
{

/* Returns the kind of a name; TENANCY_QUOTA_COUNTED for all that the library does not enforce. */
TenancyQuota quota_of_name(std::string_view name) noexcept;

/* Returns the name of a kind that the library enforces; nullptr: none. */
const char *name_of_quota(TenancyQuota quota) noexcept;

/* Tells whether a text can be the name of a kind: small letters, digits and underscores, a letter first. */
bool is_quota_name(std::string_view name) noexcept;

/* Adds a limit to those of a tenant, in whatever order they come: the nearest source of a kind wins. */
void add_limit(TenancyLimits &limits, TenancyQuota quota, TenancyQuotaSource source,
			   const TenancyLimit &limit) noexcept;

/* Returns gigabytes (2^30 bytes) as a limit in bytes; a negative number is none. */
int64_t bytes_of_gigabytes(int64_t gigabytes) noexcept;

/* Judges what is in use now, before more is. */
TenancyUse judge_use(int64_t used, const TenancyLimit &limit) noexcept;

/*
 * Counts one more in a word that holds the number of a minute and how many there were in it;
 * false, and nothing counted, if that were more than the limit.  A new minute begins at zero.
 * A clock that is somewhat behind counts in the minute of the word.
 */
bool enter_window(uint64_t &word, uint32_t minute, int64_t limit) noexcept;

/* Returns how many there were in a minute, by such a word. */
int64_t window_count(uint64_t word, uint32_t minute) noexcept;

/* Returns how much of a limit is used, in percent. */
double percent_used(int64_t used, int64_t limit) noexcept;

/* Reads the name of a period; false if it is none. */
bool period_of_name(std::string_view name, TenancyPeriod &period) noexcept;

/* Returns the name of a period. */
const char *name_of_period(TenancyPeriod period) noexcept;

/* Returns the period that the name of a kind speaks of, as tasks_per_month does; else the total. */
TenancyPeriod period_of_quota(std::string_view name) noexcept;

/* Returns when a period began, in UTC, as Unix seconds; INT64_MIN for the total. */
int64_t period_begin(TenancyPeriod period, int64_t now) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_QUOTA_HPP */
