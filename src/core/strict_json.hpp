/*
 * strict_json.hpp
 *	  Reads a JSON object of somebody who is not trusted, value by value.
 *
 * nlohmann-json parses; it builds no document, so that nothing grows but the names of
 * the members, which are kept as long as their object is open.  On top of RFC 8259 this
 * refuses duplicate members, too much depth, a byte order mark and zero bytes, which
 * the library takes for the end.
 */
#ifndef TENANCY_CORE_STRICT_JSON_HPP
#define TENANCY_CORE_STRICT_JSON_HPP

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tenancy
{

/* Objects and arrays within each other, at most. */
constexpr std::size_t strict_json_depth = 16;

enum class JsonKind
{
	text,
	number,
	container, /* an object or an array begins */
	other
};

/* A value, as long as the call that brings it. */
struct JsonValue
{
	JsonKind kind;
	std::string_view text; /* of a text, decoded */
	double number;		   /* of a number */
};

/* An object or array that is open, and where in it the reader is. */
struct JsonLevel
{
	bool is_array = false;
	std::set<std::string> names; /* of the object's members so far */
	std::string name;			 /* of the current one */
	std::size_t index = 0;		 /* of the array's current element, from 1 */
};

/* Takes the values of an object. */
class JsonVisitor
{
public:
	/* Takes one value; levels say where it is, from the outermost.  False ends the reading. */
	virtual bool take(const std::vector<JsonLevel> &levels, const JsonValue &value) = 0;

protected:
	~JsonVisitor() = default;
};

enum class JsonOutcome
{
	complete,
	stopped, /* by the visitor */
	malformed,
	no_object,
	too_deep,
	duplicate
};

/* Reads an object.  Throws std::bad_alloc. */
JsonOutcome read_json_object(std::string_view text, JsonVisitor &visitor);

} // namespace tenancy

#endif /* TENANCY_CORE_STRICT_JSON_HPP */
