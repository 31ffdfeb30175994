/*
 * json_text.cpp
 *	  Any bytes as the inside of a JSON string.
 */
#include "json_text.hpp"

#include <cstdint>
#include <cstring>

namespace tenancy
{

namespace
{

/* Returns the byte at a place of a text as a number; 0, which continues nothing, past its end. */
unsigned
byte_at(std::string_view text, std::size_t place) noexcept
{
	return place < text.size() ? static_cast<unsigned char>(text[place]) : 0;
}

/* Tells whether a byte continues a character of UTF-8. */
bool
continues(unsigned byte) noexcept
{
	return (byte & 0xC0) == 0x80;
}

/* Reads the character of UTF-8 that begins at a place; returns its length, 0 if there is none. */
std::size_t
read_character(std::string_view text, std::size_t place, std::uint32_t &character) noexcept
{
	unsigned first = byte_at(text, place);
	std::size_t length = first < 0x80	? 1
						 : first < 0xC2 ? 0
						 : first < 0xE0 ? 2
						 : first < 0xF0 ? 3
						 : first < 0xF5 ? 4
										: 0;

	if (length == 0)
		return 0;
	character = length == 1 ? first : first & (0x7Fu >> length);
	for (std::size_t i = 1; i < length; i++)
	{
		unsigned next = byte_at(text, place + i);

		if (!continues(next))
			return 0;
		character = character << 6 | (next & 0x3F);
	}
	/* Too long a spelling, half of a pair of UTF-16, or beyond Unicode. */
	if ((length == 3 && character < 0x800) || (length == 4 && character < 0x10000) ||
		(character >= 0xD800 && character < 0xE000) || character > 0x10FFFF)
		return 0;
	return length;
}

/* Tells whether a character is not to reach a reader as it is; those above U+FFFF all may. */
bool
is_escaped(std::uint32_t character) noexcept
{
	return character < 0x20 || character == '"' || character == '\\' || (character >= 0x7F && character < 0xA0) ||
		   character == 0x061C || (character >= 0x200B && character <= 0x200F) ||
		   (character >= 0x2028 && character <= 0x202E) || (character >= 0x2060 && character <= 0x206F) ||
		   character == 0xFEFF || (character >= 0xFFF9 && character <= 0xFFFB);
}

/* Tells whether a byte is a character that may stay: most are, and go by in runs. */
bool
is_plain(char byte) noexcept
{
	return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

/* Writes the escape of a character up to U+FFFF. */
char *
write_escape(std::uint32_t character, char *out) noexcept
{
	static const char digits[] = "0123456789abcdef";

	*out++ = '\\';
	if (character == '"' || character == '\\')
	{
		*out++ = static_cast<char>(character);
		return out;
	}
	if (character == '\n')
	{
		*out++ = 'n';
		return out;
	}
	*out++ = 'u';
	for (int shift = 12; shift >= 0; shift -= 4)
		*out++ = digits[character >> shift & 0xF];
	return out;
}

} // namespace

std::size_t
escape_json(std::string_view text, bool is_utf8, char *out) noexcept
{
	char *begin = out;
	std::size_t place = 0;

	while (place < text.size())
	{
		std::size_t plain = place;

		while (plain < text.size() && is_plain(text[plain]))
			plain++;
		std::memcpy(out, text.data() + place, plain - place);
		out += plain - place;
		place = plain;
		if (place == text.size())
			break;

		std::uint32_t character = byte_at(text, place);
		std::size_t length = 1;

		if (character >= 0x80)
		{
			length = is_utf8 ? read_character(text, place, character) : 0;
			if (length == 0)
			{
				out = write_escape(is_utf8 ? 0xFFFD : byte_at(text, place), out);
				place++;
				continue;
			}
		}
		if (is_escaped(character))
			out = write_escape(character, out);
		else
		{
			std::memcpy(out, text.data() + place, length);
			out += length;
		}
		place += length;
	}
	return static_cast<std::size_t>(out - begin);
}

} // namespace tenancy
