/*
 * metrics.cpp
 *	  Histograms, classes of errors, and the text that Prometheus reads.
 */
#include "metrics.hpp"

#include <cstring>

namespace tenancy
{

namespace
{

/* Upper bounds, each step's own included; the last step has none. */
constexpr uint64_t duration_bounds[TENANCY_DURATION_STEPS - 1] = {
	100,
	500,
	1000,
	2500,
	5000,
	10000,
	25000,
	50000,
	100000,
	250000,
	500000,
	1000000,
	2000000,
	5000000,
	10000000,
};

constexpr const char *duration_names[TENANCY_DURATION_STEPS] = {
	"0.0001",
	"0.0005",
	"0.001",
	"0.0025",
	"0.005",
	"0.01",
	"0.025",
	"0.05",
	"0.1",
	"0.25",
	"0.5",
	"1",
	"2",
	"5",
	"10",
	"+Inf",
};

constexpr uint64_t binding_bounds[TENANCY_BINDING_STEPS - 1] = {
	5000,
	10000,
	20000,
	50000,
	100000,
	200000,
	500000,
	1000000,
	2000000,
	5000000,
	10000000,
	50000000,
	100000000,
};

constexpr const char *binding_names[TENANCY_BINDING_STEPS] = {
	"0.005",
	"0.01",
	"0.02",
	"0.05",
	"0.1",
	"0.2",
	"0.5",
	"1",
	"2",
	"5",
	"10",
	"50",
	"100",
	"+Inf",
};

constexpr const char *type_names[TENANCY_QUERY_TYPES] = {
	"select",
	"insert",
	"update",
	"delete",
	"merge",
	"ddl",
	"other",
};

/* As in the appendix of PostgreSQL's manual, those of successes, warnings and notices left out. */
constexpr const char *class_names[TENANCY_ERROR_CLASSES] = {
	"03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "20", "21", "22", "23", "24",
	"25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "40",
	"42", "44", "53", "54", "55", "57", "58", "72", "F0", "HV", "P0", "XX", "10", "other",
};

/* Finds the first bound that a value does not exceed.  Most values are small. */
template <std::size_t n>
int
step_of(const uint64_t (&bounds)[n], uint64_t value) noexcept
{
	int step = 0;
	while (step < static_cast<int>(n) && value > bounds[step])
		step++;
	return step;
}

/* Puts a backslash in front of some characters, and spells the end of a line. */
std::size_t
escape(std::string_view text, bool quotes, char *room) noexcept
{
	char *end = room;
	for (char c : text)
	{
		if (c == '\\' || c == '\n' || (quotes && c == '"'))
			*end++ = '\\';
		*end++ = c == '\n' ? 'n' : c;
	}
	return static_cast<std::size_t>(end - room);
}

} // namespace

int
duration_step(uint64_t microseconds) noexcept
{
	return step_of(duration_bounds, microseconds);
}

int
binding_step(uint64_t nanoseconds) noexcept
{
	return step_of(binding_bounds, nanoseconds);
}

const char *
duration_bound(int step) noexcept
{
	return duration_names[step];
}

const char *
binding_bound(int step) noexcept
{
	return binding_names[step];
}

double
duration_quantile(const uint64_t (&counts)[TENANCY_DURATION_STEPS], double quantile) noexcept
{
	double total = 0;
	for (uint64_t count : counts)
		total += static_cast<double>(count);
	double rank = quantile * total;
	double below = 0;
	for (int step = 0; step < TENANCY_DURATION_STEPS - 1; step++)
	{
		double count = static_cast<double>(counts[step]);
		if (count > 0 && below + count >= rank)
		{
			double low = step == 0 ? 0 : static_cast<double>(duration_bounds[step - 1]);
			double high = static_cast<double>(duration_bounds[step]);
			return low + (high - low) * (rank > below ? (rank - below) / count : 0);
		}
		below += count;
	}
	return total > 0 ? static_cast<double>(duration_bounds[TENANCY_DURATION_STEPS - 2]) : 0;
}

const char *
query_type_name(int type) noexcept
{
	return type_names[type];
}

int
error_class(const char *sqlstate) noexcept
{
	int number = 0;
	while (number < TENANCY_ERROR_CLASSES - 1 && std::strncmp(class_names[number], sqlstate, 2) != 0)
		number++;
	return number;
}

const char *
error_class_name(int number) noexcept
{
	return class_names[number];
}

std::size_t
escape_label(std::string_view value, char *room) noexcept
{
	return escape(value, true, room);
}

std::size_t
escape_help(std::string_view text, char *room) noexcept
{
	return escape(text, false, room);
}

} // namespace tenancy
