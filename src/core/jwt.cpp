/*
 * jwt.cpp
 *	  JSON web tokens: what they say, and whether that is in order.
 */
#include "jwt.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base64url.hpp"
#include "names.hpp"
#include "strict_json.hpp"

namespace tenancy
{

namespace
{

/* The last second of the year 9999; later times are no times. */
constexpr double last_time = 253402300799.0;

/* The dots of a token, if it has two and something before, between and after them. */
struct Parts
{
	std::size_t first = std::string_view::npos;
	std::size_t second = std::string_view::npos;
	bool good = false;

	explicit Parts(std::string_view token) noexcept
	{
		first = token.find('.');
		if (first == std::string_view::npos)
			return;
		second = token.find('.', first + 1);
		if (second == std::string_view::npos)
			return;
		good = token.find('.', second + 1) == std::string_view::npos && first > 0 && second > first + 1 &&
			   second + 1 < token.size();
	}
};

/* Says what is wrong with JSON that could not be read to its end. */
TenancyJwtProblem
problem_of(JsonOutcome outcome) noexcept
{
	switch (outcome)
	{
		case JsonOutcome::no_object:
			return TENANCY_JWT_NO_OBJECT;
		case JsonOutcome::too_deep:
			return TENANCY_JWT_TOO_DEEP;
		case JsonOutcome::duplicate:
			return TENANCY_JWT_DUPLICATE;
		default:
			return TENANCY_JWT_BAD_JSON;
	}
}

/* Copies a text with a zero behind it; false if it does not fit or has a zero itself. */
template <std::size_t Size>
bool
copy_text(std::string_view text, char (&to)[Size]) noexcept
{
	if (text.size() >= Size || text.find('\0') != std::string_view::npos)
		return false;
	text.copy(to, text.size());
	to[text.size()] = '\0';
	return true;
}

/* Reads a token's header. */
class HeaderVisitor final : public JsonVisitor
{
public:
	explicit HeaderVisitor(TenancyJwtHeader &header) noexcept : header_(header)
	{
	}

	bool take(const std::vector<JsonLevel> &levels, const JsonValue &value) override
	{
		if (levels.size() > 1)
			return true;

		const std::string &name = levels[0].name;
		if (name == "crit" || name == "b64")
			problem = TENANCY_JWT_CRITICAL;
		else if (name == "alg")
		{
			if (value.kind == JsonKind::text)
				header_.algorithm = jwt_algorithm(value.text);
			if (header_.algorithm == TENANCY_JWT_NO_ALGORITHM)
				problem = TENANCY_JWT_BAD_ALGORITHM;
		}
		else if (name == "kid")
		{
			header_.has_kid = value.kind == JsonKind::text && copy_text(value.text, header_.kid);
			if (!header_.has_kid)
				problem = TENANCY_JWT_BAD_KEY_ID;
		}
		return problem == TENANCY_JWT_GOOD;
	}

	TenancyJwtProblem problem = TENANCY_JWT_GOOD;

private:
	TenancyJwtHeader &header_;
};

/* Where a claim is: the names of members, and the numbers of elements, that lead to it. */
class ClaimPath
{
public:
	/* Takes a name, or a JSON pointer that is_jwt_claim() has found good. */
	explicit ClaimPath(std::string_view claim)
	{
		if (claim.substr(0, 1) != "/")
		{
			steps_.emplace_back(claim);
			return;
		}
		for (std::size_t i = 0; i < claim.size(); i++)
		{
			if (claim[i] == '/')
				steps_.emplace_back();
			else if (claim[i] == '~')
				steps_.back().push_back(claim[++i] == '0' ? '~' : '/');
			else
				steps_.back().push_back(claim[i]);
		}
	}

	/* Tells whether a reader is there. */
	bool is_at(const std::vector<JsonLevel> &levels) const
	{
		return std::equal(levels.begin(),
						  levels.end(),
						  steps_.begin(),
						  steps_.end(),
						  [](const JsonLevel &level, const std::string &step) {
							  return level.is_array ? step == std::to_string(level.index - 1) : step == level.name;
						  });
	}

private:
	std::vector<std::string> steps_;
};

/* Collects the claims of a payload, and holds each against the rules where that needs no other one. */
class ClaimsVisitor final : public JsonVisitor
{
public:
	ClaimsVisitor(const TenancyJwtRules &rules, TenancyJwtClaims &claims)
		: rules_(rules), claims_(claims), tenant_path_(rules.claim)
	{
	}

	bool take(const std::vector<JsonLevel> &levels, const JsonValue &value) override
	{
		if (tenant_path_.is_at(levels))
			take_tenant(value);
		if (levels.size() == 1)
			take_member(levels[0].name, value);
		else if (levels[0].name == "aud")
			take_audience(levels, value);
		return problem == TENANCY_JWT_GOOD;
	}

	/* Judges the claims as a whole, after all of them have been seen. */
	TenancyJwtProblem judge() const noexcept
	{
		if (!has_expiry_)
			return TENANCY_JWT_BAD_EXPIRY;
		if (rules_.now - rules_.leeway >= claims_.expires)
			return TENANCY_JWT_EXPIRED;
		if (not_before_ > rules_.now + rules_.leeway)
			return TENANCY_JWT_EARLY;
		if (claims_.has_issued && claims_.issued > rules_.now + rules_.leeway)
			return TENANCY_JWT_FROM_FUTURE;
		if (rules_.issuer[0] != '\0' && !issuer_matches_)
			return TENANCY_JWT_BAD_ISSUER;
		if (rules_.audience[0] == '\0' && has_audience_)
			return TENANCY_JWT_FOR_OTHERS;
		if (rules_.audience[0] != '\0' && !audience_matches_)
			return TENANCY_JWT_BAD_AUDIENCE;
		return has_tenant_ ? TENANCY_JWT_GOOD : TENANCY_JWT_BAD_TENANT;
	}

	TenancyJwtProblem problem = TENANCY_JWT_GOOD;

private:
	/* Takes the claim that names the tenant. */
	void take_tenant(const JsonValue &value) noexcept
	{
		has_tenant_ = value.kind == JsonKind::text && is_slug(value.text) && copy_text(value.text, claims_.slug);
		if (!has_tenant_)
			problem = TENANCY_JWT_BAD_TENANT;
	}

	/* Takes one of the registered claims of RFC 7519. */
	void take_member(const std::string &name, const JsonValue &value) noexcept
	{
		if (name == "exp")
			has_expiry_ = take_time(value, std::floor, claims_.expires, TENANCY_JWT_BAD_EXPIRY);
		else if (name == "nbf")
			take_time(value, std::ceil, not_before_, TENANCY_JWT_BAD_TIME);
		else if (name == "iat")
			claims_.has_issued = take_time(value, std::ceil, claims_.issued, TENANCY_JWT_BAD_TIME);
		else if (name == "iss")
		{
			issuer_matches_ = value.text == rules_.issuer;
			if (value.kind != JsonKind::text)
				problem = TENANCY_JWT_BAD_ISSUER;
		}
		else if (name == "aud")
		{
			has_audience_ = true;
			audience_matches_ = value.kind == JsonKind::text && value.text == rules_.audience;
			if (value.kind != JsonKind::text && value.kind != JsonKind::container)
				problem = TENANCY_JWT_BAD_AUDIENCE;
		}
	}

	/* Takes a value within aud, which may be an element of an array. */
	void take_audience(const std::vector<JsonLevel> &levels, const JsonValue &value) noexcept
	{
		if (levels.size() != 2 || !levels[1].is_array || value.kind != JsonKind::text)
			problem = TENANCY_JWT_BAD_AUDIENCE;
		else if (value.text == rules_.audience)
			audience_matches_ = true;
	}

	/* Takes a time, rounded against whoever made the token; false if it is none. */
	bool take_time(const JsonValue &value, double (*round)(double), int64_t &time,
				   TenancyJwtProblem otherwise) noexcept
	{
		if (value.kind != JsonKind::number || !(value.number >= 0) || value.number > last_time)
		{
			problem = otherwise;
			return false;
		}
		time = static_cast<int64_t>(round(value.number));
		return true;
	}

	const TenancyJwtRules &rules_;
	TenancyJwtClaims &claims_;
	ClaimPath tenant_path_;
	int64_t not_before_ = 0;
	bool has_expiry_ = false;
	bool has_audience_ = false;
	bool audience_matches_ = false;
	bool issuer_matches_ = false;
	bool has_tenant_ = false;
};

} // namespace

TenancyJwtAlgorithm
jwt_algorithm(std::string_view name) noexcept
{
	if (name == "HS256")
		return TENANCY_JWT_HS256;
	if (name == "RS256")
		return TENANCY_JWT_RS256;
	if (name == "ES256")
		return TENANCY_JWT_ES256;
	return name == "EdDSA" ? TENANCY_JWT_EDDSA : TENANCY_JWT_NO_ALGORITHM;
}

bool
is_jwt_claim(std::string_view claim) noexcept
{
	if (claim.empty())
		return false;
	if (claim[0] != '/')
		return true;
	for (std::size_t i = 0; i < claim.size(); i++)
	{
		if (claim[i] != '~')
			continue;
		i++;
		if (i == claim.size() || (claim[i] != '0' && claim[i] != '1'))
			return false;
	}
	return true;
}

TenancyJwtProblem
read_jwt_header(std::string_view token, TenancyJwtHeader &header)
{
	header = {};
	if (token.size() > TENANCY_JWT_MAX)
		return TENANCY_JWT_TOO_LONG;

	Parts parts(token);
	if (!parts.good)
		return TENANCY_JWT_BAD_PARTS;
	header.signed_length = parts.second;

	std::string bytes;
	if (!decode_base64url(token.substr(parts.second + 1), bytes))
		return TENANCY_JWT_BAD_BASE64;
	if (bytes.size() > sizeof(header.signature))
		return TENANCY_JWT_BAD_SIGNATURE;
	std::copy(bytes.begin(), bytes.end(), header.signature);
	header.signature_length = bytes.size();

	if (!decode_base64url(token.substr(0, parts.first), bytes))
		return TENANCY_JWT_BAD_BASE64;
	HeaderVisitor visitor(header);
	JsonOutcome outcome = read_json_object(bytes, visitor);
	if (visitor.problem != TENANCY_JWT_GOOD)
		return visitor.problem;
	if (outcome != JsonOutcome::complete)
		return problem_of(outcome);
	return header.algorithm != TENANCY_JWT_NO_ALGORITHM ? TENANCY_JWT_GOOD : TENANCY_JWT_BAD_ALGORITHM;
}

TenancyJwtProblem
read_jwt_claims(std::string_view token, const TenancyJwtHeader &header, const TenancyJwtRules &rules,
				TenancyJwtClaims &claims)
{
	claims = {};

	std::size_t first = token.find('.');
	std::string bytes;
	if (!decode_base64url(token.substr(first + 1, header.signed_length - first - 1), bytes))
		return TENANCY_JWT_BAD_BASE64;
	ClaimsVisitor visitor(rules, claims);
	JsonOutcome outcome = read_json_object(bytes, visitor);
	if (visitor.problem != TENANCY_JWT_GOOD)
		return visitor.problem;
	return outcome == JsonOutcome::complete ? visitor.judge() : problem_of(outcome);
}

} // namespace tenancy
