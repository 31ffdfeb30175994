/*
 * ordering.cpp
 *	  The order in which the parts of a schema are made.
 */
#include "core/ordering.hpp"

#include <string>
#include <vector>

#include "harness.hpp"

using harness::check;

namespace
{

constexpr uint32_t none = TENANCY_NO_HOST;

/* Returns the order as text: "0 1+ 2", where + marks what its host makes. */
std::string
order(const std::vector<uint32_t> &hosts, const std::vector<TenancyNeed> &needs)
{
	harness::HeapMemory memory;
	std::vector<TenancyOrderedPart> ordered(hosts.size());
	std::string text;

	std::size_t count =
		tenancy::order_parts(hosts.data(), hosts.size(), needs.data(), needs.size(), ordered.data(), memory);
	for (std::size_t i = 0; i < count; i++)
		text += (i > 0 ? " " : "") + std::to_string(ordered[i].part) + (ordered[i].inlined ? "+" : "");
	if (memory.blocks != 0)
		text += " leaked";
	return text;
}

} // namespace

int
main()
{
	check(order({}, {}) == "", "nothing has an order");
	check(order({none, none, none}, {}) == "0 1 2", "without needs the numbers decide");
	check(order({none, none, none}, {{0, 2}, {2, 1}}) == "1 2 0", "what is needed comes first");
	check(order({none, none}, {{0, 1}, {0, 1}}) == "1 0", "a need may be given twice");
	check(order({none, none, none}, {{0, 1}, {1, 0}}) == "2", "a circle is left out");

	/* Tables 0 and 1, a foreign key 2 of table 0 that needs table 1. */
	check(order({none, none, 0}, {{2, 1}}) == "1 0 2+", "a table waits for what its parts need");
	/* The same with a foreign key 3 the other way. */
	check(order({none, none, 0, 1}, {{2, 1}, {3, 0}}) == "0 1 3+ 2",
		  "of two that refer to each other one comes later");
	check(order({none, 0, 0}, {{1, 2}}) == "0 2+ 1+", "parts of one table may need each other");
	check(order({none, 0, none}, {{1, 2}, {2, 0}}) == "0 2 1", "what needs the table cannot be in it");
	/* Foreign key 2 of table 0 needs primary key 3 of table 1. */
	check(order({none, none, 0, 1}, {{2, 3}}) == "1 3+ 0 2+", "a table waits for a part of another table");

	bool survives = true;
	for (long blocks = 0; blocks < 40; blocks++)
	{
		harness::HeapMemory memory;
		std::vector<uint32_t> hosts = {none, none, 0, 1};
		std::vector<TenancyNeed> needs = {{2, 1}, {3, 0}};
		std::vector<TenancyOrderedPart> ordered(hosts.size());

		memory.blocks_left = blocks;
		try
		{
			tenancy::order_parts(hosts.data(), hosts.size(), needs.data(), needs.size(), ordered.data(), memory);
		}
		catch (const std::bad_alloc &)
		{
		}
		survives = survives && memory.blocks == 0;
	}
	check(survives, "out of memory leaks nothing");
	return harness::finish();
}
