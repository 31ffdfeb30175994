/*
 * registry.cpp
 *	  The caches: of tenants, and of where objects lie.
 */
#include "core/registry.hpp"

#include <cstdio>
#include <cstring>

#include "core/object_cache.hpp"
#include "harness.hpp"

using harness::check;

namespace
{

/* Makes a tenant of a number. */
TenancyTenant
tenant_of(unsigned number)
{
	TenancyTenant tenant{};
	std::snprintf(tenant.slug, sizeof(tenant.slug), "t%u", number);
	tenant.schema = number + 1;
	return tenant;
}

/* Fills a registry beyond its capacity; tells whether what it then finds is right. */
bool
survives_overflow(tenancy::Registry &registry)
{
	constexpr unsigned count = tenancy::Registry::capacity + 10;
	for (unsigned i = 0; i < count; i++)
		registry.remember(tenant_of(i));
	for (unsigned i = 0; i < count; i++)
	{
		TenancyTenant expected = tenant_of(i);
		const TenancyTenant *found = registry.find(expected.slug);
		if (found != nullptr && found->schema != expected.schema)
			return false;
	}
	const TenancyTenant *last = registry.find(tenant_of(count - 1).slug);
	return last != nullptr && registry.find("t0") == nullptr;
}

/* Checks the registry. */
void
check_registry()
{
	harness::HeapMemory memory;
	{
		tenancy::Registry registry(memory);
		check(registry.find("t1") == nullptr, "an empty registry finds nothing");
		registry.remember(tenant_of(2));
		registry.remember(tenant_of(1));
		registry.remember(tenant_of(3));
		check(registry.find("t1") != nullptr && registry.find("t1")->schema == 2, "what was remembered is found");
		check(registry.find("t") == nullptr && registry.find("t11") == nullptr, "a prefix is another slug");

		TenancyTenant changed = tenant_of(1);
		changed.schema = 99;
		registry.remember(changed);
		check(registry.find("t1")->schema == 99, "remembering again replaces");

		registry.forget();
		check(registry.find("t1") == nullptr, "forgetting forgets");
		check(survives_overflow(registry), "beyond its capacity it starts again, and stays right");

		memory.blocks_left = 0;
		bool threw = false;
		try
		{
			tenancy::Registry starved(memory);
			starved.remember(tenant_of(1));
		}
		catch (const std::bad_alloc &)
		{
			threw = true;
		}
		check(threw, "out of memory is std::bad_alloc");
	}
	check(memory.blocks == 0, "all memory is given back");
}

/* Checks the cache of objects. */
void
check_objects()
{
	tenancy::ObjectCache cache;
	std::uint32_t schema = 7;

	check(!cache.find(16384, schema), "an empty cache finds nothing");
	cache.remember(16384, 5);
	check(cache.find(16384, schema) && schema == 5, "what was remembered is found");
	cache.remember(16385, 0);
	check(cache.find(16385, schema) && schema == 0, "\"in none\" is an answer too");
	check(!cache.find(16384 + 1024, schema), "an object in the same place is not mistaken for it");
	cache.remember(16384 + 1024, 6);
	check(!cache.find(16384, schema), "and takes its place");
	cache.forget(16384);
	check(cache.find(16384 + 1024, schema) && schema == 6, "forgetting one leaves another in its place");
	cache.forget(16384 + 1024);
	check(!cache.find(16384 + 1024, schema), "forgetting one forgets it");
	cache.forget_all();
	check(!cache.find(16385, schema), "forgetting all forgets all");
}

} // namespace

int
main()
{
	check_registry();
	check_objects();
	return harness::finish();
}
