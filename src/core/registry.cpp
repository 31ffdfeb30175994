/*
 * registry.cpp
 *	  A backend's memory of the tenants that it has served.
 */
#include "registry.hpp"

#include <cstring>

namespace tenancy
{

const TenancyTenant *
Registry::find(std::string_view slug) const noexcept
{
	auto found = tenants_.find(slug);
	return found == tenants_.end() ? nullptr : &found->second;
}

void
Registry::remember(const TenancyTenant &tenant)
{
	if (tenants_.size() >= capacity && tenants_.find(std::string_view(tenant.slug)) == tenants_.end())
		forget();

	Slug slug;
	std::memcpy(slug.text, tenant.slug, sizeof(slug.text));
	tenants_.insert_or_assign(slug, tenant);
}

void
Registry::forget() noexcept
{
	tenants_.clear();
}

} // namespace tenancy
