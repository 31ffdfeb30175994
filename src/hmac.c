/*
 * hmac.c
 *	  HMAC-SHA-256 by PostgreSQL's own implementation.
 */
#include "postgres.h"

#include "common/hmac.h"
#include "errors.h"
#include "hmac.h"

void
hmac_sha256(const uint8 *key, size_t key_size, const void *data, size_t size, uint8 result[HMAC_SHA256_SIZE])
{
	pg_hmac_ctx *context = pg_hmac_create(PG_SHA256);
	bool done;

	if (context == NULL)
		raise_verdict(TENANCY_OUT_OF_MEMORY, &(ErrorFacts){0});
	done = pg_hmac_init(context, key, key_size) >= 0 && pg_hmac_update(context, data, size) >= 0 &&
		   pg_hmac_final(context, result, HMAC_SHA256_SIZE) >= 0;
	pg_hmac_free(context);
	if (!done)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute an HMAC")));
}
