/*
 * json_text.cpp
 *	  Any bytes as the inside of a JSON string: a JSON parser reads back what went in.
 */
#include "core/json_text.hpp"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness.hpp"

using harness::check;

namespace
{

/* Returns what becomes of a text, in a buffer that is no longer than promised. */
std::string
escaped(std::string_view text, bool is_utf8 = true)
{
	std::vector<char> buffer(text.size() * tenancy::json_bytes_per_byte + 1);

	return std::string(buffer.data(), tenancy::escape_json(text, is_utf8, buffer.data()));
}

/* Returns what a JSON parser reads of it. */
std::string
reread(std::string_view text, bool is_utf8 = true)
{
	return nlohmann::json::parse("\"" + escaped(text, is_utf8) + "\"").get<std::string>();
}

/* Tells whether no byte of a text controls anything. */
bool
is_one_line(const std::string &text)
{
	for (unsigned char byte : text)
		if (byte < 0x20 || byte == 0x7F)
			return false;
	return true;
}

} // namespace

int
main()
{
	std::string all;

	check(escaped("tenant_acme.tasks") == "tenant_acme.tasks", "names stay as they are");
	check(escaped("").empty(), "nothing stays nothing");
	check(escaped("a\"b\\c") == "a\\\"b\\\\c", "quotes and backslashes are escaped");
	check(escaped("a\nb\r") == "a\\nb\\u000d", "line ends are escaped");
	check(escaped(std::string_view("a\0b", 3)) == "a\\u0000b", "a zero byte is escaped");
	check(escaped("m\xc3\xbcller \xf0\x9f\x98\x80") == "m\xc3\xbcller \xf0\x9f\x98\x80", "characters of UTF-8 stay");
	check(escaped("\xe2\x80\xa8\xe2\x80\xae\xc2\x85\x7f") == "\\u2028\\u202e\\u0085\\u007f",
		  "other ends of lines, directions and controls are escaped");
	check(escaped("\xe2\x81\xa6\xef\xbb\xbf\xe2\x80\x8b") == "\\u2066\\ufeff\\u200b", "what nobody sees is escaped");
	check(escaped("a\xc3") == "a\\ufffd", "a character that was cut is marked");
	check(escaped("\xc3(") == "\\ufffd(", "what follows half a character stays");
	check(escaped("\xc0\xaf") == "\\ufffd\\ufffd", "a spelling that is too long is none");
	check(escaped("\xe0\x80\xaf") == "\\ufffd\\ufffd\\ufffd", "nor is one of three bytes");
	check(escaped("\xed\xa0\x80") == "\\ufffd\\ufffd\\ufffd", "half a pair of UTF-16 is no character");
	check(escaped("\xf4\x90\x80\x80") == "\\ufffd\\ufffd\\ufffd\\ufffd", "nor is what lies beyond Unicode");
	check(escaped("\xff\xfe") == "\\ufffd\\ufffd", "nor are bytes that UTF-8 never has");
	check(escaped("m\xfcller", false) == "m\\u00fcller", "in other encodings bytes are escaped by number");

	for (int byte = 0; byte < 256; byte++)
		all.push_back(static_cast<char>(byte));
	check(is_one_line(escaped(all)) && is_one_line(escaped(all, false)), "all bytes are one line");
	check(reread(all, false).size() == 128 + 2 * 128, "all bytes are read again");

	/* Every pair and many longer runs: valid JSON, within the room. */
	bool good = true;
	unsigned seed = 1;
	for (int i = 0; i < 20000; i++)
	{
		std::string text;

		for (unsigned length = 1 + i % 7; length > 0; length--)
		{
			seed = seed * 1664525u + 1013904223u;
			text.push_back(static_cast<char>(seed >> 24));
		}
		good =
			good && is_one_line(escaped(text)) && escaped(text).size() <= text.size() * tenancy::json_bytes_per_byte;
		(void) reread(text);
		(void) reread(text, false);
	}
	check(good, "random bytes are valid JSON, in one line");
	return harness::finish();
}
