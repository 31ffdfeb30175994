/*
 * jwt.cpp
 *	  Fuzz target: JSON web tokens of strangers.
 *
 * The first byte of an input chooses the rules, and what the rest is: a token; or a header,
 * a payload and a claim, parted by the byte 0x1e, which are put into a token here, because chance would
 * rarely spell JSON in base64.
 */
#include "core/jwt.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base64url.hpp"
#include "core/names.hpp"

namespace
{

constexpr unsigned mode_parts = 1;
constexpr unsigned with_issuer = 2;
constexpr unsigned with_audience = 4;

/* Ends the program where core breaks a promise; the fuzzer keeps the input. */
void
expect(bool kept)
{
	if (!kept)
		std::abort();
}

/* Spells bytes in base64url. */
std::string
encode(std::string_view bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	std::string text;
	unsigned buffer = 0;
	unsigned bits = 0;
	for (char byte : bytes)
	{
		buffer = (buffer << 8 | static_cast<unsigned char>(byte)) & 0xffff;
		for (bits += 8; bits >= 6; bits -= 6)
			text += digits[buffer >> (bits - 6) & 63];
	}
	if (bits > 0)
		text += digits[buffer << (6 - bits) & 63];
	return text;
}

/* Cuts off and returns what comes before the next separator. */
std::string_view
next_part(std::string_view &rest)
{
	std::size_t end = rest.find('\x1e');
	std::string_view part = rest.substr(0, end);
	rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
	return part;
}

/* Returns the bytes of a part of a token that core has accepted: it must have no other spelling. */
std::string
bytes_of(std::string_view part)
{
	std::string bytes;
	expect(tenancy::decode_base64url(part, bytes));
	expect(encode(bytes) == part);
	return bytes;
}

/* Counts the members of all objects in a document. */
std::size_t
count_members(const nlohmann::json &value)
{
	std::size_t count = value.is_object() ? value.size() : 0;
	if (value.is_structured())
		for (const nlohmann::json &inner : value)
			count += count_members(inner);
	return count;
}

/* Makes a document of JSON that core has accepted: nothing in it can be read in two ways. */
nlohmann::json
document_of(const std::string &text)
{
	std::size_t names = 0;
	expect(text.find('\0') == std::string::npos);
	nlohmann::json document =
		nlohmann::json::parse(text, [&](int, nlohmann::json::parse_event_t event, const nlohmann::json &) {
			names += event == nlohmann::json::parse_event_t::key;
			return true;
		});
	expect(names == count_members(document));
	return document;
}

/* Holds what core has read against the same JSON as a document. */
void
compare(std::string_view token, const TenancyJwtHeader &header, const TenancyJwtRules &rules,
		const TenancyJwtClaims &claims)
{
	std::size_t first = token.find('.');
	nlohmann::json head = document_of(bytes_of(token.substr(0, first)));
	nlohmann::json body = document_of(bytes_of(token.substr(first + 1, header.signed_length - first - 1)));

	expect(tenancy::jwt_algorithm(head.at("alg").get<std::string>()) == header.algorithm);
	expect(header.has_kid == head.contains("kid") && (!header.has_kid || head.at("kid") == std::string(header.kid)));
	expect(!head.contains("crit"));
	expect(tenancy::is_slug(claims.slug));
	expect((rules.claim[0] == '/' ? body.at(nlohmann::json::json_pointer(rules.claim)) : body.at(rules.claim)) ==
		   std::string(claims.slug));
	expect(static_cast<double>(claims.expires) <= body.at("exp").get<double>());
	expect(claims.expires > rules.now - rules.leeway);
	if (rules.issuer[0] != '\0')
		expect(body.at("iss") == rules.issuer);
	expect(body.contains("aud") == (rules.audience[0] != '\0'));
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;

	std::string_view rest(reinterpret_cast<const char *>(data) + 1, size - 1);
	std::string token(rest);
	std::string claim = "tenant";
	if (data[0] & mode_parts)
	{
		token = encode(next_part(rest)) + ".";
		token += encode(next_part(rest)) + ".AAAA";
		std::string given(next_part(rest));
		if (given.find('\0') == std::string::npos && tenancy::is_jwt_claim(given))
			claim = given;
	}

	TenancyJwtRules rules = {claim.c_str(),
							 data[0] & with_issuer ? "https://issuer.example" : "",
							 data[0] & with_audience ? "tenancy" : "",
							 1000,
							 30};
	TenancyJwtHeader header;
	TenancyJwtClaims claims;
	if (tenancy::read_jwt_header(token, header) != TENANCY_JWT_GOOD)
		return 0;
	expect(token.size() <= TENANCY_JWT_MAX && header.signed_length < token.size());
	expect(bytes_of(std::string_view(token).substr(header.signed_length + 1)).size() == header.signature_length);
	expect(header.signature_length > 0 && header.signature_length <= sizeof(header.signature));
	expect(std::strlen(header.kid) <= TENANCY_JWT_KID_MAX);
	if (tenancy::read_jwt_claims(token, header, rules, claims) == TENANCY_JWT_GOOD)
		compare(token, header, rules, claims);
	return 0;
}
