/*
 * qualifier.hpp
 *	  A schema's name in SQL that PostgreSQL printed.
 */
#ifndef TENANCY_CORE_QUALIFIER_HPP
#define TENANCY_CORE_QUALIFIER_HPP

#include <cstddef>
#include <string_view>

namespace tenancy
{

/*
 * Returns where a qualifier (a schema's name as it is quoted, and a dot) stands for the
 * first time outside of quotes, or std::string_view::npos.
 */
std::size_t find_qualifier(std::string_view sql, std::string_view qualifier) noexcept;

/*
 * Returns where a text has a word at or after a position, or std::string_view::npos: not
 * as a part of a longer name, but in quotes and strings too.
 */
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_QUALIFIER_HPP */
