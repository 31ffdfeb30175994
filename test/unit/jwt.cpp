/*
 * jwt.cpp
 *	  JSON web tokens: base64url, JSON, header and claims.
 */
#include "core/jwt.hpp"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/base64url.hpp"
#include "core/strict_json.hpp"
#include "harness.hpp"

using harness::check;

/* How many allocations are still granted. */
static long allocations_left = -1;

/* The JSON parser allocates from here, and core's containers for tokens do: the test decides when there is no more. */
void *
operator new(std::size_t size)
{
	if (allocations_left == 0)
		throw std::bad_alloc();
	if (allocations_left > 0)
		allocations_left--;
	void *block = std::malloc(size);
	if (block == nullptr)
		throw std::bad_alloc();
	return block;
}

void
operator delete(void *block) noexcept
{
	std::free(block);
}

void
operator delete(void *block, std::size_t) noexcept
{
	std::free(block);
}

namespace
{

/* Spells bytes in base64url, without regard to how core does the contrary. */
std::string
encode(const std::string &bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	std::string text;
	for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 6)
	{
		unsigned digit = 0;
		for (std::size_t i = bit; i < bit + 6; i++)
			digit = digit << 1 |
					(i / 8 < bytes.size() ? static_cast<unsigned char>(bytes[i / 8]) >> (7 - i % 8) & 1U : 0U);
		text += digits[digit];
	}
	return text;
}

/* Makes a token whose signature is four bytes of nothing. */
std::string
token_of(const std::string &header, const std::string &payload)
{
	return encode(header) + "." + encode(payload) + ".AAAAAA";
}

/* Decodes a text; "!" if it is no base64url. */
std::string
decoded(const std::string &text)
{
	std::string bytes;
	return tenancy::decode_base64url(text, bytes) ? bytes : "!";
}

/* Reads a token of this header. */
TenancyJwtProblem
header_problem(const std::string &header)
{
	TenancyJwtHeader read;
	return tenancy::read_jwt_header(token_of(header, "{}"), read);
}

const TenancyJwtRules plain_rules = {"tenant", "", "", 1000, 30};

/* Reads a token of this payload. */
TenancyJwtProblem
claims_problem(const std::string &payload, const TenancyJwtRules &rules = plain_rules)
{
	TenancyJwtHeader header;
	TenancyJwtClaims claims;
	std::string token = token_of("{\"alg\":\"HS256\"}", payload);
	TenancyJwtProblem problem = tenancy::read_jwt_header(token, header);
	return problem != TENANCY_JWT_GOOD ? problem : tenancy::read_jwt_claims(token, header, rules, claims);
}

/* Reads the slug that a payload names; "!" if it is refused. */
std::string
slug_of(const std::string &payload, const char *claim)
{
	TenancyJwtHeader header;
	TenancyJwtClaims claims;
	TenancyJwtRules rules = plain_rules;
	std::string token = token_of("{\"alg\":\"HS256\"}", payload);
	rules.claim = claim;
	if (tenancy::read_jwt_header(token, header) != TENANCY_JWT_GOOD ||
		tenancy::read_jwt_claims(token, header, rules, claims) != TENANCY_JWT_GOOD)
		return "!";
	return claims.slug;
}

/* Arrays or objects within each other. */
std::string
nested(std::size_t depth, const std::string &open, const std::string &close)
{
	std::string text;
	for (std::size_t i = 0; i < depth; i++)
		text += open;
	text += "1";
	for (std::size_t i = 0; i < depth; i++)
		text += close;
	return text;
}

void
test_base64url()
{
	check(decoded("") == "", "nothing spells nothing");
	check(decoded("_-8") == "\xff\xef", "the alphabet has hyphen and underscore");
	check(decoded("Zg") == "f" && decoded("Zm8") == "fo" && decoded("Zm9v") == "foo", "texts of two, three and four");
	check(decoded("Zg==") == "!" && decoded("Zm8=") == "!", "padding is refused");
	check(decoded("Zh") == "!" && decoded("Zm9") == "!", "bits that no byte takes up are refused");
	check(decoded("Z") == "!" && decoded("Zm9vZ") == "!", "a length that no bytes have is refused");
	check(decoded("+/8") == "!", "the alphabet of plain base64 is refused");
	check(decoded("Zm 9v") == "!" && decoded("Zm9v\n") == "!" && decoded(" Zm9v") == "!", "white space is refused");
	check(decoded(std::string("Zm\0v", 4)) == "!", "a zero byte is refused");
	check(decoded("Zm\xc3\xa4") == "!", "non-ASCII is refused");

	bool same = true;
	std::string bytes;
	for (int i = 0; i < 300; i++)
	{
		same = same && decoded(encode(bytes)) == bytes;
		bytes += static_cast<char>(i * 37);
	}
	check(same, "what another encoder spells is read");
}

void
test_parts()
{
	struct
	{
		const char *token;
		TenancyJwtProblem problem;
		const char *name;
	} cases[] = {
		{"", TENANCY_JWT_BAD_PARTS, "the empty text is no token"},
		{"acme", TENANCY_JWT_BAD_PARTS, "nor is a slug"},
		{"a.b", TENANCY_JWT_BAD_PARTS, "nor are two parts"},
		{"..", TENANCY_JWT_BAD_PARTS, "nor are two dots"},
		{"e30.e30.", TENANCY_JWT_BAD_PARTS, "an empty signature is refused"},
		{".e30.AAAA", TENANCY_JWT_BAD_PARTS, "an empty header is refused"},
		{"e30..AAAA", TENANCY_JWT_BAD_PARTS, "an empty payload is refused"},
		{"e30.e30.AAAA.AAAA", TENANCY_JWT_BAD_PARTS, "four parts are refused"},
		{"e30.e30.AAAA.AAAA.AAAA", TENANCY_JWT_BAD_PARTS, "five parts, an encrypted token, are refused"},
		{"e30.e30.AAA=", TENANCY_JWT_BAD_BASE64, "a padded signature is refused"},
		{"e30.e30.AAAB", TENANCY_JWT_BAD_ALGORITHM, "a header without alg is refused"},
		{"e3 0.e30.AAAA", TENANCY_JWT_BAD_BASE64, "a blank in the header is refused"},
		{" e30.e30.AAAA", TENANCY_JWT_BAD_BASE64, "a leading blank is refused"},
	};
	for (const auto &test : cases)
	{
		TenancyJwtHeader header;
		check(tenancy::read_jwt_header(test.token, header) == test.problem, test.name);
	}

	TenancyJwtHeader header;
	std::string token = token_of("{\"alg\":\"HS256\"}", "{}");
	check(tenancy::read_jwt_header(token, header) == TENANCY_JWT_GOOD && header.signed_length == token.rfind('.') &&
			  header.signature_length == 4,
		  "a token is taken apart");
	std::string start = token.substr(0, token.rfind('.') + 1);
	check(tenancy::read_jwt_header(start + std::string(1366, 'A'), header) == TENANCY_JWT_GOOD,
		  "a signature has at most 1024 bytes");
	check(tenancy::read_jwt_header(start + std::string(1367, 'A'), header) == TENANCY_JWT_BAD_SIGNATURE,
		  "a longer one is refused");
	check(tenancy::read_jwt_header(std::string(TENANCY_JWT_MAX, 'A'), header) == TENANCY_JWT_BAD_PARTS &&
			  tenancy::read_jwt_header(std::string(TENANCY_JWT_MAX + 1, 'A'), header) == TENANCY_JWT_TOO_LONG,
		  "a token has at most 8192 bytes");
	check(tenancy::read_jwt_claims("e30.e3 .AAAA",
								   TenancyJwtHeader{TENANCY_JWT_HS256, false, "", 7, 3, {}},
								   plain_rules,
								   *std::make_unique<TenancyJwtClaims>()) == TENANCY_JWT_BAD_BASE64,
		  "a blank in the payload is refused");
}

void
test_header()
{
	struct
	{
		std::string header;
		TenancyJwtProblem problem;
		const char *name;
	} cases[] = {
		{R"({"alg":"HS256"})", TENANCY_JWT_GOOD, "HS256 is known"},
		{R"({"alg":"RS256"})", TENANCY_JWT_GOOD, "RS256 is known"},
		{R"({"alg":"ES256"})", TENANCY_JWT_GOOD, "ES256 is known"},
		{R"({"alg":"EdDSA"})", TENANCY_JWT_GOOD, "EdDSA is known"},
		{"{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}",
		 TENANCY_JWT_GOOD,
		 "white space within the JSON is JSON's matter"},
		{R"({"\u0061lg":"\u0048S256"})", TENANCY_JWT_GOOD, "so are its escapes"},
		{R"({"alg":"HS256","jwk":{"k":"AAAA"},"x5c":["A"],"jku":"https://evil"})",
		 TENANCY_JWT_GOOD,
		 "keys in the header are not looked at"},
		{R"({"alg":"none"})", TENANCY_JWT_BAD_ALGORITHM, "none is refused"},
		{R"({"alg":"None"})", TENANCY_JWT_BAD_ALGORITHM, "None is refused"},
		{R"({"alg":"NONE"})", TENANCY_JWT_BAD_ALGORITHM, "NONE is refused"},
		{R"({"alg":"nOnE"})", TENANCY_JWT_BAD_ALGORITHM, "nOnE is refused"},
		{R"({"alg":""})", TENANCY_JWT_BAD_ALGORITHM, "an empty alg is refused"},
		{R"({"alg":null})", TENANCY_JWT_BAD_ALGORITHM, "alg null is refused"},
		{R"({"alg":false})", TENANCY_JWT_BAD_ALGORITHM, "alg false is refused"},
		{R"({"alg":["HS256"]})", TENANCY_JWT_BAD_ALGORITHM, "an array is no alg"},
		{R"({"alg":{"HS256":1}})", TENANCY_JWT_BAD_ALGORITHM, "an object is no alg"},
		{R"({"alg":256})", TENANCY_JWT_BAD_ALGORITHM, "a number is no alg"},
		{R"({"alg":"hs256"})", TENANCY_JWT_BAD_ALGORITHM, "names of algorithms differ in case"},
		{R"({"alg":"HS256\u0000"})", TENANCY_JWT_BAD_ALGORITHM, "a zero in alg is refused"},
		{R"({"alg":"HS512"})", TENANCY_JWT_BAD_ALGORITHM, "HS512 is not known"},
		{R"({"Alg":"HS256"})", TENANCY_JWT_BAD_ALGORITHM, "names of members differ in case"},
		{R"({"x":{"alg":"HS256"}})", TENANCY_JWT_BAD_ALGORITHM, "an inner alg is none"},
		{R"({"alg":"HS256","alg":"none"})", TENANCY_JWT_DUPLICATE, "two algs are refused"},
		{R"({"alg":"HS256","\u0061lg":"HS256"})", TENANCY_JWT_DUPLICATE, "also where one has an escape"},
		{R"({"alg":"HS256","x":{"a":1,"a":1}})", TENANCY_JWT_DUPLICATE, "duplicates are refused at any depth"},
		{R"({"alg":"HS256","x":[[{"a":1,"b":{},"a":1}]]})", TENANCY_JWT_DUPLICATE, "also within arrays"},
		{R"({"alg":"HS256","x":{"alg":1},"y":{"alg":1}})", TENANCY_JWT_GOOD, "one name in several objects is fine"},
		{R"({"alg":"HS256","crit":["exp"]})", TENANCY_JWT_CRITICAL, "crit is refused"},
		{R"({"alg":"HS256","crit":[]})", TENANCY_JWT_CRITICAL, "an empty crit is refused"},
		{R"({"alg":"HS256","b64":false,"crit":["b64"]})", TENANCY_JWT_CRITICAL, "b64 is refused"},
		{R"({"alg":"HS256","b64":true})", TENANCY_JWT_CRITICAL, "whatever it says"},
		{R"({"alg":"HS256","kid":7})", TENANCY_JWT_BAD_KEY_ID, "a number is no kid"},
		{R"({"alg":"HS256","kid":null})", TENANCY_JWT_BAD_KEY_ID, "null is no kid"},
		{R"({"alg":"HS256","kid":["a"]})", TENANCY_JWT_BAD_KEY_ID, "an array is no kid"},
		{R"({"alg":"HS256","kid":"a\u0000b"})", TENANCY_JWT_BAD_KEY_ID, "a zero in kid is refused"},
		{R"({"alg":"HS256","kid":")" + std::string(255, 'k') + "\"}",
		 TENANCY_JWT_GOOD,
		 "a kid has at most 255 bytes"},
		{R"({"alg":"HS256","kid":")" + std::string(256, 'k') + "\"}",
		 TENANCY_JWT_BAD_KEY_ID,
		 "a longer one is refused"},
		{"", TENANCY_JWT_BAD_PARTS, "no header is refused"},
		{" ", TENANCY_JWT_BAD_JSON, "a blank is no header"},
		{R"({"alg":"HS256"} x)", TENANCY_JWT_BAD_JSON, "text after the header is refused"},
		{R"({"alg":"HS256"}{})", TENANCY_JWT_BAD_JSON, "so is another object"},
		{std::string("{\"alg\":\"HS256\"}\0x", 17), TENANCY_JWT_BAD_JSON, "so is what a zero byte would hide"},
		{std::string("{\"alg\":\"HS256\"}\0", 16), TENANCY_JWT_BAD_JSON, "so is the zero byte itself"},
		{"\xef\xbb\xbf{\"alg\":\"HS256\"}", TENANCY_JWT_BAD_JSON, "a byte order mark is refused"},
		{R"(["alg","HS256"])", TENANCY_JWT_NO_OBJECT, "an array is no header"},
		{R"("HS256")", TENANCY_JWT_NO_OBJECT, "a text is no header"},
		{"null", TENANCY_JWT_NO_OBJECT, "null is no header"},
		{R"({"alg":"HS256",})", TENANCY_JWT_BAD_JSON, "a trailing comma is refused"},
		{R"({alg:"HS256"})", TENANCY_JWT_BAD_JSON, "a name without quotes is refused"},
		{R"({"alg":'HS256'})", TENANCY_JWT_BAD_JSON, "single quotes are refused"},
		{R"({"alg":"HS256"/**/})", TENANCY_JWT_BAD_JSON, "comments are refused"},
		{"{\"alg\":\"HS256\",\"x\":\"\xff\"}", TENANCY_JWT_BAD_JSON, "what is not UTF-8 is refused"},
		{"{\"alg\":\"HS256\",\"x\":\"\xc0\xae\"}", TENANCY_JWT_BAD_JSON, "overlong UTF-8 is refused"},
		{"{\"alg\":\"HS256\",\"x\":\"\xed\xa0\x80\"}", TENANCY_JWT_BAD_JSON, "a surrogate in UTF-8 is refused"},
		{R"({"alg":"HS256","x":"\ud800"})", TENANCY_JWT_BAD_JSON, "half a surrogate pair is refused"},
		{"{\"alg\":\"HS256\",\"x\":\"\n\"}", TENANCY_JWT_BAD_JSON, "a line break in a text is refused"},
		{R"({"alg":"HS256","x":NaN})", TENANCY_JWT_BAD_JSON, "NaN is refused"},
		{R"({"alg":"HS256","x":1e400})", TENANCY_JWT_BAD_JSON, "a number without bounds is refused"},
		{R"({"alg":"HS256","x":01})", TENANCY_JWT_BAD_JSON, "a leading zero is refused"},
		{R"({"alg":"HS256","x":)" + nested(15, "[", "]") + "}", TENANCY_JWT_GOOD, "16 levels are fine"},
		{R"({"alg":"HS256","x":)" + nested(16, "[", "]") + "}",
		 TENANCY_JWT_TOO_DEEP,
		 "17 levels of arrays are too many"},
		{R"({"alg":"HS256","x":)" + nested(16, "{\"a\":", "}") + "}", TENANCY_JWT_TOO_DEEP, "so are 17 of objects"},
		{R"({"alg":"HS256","x":)" + std::string(3000, '[') + "}",
		 TENANCY_JWT_TOO_DEEP,
		 "3000 levels are noticed early"},
	};
	for (const auto &test : cases)
		check(header_problem(test.header) == test.problem, test.name);

	TenancyJwtHeader header;
	tenancy::read_jwt_header(token_of(R"({"alg":"ES256","kid":"k\u0131"})", "{}"), header);
	check(header.algorithm == TENANCY_JWT_ES256 && header.has_kid && std::strcmp(header.kid, "k\xc4\xb1") == 0,
		  "algorithm and kid are read");
}

void
test_claims()
{
	struct
	{
		std::string payload;
		TenancyJwtProblem problem;
		const char *name;
	} cases[] = {
		{R"({"tenant":"acme","exp":2000})", TENANCY_JWT_GOOD, "tenant and exp are enough"},
		{R"({"tenant":"acme","exp":2000,"iss":"x","sub":"y","jti":"z","x":[1,{"a":null}]})",
		 TENANCY_JWT_GOOD,
		 "other claims do no harm"},
		{R"({"tenant":"acme"})", TENANCY_JWT_BAD_EXPIRY, "exp is required"},
		{R"({"tenant":"acme","x":{"exp":2000}})", TENANCY_JWT_BAD_EXPIRY, "an inner exp is none"},
		{R"({"tenant":"acme","exp":"2000"})", TENANCY_JWT_BAD_EXPIRY, "a text is no exp"},
		{R"({"tenant":"acme","exp":null})", TENANCY_JWT_BAD_EXPIRY, "null is no exp"},
		{R"({"tenant":"acme","exp":true})", TENANCY_JWT_BAD_EXPIRY, "true is no exp"},
		{R"({"tenant":"acme","exp":[2000]})", TENANCY_JWT_BAD_EXPIRY, "an array is no exp"},
		{R"({"tenant":"acme","exp":-1})", TENANCY_JWT_BAD_EXPIRY, "exp is not negative"},
		{R"({"tenant":"acme","exp":-1e300})", TENANCY_JWT_BAD_EXPIRY, "by whatever size"},
		{R"({"tenant":"acme","exp":1e400})", TENANCY_JWT_BAD_JSON, "exp is finite"},
		{R"({"tenant":"acme","exp":1e300})", TENANCY_JWT_BAD_EXPIRY, "exp is in range"},
		{R"({"tenant":"acme","exp":18446744073709551615})", TENANCY_JWT_BAD_EXPIRY, "2^64 - 1 is not"},
		{R"({"tenant":"acme","exp":18446744073709551616})", TENANCY_JWT_BAD_EXPIRY, "nor is 2^64"},
		{R"({"tenant":"acme","exp":253402300799})", TENANCY_JWT_GOOD, "the year 9999 is"},
		{R"({"tenant":"acme","exp":253402300800})", TENANCY_JWT_BAD_EXPIRY, "the year 10000 is not"},
		{R"({"tenant":"acme","exp":970})", TENANCY_JWT_EXPIRED, "a token ends at exp and the leeway"},
		{R"({"tenant":"acme","exp":971})", TENANCY_JWT_GOOD, "and not a second before"},
		{R"({"tenant":"acme","exp":970.9})", TENANCY_JWT_EXPIRED, "parts of a second do not count for exp"},
		{R"({"tenant":"acme","exp":0})", TENANCY_JWT_EXPIRED, "zero is long ago"},
		{R"({"tenant":"acme","exp":-0.0})", TENANCY_JWT_EXPIRED, "minus zero is the same"},
		{R"({"tenant":"acme","exp":2e3})", TENANCY_JWT_GOOD, "exp may have an exponent"},
		{R"({"tenant":"acme","exp":2000,"nbf":1030})", TENANCY_JWT_GOOD, "nbf has leeway"},
		{R"({"tenant":"acme","exp":2000,"nbf":1030.1})", TENANCY_JWT_EARLY, "parts of a second count for nbf"},
		{R"({"tenant":"acme","exp":2000,"nbf":1031})", TENANCY_JWT_EARLY, "a token waits for nbf"},
		{R"({"tenant":"acme","exp":2000,"nbf":"1"})", TENANCY_JWT_BAD_TIME, "a text is no nbf"},
		{R"({"tenant":"acme","exp":2000,"nbf":-1})", TENANCY_JWT_BAD_TIME, "nbf is not negative"},
		{R"({"tenant":"acme","exp":2000,"iat":1030})", TENANCY_JWT_GOOD, "iat has leeway"},
		{R"({"tenant":"acme","exp":2000,"iat":1031})", TENANCY_JWT_FROM_FUTURE, "a token of the future is refused"},
		{R"({"tenant":"acme","exp":2000,"iat":{}})", TENANCY_JWT_BAD_TIME, "an object is no iat"},
		{R"({"tenant":"acme","exp":2000,"iss":5})", TENANCY_JWT_BAD_ISSUER, "iss is a text even if nobody asks"},
		{R"({"tenant":"acme","exp":2000,"aud":"me"})",
		 TENANCY_JWT_FOR_OTHERS,
		 "aud without a configured audience is refused"},
		{R"({"tenant":"acme","exp":2000,"aud":""})", TENANCY_JWT_FOR_OTHERS, "also an empty one"},
		{R"({"tenant":"acme","exp":2000,"aud":[]})", TENANCY_JWT_FOR_OTHERS, "also an empty array"},
		{R"({"tenant":"acme","exp":2000,"aud":null})", TENANCY_JWT_BAD_AUDIENCE, "null is no aud"},
		{R"({"exp":2000})", TENANCY_JWT_BAD_TENANT, "the tenant is required"},
		{R"({"exp":2000,"Tenant":"acme"})", TENANCY_JWT_BAD_TENANT, "names of claims differ in case"},
		{R"({"exp":2000,"x":{"tenant":"acme"}})", TENANCY_JWT_BAD_TENANT, "an inner tenant is none"},
		{R"({"exp":2000,"x":["tenant","acme"]})", TENANCY_JWT_BAD_TENANT, "nor is an element"},
		{R"({"tenant":"","exp":2000})", TENANCY_JWT_BAD_TENANT, "the empty text is no tenant"},
		{R"({"tenant":"Acme","exp":2000})", TENANCY_JWT_BAD_TENANT, "a tenant is a legal slug"},
		{R"({"tenant":"acme'--","exp":2000})", TENANCY_JWT_BAD_TENANT, "SQL is none"},
		{R"({"tenant":"acme\u0000","exp":2000})", TENANCY_JWT_BAD_TENANT, "nor is one with a zero"},
		{R"({"tenant":"m\u00fcller","exp":2000})", TENANCY_JWT_BAD_TENANT, "nor is non-ASCII"},
		{R"({"tenant":")" + std::string(57, 'a') + R"(","exp":2000})",
		 TENANCY_JWT_BAD_TENANT,
		 "nor are 57 characters"},
		{R"({"tenant":["acme"],"exp":2000})", TENANCY_JWT_BAD_TENANT, "nor is an array"},
		{R"({"tenant":7,"exp":2000})", TENANCY_JWT_BAD_TENANT, "nor is a number"},
		{R"({"tenant":"acme","exp":2000,"tenant":"beta"})", TENANCY_JWT_DUPLICATE, "two tenants are refused"},
		{R"({"tenant":"acme","exp":2000,"exp":1})", TENANCY_JWT_DUPLICATE, "two exps are refused"},
		{R"({"tenant":"acme","exp":2000,"x":{"y":[{"a":1,"a":2}]}})",
		 TENANCY_JWT_DUPLICATE,
		 "duplicates are refused at any depth"},
		{R"({"tenant":"acme","exp":2000)", TENANCY_JWT_BAD_JSON, "a payload that is cut short is refused"},
		{"acme", TENANCY_JWT_BAD_JSON, "a payload that is no JSON is refused"},
		{R"("acme")", TENANCY_JWT_NO_OBJECT, "a payload is an object"},
		{std::string("{\"tenant\":\"acme\",\"exp\":2000}\0", 29),
		 TENANCY_JWT_BAD_JSON,
		 "a zero byte after it is refused"},
		{R"({"tenant":"acme","exp":2000,"x":)" + nested(16, "[", "]") + "}",
		 TENANCY_JWT_TOO_DEEP,
		 "depth is bounded"},
	};
	for (const auto &test : cases)
		check(claims_problem(test.payload) == test.problem, test.name);

	TenancyJwtRules strict = {"tenant", "https://issuer.example", "tenancy", 1000, 0};
	const std::string start = R"({"tenant":"acme","exp":2000,)";
	const std::string issuer = R"("iss":"https://issuer.example")";
	struct
	{
		std::string payload;
		TenancyJwtProblem problem;
		const char *name;
	} strict_cases[] = {
		{start + issuer + R"(,"aud":"tenancy"})", TENANCY_JWT_GOOD, "issuer and audience match"},
		{start + issuer + R"(,"aud":["other","tenancy"]})", TENANCY_JWT_GOOD, "the audience is one of several"},
		{start + issuer + R"(,"aud":["tenancy","other"]})", TENANCY_JWT_GOOD, "whichever"},
		{start + issuer + R"(,"aud":"other"})", TENANCY_JWT_BAD_AUDIENCE, "another audience is refused"},
		{start + issuer + R"(,"aud":"tenancy2"})", TENANCY_JWT_BAD_AUDIENCE, "so is a longer one"},
		{start + issuer + R"(,"aud":"tenancy\u0000"})", TENANCY_JWT_BAD_AUDIENCE, "so is one with a zero"},
		{start + issuer + R"(,"aud":["other"]})", TENANCY_JWT_BAD_AUDIENCE, "so are others"},
		{start + issuer + R"(,"aud":[]})", TENANCY_JWT_BAD_AUDIENCE, "so is an empty array"},
		{start + issuer + R"(,"aud":["tenancy",7]})", TENANCY_JWT_BAD_AUDIENCE, "so is an array with a number"},
		{start + issuer + R"(,"aud":[["tenancy"]]})", TENANCY_JWT_BAD_AUDIENCE, "so is an array of arrays"},
		{start + issuer + R"(,"aud":{"0":"tenancy"}})", TENANCY_JWT_BAD_AUDIENCE, "so is an object"},
		{start + issuer + "}", TENANCY_JWT_BAD_AUDIENCE, "a configured audience is required"},
		{start + R"("aud":"tenancy"})", TENANCY_JWT_BAD_ISSUER, "a configured issuer is required"},
		{start + R"("aud":"tenancy","iss":"https://issuer.example/"})",
		 TENANCY_JWT_BAD_ISSUER,
		 "another issuer is refused"},
		{start + R"("aud":"tenancy","iss":["https://issuer.example"]})", TENANCY_JWT_BAD_ISSUER, "so is an array"},
	};
	for (const auto &test : strict_cases)
		check(claims_problem(test.payload, strict) == test.problem, test.name);

	TenancyJwtHeader header;
	TenancyJwtClaims claims;
	std::string token = token_of(R"({"alg":"HS256"})", R"({"tenant":"acme","exp":2000.7,"iat":900.2})");
	tenancy::read_jwt_header(token, header);
	check(tenancy::read_jwt_claims(token, header, plain_rules, claims) == TENANCY_JWT_GOOD &&
			  std::strcmp(claims.slug, "acme") == 0 && claims.expires == 2000 && claims.has_issued &&
			  claims.issued == 901,
		  "slug and times are read");
}

void
test_paths()
{
	const std::string payload =
		R"({"exp":2000,"sub":"subject","https://x.example/tenant":"url","a/b":"slash","m~n":"tilde","":"empty",)"
		R"("app":{"tenant":"inner","tenants":["first","second",{"id":"third"}]}})";
	check(slug_of(payload, "sub") == "subject", "a claim may be a registered one");
	check(slug_of(payload, "https://x.example/tenant") == "url", "a name may have slashes within");
	check(slug_of(payload, "/sub") == "subject", "a pointer of one step is a name");
	check(slug_of(payload, "/app/tenant") == "inner", "a pointer goes into objects");
	check(slug_of(payload, "/app/tenants/0") == "first" && slug_of(payload, "/app/tenants/1") == "second",
		  "and into arrays");
	check(slug_of(payload, "/app/tenants/2/id") == "third", "and through them");
	check(slug_of(payload, "/app/tenants/01") == "!" && slug_of(payload, "/app/tenants/-") == "!" &&
			  slug_of(payload, "/app/tenants/3") == "!",
		  "to what is there, by its number");
	check(slug_of(payload, "/app/tenants") == "!" && slug_of(payload, "/app") == "!",
		  "an object or array is no slug");
	check(slug_of(payload, "/a~1b") == "slash" && slug_of(payload, "/m~0n") == "tilde", "a pointer has two escapes");
	check(slug_of(payload, "/") == "empty", "a member may have an empty name");
	check(slug_of(payload, "app/tenant") == "!", "a name is no pointer");

	check(tenancy::is_jwt_claim("tenant") && tenancy::is_jwt_claim("a~b") && tenancy::is_jwt_claim("/a~0~1/b"),
		  "names and pointers are claims");
	check(!tenancy::is_jwt_claim("") && !tenancy::is_jwt_claim("/a~") && !tenancy::is_jwt_claim("/a~2"),
		  "nothing is none, nor is a pointer with another escape");
}

/* The examples of RFC 7515, appendix A.1, and RFC 8037, appendix A.4. */
void
test_examples()
{
	const std::string first =
		"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
		"NvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	TenancyJwtHeader header;
	TenancyJwtClaims claims;
	TenancyJwtRules rules = {"iss", "joe", "", 1300819379, 0};
	check(tenancy::read_jwt_header(first, header) == TENANCY_JWT_GOOD && header.algorithm == TENANCY_JWT_HS256 &&
			  header.signature_length == 32 && header.signature[0] == 116,
		  "the header of RFC 7515's example is read");
	check(tenancy::read_jwt_claims(first, header, rules, claims) == TENANCY_JWT_GOOD &&
			  claims.expires == 1300819380 && !claims.has_issued && std::strcmp(claims.slug, "joe") == 0,
		  "and its claims");
	rules.now++;
	check(tenancy::read_jwt_claims(first, header, rules, claims) == TENANCY_JWT_EXPIRED, "until it expires");

	const std::string second =
		"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4"
		"iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
	check(tenancy::read_jwt_header(second, header) == TENANCY_JWT_GOOD && header.algorithm == TENANCY_JWT_EDDSA &&
			  header.signature_length == 64,
		  "the header of RFC 8037's example is read");
	check(tenancy::read_jwt_claims(second, header, rules, claims) == TENANCY_JWT_BAD_JSON, "its payload is no JSON");
}

/* Has each allocation fail in turn: the sanitizer looks for what is left behind. */
void
test_memory()
{
	const std::string token = token_of(
		R"({"alg":"HS256","kid":"a key id that is not kept within a string"})",
		R"({"app":[{"the names of members are kept":1},{"slug":"acme"}],"exp":2000,"aud":["another audience, with a long name","tenancy"]})");
	const TenancyJwtRules rules = {"/app/1/slug", "", "tenancy", 1000, 0};
	TenancyJwtHeader header;
	TenancyJwtClaims claims;
	TenancyJwtProblem problem = TENANCY_JWT_OUT_OF_MEMORY;
	int failures = 0;
	bool only_memory = true;

	while (problem == TENANCY_JWT_OUT_OF_MEMORY && only_memory)
	{
		try
		{
			allocations_left = failures;
			tenancy::read_jwt_header(token, header);
			problem = tenancy::read_jwt_claims(token, header, rules, claims);
		}
		catch (const std::bad_alloc &)
		{
			failures++;
		}
		catch (...)
		{
			only_memory = false;
		}
		allocations_left = -1;
	}
	check(only_memory && failures > 20, "want of memory is std::bad_alloc, wherever it comes");
	check(problem == TENANCY_JWT_GOOD && std::strcmp(claims.slug, "acme") == 0,
		  "with enough of it the token is good");
}

} // namespace

int
main()
{
	test_base64url();
	test_parts();
	test_header();
	test_claims();
	test_paths();
	test_examples();
	test_memory();
	return harness::finish();
}
