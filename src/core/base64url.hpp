/*
 * base64url.hpp
 *	  Base64 with the alphabet for URLs and without padding (RFC 7515, section 2).
 */
#ifndef TENANCY_CORE_BASE64URL_HPP
#define TENANCY_CORE_BASE64URL_HPP

#include <string>
#include <string_view>

namespace tenancy
{

/*
 * Reads the bytes that a text spells.  Bytes have one spelling: false for padding, white
 * space, other characters, and bits that no byte takes up.  Throws std::bad_alloc.
 */
bool decode_base64url(std::string_view text, std::string &bytes);

} // namespace tenancy

#endif /* TENANCY_CORE_BASE64URL_HPP */
