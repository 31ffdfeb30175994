/*
 * names.cpp
 *	  Slugs and schema names.
 */
#include "names.hpp"

#include <algorithm>

namespace tenancy
{

namespace
{

constexpr std::string_view prefix{TENANCY_SCHEMA_PREFIX, TENANCY_SCHEMA_PREFIX_LENGTH};

/* Tells whether a byte may stand in a slug; compares bytes, so no locale matters. */
constexpr bool
is_slug_byte(char byte) noexcept
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
}

} // namespace

bool
is_slug(std::string_view text) noexcept
{
	return !text.empty() && text.size() <= TENANCY_SLUG_MAX && std::all_of(text.begin(), text.end(), is_slug_byte);
}

bool
is_tenant_schema(std::string_view name) noexcept
{
	return name.substr(0, prefix.size()) == prefix;
}

void
schema_of_slug(std::string_view slug, char (&schema)[TENANCY_SCHEMA_SIZE]) noexcept
{
	char *end = std::copy(prefix.begin(), prefix.end(), schema);
	end = std::replace_copy(slug.begin(), slug.end(), end, '-', '_');
	*end = '\0';
}

bool
slug_of_schema(std::string_view schema, char (&slug)[TENANCY_SLUG_SIZE]) noexcept
{
	if (is_tenant_schema(schema))
		schema.remove_prefix(prefix.size());
	if (schema.empty() || schema.size() > TENANCY_SLUG_MAX)
		return false;

	char candidate[TENANCY_SLUG_SIZE] = "";
	char *end = std::replace_copy(schema.begin(), schema.end(), candidate, '_', '-');
	if (!is_slug({candidate, schema.size()}))
		return false;
	std::copy(candidate, end, slug);
	slug[schema.size()] = '\0';
	return true;
}

} // namespace tenancy
