/*
 * qualifier.cpp
 *	  A schema's name in front of another name.
 */
#include "core/qualifier.hpp"

#include "harness.hpp"

using harness::check;
using tenancy::find_qualifier;

int
main()
{
	constexpr std::size_t none = std::string_view::npos;

	check(find_qualifier("CREATE FUNCTION a.f()", "a.") == 16, "it is found");
	check(find_qualifier("a.f a.g", "a.") == 0, "at the beginning, and the first");
	check(find_qualifier("ba.f", "a.") == none, "not at the end of a name");
	check(find_qualifier("b.a.f", "a.") == none, "not as a part of a longer name");
	check(find_qualifier("\xc3\xa9"
						 "a.f",
						 "a.") == none,
		  "not after a letter beyond ASCII");
	check(find_qualifier("ON \"x a.y\" a.t", "a.") == 11, "not inside a quoted name");
	check(find_qualifier("ON \"x\"\" a.y\" a.t", "a.") == 13, "nor behind a doubled quote in it");
	check(find_qualifier("'a.f' a.t", "a.") == 6, "not inside a string");
	check(find_qualifier("x \"A b\".t", "\"A b\".") == 2, "a quoted schema is found");
	check(find_qualifier("'a.f", "a.") == none, "a string without end hides the rest");
	check(find_qualifier("a", "a.") == none, "the text may be shorter");

	check(tenancy::find_word("SET search_path TO 'a'", "a", 0) == 20, "a word in a string is one");
	check(tenancy::find_word("aa a", "a", 0) == 3, "also after a longer one");
	check(tenancy::find_word("a a", "a", 1) == 2, "the next one is found");
	check(tenancy::find_word("aa a1 _a", "a", 0) == none, "a part of a name is none");
	return harness::finish();
}
