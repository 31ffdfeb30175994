/*
 * base64url.cpp
 *	  Base64 with the alphabet for URLs and without padding (RFC 7515, section 2).
 */
#include "base64url.hpp"

namespace tenancy
{

namespace
{

/* Returns the six bits that a character stands for, or -1. */
constexpr int
digit_value(char character) noexcept
{
	if (character >= 'A' && character <= 'Z')
		return character - 'A';
	if (character >= 'a' && character <= 'z')
		return character - 'a' + 26;
	if (character >= '0' && character <= '9')
		return character - '0' + 52;
	if (character == '-')
		return 62;
	return character == '_' ? 63 : -1;
}

} // namespace

bool
decode_base64url(std::string_view text, std::string &bytes)
{
	unsigned buffer = 0;
	unsigned bits = 0;

	bytes.clear();
	bytes.reserve(text.size() * 3 / 4);
	if (text.size() % 4 == 1)
		return false;
	for (char character : text)
	{
		int digit = digit_value(character);
		if (digit < 0)
			return false;
		buffer = (buffer << 6 | static_cast<unsigned>(digit)) & 0x3fff;
		bits += 6;
		if (bits >= 8)
		{
			bits -= 8;
			bytes.push_back(static_cast<char>(static_cast<unsigned char>(buffer >> bits)));
		}
	}
	return (buffer & ((1U << bits) - 1)) == 0;
}

} // namespace tenancy
