/*
 * strict_json.cpp
 *	  Reads a JSON object of somebody who is not trusted, value by value.
 */
#include "strict_json.hpp"

#include <nlohmann/json.hpp>

namespace tenancy
{

namespace
{

/* Receives the parser's events and keeps track of where it is. */
class Tracker final : public nlohmann::json_sax<nlohmann::json>
{
public:
	explicit Tracker(JsonVisitor &visitor) : visitor_(visitor)
	{
	}

	JsonOutcome outcome() const noexcept
	{
		return outcome_;
	}

	bool null() override
	{
		return value({JsonKind::other, {}, 0});
	}

	bool boolean(bool) override
	{
		return value({JsonKind::other, {}, 0});
	}

	bool number_integer(number_integer_t number) override
	{
		return value({JsonKind::number, {}, static_cast<double>(number)});
	}

	bool number_unsigned(number_unsigned_t number) override
	{
		return value({JsonKind::number, {}, static_cast<double>(number)});
	}

	bool number_float(number_float_t number, const string_t &) override
	{
		return value({JsonKind::number, {}, number});
	}

	bool string(string_t &text) override
	{
		return value({JsonKind::text, text, 0});
	}

	/* There is none in JSON. */
	bool binary(binary_t &) override
	{
		return stop(JsonOutcome::malformed);
	}

	bool start_object(std::size_t) override
	{
		return open(false);
	}

	bool start_array(std::size_t) override
	{
		return open(true);
	}

	bool key(string_t &name) override
	{
		JsonLevel &level = levels_.back();

		level.name = name;
		return level.names.insert(name).second || stop(JsonOutcome::duplicate);
	}

	bool end_object() override
	{
		levels_.pop_back();
		return true;
	}

	bool end_array() override
	{
		levels_.pop_back();
		return true;
	}

	bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override
	{
		return stop(JsonOutcome::malformed);
	}

private:
	/* Ends the reading. */
	bool stop(JsonOutcome outcome) noexcept
	{
		outcome_ = outcome;
		return false;
	}

	/* Shows a value to the visitor. */
	bool value(const JsonValue &value)
	{
		if (levels_.empty())
			return stop(JsonOutcome::no_object);
		if (levels_.back().is_array)
			levels_.back().index++;
		return visitor_.take(levels_, value) || stop(JsonOutcome::stopped);
	}

	/* Goes into an object or an array; the outermost one is the object itself. */
	bool open(bool is_array)
	{
		if (levels_.empty() && is_array)
			return stop(JsonOutcome::no_object);
		if (!levels_.empty() && !value({JsonKind::container, {}, 0}))
			return false;
		if (levels_.size() == strict_json_depth)
			return stop(JsonOutcome::too_deep);
		levels_.emplace_back();
		levels_.back().is_array = is_array;
		return true;
	}

	JsonVisitor &visitor_;
	std::vector<JsonLevel> levels_;
	JsonOutcome outcome_ = JsonOutcome::complete;
};

} // namespace

JsonOutcome
read_json_object(std::string_view text, JsonVisitor &visitor)
{
	/* The parser takes a zero byte for the end, and skips a byte order mark. */
	if (text.find('\0') != std::string_view::npos || text.substr(0, 1) == "\xef")
		return JsonOutcome::malformed;

	Tracker tracker(visitor);
	nlohmann::json::sax_parse(text.begin(), text.end(), &tracker);
	return tracker.outcome();
}

} // namespace tenancy
