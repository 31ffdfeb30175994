/*
 * signature.h
 *	  Signatures of JSON web tokens, made with secrets or with public keys.
 */
#ifndef TENANCY_SIGNATURE_H
#define TENANCY_SIGNATURE_H

#include "core/jwt.h"

/* A public key; memory of OpenSSL. */
typedef struct evp_pkey_st SignatureKey;

/*
 * Reads a public key in PEM; NULL if it is none for the algorithm, in kind or in size.  With
 * thorough also looks whether it is a sound one.  Raises no error: what it returns can be put away
 * before anything fails.
 */
extern SignatureKey *signature_read_key(const char *pem, TenancyJwtAlgorithm algorithm, bool thorough);

/* Frees a public key; raises no error. */
extern void signature_free_key(SignatureKey *key);

/* Tells whether a message is signed with a public key that was read for this algorithm; raises no error. */
extern bool signature_is_by_key(SignatureKey *key, TenancyJwtAlgorithm algorithm, const char *message,
								size_t message_length, const uint8_t *signature, size_t signature_length);

/* Tells whether a message is signed with a secret, by HS256, in a time that does not depend on the signature. */
extern bool signature_is_by_secret(const uint8_t *secret, size_t secret_length, const char *message,
								   size_t message_length, const uint8_t *signature, size_t signature_length);

#endif /* TENANCY_SIGNATURE_H */
