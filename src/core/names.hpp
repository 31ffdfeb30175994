/*
 * names.hpp
 *	  Slugs and schema names: what is valid, and how one gives the other.
 *
 * A slug matches ^[a-z0-9-]+$ and has 1 to 56 bytes.  Its schema is "tenant_"
 * and the slug with "-" written "_"; as a slug holds no "_", no two slugs share
 * a schema.
 */
#ifndef TENANCY_CORE_NAMES_HPP
#define TENANCY_CORE_NAMES_HPP

#include <string_view>

#include "verdict.h"

namespace tenancy
{

/* Tells whether a text is a legal slug. */
bool is_slug(std::string_view text) noexcept;

/* Tells whether a schema of this name is a tenant schema, registered or not. */
bool is_tenant_schema(std::string_view name) noexcept;

/* Writes the schema name of a legal slug, zero-terminated. */
void schema_of_slug(std::string_view slug, char (&schema)[TENANCY_SCHEMA_SIZE]) noexcept;

/*
 * Writes the slug that a schema of this name would have: the part after the
 * prefix, or the whole name where it lacks the prefix.  Returns false, with
 * nothing written, if that is not a legal slug.
 */
bool slug_of_schema(std::string_view schema, char (&slug)[TENANCY_SLUG_SIZE]) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_NAMES_HPP */
