/*
 * quota.cpp
 *	  Which limits a tenant has, and whether a use is within them.
 */
#include "quota.hpp"

#include <algorithm>
#include <limits>

namespace tenancy
{

namespace
{

constexpr const char *QUOTA_NAMES[TENANCY_QUOTA_ENFORCED] = {"storage_bytes",
															 "sessions",
															 "statements_per_minute",
															 "concurrent_statements",
															 "statement_timeout"};

/* In the order of TenancyPeriod. */
constexpr const char *PERIOD_NAMES[] = {"total", "hour", "day", "month"};

constexpr int64_t HOUR = 3600;
constexpr int64_t DAY = 24 * HOUR;

/* A clock that is behind by more than this many minutes has been set. */
constexpr uint32_t MINUTES_BEHIND = 2;

/* Divides and rounds down, also below zero. */
int64_t
floor_divide(int64_t dividend, int64_t divisor) noexcept
{
	return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

/* Tells whether a text ends with another. */
bool
ends_with(std::string_view text, std::string_view end) noexcept
{
	return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/*
 * Returns how many days of a month have passed on a day, which is given in days since 1970.
 * Years are counted from March here, so that the leap day is the last of one, and in eras of
 * 400 years, which all have the same number of days.
 */
int64_t
days_into_month(int64_t day) noexcept
{
	constexpr int64_t era_days = 146097;
	/* From 0000-03-01. */
	int64_t shifted = day + 719468;
	int64_t of_era = shifted - floor_divide(shifted, era_days) * era_days;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (era_days - 1)) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	return of_year - (153 * month + 2) / 5;
}

} // namespace

TenancyQuota
quota_of_name(std::string_view name) noexcept
{
	for (int i = 0; i < TENANCY_QUOTA_ENFORCED; i++)
	{
		if (name == QUOTA_NAMES[i])
			return static_cast<TenancyQuota>(i);
	}
	return TENANCY_QUOTA_COUNTED;
}

const char *
name_of_quota(TenancyQuota quota) noexcept
{
	return quota < TENANCY_QUOTA_COUNTED ? QUOTA_NAMES[quota] : nullptr;
}

bool
is_quota_name(std::string_view name) noexcept
{
	return !name.empty() && name.size() <= TENANCY_QUOTA_NAME_MAX && name.front() >= 'a' && name.front() <= 'z' &&
		   std::all_of(name.begin(), name.end(), [](char c) {
			   return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
		   });
}

void
add_limit(TenancyLimits &limits, TenancyQuota quota, TenancyQuotaSource source, const TenancyLimit &limit) noexcept
{
	if (quota >= TENANCY_QUOTA_COUNTED || source <= limits.sources[quota])
		return;
	limits.sources[quota] = static_cast<uint8_t>(source);
	limits.limits[quota] = limit;
	/* One that nothing reaches only lifts that of a source further away. */
	if (limit.soft == TENANCY_NO_LIMIT && limit.hard == TENANCY_NO_LIMIT)
		limits.kinds &= static_cast<uint8_t>(~(1U << quota));
	else
		limits.kinds |= static_cast<uint8_t>(1U << quota);
}

int64_t
bytes_of_gigabytes(int64_t gigabytes) noexcept
{
	constexpr int64_t gigabyte = INT64_C(1) << 30;

	if (gigabytes < 0 || gigabytes > std::numeric_limits<int64_t>::max() / gigabyte)
		return TENANCY_NO_LIMIT;
	return gigabytes * gigabyte;
}

TenancyUse
judge_use(int64_t used, const TenancyLimit &limit) noexcept
{
	if (used >= limit.hard && limit.hard != TENANCY_NO_LIMIT)
		return TENANCY_USE_EXHAUSTED;
	return used > limit.soft ? TENANCY_USE_OVER_SOFT : TENANCY_USE_WITHIN;
}

bool
enter_window(uint64_t &word, uint32_t minute, int64_t limit) noexcept
{
	uint32_t current = static_cast<uint32_t>(word >> 32);
	uint32_t count = static_cast<uint32_t>(word);

	if (minute > current || current - minute > MINUTES_BEHIND)
	{
		current = minute;
		count = 0;
	}
	if (count >= limit)
		return false;
	if (count < std::numeric_limits<uint32_t>::max())
		count++;
	word = static_cast<uint64_t>(current) << 32 | count;
	return true;
}

int64_t
window_count(uint64_t word, uint32_t minute) noexcept
{
	return static_cast<uint32_t>(word >> 32) == minute ? static_cast<uint32_t>(word) : 0;
}

double
percent_used(int64_t used, int64_t limit) noexcept
{
	if (limit <= 0)
		return 100.0;
	return 100.0 * static_cast<double>(used) / static_cast<double>(limit);
}

bool
period_of_name(std::string_view name, TenancyPeriod &period) noexcept
{
	for (int i = TENANCY_PERIOD_TOTAL; i <= TENANCY_PERIOD_MONTH; i++)
	{
		if (name == PERIOD_NAMES[i])
		{
			period = static_cast<TenancyPeriod>(i);
			return true;
		}
	}
	return false;
}

const char *
name_of_period(TenancyPeriod period) noexcept
{
	return PERIOD_NAMES[period];
}

TenancyPeriod
period_of_quota(std::string_view name) noexcept
{
	if (ends_with(name, "_per_hour"))
		return TENANCY_PERIOD_HOUR;
	if (ends_with(name, "_per_day"))
		return TENANCY_PERIOD_DAY;
	if (ends_with(name, "_per_month"))
		return TENANCY_PERIOD_MONTH;
	return TENANCY_PERIOD_TOTAL;
}

int64_t
period_begin(TenancyPeriod period, int64_t now) noexcept
{
	int64_t day = floor_divide(now, DAY);

	switch (period)
	{
		case TENANCY_PERIOD_HOUR:
			return floor_divide(now, HOUR) * HOUR;
		case TENANCY_PERIOD_DAY:
			return day * DAY;
		case TENANCY_PERIOD_MONTH:
			return (day - days_into_month(day)) * DAY;
		default:
			return std::numeric_limits<int64_t>::min();
	}
}

} // namespace tenancy
