/*
 * jwt.h
 *	  JSON web tokens as the C shell and the C++ core exchange them: plain data.
 *
 * Times are Unix seconds.
 */
#ifndef TENANCY_CORE_JWT_H
#define TENANCY_CORE_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verdict.h"

/* A longer token is not looked at. */
#define TENANCY_JWT_MAX 8192

/* Limits of a key's id and of a signature (RSA with 8192 bits), in bytes. */
#define TENANCY_JWT_KID_MAX 255
#define TENANCY_JWT_SIGNATURE_MAX 1024

/* How a token is signed, by the names of RFC 7518 and RFC 8037. */
typedef enum TenancyJwtAlgorithm
{
	TENANCY_JWT_NO_ALGORITHM = 0, /* none, or one that is not known here */
	TENANCY_JWT_HS256,
	TENANCY_JWT_RS256,
	TENANCY_JWT_ES256,
	TENANCY_JWT_EDDSA
} TenancyJwtAlgorithm;

/* What is wrong with a token. */
typedef enum TenancyJwtProblem
{
	TENANCY_JWT_GOOD = 0,
	TENANCY_JWT_OUT_OF_MEMORY,
	TENANCY_JWT_TOO_LONG,
	TENANCY_JWT_BAD_PARTS,	   /* not three parts, or an empty one */
	TENANCY_JWT_BAD_BASE64,	   /* a part is not base64url */
	TENANCY_JWT_BAD_JSON,	   /* header or payload is not JSON in UTF-8 */
	TENANCY_JWT_NO_OBJECT,	   /* header or payload is another value than an object */
	TENANCY_JWT_TOO_DEEP,	   /* objects and arrays within each other, too many */
	TENANCY_JWT_DUPLICATE,	   /* an object has two members of one name */
	TENANCY_JWT_BAD_ALGORITHM, /* alg is missing, no text, or not known here */
	TENANCY_JWT_BAD_KEY_ID,	   /* kid is no text, or too long */
	TENANCY_JWT_CRITICAL,	   /* the header has crit or b64: more than this code knows must be understood */
	TENANCY_JWT_NO_KEY,		   /* no live key of this algorithm, or none of this id */
	TENANCY_JWT_BAD_SIGNATURE,
	TENANCY_JWT_BAD_EXPIRY, /* exp is missing or no time */
	TENANCY_JWT_BAD_TIME,	/* nbf or iat is no time */
	TENANCY_JWT_EXPIRED,
	TENANCY_JWT_EARLY,		  /* nbf is to come */
	TENANCY_JWT_FROM_FUTURE,  /* iat is to come */
	TENANCY_JWT_BAD_ISSUER,	  /* iss is no text, or not what is asked for */
	TENANCY_JWT_BAD_AUDIENCE, /* aud is no text nor array of texts, or not what is asked for */
	TENANCY_JWT_FOR_OTHERS,	  /* aud is there, and no audience is asked for */
	TENANCY_JWT_BAD_TENANT,	  /* the tenant's claim is missing, or no slug */
	TENANCY_JWT_REVOKED		  /* issued before the tenant's tickets were revoked */
} TenancyJwtProblem;

/* What a token says about its signature, and the signature. */
typedef struct TenancyJwtHeader
{
	TenancyJwtAlgorithm algorithm;
	bool has_kid;
	char kid[TENANCY_JWT_KID_MAX + 1];
	size_t signed_length; /* bytes at the beginning of the token that are signed */
	size_t signature_length;
	uint8_t signature[TENANCY_JWT_SIGNATURE_MAX];
} TenancyJwtHeader;

/* What a token's payload is held against. */
typedef struct TenancyJwtRules
{
	const char *claim;	  /* where the slug is: a name, or a JSON pointer that begins with a slash */
	const char *issuer;	  /* what iss must be; empty: anything */
	const char *audience; /* what aud must be or contain; empty: there must be no aud */
	int64_t now;
	int64_t leeway; /* seconds by which clocks may differ */
} TenancyJwtRules;

/* What a good payload says. */
typedef struct TenancyJwtClaims
{
	char slug[TENANCY_SLUG_SIZE];
	int64_t expires;
	bool has_issued;
	int64_t issued;
} TenancyJwtClaims;

#endif /* TENANCY_CORE_JWT_H */
