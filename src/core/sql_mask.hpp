/*
 * sql_mask.hpp
 *	  The text of an SQL statement without what it holds of data.
 *
 * Literals become "?", comments and line ends a blank.  Whatever the text is, it is read to
 * its end: a literal that does not end goes on to the end of the text.
 */
#ifndef TENANCY_CORE_SQL_MASK_HPP
#define TENANCY_CORE_SQL_MASK_HPP

#include <cstddef>
#include <string_view>

namespace tenancy
{

/*
 * Writes the masked text, as much of it as there is room for in whole tokens and characters,
 * and returns how many bytes that took; cut says whether something is missing.  Where a backslash
 * stands before the quote of a plain string, all that follows is masked: whether the string
 * ends there is a matter of standard_conforming_strings.
 */
std::size_t mask_sql(std::string_view sql, char *out, std::size_t room, bool &cut) noexcept;

/* Tells whether a text speaks of passwords, tickets, connections and the like, anywhere in it. */
bool speaks_of_secrets(std::string_view sql) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_SQL_MASK_HPP */
