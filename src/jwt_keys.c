/*
 * jwt_keys.c
 *	  The keys that JSON web tokens are signed with.
 *
 * The table tenancy.jwt_keys is the truth, which superusers alone can read.  A backend keeps the
 * live keys as its verifier needs them; a trigger on the table sends a relcache invalidation with
 * the change, whoever makes it, and the next token has the keys read again.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "audit_capture.h"
#include "bridge.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "jwt_keys.h"
#include "lifecycle.h"
#include "own_table.h"
#include "privileged.h"
#include "signature.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* Columns of tenancy.jwt_keys, in the order of the install script. */
enum
{
	JWT_KEYS_KID = 1,
	JWT_KEYS_ALGORITHM,
	JWT_KEYS_SECRET,
	JWT_KEYS_PUBLIC_KEY,
	JWT_KEYS_CREATED_AT,
	JWT_KEYS_RETIRED_AT
};

/* Live keys, at most: a token without a kid may cost as many verifications. */
#define JWT_KEYS_MAX 32

/* A secret has at least the size of what it makes (RFC 7518, section 3.2), in bytes. */
#define SECRET_MIN 32
#define SECRET_MAX 1024

#define PUBLIC_KEY_MAX 8192

PG_FUNCTION_INFO_V1(tenancy_create_jwt_key);
PG_FUNCTION_INFO_V1(tenancy_retire_jwt_key);

/* A live key; a secret or a public key. */
typedef struct LiveKey
{
	char kid[TENANCY_JWT_KID_MAX + 1];
	TenancyJwtAlgorithm algorithm;
	size_t secret_length;
	uint8_t secret[SECRET_MAX];
	SignatureKey *public_key; /* memory of OpenSSL */
} LiveKey;

/* What the backend knows of the keys.  Only load_keys() writes it, and the callback the generation. */
static struct
{
	uint64 generation; /* grows when the table changes */
	uint64 loaded;	   /* the generation when the keys were read; 0: never */
	Oid relation;	   /* tenancy.jwt_keys */
	LiveKey *keys;	   /* JWT_KEYS_MAX of them */
	int count;
} known = {.generation = 1};

/* Takes note that the table changed, in definition or (by our own trigger) in content. */
static void
relcache_changed(Datum arg, Oid relation)
{
	(void) arg;
	if (relation == InvalidOid || relation == known.relation)
		known.generation++;
}

void
jwt_keys_start(void)
{
	CacheRegisterRelcacheCallback(relcache_changed, (Datum) 0);
}

/* Forgets the keys. */
static void
forget_keys(void)
{
	for (int i = 0; i < known.count; i++)
	{
		signature_free_key(known.keys[i].public_key);
		explicit_bzero(&known.keys[i], sizeof(LiveKey));
	}
	known.count = 0;
}

/* Puts a key with what its row has away; what cannot be used, which no function of ours writes, is left out. */
static void
remember_key(HeapTuple tuple, TupleDesc descriptor)
{
	LiveKey *key = &known.keys[known.count];
	bool no_secret;
	bool no_public_key;
	bool isnull;
	char *kid = TextDatumGetCString(heap_getattr(tuple, JWT_KEYS_KID, descriptor, &isnull));
	char *algorithm = TextDatumGetCString(heap_getattr(tuple, JWT_KEYS_ALGORITHM, descriptor, &isnull));
	Datum secret = heap_getattr(tuple, JWT_KEYS_SECRET, descriptor, &no_secret);
	Datum public_key = heap_getattr(tuple, JWT_KEYS_PUBLIC_KEY, descriptor, &no_public_key);

	memset(key, 0, sizeof(*key));
	key->algorithm = bridge_jwt_algorithm(algorithm);
	if (strlcpy(key->kid, kid, sizeof(key->kid)) >= sizeof(key->kid))
		return;
	if (key->algorithm == TENANCY_JWT_HS256 && !no_secret)
	{
		bytea *bytes = DatumGetByteaPP(secret);

		key->secret_length = VARSIZE_ANY_EXHDR(bytes);
		if (key->secret_length < SECRET_MIN || key->secret_length > SECRET_MAX)
			return;
		memcpy(key->secret, VARDATA_ANY(bytes), key->secret_length);
	}
	else if (key->algorithm != TENANCY_JWT_HS256 && !no_public_key)
	{
		char *pem = TextDatumGetCString(public_key);

		key->public_key = signature_read_key(pem, key->algorithm, false);
		if (key->public_key == NULL)
			return;
	}
	else
		return;
	known.count++;
}

/* Reads the live keys, unless they are known. */
static void
load_keys(void)
{
	uint64 generation = known.generation;
	Relation relation;
	SysScanDesc scan;
	HeapTuple tuple;

	if (known.loaded == generation)
		return;
	known.loaded = 0;
	forget_keys();
	if (known.keys == NULL)
		known.keys = MemoryContextAllocZero(TopMemoryContext, JWT_KEYS_MAX * sizeof(LiveKey));
	known.relation = own_table_find("jwt_keys");
	if (!OidIsValid(known.relation))
		return;

	/* A catalog snapshot sees the latest committed rows and our own changes. */
	relation = table_open(known.relation, AccessShareLock);
	scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	while (known.count < JWT_KEYS_MAX && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool is_live;

		(void) heap_getattr(tuple, JWT_KEYS_RETIRED_AT, RelationGetDescr(relation), &is_live);
		if (is_live)
			remember_key(tuple, RelationGetDescr(relation));
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	/* Keys that were overtaken while they were read serve this once. */
	known.loaded = generation;
}

/* Tells whether a token is signed with a key. */
static bool
is_signed_by(const LiveKey *key, const char *token, const TenancyJwtHeader *header)
{
	if (key->algorithm == TENANCY_JWT_HS256)
		return signature_is_by_secret(key->secret,
									  key->secret_length,
									  token,
									  header->signed_length,
									  header->signature,
									  header->signature_length);
	return signature_is_by_key(key->public_key,
							   key->algorithm,
							   token,
							   header->signed_length,
							   header->signature,
							   header->signature_length);
}

TenancyJwtProblem
jwt_keys_verify(const char *token, const TenancyJwtHeader *header)
{
	TenancyJwtProblem problem = TENANCY_JWT_NO_KEY;

	load_keys();
	for (int i = 0; i < known.count; i++)
	{
		const LiveKey *key = &known.keys[i];

		/* What the token says chooses among the keys, and never how one is used. */
		if (key->algorithm != header->algorithm || (header->has_kid && strcmp(key->kid, header->kid) != 0))
			continue;
		if (is_signed_by(key, token, header))
			return TENANCY_JWT_GOOD;
		problem = TENANCY_JWT_BAD_SIGNATURE;
	}
	return problem;
}

/* A key that is to be made, as text. */
typedef struct NewKey
{
	const char *kid;
	const char *algorithm;
	const char *secret;
	const char *public_key;
} NewKey;

/* Refuses an id that no token could name, or that a log could not show. */
static void
require_kid(const char *kid)
{
	size_t length = kid != NULL ? strlen(kid) : 0;
	bool legal = length >= 1 && length <= TENANCY_JWT_KID_MAX;

	for (size_t i = 0; legal && i < length; i++)
		legal = kid[i] >= ' ' && kid[i] <= '~';
	if (!legal)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid id of a JWT key"),
				 errdetail("It has 1 to %d printable ASCII characters.", TENANCY_JWT_KID_MAX)));
}

/* Returns the algorithm of a name; refuses others. */
static TenancyJwtAlgorithm
require_algorithm(const char *name)
{
	TenancyJwtAlgorithm algorithm = name != NULL ? bridge_jwt_algorithm(name) : TENANCY_JWT_NO_ALGORITHM;

	if (algorithm == TENANCY_JWT_NO_ALGORITHM)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown algorithm of a JWT key"),
				 errhint("It is one of HS256, RS256, ES256, EdDSA.")));
	return algorithm;
}

/* Says which keys an algorithm takes. */
static const char *
describe_key(TenancyJwtAlgorithm algorithm)
{
	switch (algorithm)
	{
		case TENANCY_JWT_HS256:
			return "HS256 takes a secret of 32 to 1024 bytes, and no public key.";
		case TENANCY_JWT_RS256:
			return "RS256 takes a public RSA key of 2048 to 8192 bits in PEM, and no secret.";
		case TENANCY_JWT_ES256:
			return "ES256 takes a public key on the curve P-256 in PEM, and no secret.";
		default:
			return "EdDSA takes a public Ed25519 key in PEM, and no secret.";
	}
}

/* Tells whether a secret will do; a key in PEM is none, because others may have it. */
static bool
is_fit_secret(const bytea *secret)
{
	static const char dashes[] = "-----BEGIN";
	size_t length = VARSIZE_ANY_EXHDR(secret);

	return length >= SECRET_MIN && length <= SECRET_MAX &&
		   memcmp(VARDATA_ANY(secret), dashes, sizeof(dashes) - 1) != 0;
}

/* Tells whether a public key will do. */
static bool
is_fit_public_key(const char *pem, TenancyJwtAlgorithm algorithm)
{
	SignatureKey *key = strlen(pem) <= PUBLIC_KEY_MAX ? signature_read_key(pem, algorithm, true) : NULL;

	if (key == NULL)
		return false;
	signature_free_key(key);
	return true;
}

/* Writes a new key. */
static void
insert_key(void *argument)
{
	static PrivilegedStatement statement =
		{.sql = "INSERT INTO tenancy.jwt_keys (kid, algorithm, secret, public_key) VALUES ($1, $2, $3, $4)",
		 .parameters = 4,
		 .types = {TEXTOID, TEXTOID, BYTEAOID, TEXTOID}};
	NewKey *key = argument;
	const char *values[] = {key->kid, key->algorithm, key->secret, key->public_key};

	SPI_connect();
	/* Of two who make one at once, the later one counts the other's. */
	privileged_execute("LOCK TABLE tenancy.jwt_keys IN SHARE ROW EXCLUSIVE MODE");
	if (privileged_query_latest("SELECT FROM tenancy.jwt_keys WHERE kid = %s", quote_literal_cstr(key->kid)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("JWT key \"%s\" already exists", key->kid),
				 errdetail("The id of a key that was retired is not used again.")));
	if (privileged_query_latest("SELECT FROM tenancy.jwt_keys WHERE retired_at IS NULL") >= JWT_KEYS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there cannot be more than %d live JWT keys", JWT_KEYS_MAX),
				 errhint("Retire those that sign no more tokens, with tenancy.retire_jwt_key().")));
	privileged_execute_prepared(&statement, values);
	SPI_finish();
}

/* Makes a key of the function's arguments. */
static void
create_key(FunctionCallInfo fcinfo)
{
	NewKey key = {0};
	TenancyJwtAlgorithm algorithm;
	bool fits;

	key.kid = lifecycle_text_argument(fcinfo, 0);
	key.algorithm = lifecycle_text_argument(fcinfo, 1);
	key.public_key = lifecycle_text_argument(fcinfo, 3);
	require_kid(key.kid);
	algorithm = require_algorithm(key.algorithm);

	if (algorithm == TENANCY_JWT_HS256)
		fits = key.public_key == NULL && !PG_ARGISNULL(2) && is_fit_secret(PG_GETARG_BYTEA_PP(2));
	else
		fits = PG_ARGISNULL(2) && key.public_key != NULL && is_fit_public_key(key.public_key, algorithm);
	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid JWT key"),
				 errdetail_internal("%s", describe_key(algorithm))));
	if (!PG_ARGISNULL(2))
		key.secret = DatumGetCString(DirectFunctionCall1(byteaout, PG_GETARG_DATUM(2)));
	privileged_run(insert_key, &key);
	audit_lifecycle(NULL, "JWT key created", key.kid, NULL);
}

/* tenancy.create_jwt_key(kid, algorithm, secret, public_key): makes a key that tokens may be signed with. */
Datum
tenancy_create_jwt_key(PG_FUNCTION_ARGS)
{
	ErrorContextCallback callback = {.callback = errors_hide_statement, .previous = error_context_stack};

	lifecycle_require_unbound("tenancy.create_jwt_key()");
	error_context_stack = &callback;
	create_key(fcinfo);
	error_context_stack = callback.previous;
	PG_RETURN_VOID();
}

/* Retires a key: the row stays, so that its id is not used again; secret and public key go. */
static void
retire_key(void *argument)
{
	char *kid = quote_literal_cstr(argument);

	SPI_connect();
	if (privileged_execute("UPDATE tenancy.jwt_keys SET secret = NULL, public_key = NULL, "
						   "retired_at = coalesce(retired_at, clock_timestamp()) WHERE kid = %s",
						   kid) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("JWT key \"%s\" does not exist", (char *) argument)));
	SPI_finish();
}

/* tenancy.retire_jwt_key(kid): refuses tokens that are signed with a key, from its commit on. */
Datum
tenancy_retire_jwt_key(PG_FUNCTION_ARGS)
{
	char *kid;

	lifecycle_require_unbound("tenancy.retire_jwt_key()");
	kid = lifecycle_text_argument(fcinfo, 0);
	require_kid(kid);
	privileged_run(retire_key, kid);
	audit_lifecycle(NULL, "JWT key retired", kid, NULL);
	PG_RETURN_VOID();
}
