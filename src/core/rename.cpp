/*
 * rename.cpp
 *	  Where a text of SQL speaks of a schema.
 *
 * A small lexer of SQL's words, quotes and comments.  Bodies in other languages go
 * through it as well: what it takes for a quote there is looked through for words
 * like everything else.
 */
#include "rename.hpp"

namespace tenancy
{

namespace
{

/* Dollar quotes within dollar quotes are looked into so deep; deeper ones are text. */
constexpr int deepest = 16;

/*
 * So many times its length a text is searched for ends of dollar quotes in vain; after that
 * dollars are taken for code, in which the name is found as well.
 */
constexpr std::size_t search_factor = 64;

/* Tells whether a byte may begin a word. */
constexpr bool
begins_word(char byte) noexcept
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
		   static_cast<unsigned char>(byte) >= 0x80;
}

/* Tells whether a byte may stand in a dollar quote's tag after its first. */
constexpr bool
in_tag(char byte) noexcept
{
	return begins_word(byte) || (byte >= '0' && byte <= '9');
}

/* Tells whether a byte may stand in a word. */
constexpr bool
in_word(char byte) noexcept
{
	return in_tag(byte) || byte == '$';
}

/* Folds an ASCII letter to lower case. */
constexpr char
fold(char byte) noexcept
{
	return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

/* Tells whether a word is the name when case is folded. */
bool
same_folded(std::string_view word, std::string_view name) noexcept
{
	if (word.size() != name.size())
		return false;
	for (std::size_t i = 0; i < word.size(); i++)
	{
		if (fold(word[i]) != name[i])
			return false;
	}
	return true;
}

/* Returns the value of a hexadecimal digit, or -1. */
constexpr int
hex_value(char byte) noexcept
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte = fold(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* How the bytes between two quotes are spelled. */
enum class Spelling
{
	plain,	 /* as they are */
	escapes, /* E'': C-style escapes */
	unicode	 /* U&'' and U&"": code points after an escape character */
};

/* One character as it is meant: what it stands for, and how many bytes spell it. */
struct Character
{
	char byte; /* 0x80 for anything that is not ASCII */
	std::size_t length;
};

/* Makes a character of a code. */
constexpr Character
character_of(unsigned long code, std::size_t length) noexcept
{
	return {code < 0x80 ? static_cast<char>(code) : static_cast<char>(0x80), length};
}

/* Reads up to most digits of a base after a prefix of the given length. */
Character
read_digits(std::string_view text, std::size_t at, std::size_t prefix, int base, std::size_t most) noexcept
{
	unsigned long code = 0;
	std::size_t count = 0;

	while (count < most && at + prefix + count < text.size())
	{
		int digit = hex_value(text[at + prefix + count]);
		if (digit < 0 || digit >= base)
			break;
		code = code * static_cast<unsigned long>(base) + static_cast<unsigned long>(digit);
		count++;
	}
	return character_of(count == 0 ? 0x80 : code, prefix + count);
}

/* Reads the character at a position of a quoted text. */
Character
read_character(std::string_view text, std::size_t at, Spelling spelling, char escape) noexcept
{
	if (spelling == Spelling::plain || text[at] != escape || at + 1 >= text.size())
		return {text[at], 1};
	char next = text[at + 1];
	if (next == escape)
		return {escape, 2};
	if (spelling == Spelling::unicode)
		return next == '+' ? read_digits(text, at, 2, 16, 6) : read_digits(text, at, 1, 16, 4);
	switch (next)
	{
		case 'b':
		case 'f':
		case 'n':
		case 'r':
		case 't':
			return {' ', 2};
		case 'x':
			return read_digits(text, at, 2, 16, 2);
		case 'u':
			return read_digits(text, at, 2, 16, 4);
		case 'U':
			return read_digits(text, at, 2, 16, 8);
		default:
			if (next >= '0' && next <= '7')
				return read_digits(text, at, 1, 8, 3);
			return {next, 2};
	}
}

/* A search through one text. */
class Search
{
public:
	Search(std::string_view text, std::string_view name, ReferenceSink &sink) noexcept
		: text_(text), name_(name), sink_(sink)
	{
	}

	/* Looks through everything. */
	TenancyTrouble run(std::size_t &position)
	{
		code(0, text_.size(), 0);
		position = position_;
		return trouble_;
	}

private:
	/* Reports a reference. */
	void found(std::size_t at, TenancyPlace place, int depth)
	{
		sink_.take({at, place, depth});
	}

	/* Reports trouble; the search ends. */
	void stop(TenancyTrouble trouble, std::size_t at) noexcept
	{
		if (trouble_ == TENANCY_NO_TROUBLE)
		{
			trouble_ = trouble;
			position_ = at;
		}
	}

	/*
	 * Looks for the name in quoted text, character by character as it is meant.  A word
	 * that is spelled with escapes cannot be replaced in place.
	 */
	void words(std::size_t begin, std::size_t end, Spelling spelling, char escape, TenancyPlace place, int depth)
	{
		std::string_view part = text_.substr(0, end);
		char before = ' ';

		for (std::size_t at = begin; at < end && trouble_ == TENANCY_NO_TROUBLE;)
		{
			Character first = read_character(part, at, spelling, escape);

			if (fold(first.byte) == name_.front() && !in_word(before))
				try_word(part, begin, at, spelling, escape, place, depth);
			before = first.byte;
			at += first.length;
		}
	}

	/* Looks whether the name begins at a place in quoted text. */
	void try_word(std::string_view part, std::size_t begin, std::size_t start, Spelling spelling, char escape,
				  TenancyPlace place, int depth)
	{
		std::size_t at = start;
		bool exact = true;

		for (char wanted : name_)
		{
			if (at >= part.size())
				return;
			Character character = read_character(part, at, spelling, escape);
			if (fold(character.byte) != wanted)
				return;
			exact = exact && character.byte == wanted;
			at += character.length;
		}
		if (at < part.size() && in_word(read_character(part, at, spelling, escape).byte))
			return;
		if (at - start != name_.size())
			stop(TENANCY_TROUBLE_ESCAPED, start);
		/* "TENANT_ACME" in quotes of its own, or in a comment, is something else. */
		else if (exact || (place == TENANCY_IN_TEXT &&
						   !(start > begin && part[start - 1] == '"' && at < part.size() && part[at] == '"')))
			found(start, place, depth);
	}

	/* Returns the position after a run of text in quotes, which begins after the opening quote; the closing one is doubled inside. */
	std::size_t closing_quote(std::size_t at, std::size_t end, char quote, bool backslashes) const noexcept
	{
		for (; at < end; at++)
		{
			if (backslashes && text_[at] == '\\')
				at++;
			else if (text_[at] == quote)
			{
				if (at + 1 < end && text_[at + 1] == quote)
					at++;
				else
					return at;
			}
		}
		return end;
	}

	/* Returns the escape character that UESCAPE names after a closing quote; a backslash if none follows. */
	char unicode_escape(std::size_t at, std::size_t end) const noexcept
	{
		constexpr std::string_view keyword = "uescape";

		while (at < end && is_space(text_[at]))
			at++;
		if (end - at < keyword.size() || !same_folded(text_.substr(at, keyword.size()), keyword))
			return '\\';
		at += keyword.size();
		while (at < end && is_space(text_[at]))
			at++;
		return end - at >= 3 && text_[at] == '\'' && text_[at + 2] == '\'' ? text_[at + 1] : '\\';
	}

	/* Looks through a string constant whose opening quote is at a position; returns the position after it. */
	std::size_t string(std::size_t at, std::size_t end, Spelling spelling, int depth)
	{
		std::size_t close = closing_quote(at + 1, end, '\'', spelling == Spelling::escapes);
		char escape = spelling == Spelling::unicode ? unicode_escape(close < end ? close + 1 : end, end) : '\\';

		words(at + 1, close, spelling, escape, TENANCY_IN_TEXT, depth);
		return close < end ? close + 1 : end;
	}

	/*
	 * The same for what stands in double quotes: at the top a name, of which the whole
	 * counts; in a body perhaps a string of another language.
	 */
	std::size_t identifier(std::size_t at, std::size_t end, bool unicode, int depth)
	{
		std::size_t close = closing_quote(at + 1, end, '"', false);
		std::string_view inside = text_.substr(at + 1, close - at - 1);

		if (unicode)
			words(at + 1,
				  close,
				  Spelling::unicode,
				  unicode_escape(close < end ? close + 1 : end, end),
				  TENANCY_IN_IDENTIFIER,
				  depth);
		else if (inside == name_)
			name_at(at + 1, TENANCY_IN_IDENTIFIER, depth);
		else if (depth > 0)
			words(at + 1, close, Spelling::plain, '\\', TENANCY_IN_IDENTIFIER, depth);
		return close < end ? close + 1 : end;
	}

	/* Takes the name where it stands as a name: after a dot it is that of something else. */
	void name_at(std::size_t at, TenancyPlace place, int depth)
	{
		if (last_ == '.')
			stop(TENANCY_TROUBLE_COMPONENT, at);
		else
			found(at, place, depth);
	}

	/* Looks through a comment that begins at a position; returns the position after it. */
	std::size_t comment(std::size_t at, std::size_t end, int depth)
	{
		std::size_t begin = at;

		if (text_[at] == '-')
		{
			while (at < end && text_[at] != '\n' && text_[at] != '\r')
				at++;
		}
		else
		{
			int open = 0;

			do
			{
				if (starts(at, end, '/', '*'))
				{
					open++;
					at += 2;
				}
				else if (starts(at, end, '*', '/'))
				{
					open--;
					at += 2;
				}
				else
					at++;
			} while (open > 0 && at < end);
		}
		words(begin, at < end ? at : end, Spelling::plain, '\\', TENANCY_IN_COMMENT, depth);
		return at < end ? at : end;
	}

	/* Looks through a dollar-quoted text if one begins at a position; returns the position after it, or after the dollar. */
	std::size_t dollar(std::size_t at, std::size_t end, int depth)
	{
		std::size_t tag = at + 1;

		if (tag < end && begins_word(text_[tag]))
		{
			while (tag < end && in_tag(text_[tag]))
				tag++;
		}
		if (tag >= end || text_[tag] != '$' || searched_ / search_factor > text_.size())
			return at + 1;
		std::string_view delimiter = text_.substr(at, tag + 1 - at);
		std::size_t begin = tag + 1;
		std::size_t close = text_.substr(0, end).find(delimiter, begin);
		if (close == std::string_view::npos)
		{
			searched_ += end - begin;
			return at + 1;
		}
		if (depth < deepest)
			code(begin, close, depth + 1);
		else
			words(begin, close, Spelling::plain, '\\', TENANCY_IN_TEXT, depth);
		return close + delimiter.size();
	}

	/* Takes a word of code, or the string that it is the prefix of; returns the position after it. */
	std::size_t word(std::size_t at, std::size_t end, int depth)
	{
		std::size_t after = at;

		while (after < end && in_word(text_[after]))
			after++;
		std::string_view text = text_.substr(at, after - at);
		if (text.size() == 1 && fold(text[0]) == 'e' && after < end && text_[after] == '\'')
			return string(after, end, Spelling::escapes, depth);
		if (text.size() == 1 && fold(text[0]) == 'u' && after + 1 < end && text_[after] == '&')
		{
			if (text_[after + 1] == '\'')
				return string(after + 1, end, Spelling::unicode, depth);
			if (text_[after + 1] == '"')
				return identifier(after + 1, end, true, depth);
		}
		if (same_folded(text, name_))
			name_at(at, TENANCY_IN_CODE, depth);
		return after;
	}

	/* Looks through code. */
	void code(std::size_t begin, std::size_t end, int depth)
	{
		last_ = ' ';
		for (std::size_t at = begin; at < end && trouble_ == TENANCY_NO_TROUBLE;)
		{
			char byte = text_[at];

			if (starts(at, end, '-', '-') || starts(at, end, '/', '*'))
			{
				at = comment(at, end, depth);
				continue;
			}
			if (byte == '\'')
				at = string(at, end, Spelling::plain, depth);
			else if (byte == '"')
				at = identifier(at, end, false, depth);
			else if (byte == '$')
				at = dollar(at, end, depth);
			else if (in_word(byte))
				at = word(at, end, depth);
			else
				at++;
			if (!is_space(byte))
				last_ = byte;
		}
	}

	/* Tells whether two bytes stand at a position. */
	bool starts(std::size_t at, std::size_t end, char first, char second) const noexcept
	{
		return at + 1 < end && text_[at] == first && text_[at + 1] == second;
	}

	/* Tells whether a byte is white space to SQL. */
	static constexpr bool is_space(char byte) noexcept
	{
		return byte == ' ' || (byte >= '\t' && byte <= '\r');
	}

	std::string_view text_;
	std::string_view name_;
	ReferenceSink &sink_;
	std::size_t searched_ = 0; /* bytes, for ends of dollar quotes that are not there */
	char last_ = ' ';		   /* how the token before began; white space and comments are none */
	TenancyTrouble trouble_ = TENANCY_NO_TROUBLE;
	std::size_t position_ = 0;
};

} // namespace

TenancyTrouble
find_references(std::string_view text, std::string_view name, ReferenceSink &sink, std::size_t &position)
{
	return Search(text, name, sink).run(position);
}

bool
builds_schema_names(std::string_view text, std::string_view name) noexcept
{
	constexpr std::string_view prefix{TENANCY_SCHEMA_PREFIX, TENANCY_SCHEMA_PREFIX_LENGTH};

	for (std::size_t at = 0; at + prefix.size() <= text.size(); at++)
	{
		if (!same_folded(text.substr(at, prefix.size()), prefix) || (at > 0 && in_word(text[at - 1])))
			continue;
		if (!same_folded(text.substr(at, name.size()), name) ||
			(at + name.size() < text.size() && in_word(text[at + name.size()])))
			return true;
	}
	return false;
}

} // namespace tenancy
