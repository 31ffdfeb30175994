/*
 * registry.hpp
 *	  A backend's memory of the tenants that it has served.
 *
 * Filled a tenant at a time by the shell, which reads the table, and emptied
 * whole when the shell is told that the table or a catalog behind it changed:
 * a pooled backend never keeps an answer that may be stale.
 */
#ifndef TENANCY_CORE_REGISTRY_HPP
#define TENANCY_CORE_REGISTRY_HPP

#include <cstddef>
#include <string_view>
#include <utility>

#include <boost/container/flat_map.hpp>

#include "memory.hpp"
#include "verdict.h"

namespace tenancy
{

class Registry
{
public:
	/* More tenants than this are forgotten together: a backend's memory stays below 1 MB. */
	static constexpr std::size_t capacity = 4096;

	explicit Registry(Memory &memory) : tenants_(Order(), Allocator<Entry>(memory))
	{
	}

	/* Returns what is remembered of a tenant, or nullptr; valid until the next remember() or forget(). */
	const TenancyTenant *find(std::string_view slug) const noexcept;

	/* Remembers a tenant, replacing what was known; may throw std::bad_alloc. */
	void remember(const TenancyTenant &tenant);

	/* Forgets everything. */
	void forget() noexcept;

private:
	struct Slug
	{
		char text[TENANCY_SLUG_SIZE];
	};

	struct Order
	{
		using is_transparent = void;

		bool operator()(const Slug &left, const Slug &right) const noexcept
		{
			return std::string_view(left.text) < std::string_view(right.text);
		}
		bool operator()(const Slug &left, std::string_view right) const noexcept
		{
			return std::string_view(left.text) < right;
		}
		bool operator()(std::string_view left, const Slug &right) const noexcept
		{
			return left < std::string_view(right.text);
		}
	};

	using Entry = std::pair<Slug, TenancyTenant>;

	boost::container::flat_map<Slug, TenancyTenant, Order, Allocator<Entry>> tenants_;
};

} // namespace tenancy

#endif /* TENANCY_CORE_REGISTRY_HPP */
