/*
 * jwt_keys.h
 *	  The keys that JSON web tokens are signed with.
 */
#ifndef TENANCY_JWT_KEYS_H
#define TENANCY_JWT_KEYS_H

#include "core/jwt.h"

/*
 * Verifies the signature of a token that core has taken apart: by the live key of its kid
 * if it names one, else by any live key of its algorithm.  Returns TENANCY_JWT_GOOD,
 * TENANCY_JWT_NO_KEY or TENANCY_JWT_BAD_SIGNATURE.
 */
extern TenancyJwtProblem jwt_keys_verify(const char *token, const TenancyJwtHeader *header);

/* Registers the callback that keeps the keys fresh; from _PG_init. */
extern void jwt_keys_start(void);

#endif /* TENANCY_JWT_KEYS_H */
