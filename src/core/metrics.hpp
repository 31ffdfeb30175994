/*
 * metrics.hpp
 *	  Histograms, classes of errors, and the text that Prometheus reads.
 */
#ifndef TENANCY_CORE_METRICS_HPP
#define TENANCY_CORE_METRICS_HPP

#include <cstddef>
#include <string_view>

#include "metrics.h"

namespace tenancy
{

/* Returns the step of a duration in microseconds. */
int duration_step(uint64_t microseconds) noexcept;

/* Returns the step of the time, in nanoseconds, that a binding took. */
int binding_step(uint64_t nanoseconds) noexcept;

/* Returns the upper bound of a step as a label says it: in seconds, or of bindings in milliseconds. */
const char *duration_bound(int step) noexcept;
const char *binding_bound(int step) noexcept;

/*
 * Estimates a quantile (0 to 1) of durations, in microseconds, from how many there are in each step:
 * as if they were spread evenly within one.  What is above all bounds counts as the last
 * bound; 0 where there are none.
 */
double duration_quantile(const uint64_t (&counts)[TENANCY_DURATION_STEPS], double quantile) noexcept;

/* Returns the name of a kind of statements. */
const char *query_type_name(int type) noexcept;

/* Returns the number of the class that an SQLSTATE begins with. */
int error_class(const char *sqlstate) noexcept;

/* Returns what a class is called: its two characters, of the last one "other". */
const char *error_class_name(int number) noexcept;

/*
 * Writes the value of a label as the text format has it, without the quotes around, or the words of help;
 * returns the length.  The room must be twice as long as the text.
 */
std::size_t escape_label(std::string_view value, char *room) noexcept;
std::size_t escape_help(std::string_view text, char *room) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_METRICS_HPP */
