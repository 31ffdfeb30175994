/*
 * keyspace.c
 *	  Advisory locks and notification channels, a space of each for every tenant.
 *
 * Closes: advisory locks that one tenant takes to block or to watch another, and
 * notifications that one sends to, or hears from, another.  The key of a lock is
 * mixed with a mask, the name of a channel hashed; both depend on the tenant and on a
 * secret that the server makes up when it starts, so that no tenant can aim at
 * another's.  Client and tenant see the keys and names that they gave: the mask is
 * taken off in pg_locks, and notifications.c gives a channel its name back.
 *
 * Cannot close: how full the queue of notifications and the lock table are.  Unbound
 * sessions share one space, in which keys and names are as they were given.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "compat.h"
#include "errors.h"
#include "guard.h"
#include "keyspace.h"
#include "storage/shmem.h"
#include "utils/builtins.h"

#define SECRET_SIZE 32

/* Written once, when the server starts. */
typedef struct SharedSecret
{
	uint8 bytes[SECRET_SIZE];
} SharedSecret;

static SharedSecret *secret = NULL;

Size
keyspace_memory(void)
{
	return sizeof(SharedSecret);
}

void
keyspace_attach(void)
{
	bool found;

	secret = ShmemInitStruct("tenancy keyspace", keyspace_memory(), &found);
	if (!found && !pg_strong_random(secret->bytes, SECRET_SIZE))
		ereport(FATAL, (errmsg("could not generate a secret for advisory locks and channels")));
}

/* Hashes what is given together with the secret and the tenant. */
static void
hash_for_tenant(const char *purpose, const char *text, uint8 *digest)
{
	Oid tenant[2] = {MyDatabaseId, guard_own_schema()};
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);

	if (hash == NULL || pg_cryptohash_init(hash) < 0 || pg_cryptohash_update(hash, secret->bytes, SECRET_SIZE) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) tenant, sizeof(tenant)) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) purpose, strlen(purpose) + 1) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) text, strlen(text)) < 0 ||
		pg_cryptohash_final(hash, digest, PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute a hash for the tenant")));
	pg_cryptohash_free(hash);
}

/* Returns the mask of the tenant's keys; those of one number and of two are different spaces for the server already. */
static uint64
lock_mask(void)
{
	static Oid known_for = InvalidOid;
	static uint64 mask = 0;
	Oid tenant = guard_own_schema();

	if (!OidIsValid(tenant))
		return 0;
	if (known_for != tenant)
	{
		uint8 digest[PG_SHA256_DIGEST_LENGTH];

		hash_for_tenant("advisory lock", "", digest);
		memcpy(&mask, digest, sizeof(mask));
		known_for = tenant;
	}
	return mask;
}

Datum
keyspace_lock_key(Datum key, Oid type, int position)
{
	uint64 mask = lock_mask();

	if (type == INT8OID)
		return Int64GetDatum(DatumGetInt64(key) ^ (int64) mask);
	return Int32GetDatum(DatumGetInt32(key) ^ (int32) (position == 0 ? mask >> 32 : mask & 0xFFFFFFFF));
}

char *
keyspace_channel(const char *name)
{
	uint8 digest[PG_SHA256_DIGEST_LENGTH];
	char *channel;

	if (strcmp(name, "tenancy_events") == 0 && !guard_is_exempt())
		raise_verdict(TENANCY_DENY_CHANNEL, &(ErrorFacts){.object = "NOTIFY"});
	/* The server's own errors about the length of a name are right for the name given. */
	if (!OidIsValid(guard_own_schema()) || *name == '\0' || strlen(name) >= NAMEDATALEN)
		return pstrdup(name);
	hash_for_tenant("channel", name, digest);
	channel = palloc0(NAMEDATALEN);
	for (int i = 0; i < 24; i++)
		snprintf(channel + 2 * i, 3, "%02x", digest[i]);
	return channel;
}
