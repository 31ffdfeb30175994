/*
 * qualifier.cpp
 *	  A schema's name in SQL that PostgreSQL printed.
 */
#include "qualifier.hpp"

namespace tenancy
{

namespace
{

/* Tells whether a character can be inside a name without quotes. */
bool
continues_name(char character) noexcept
{
	unsigned char byte = static_cast<unsigned char>(character);

	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
		   byte == '_' || byte == '$' || byte >= 0x80;
}

} // namespace

std::size_t
find_qualifier(std::string_view sql, std::string_view qualifier) noexcept
{
	std::size_t at = 0;

	while (at < sql.size())
	{
		bool begins = at == 0 || (!continues_name(sql[at - 1]) && sql[at - 1] != '.');

		if (begins && sql.compare(at, qualifier.size(), qualifier) == 0)
			return at;
		if (sql[at] == '"' || sql[at] == '\'')
		{
			/* A doubled quote inside ends one string and begins another, which comes to the same. */
			std::size_t end = sql.find(sql[at], at + 1);

			if (end == std::string_view::npos)
				return std::string_view::npos;
			at = end;
		}
		at++;
	}
	return std::string_view::npos;
}

std::size_t
find_word(std::string_view text, std::string_view word, std::size_t from) noexcept
{
	for (std::size_t at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1))
	{
		std::size_t end = at + word.size();

		if ((at == 0 || !continues_name(text[at - 1])) && (end == text.size() || !continues_name(text[end])))
			return at;
	}
	return std::string_view::npos;
}

} // namespace tenancy
