/*
 * names.cpp
 *	  Slugs and schema names.
 */
#include "core/names.hpp"

#include <cstring>
#include <string>

#include "harness.hpp"

using harness::check;

namespace
{

/* Returns the schema name of a slug as a string. */
std::string
schema_of(const char *slug)
{
	char schema[TENANCY_SCHEMA_SIZE];
	tenancy::schema_of_slug(slug, schema);
	return schema;
}

/* Returns the slug of a schema name, or "!" if it has none. */
std::string
slug_of(const char *schema)
{
	char slug[TENANCY_SLUG_SIZE];
	return tenancy::slug_of_schema(schema, slug) ? slug : "!";
}

} // namespace

int
main()
{
	check(tenancy::is_slug("acme"), "a word is a slug");
	check(tenancy::is_slug("-9"), "a leading hyphen is legal");
	check(tenancy::is_slug("9lives"), "a leading digit is legal");
	check(tenancy::is_slug(std::string(56, 'a')), "56 bytes are a slug");
	check(!tenancy::is_slug(std::string(57, 'a')), "57 bytes are too many");
	check(!tenancy::is_slug(""), "the empty text is no slug");
	check(!tenancy::is_slug("Acme"), "upper case is no slug");
	check(!tenancy::is_slug("a_b"), "an underscore is no slug");
	check(!tenancy::is_slug("m\xc3\xbcller"), "non-ASCII is no slug");
	check(!tenancy::is_slug("test'; DROP SCHEMA tenant_test_bob; --"), "SQL is no slug");
	check(!tenancy::is_slug("a b"), "a blank is no slug");
	check(!tenancy::is_slug(std::string_view("a\0b", 3)), "a zero byte is no slug");
	check(!tenancy::is_slug("a\n"), "a trailing newline is no slug");

	check(schema_of("acme") == "tenant_acme", "a slug's schema has the prefix");
	check(schema_of("test-alice") == "tenant_test_alice", "hyphens become underscores");
	check(schema_of(std::string(56, 'z').c_str()).size() == 63, "the longest slug fits an identifier");

	check(slug_of("tenant_test_alice") == "test-alice", "a schema gives its slug back");
	check(slug_of("legacy_shop") == "legacy-shop", "a schema without the prefix gives a slug too");
	check(slug_of("tenant_") == "!", "the bare prefix gives none");
	check(slug_of("tenant_Acme") == "!", "upper case gives none");
	check(slug_of(("tenant_" + std::string(57, 'a')).c_str()) == "!", "an overlong name gives none");
	check(slug_of("") == "!", "an empty name gives none");

	check(tenancy::is_tenant_schema("tenant_x"), "the prefix makes a tenant schema");
	check(tenancy::is_tenant_schema("tenant_"), "the bare prefix does too");
	check(tenancy::is_tenant_schema("tenant_Weird Name"), "whatever follows it");
	check(!tenancy::is_tenant_schema("tenants"), "tenants is not one");
	check(!tenancy::is_tenant_schema("tenant"), "tenant is not one");
	check(!tenancy::is_tenant_schema("Tenant_x"), "names are case-sensitive");
	check(!tenancy::is_tenant_schema(""), "the empty name is not one");

	bool injective = true;
	const char *slugs[] = {"a-b", "a--b", "ab", "a-b-", "-a-b"};
	for (const char *left : slugs)
		for (const char *right : slugs)
			injective = injective && (std::strcmp(left, right) == 0) == (schema_of(left) == schema_of(right));
	check(injective, "no two slugs share a schema");
	return harness::finish();
}
