/*
 * object_cache.hpp
 *	  Which tenant schema an object lies in, remembered by the object's OID.
 *
 * Direct-mapped and of fixed size: a look-up is an index and a comparison, a
 * collision costs one catalog look-up by the shell, and no access pattern makes
 * it grow.
 */
#ifndef TENANCY_CORE_OBJECT_CACHE_HPP
#define TENANCY_CORE_OBJECT_CACHE_HPP

#include <array>
#include <cstdint>

namespace tenancy
{

class ObjectCache
{
public:
	/* Tells whether the object is known; if so writes its tenant schema, 0 for "in none". */
	bool find(std::uint32_t object, std::uint32_t &schema) const noexcept
	{
		const Entry &entry = entries_[object % size];
		if (entry.object != object)
			return false;
		schema = entry.schema;
		return true;
	}

	/* Remembers an object's tenant schema, 0 for "in none". */
	void remember(std::uint32_t object, std::uint32_t schema) noexcept
	{
		entries_[object % size] = {object, schema};
	}

	/* Forgets one object. */
	void forget(std::uint32_t object) noexcept
	{
		Entry &entry = entries_[object % size];
		if (entry.object == object)
			entry = {};
	}

	/* Forgets everything. */
	void forget_all() noexcept
	{
		entries_.fill({});
	}

private:
	static constexpr std::uint32_t size = 1024;

	struct Entry
	{
		std::uint32_t object = 0;
		std::uint32_t schema = 0;
	};

	std::array<Entry, size> entries_{};
};

} // namespace tenancy

#endif /* TENANCY_CORE_OBJECT_CACHE_HPP */
