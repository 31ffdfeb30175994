/*
 * json_text.hpp
 *	  Any bytes as the inside of a JSON string.
 *
 * What comes out is valid JSON in UTF-8 and one line to every reader: what could end a line,
 * move a terminal's cursor or turn the direction of writing is escaped.
 */
#ifndef TENANCY_CORE_JSON_TEXT_HPP
#define TENANCY_CORE_JSON_TEXT_HPP

#include <cstddef>
#include <string_view>

namespace tenancy
{

/* A byte becomes at most as many as this. */
constexpr std::size_t json_bytes_per_byte = 6;

/*
 * Writes a text without the quotes around it, and returns how many bytes that took.  In a
 * text that is not UTF-8, each byte above 127 becomes the escape of its number; in one that
 * should be, each byte that belongs to no character becomes U+FFFD.
 */
std::size_t escape_json(std::string_view text, bool is_utf8, char *out) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_JSON_TEXT_HPP */
