/*
 * hmac.h
 *	  HMAC-SHA-256 by PostgreSQL's own implementation.
 */
#ifndef TENANCY_HMAC_H
#define TENANCY_HMAC_H

#define HMAC_SHA256_SIZE 32

/* Writes the HMAC-SHA-256 of data; raises an error if it cannot be computed. */
extern void hmac_sha256(const uint8 *key, size_t key_size, const void *data, size_t size,
						uint8 result[HMAC_SHA256_SIZE]);

#endif /* TENANCY_HMAC_H */
