/*
 * metrics.cpp
 *	  Steps of histograms, quantiles, classes of errors, and the escapes of the text format.
 */
#include "core/metrics.hpp"

#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

#include "harness.hpp"

using harness::check;

namespace
{

/* Returns a label's value as it is written. */
std::string
label(std::string_view value)
{
	std::string room(2 * value.size() + 1, '?');
	room.resize(tenancy::escape_label(value, room.data()));
	return room;
}

/* The same for a line of help. */
std::string
help(std::string_view text)
{
	std::string room(2 * text.size() + 1, '?');
	room.resize(tenancy::escape_help(text, room.data()));
	return room;
}

/* Each bound belongs to its own step, and what is above to the next. */
template <typename Step, typename Bound>
bool
bounds_fit(int steps, double unit, Step step, Bound bound)
{
	for (int i = 0; i < steps - 1; i++)
	{
		uint64_t value = static_cast<uint64_t>(std::strtod(bound(i), nullptr) * unit + 0.5);
		if (step(value) != i || step(value + 1) != i + 1)
			return false;
	}
	return std::strcmp(bound(steps - 1), "+Inf") == 0;
}

void
test_steps()
{
	check(tenancy::duration_step(0) == 0 && tenancy::binding_step(0) == 0, "no time at all is in the first step");
	check(bounds_fit(TENANCY_DURATION_STEPS, 1e6, tenancy::duration_step, tenancy::duration_bound),
		  "durations: a bound is in its step, what is above in the next");
	check(bounds_fit(TENANCY_BINDING_STEPS, 1e6, tenancy::binding_step, tenancy::binding_bound),
		  "bindings: likewise");
	check(tenancy::duration_step(UINT64_MAX) == TENANCY_DURATION_STEPS - 1 &&
			  tenancy::binding_step(UINT64_MAX) == TENANCY_BINDING_STEPS - 1,
		  "the longest time is in the last step");
	check(std::strcmp(tenancy::duration_bound(0), "0.0001") == 0 &&
			  std::strcmp(tenancy::duration_bound(14), "10") == 0 &&
			  std::strcmp(tenancy::binding_bound(0), "0.005") == 0 &&
			  std::strcmp(tenancy::binding_bound(12), "100") == 0,
		  "the bounds are those of the contract");
}

void
test_quantiles()
{
	uint64_t none[TENANCY_DURATION_STEPS] = {};
	check(tenancy::duration_quantile(none, 0.95) == 0, "nothing has no quantile");

	uint64_t one[TENANCY_DURATION_STEPS] = {};
	one[2] = 100;
	check(tenancy::duration_quantile(one, 0.5) == 750, "half of what lies between 500 and 1000 is below 750");
	check(tenancy::duration_quantile(one, 0) == 500 && tenancy::duration_quantile(one, 1) == 1000, "its ends");

	uint64_t two[TENANCY_DURATION_STEPS] = {};
	two[0] = 90;
	two[13] = 10;
	check(tenancy::duration_quantile(two, 0.95) == 3500000,
		  "past what is small it looks into the next step that has any");
	check(tenancy::duration_quantile(two, 0.9) == 100, "on the border it is the bound");

	uint64_t slow[TENANCY_DURATION_STEPS] = {};
	slow[TENANCY_DURATION_STEPS - 1] = 5;
	check(tenancy::duration_quantile(slow, 0.95) == 10000000, "what is above all bounds counts as the last");
	slow[0] = 5;
	check(tenancy::duration_quantile(slow, 0.95) == 10000000, "with others below it, too");
}

void
test_names()
{
	std::set<std::string> names;
	bool good = true;
	for (int i = 0; i < TENANCY_ERROR_CLASSES - 1; i++)
	{
		std::string name = tenancy::error_class_name(i);
		good = good && name.size() == 2 && tenancy::error_class((name + "999").c_str()) == i;
		names.insert(name);
	}
	check(good, "each class has two characters, and is found by them");
	check(names.size() == TENANCY_ERROR_CLASSES - 1, "no class is there twice");
	check(std::strcmp(tenancy::error_class_name(tenancy::error_class("42501")), "42") == 0, "42501 is of class 42");
	for (const char *state : {"T0001", "00000", "", "4", "ab000", "ot123"})
		check(std::strcmp(tenancy::error_class_name(tenancy::error_class(state)), "other") == 0,
			  "what PostgreSQL does not define is of class other");

	names.clear();
	for (int i = 0; i < TENANCY_QUERY_TYPES; i++)
		names.insert(tenancy::query_type_name(i));
	check(names == std::set<std::string>({"select", "insert", "update", "delete", "merge", "ddl", "other"}),
		  "kinds of statements are those of the contract");
	check(std::strcmp(tenancy::query_type_name(TENANCY_QUERY_DDL), "ddl") == 0, "each in its place");
}

void
test_escapes()
{
	check(label("acme") == "acme" && label("").empty(), "what is harmless stays");
	check(label("a\"b\\c\nd") == "a\\\"b\\\\c\\nd", "quotes, backslashes and ends of lines are escaped in labels");
	check(help("a\"b\\c\nd") == "a\"b\\\\c\\nd", "in help, quotes are not");
	check(label(std::string("\"\"\"")) == "\\\"\\\"\\\"", "the longest result is twice as long");
}

} // namespace

int
main()
{
	test_steps();
	test_quantiles();
	test_names();
	test_escapes();
	return harness::finish();
}
