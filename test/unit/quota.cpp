/*
 * quota.cpp
 *	  Limits: which one counts, where a use is within it, minutes and periods.
 */
#include "core/quota.hpp"

#include <ctime>

#include "harness.hpp"

using harness::check;

namespace
{

constexpr TenancyLimit NONE{TENANCY_NO_LIMIT, TENANCY_NO_LIMIT};

/* Returns limits to which those of all sources were added, in the order of the digits of a number. */
TenancyLimits
limits_added_in_order(int order)
{
	TenancyLimits limits{};

	for (; order > 0; order /= 10)
	{
		int source = order % 10;
		tenancy::add_limit(limits,
						   TENANCY_QUOTA_SESSIONS,
						   static_cast<TenancyQuotaSource>(source),
						   {source, 10 * source});
	}
	return limits;
}

/* The nearest source wins, in whatever order they come, and as a whole. */
void
check_sources()
{
	bool nearest = true;
	for (int order : {123, 132, 213, 231, 312, 321})
	{
		TenancyLimits limits = limits_added_in_order(order);
		nearest = nearest && limits.limits[TENANCY_QUOTA_SESSIONS].hard == 30 &&
				  limits.limits[TENANCY_QUOTA_SESSIONS].soft == 3 &&
				  limits.sources[TENANCY_QUOTA_SESSIONS] == TENANCY_QUOTA_FROM_TENANT;
	}
	check(nearest, "the nearest source of a limit wins in any order");
	check(limits_added_in_order(1).limits[TENANCY_QUOTA_SESSIONS].hard == 10,
		  "a plan's limit counts where there is no other");
	check(limits_added_in_order(21).sources[TENANCY_QUOTA_SESSIONS] == TENANCY_QUOTA_FROM_REGISTRY,
		  "a column of the tenant's is nearer than its plan");

	TenancyLimits limits = limits_added_in_order(1);
	check(limits.kinds == 1U << TENANCY_QUOTA_SESSIONS, "the kinds that have a limit are known by their bits");
	tenancy::add_limit(limits, TENANCY_QUOTA_SESSIONS, TENANCY_QUOTA_FROM_TENANT, NONE);
	check(limits.kinds == 0, "no limit of its own lifts the plan's for a tenant");
	tenancy::add_limit(limits, TENANCY_QUOTA_COUNTED, TENANCY_QUOTA_FROM_TENANT, {1, 1});
	check(limits.kinds == 0, "what applications count is not enforced here");
	tenancy::add_limit(limits, TENANCY_QUOTA_STORAGE_BYTES, TENANCY_QUOTA_FROM_PLAN, {5, TENANCY_NO_LIMIT});
	check(limits.kinds == 1U, "a soft limit alone is one");
}

/* Names of kinds. */
void
check_names()
{
	bool both_ways = true;
	for (int i = 0; i < TENANCY_QUOTA_ENFORCED; i++)
	{
		const char *name = tenancy::name_of_quota(static_cast<TenancyQuota>(i));
		both_ways = both_ways && tenancy::is_quota_name(name) && tenancy::quota_of_name(name) == i;
	}
	check(both_ways, "each kind that is enforced has a name, and the name is its");
	check(tenancy::quota_of_name("tasks_per_month") == TENANCY_QUOTA_COUNTED, "every other name is counted");
	check(tenancy::name_of_quota(TENANCY_QUOTA_COUNTED) == nullptr, "and has none");
	check(tenancy::is_quota_name("a") && tenancy::is_quota_name("a_1") &&
			  tenancy::is_quota_name(
				  std::string_view("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz_1234567890", 63)),
		  "names of one to 63 characters");
	check(!tenancy::is_quota_name("") && !tenancy::is_quota_name("1a") && !tenancy::is_quota_name("_a") &&
			  !tenancy::is_quota_name("a-b") && !tenancy::is_quota_name("A") && !tenancy::is_quota_name("\xc3\xa4") &&
			  !tenancy::is_quota_name("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz_12345678901"),
		  "nothing else is a name");
}

/* Use and limit. */
void
check_use()
{
	TenancyLimit both{5, 10};
	check(tenancy::judge_use(5, both) == TENANCY_USE_WITHIN, "what is at the soft limit is within");
	check(tenancy::judge_use(6, both) == TENANCY_USE_OVER_SOFT, "what is over it is over");
	check(tenancy::judge_use(9, both) == TENANCY_USE_OVER_SOFT, "up to the hard one");
	check(tenancy::judge_use(10, both) == TENANCY_USE_EXHAUSTED, "where no more can be had");
	check(tenancy::judge_use(INT64_MAX, NONE) == TENANCY_USE_WITHIN, "no limit is never reached");
	check(tenancy::judge_use(0, {TENANCY_NO_LIMIT, 0}) == TENANCY_USE_EXHAUSTED, "of nothing nothing can be had");
	check(tenancy::bytes_of_gigabytes(2) == INT64_C(2147483648), "a gigabyte has 2^30 bytes");
	check(tenancy::bytes_of_gigabytes(-1) == TENANCY_NO_LIMIT &&
			  tenancy::bytes_of_gigabytes(INT64_MAX) == TENANCY_NO_LIMIT,
		  "negative gigabytes are no limit, and so are those that do not fit");
	check(tenancy::percent_used(5, 10) == 50.0 && tenancy::percent_used(20, 10) == 200.0 &&
			  tenancy::percent_used(0, 0) == 100.0,
		  "percent");
}

/* Minutes. */
void
check_window()
{
	uint64_t word = 0;
	check(tenancy::enter_window(word, 100, 2) && tenancy::enter_window(word, 100, 2),
		  "two statements within a limit of two");
	uint64_t before = word;
	check(!tenancy::enter_window(word, 100, 2) && word == before, "a third is refused, and not counted");
	check(!tenancy::enter_window(word, 99, 2) && word == before,
		  "a clock that is a little behind gets no other minute");
	check(tenancy::window_count(word, 100) == 2 && tenancy::window_count(word, 101) == 0,
		  "the count is that of its minute");
	check(tenancy::enter_window(word, 101, 2) && tenancy::window_count(word, 101) == 1,
		  "the next minute begins at zero");
	check(tenancy::enter_window(word, 50, 2) && tenancy::window_count(word, 50) == 1,
		  "a clock that was set back begins anew");
	check(!tenancy::enter_window(word, 60, 0), "a limit of zero lets nothing in");
	word = UINT64_C(60) << 32 | UINT32_MAX;
	check(tenancy::enter_window(word, 60, TENANCY_NO_LIMIT) && word == (UINT64_C(60) << 32 | UINT32_MAX),
		  "the count does not run over into the minute");
}

/* Returns the beginning of a month by the C library. */
int64_t
month_of_library(int64_t now)
{
	time_t seconds = now;
	struct tm parts;

	gmtime_r(&seconds, &parts);
	parts.tm_mday = 1;
	parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
	return timegm(&parts);
}

/* Periods. */
void
check_periods()
{
	bool same = true;
	/* Six hundred years, in steps that meet every hour of the day and every day of a month. */
	for (int64_t now = -INT64_C(9000000000); now < INT64_C(10000000000); now += 1234567)
		same = same && tenancy::period_begin(TENANCY_PERIOD_MONTH, now) == month_of_library(now);
	check(same, "months begin where the C library says");
	check(tenancy::period_begin(TENANCY_PERIOD_MONTH, 1709251199) == 1706745600,
		  "the last second of a leap day is February's");
	check(tenancy::period_begin(TENANCY_PERIOD_MONTH, 1709251200) == 1709251200, "and the next is March's");
	check(tenancy::period_begin(TENANCY_PERIOD_DAY, 1709251199) == 1709164800, "days begin at midnight, UTC");
	check(tenancy::period_begin(TENANCY_PERIOD_HOUR, -1) == -3600, "hours begin earlier, also before 1970");
	check(tenancy::period_begin(TENANCY_PERIOD_TOTAL, 5) == INT64_MIN, "the total has always begun");

	bool both_ways = true;
	for (int i = TENANCY_PERIOD_TOTAL; i <= TENANCY_PERIOD_MONTH; i++)
	{
		TenancyPeriod period;
		both_ways = both_ways &&
					tenancy::period_of_name(tenancy::name_of_period(static_cast<TenancyPeriod>(i)), period) &&
					period == i;
	}
	check(both_ways, "each period has a name, and the name is its");
	TenancyPeriod period;
	check(!tenancy::period_of_name("year", period) && !tenancy::period_of_name("", period),
		  "nothing else is a period");
	check(tenancy::period_of_quota("tasks_per_month") == TENANCY_PERIOD_MONTH &&
			  tenancy::period_of_quota("mails_per_day") == TENANCY_PERIOD_DAY &&
			  tenancy::period_of_quota("calls_per_hour") == TENANCY_PERIOD_HOUR &&
			  tenancy::period_of_quota("seats") == TENANCY_PERIOD_TOTAL,
		  "the name of a kind can tell its period");
}

} // namespace

int
main()
{
	check_sources();
	check_names();
	check_use();
	check_window();
	check_periods();
	return harness::finish();
}
