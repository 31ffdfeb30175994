/*
 * jwt.hpp
 *	  JSON web tokens (RFC 7519) in the compact form of RFC 7515: what they say, and
 *	  whether that is in order.
 *
 * Signatures are for the caller to verify, between header and claims: nothing of the
 * payload is looked at before.  What can be read in two ways is refused: duplicate
 * members at any depth, other spellings of base64, bytes after the JSON.
 */
#ifndef TENANCY_CORE_JWT_HPP
#define TENANCY_CORE_JWT_HPP

#include <string_view>

#include "jwt.h"

namespace tenancy
{

/* Returns the algorithm of a name; names differ in case. */
TenancyJwtAlgorithm jwt_algorithm(std::string_view name) noexcept;

/* Tells whether a text says where a claim is: a name, or a JSON pointer (RFC 6901) that begins with a slash. */
bool is_jwt_claim(std::string_view claim) noexcept;

/* Takes a token apart and reads its header.  Throws std::bad_alloc. */
TenancyJwtProblem read_jwt_header(std::string_view token, TenancyJwtHeader &header);

/*
 * Reads the payload of a token that read_jwt_header() has taken apart, and judges it.  Throws
 * std::bad_alloc.
 */
TenancyJwtProblem read_jwt_claims(std::string_view token, const TenancyJwtHeader &header,
								  const TenancyJwtRules &rules, TenancyJwtClaims &claims);

} // namespace tenancy

#endif /* TENANCY_CORE_JWT_HPP */
