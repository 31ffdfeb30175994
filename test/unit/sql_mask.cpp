/*
 * sql_mask.cpp
 *	  The text of an SQL statement without what it holds of data.
 */
#include "core/sql_mask.hpp"

#include <string>
#include <vector>

#include "harness.hpp"

using harness::check;

namespace
{

/* Returns the masked text. */
std::string
mask(std::string_view sql)
{
	std::vector<char> buffer(sql.size() + 1);
	bool cut;
	std::size_t length = tenancy::mask_sql(sql, buffer.data(), buffer.size(), cut);

	return cut ? "cut" : std::string(buffer.data(), length);
}

/* Returns as much of the masked text as a room holds, and "..." where something is missing. */
std::string
mask_within(std::string_view sql, std::size_t room)
{
	std::vector<char> buffer(room + 1);
	bool cut;
	std::size_t length = tenancy::mask_sql(sql, buffer.data(), room, cut);

	return std::string(buffer.data(), length) + (cut ? "..." : "");
}

} // namespace

int
main()
{
	check(mask("SELECT 1") == "SELECT ?", "a number");
	check(mask("SELECT a1, t.b_2 FROM t2") == "SELECT a1, t.b_2 FROM t2", "digits in names stay");
	check(mask("SELECT 1.5e-10, .5, 0x1F, 1_000, 12abc") == "SELECT ?, ?, ?, ?, ?", "numbers of all kinds");
	check(mask("SELECT -1+2") == "SELECT -?+?", "signs stay");
	check(mask("WHERE a = 'it''s' AND b='x'") == "WHERE a = ? AND b=?", "strings");
	check(mask("SELECT 'a\\', ' || secret, 'b'") == "SELECT ?",
		  "where a backslash may escape a quote, the rest is masked");
	check(mask("SELECT 'a\\b', 'c'") == "SELECT ?, ?", "other backslashes do not matter");
	check(mask("SELECT E'a\\', ' || b, e'\\\\' || c") == "SELECT ? || b, ? || c", "strings with escapes");
	check(mask("SELECT E'a'\n -- b\n 'c\\'d', e") == "SELECT ?, e", "a string goes on in the next line as it began");
	check(mask("SELECT 'a' 'b' -- c\n + 1") == "SELECT ? ? + ?", "but not in the same line");
	check(mask("SELECT fee'x'") == "SELECT fee?", "a name that ends like a prefix is none");
	check(mask("SELECT B'01', x'ff', N'n', U&'\\0061'") == "SELECT ?, ?, ?, ?", "strings with other prefixes");
	check(mask("SELECT U&\"d\\0061t\" FROM \"a \"\"b\"") == "SELECT U&\"d\\0061t\" FROM \"a \"\"b\"",
		  "quoted names stay");
	check(mask("DO $$ BEGIN PERFORM 'x'; END $$ LANGUAGE plpgsql") == "DO ? LANGUAGE plpgsql", "dollar quotes");
	check(mask("SELECT $a$ $$ x $a$, y") == "SELECT ?, y", "dollar quotes with a tag");
	check(mask("SELECT $1, $2::int, a$b$c") == "SELECT $1, $2::int, a$b$c", "parameters, and dollars in names, stay");
	check(mask("SELECT $a$ never ends") == "SELECT ?", "a dollar quote without an end");
	check(mask("SELECT 'never ends") == "SELECT ?", "a string without an end");
	check(mask("SELECT \"never ends") == "SELECT \"never ends", "a name without an end");
	check(mask("SELECT 1 -- secret\n, 2") == "SELECT ? , ?", "a comment to the end of the line");
	check(mask("SELECT /* a /* b */ 'c */ 2 /* never ends") == "SELECT ?", "comments nest, and need no end");
	check(mask("SELECT 1 /* x */ + /**/ 2") == "SELECT ? + ?", "comments become a blank");
	check(mask("  SELECT\n\t1\r\n") == "SELECT ?", "line ends become a blank");
	check(mask("SELECT '--', 'a' -- b") == "SELECT ?, ?", "no comment begins in a string");
	check(mask("SELECT \"--\", \"'\", 'x'") == "SELECT \"--\", \"'\", ?", "nor one in a name");
	check(mask("SELECT a->>'b', c @> '{1}', d/e*f") == "SELECT a->>?, c @> ?, d/e*f", "operators stay");
	check(mask("SELECT 'm\xc3\xbcller' FROM m\xc3\xbcller") == "SELECT ? FROM m\xc3\xbcller", "letters beyond ASCII");
	check(mask("").empty() && mask("/*").empty() && mask("--").empty(), "nothing stays nothing");
	check(mask("'") == "?" && mask("$") == "$" && mask("$$") == "?" && mask("E'\\") == "?", "the shortest of all");

	check(mask("ALTER ROLE a PASSWORD 'hunter2'") == "ALTER ROLE a PASSWORD ?", "a password is a string");
	check(mask("SET my.password = hunter2") == "SET my.password = ?", "a password without quotes");
	check(mask("SET my.PassWord TO Hunter2; SET x TO y") == "SET my.PassWord TO ?; SET x TO y", "whatever the case");
	check(mask("SET \"my.password\" = \"hunter2\"") == "SET \"my.password\" = ?", "or in double quotes");
	check(mask("SET password . x = y") == "SET password . x = y", "the last part of a name tells");
	check(mask("SET search_path = a, b") == "SET search_path = a, b", "other settings stay");

	check(tenancy::speaks_of_secrets("ALTER ROLE a PASSWORD 'x'"), "a password is a secret");
	check(tenancy::speaks_of_secrets("SELECT dblink('host=x passwd=y')"), "also in a string");
	check(tenancy::speaks_of_secrets("SET Tenancy.Tenant = 'acme.x.y'"), "so is what binds");
	check(!tenancy::speaks_of_secrets("INSERT INTO entries VALUES (1, 'done')"), "other statements have none");

	check(mask_within("SELECT a FROM b", 15) == "SELECT a FROM b", "what fits is whole");
	check(mask_within("SELECT a FROM b", 14) == "SELECT a FROM...", "what does not is cut between tokens");
	check(mask_within("SELECT 'aaaaaaaaaaaaaaaa'", 8) == "SELECT ?", "the length of literals does not matter");
	check(mask_within("abc", 2) == "...", "a token that is too long is left out");
	check(mask_within("", 0).empty() && mask_within("a", 0) == "...", "without room there is nothing");

	/* No literal of two that surround random text gets out, and nothing is written past the room. */
	bool good = true;
	unsigned seed = 1;
	const char *pieces[] =
		{"'", "\"", "$$", "$a$", "\\", "/*", "*/", "--", "\n", "E'", "U&'", "1", ".", "a", " ", "=", ";"};
	for (int i = 0; i < 50000; i++)
	{
		std::string text;

		for (int length = 1 + i % 12; length > 0; length--)
		{
			seed = seed * 1664525u + 1013904223u;
			text += pieces[(seed >> 16) % (sizeof(pieces) / sizeof(pieces[0]))];
		}
		good = good && mask(text) != "cut" && mask_within(text, i % 9).size() <= static_cast<std::size_t>(i % 9 + 3);
		good = good && mask("SELECT 'hunter2', " + text).find("hunter2") == std::string::npos;
	}
	check(good, "random texts are read to their end");
	return harness::finish();
}
