/*
 * sql_mask.cpp
 *	  The text of an SQL statement without what it holds of data.
 *
 * The lexical rules are those of PostgreSQL.  Where a text breaks them, more is masked
 * rather than less.
 */
#include "sql_mask.hpp"

#include <cstring>

namespace tenancy
{

namespace
{

/* Words that announce a secret, in lower case. */
constexpr std::string_view secret_words[] = {"passw",
											 "pwd",
											 "secret",
											 "ticket",
											 "token",
											 "credential",
											 "api_key",
											 "apikey",
											 "crypt",
											 "tenancy.",
											 "conninfo",
											 "subscription",
											 "mapping",
											 "connection",
											 "dblink",
											 "passphrase",
											 "private"};

/* Returns the lower-case letter of an upper-case one. */
char
lower(char letter) noexcept
{
	return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/* Tells whether a text has a word at a place, in upper or lower case. */
bool
has_at(std::string_view text, std::size_t place, std::string_view word) noexcept
{
	if (text.size() - place < word.size())
		return false;
	for (std::size_t i = 0; i < word.size(); i++)
	{
		if (lower(text[place + i]) != word[i])
			return false;
	}
	return true;
}

bool
is_space(char c) noexcept
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool
is_digit(char c) noexcept
{
	return c >= '0' && c <= '9';
}

/* Tells whether a byte can begin a name; those above 127 are parts of letters. */
bool
begins_name(char c) noexcept
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool
continues_name(char c) noexcept
{
	return begins_name(c) || is_digit(c) || c == '$';
}

/* What a piece of the text is. */
enum class Kind
{
	space,
	literal,
	name,
	symbol
};

/* Reads a text piece by piece. */
class Lexer
{
public:
	explicit Lexer(std::string_view text) noexcept : text_(text)
	{
	}

	bool at_end() const noexcept
	{
		return place_ >= text_.size();
	}

	/* Reads a piece; begin and end say where it stands. */
	Kind next(std::size_t &begin, std::size_t &end) noexcept
	{
		begin = place_;
		Kind kind = read();
		end = place_;
		return kind;
	}

private:
	/* Returns the character so many places on; 0 past the end. */
	char peek(std::size_t ahead = 0) const noexcept
	{
		return place_ + ahead < text_.size() ? text_[place_ + ahead] : '\0';
	}

	Kind read() noexcept
	{
		char c = peek();

		if (is_space(c) || (c == '-' && peek(1) == '-') || (c == '/' && peek(1) == '*'))
			return read_space();
		if (c == '\'')
			return read_string(false);
		if (c == '"')
			return read_quoted_name();
		if (c == '$')
			return read_dollar();
		if (is_digit(c) || (c == '.' && is_digit(peek(1))))
			return read_number();
		if (begins_name(c))
			return read_name();
		place_++;
		return Kind::symbol;
	}

	/* Reads white space and comments; those in slashes nest. */
	Kind read_space() noexcept
	{
		if (peek() == '-')
		{
			while (!at_end() && peek() != '\n' && peek() != '\r')
				place_++;
		}
		else if (peek() == '/')
		{
			std::size_t depth = 0;

			do
			{
				if (peek() == '/' && peek(1) == '*')
				{
					depth++;
					place_ += 2;
				}
				else if (peek() == '*' && peek(1) == '/')
				{
					depth--;
					place_ += 2;
				}
				else
					place_++;
			} while (depth > 0 && !at_end());
			if (place_ > text_.size())
				place_ = text_.size();
		}
		else
			place_++;
		return Kind::space;
	}

	/* Goes past white space with a line end in it, and a quote: there a string goes on as it began. */
	bool continues_string() noexcept
	{
		std::size_t end = place_;
		bool line_ended = false;

		while (!at_end() && (is_space(peek()) || (peek() == '-' && peek(1) == '-')))
		{
			line_ended = line_ended || peek() == '\n' || peek() == '\r' || peek() == '-';
			(void) read_space();
		}
		if (line_ended && peek() == '\'')
			return true;
		place_ = end;
		return false;
	}

	/* Reads a string from its quote on. */
	Kind read_string(bool escapes) noexcept
	{
		do
		{
			place_++;
			while (!at_end())
			{
				char c = text_[place_++];

				if (c == '\\' && escapes && !at_end())
					place_++;
				/* Where it ends depends on standard_conforming_strings, which may have changed since. */
				else if (c == '\\' && peek() == '\'')
					place_ = text_.size();
				else if (c == '\'')
				{
					if (peek() != '\'')
						break;
					place_++;
				}
			}
		} while (continues_string());
		return Kind::literal;
	}

	/* Reads a name in double quotes. */
	Kind read_quoted_name() noexcept
	{
		place_++;
		while (!at_end())
		{
			if (text_[place_++] != '"')
				continue;
			if (peek() != '"')
				break;
			place_++;
		}
		return Kind::name;
	}

	/* Reads a string in dollar quotes, or a parameter. */
	Kind read_dollar() noexcept
	{
		std::size_t end = place_ + 1;

		if (is_digit(peek(1)))
		{
			place_++;
			while (is_digit(peek()))
				place_++;
			return Kind::symbol;
		}
		while (end < text_.size() && text_[end] != '$' && continues_name(text_[end]))
			end++;
		if (end >= text_.size() || text_[end] != '$')
		{
			place_++;
			return Kind::symbol;
		}
		std::string_view quote = text_.substr(place_, end + 1 - place_);
		std::size_t close = text_.find(quote, end + 1);
		place_ = close == std::string_view::npos ? text_.size() : close + quote.size();
		return Kind::literal;
	}

	/* Reads a number, with whatever clings to it. */
	Kind read_number() noexcept
	{
		while (!at_end())
		{
			char c = peek();

			if ((c == '+' || c == '-') && lower(text_[place_ - 1]) == 'e' && is_digit(peek(1)))
				place_++;
			else if (c == '.' || continues_name(c))
				place_++;
			else
				break;
		}
		return Kind::literal;
	}

	/* Reads a name, or a literal that begins with a letter. */
	Kind read_name() noexcept
	{
		char c = lower(peek());

		if (peek(1) == '\'' && (c == 'e' || c == 'b' || c == 'x' || c == 'n'))
		{
			place_++;
			return read_string(c == 'e');
		}
		if (c == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"'))
		{
			place_ += 2;
			return peek() == '"' ? read_quoted_name() : read_string(false);
		}
		while (!at_end() && continues_name(peek()))
			place_++;
		return Kind::name;
	}

	std::string_view text_;
	std::size_t place_ = 0;
};

/* Takes what is written, as long as there is room. */
class Writer
{
public:
	Writer(char *out, std::size_t room) noexcept : out_(out), room_(room)
	{
	}

	/* Puts a piece behind the others, and a blank between them where one was; false if there is no room. */
	bool put(std::string_view piece) noexcept
	{
		std::size_t needed = piece.size() + (blank_ && length_ > 0 ? 1 : 0);

		if (needed > room_ - length_)
			return false;
		if (blank_ && length_ > 0)
			out_[length_++] = ' ';
		blank_ = false;
		std::memcpy(out_ + length_, piece.data(), piece.size());
		length_ += piece.size();
		return true;
	}

	void blank() noexcept
	{
		blank_ = true;
	}

	std::size_t length() const noexcept
	{
		return length_;
	}

private:
	char *out_;
	std::size_t room_;
	std::size_t length_ = 0;
	bool blank_ = false;
};

/* Tells whether a name is set to a value that may be a secret, unquoted: SET my.password = hunter2. */
class Assignment
{
public:
	/* Takes the next piece; true if it is such a value. */
	bool takes(Kind kind, std::string_view piece) noexcept
	{
		if (kind == Kind::name && !(piece.size() == 2 && has_at(piece, 0, "to")))
		{
			bool is_value = after_sign_;

			after_sign_ = false;
			name_ = piece;
			return is_value;
		}
		if (kind == Kind::name || piece == "=")
			after_sign_ = speaks_of_secrets(name_);
		else if (piece != ".")
		{
			name_ = {};
			after_sign_ = false;
		}
		return false;
	}

private:
	std::string_view name_;
	bool after_sign_ = false;
};

} // namespace

std::size_t
mask_sql(std::string_view sql, char *out, std::size_t room, bool &cut) noexcept
{
	Lexer lexer(sql);
	Writer writer(out, room);
	Assignment assignment;

	cut = false;
	while (!lexer.at_end())
	{
		std::size_t begin;
		std::size_t end;
		Kind kind = lexer.next(begin, end);
		std::string_view piece = sql.substr(begin, end - begin);

		if (kind == Kind::space)
		{
			writer.blank();
			continue;
		}
		if (assignment.takes(kind, piece) || kind == Kind::literal)
			piece = "?";
		if (!writer.put(piece))
		{
			cut = true;
			break;
		}
	}
	return writer.length();
}

bool
speaks_of_secrets(std::string_view sql) noexcept
{
	for (std::size_t place = 0; place < sql.size(); place++)
	{
		for (std::string_view word : secret_words)
		{
			if (has_at(sql, place, word))
				return true;
		}
	}
	return false;
}

} // namespace tenancy
