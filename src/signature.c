/*
 * signature.c
 *	  Signatures of JSON web tokens, made with secrets or with public keys.
 *
 * The algorithm is always that of the key.  Public keys are OpenSSL's matter, whose
 * errors are dropped: there is one answer to whatever is wrong with a signature, and PostgreSQL must
 * not find our errors in the queue that its connections read.
 */
#include "postgres.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "hmac.h"
#include "signature.h"

/* RSA with fewer bits is weak; with more, verifying takes long. */
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX (8 * TENANCY_JWT_SIGNATURE_MAX)

/* An ES256 signature: two numbers of this many bytes. */
#define ES256_NUMBER_SIZE 32

/* The same in DER: a sequence of two integers, each with a sign byte. */
#define ES256_DER_SIZE (2 + 2 * (3 + ES256_NUMBER_SIZE))

#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----"
#define WHITE_SPACE " \t\r\n"

/* Answers OpenSSL that there is no passphrase; by itself it would ask at the server's terminal. */
static int
no_passphrase(char *buffer, int size, int writing, void *data)
{
	(void) buffer;
	(void) size;
	(void) writing;
	(void) data;
	return -1;
}

/* Tells whether there is nothing but white space in the rest of some input. */
static bool
is_at_end(BIO *input)
{
	char character;

	while (BIO_read(input, &character, 1) == 1)
	{
		if (strchr(WHITE_SPACE, character) == NULL)
			return false;
	}
	return true;
}

/* Tells whether a key is of the kind and the size that an algorithm takes. */
static bool
is_key_for(EVP_PKEY *key, TenancyJwtAlgorithm algorithm)
{
	char group[64];

	switch (algorithm)
	{
		case TENANCY_JWT_RS256:
			return EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= RSA_BITS_MIN &&
				   EVP_PKEY_get_bits(key) <= RSA_BITS_MAX;
		case TENANCY_JWT_ES256:
			return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
				   strcmp(group, "prime256v1") == 0;
		case TENANCY_JWT_EDDSA:
			return EVP_PKEY_is_a(key, "ED25519");
		case TENANCY_JWT_HS256:
		case TENANCY_JWT_NO_ALGORITHM:
			break;
	}
	return false;
}

/* Tells whether a key's numbers are what they should be: an RSA exponent of 1 would make forging trivial. */
static bool
is_sound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	bool sound = context != NULL && EVP_PKEY_public_check(context) == 1;

	EVP_PKEY_CTX_free(context);
	return sound;
}

SignatureKey *
signature_read_key(const char *pem, TenancyJwtAlgorithm algorithm, bool thorough)
{
	BIO *input;
	EVP_PKEY *key = NULL;

	/* OpenSSL would pass over anything that comes before. */
	pem += strspn(pem, WHITE_SPACE);
	if (strncmp(pem, PEM_BEGIN, strlen(PEM_BEGIN)) != 0)
		return NULL;
	ERR_clear_error();
	input = BIO_new_mem_buf(pem, -1);
	if (input != NULL)
		key = PEM_read_bio_PUBKEY(input, NULL, no_passphrase, NULL);
	if (key != NULL && (!is_key_for(key, algorithm) || !is_at_end(input) || (thorough && !is_sound(key))))
	{
		EVP_PKEY_free(key);
		key = NULL;
	}
	BIO_free(input);
	ERR_clear_error();
	return key;
}

void
signature_free_key(SignatureKey *key)
{
	EVP_PKEY_free(key);
}

/*
 * Spells an ES256 signature, two numbers side by side, as OpenSSL wants it; returns its
 * length, 0 if it cannot be done.
 */
static size_t
es256_to_der(const uint8_t *signature, uint8_t *der)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, ES256_NUMBER_SIZE, NULL);
	BIGNUM *s = BN_bin2bn(signature + ES256_NUMBER_SIZE, ES256_NUMBER_SIZE, NULL);
	int length = 0;

	if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1)
	{
		/* The numbers are the pair's now. */
		r = NULL;
		s = NULL;
		if (i2d_ECDSA_SIG(pair, NULL) <= ES256_DER_SIZE)
			length = i2d_ECDSA_SIG(pair, &der);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(pair);
	return length > 0 ? length : 0;
}

bool
signature_is_by_key(SignatureKey *key, TenancyJwtAlgorithm algorithm, const char *message, size_t message_length,
					const uint8_t *signature, size_t signature_length)
{
	EVP_MD_CTX *context;
	uint8_t der[ES256_DER_SIZE];
	bool good;

	ERR_clear_error();
	if (algorithm == TENANCY_JWT_ES256)
	{
		if (signature_length != 2 * ES256_NUMBER_SIZE)
			return false;
		signature_length = es256_to_der(signature, der);
		signature = der;
	}
	context = EVP_MD_CTX_new();
	good =
		context != NULL && signature_length > 0 &&
		EVP_DigestVerifyInit(context, NULL, algorithm == TENANCY_JWT_EDDSA ? NULL : EVP_sha256(), NULL, key) == 1 &&
		EVP_DigestVerify(context, signature, signature_length, (const unsigned char *) message, message_length) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return good;
}

bool
signature_is_by_secret(const uint8_t *secret, size_t secret_length, const char *message, size_t message_length,
					   const uint8_t *signature, size_t signature_length)
{
	uint8_t mac[HMAC_SHA256_SIZE];

	hmac_sha256(secret, secret_length, message, message_length, mac);
	return signature_length == sizeof(mac) && CRYPTO_memcmp(mac, signature, sizeof(mac)) == 0;
}
