/*
 * hmac.c
 *	  HMAC-SHA-256 by PostgreSQL's own implementation.
 */
#include "postgres.h"

#include "compat.h"
#include "hmac.h"

void
hmac_sha256(const uint8 *key, size_t key_size, const void *data, size_t size, uint8 result[HMAC_SHA256_SIZE])
{
	if (!compute_hmac_sha256(key, key_size, data, size, result))
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute an HMAC")));
}
