/*
 * verdict.h
 *	  Plain data that the C shell and the C++ core exchange: facts in, verdict out.
 *
 * Compiles as C and as C++ and needs no PostgreSQL header.  Nothing here owns
 * memory; strings are fixed arrays, zero-terminated.  Oids travel as uint32_t,
 * with 0 for "none".
 */
#ifndef TENANCY_CORE_VERDICT_H
#define TENANCY_CORE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quota.h"

/* A slug has 1 to 56 bytes, so that the prefix and it fit a 63-byte identifier. */
#define TENANCY_SLUG_MAX 56
#define TENANCY_SLUG_SIZE (TENANCY_SLUG_MAX + 1)
#define TENANCY_SCHEMA_PREFIX "tenant_"
#define TENANCY_SCHEMA_PREFIX_LENGTH 7
#define TENANCY_SCHEMA_SIZE 64
#define TENANCY_ID_SIZE 16

/* What a decision came to; errors.c gives each its SQLSTATE and words. */
typedef enum TenancyVerdict
{
	TENANCY_ALLOW = 0,
	TENANCY_DENY_CROSS_TENANT,
	TENANCY_DENY_UNBOUND,
	TENANCY_DENY_OUTSIDE_SCHEMA,
	TENANCY_DENY_STATEMENT,
	TENANCY_DENY_ROLE_CHANGE,
	TENANCY_DENY_CHANNEL,
	TENANCY_DENY_LEFTOVER,
	TENANCY_UNKNOWN_TENANT,
	TENANCY_NOT_ACTIVE,
	TENANCY_MAY_NOT_BIND,
	TENANCY_UNFIT_ROLE,
	TENANCY_REBIND_IN_TRANSACTION,
	TENANCY_REBIND_NEVER,
	TENANCY_UNBIND_IN_STATEMENT,
	TENANCY_BIND_SCOPE,
	TENANCY_AMBIGUOUS_PATH,
	TENANCY_TICKET_REQUIRED,
	TENANCY_BAD_TICKET,
	TENANCY_BAD_TOKEN,
	TENANCY_BAD_SLUG,
	TENANCY_TENANT_EXISTS,
	TENANCY_NOT_PRELOADED,
	TENANCY_BINDING_BROKEN,
	TENANCY_QUOTA_EXHAUSTED,
	TENANCY_OUT_OF_MEMORY
} TenancyVerdict;

/* Life of a tenant, as the column status spells it. */
typedef enum TenancyStatus
{
	TENANCY_STATUS_ACTIVE = 0,
	TENANCY_STATUS_SUSPENDED,
	TENANCY_STATUS_DELETED
} TenancyStatus;

/* The setting tenancy.rebind. */
typedef enum TenancyRebind
{
	TENANCY_REBIND_NEVER_AGAIN = 0,
	TENANCY_REBIND_PER_TRANSACTION
} TenancyRebind;

/* The setting tenancy.bind_scope. */
typedef enum TenancyBindScope
{
	TENANCY_SCOPE_SESSION = 0,
	TENANCY_SCOPE_TRANSACTION
} TenancyBindScope;

/* A MAC is the first half of an HMAC-SHA-256. */
#define TENANCY_MAC_SIZE 16

/* The text of a ticket: a slug, a dot, and 40 characters that spell 25 bytes. */
#define TENANCY_TICKET_TAIL 40
#define TENANCY_TICKET_SIZE (TENANCY_SLUG_MAX + 1 + TENANCY_TICKET_TAIL + 1)

/* Limits of what a ticket can say. */
#define TENANCY_TICKET_KEY_MAX 65535
#define TENANCY_TICKET_TIME_MAX INT64_C(4294967295)
#define TENANCY_TICKET_LIFETIME_MAX 16777215

/* A ticket: who may be bound, and when.  Times are Unix seconds, the lifetime is in seconds. */
typedef struct TenancyTicket
{
	char slug[TENANCY_SLUG_SIZE];
	uint16_t key_id;
	int64_t not_before;
	int32_t lifetime;
	uint8_t mac[TENANCY_MAC_SIZE];
} TenancyTicket;

/* What a MAC is made of: a ticket's words, the tenant's id and the database's name (at most 63 bytes). */
#define TENANCY_TICKET_MESSAGE_SIZE 256

/* What is wrong with a ticket, in the order in which it is found. */
typedef enum TenancyTicketProblem
{
	TENANCY_TICKET_GOOD = 0,
	TENANCY_TICKET_MALFORMED,
	TENANCY_TICKET_NO_KEY,	  /* its key is unknown or retired */
	TENANCY_TICKET_NO_TENANT, /* its tenant is unknown */
	TENANCY_TICKET_FORGED,	  /* its MAC is another one's */
	TENANCY_TICKET_REVOKED,
	TENANCY_TICKET_EARLY,
	TENANCY_TICKET_EXPIRED
} TenancyTicketProblem;

/* What the decision "is this ticket good now" rests on. */
typedef struct TenancyTicketFacts
{
	bool key_known;				   /* the key is there and not retired */
	bool tenant_known;			   /* the slug is registered */
	uint8_t mac[TENANCY_MAC_SIZE]; /* as it should be */
	int64_t now;				   /* Unix seconds */
	int64_t leeway;				   /* seconds by which the clock of who made it may be ahead */
	int64_t revoked_until;		   /* tickets that are valid from this second or before are revoked */
} TenancyTicketFacts;

/* One tenant as the registry and the catalogs know it. */
typedef struct TenancyTenant
{
	uint8_t id[TENANCY_ID_SIZE];
	char slug[TENANCY_SLUG_SIZE];
	uint32_t schema; /* 0: the schema is gone */
	uint32_t role;	 /* 0: the tenant role is gone */
	bool role_fits;	 /* the role has no rights that reach beyond the tenant */
	TenancyStatus status;
	int64_t revoked_until; /* Unix seconds: tickets that are valid from then or before are revoked; 0: none */
	void *counters;		   /* this tenant's counters in shared memory; never NULL once cached */
	TenancyLimits limits;  /* what is enforced for it */
} TenancyTenant;

/* What the decision "may this session be bound to this tenant now" rests on. */
typedef struct TenancyBindFacts
{
	bool session_may_bind_any;	/* superuser, member of tenancy_app or tenancy_admin */
	bool session_has_role;		/* member of the tenant's own role */
	bool tenant_known;			/* registered, with schema and role */
	TenancyStatus status;		/* meaningful when tenant_known */
	bool role_fits;				/* meaningful when tenant_known */
	bool session_served_other;	/* an earlier binding of this session was another tenant's */
	bool transaction_has_other; /* this transaction belongs to another tenant */
	bool unknown_is_other;		/* a tenant that does not exist is to look like one that may not be bound */
	bool in_transaction;		/* inside a transaction block */
	TenancyRebind rebind;
} TenancyBindFacts;

/* What the decision "may this session reach that schema" rests on. */
typedef struct TenancyAccessFacts
{
	bool bound;
	bool exempt;		   /* unbound superuser, or the extension's own work */
	uint32_t bound_schema; /* schema of the bound tenant, 0 when unbound */
	uint32_t schema;	   /* tenant schema that is asked for; 0: not a tenant schema */
} TenancyAccessFacts;

/* A part of a schema that another one needs, by their numbers. */
typedef struct TenancyNeed
{
	uint32_t part;
	uint32_t needs;
} TenancyNeed;

/* A part that can only be made by a statement of its own. */
#define TENANCY_NO_HOST UINT32_MAX

/* A part of a schema at its place in the order. */
typedef struct TenancyOrderedPart
{
	uint32_t part;
	bool inlined; /* made by the statement of its host */
} TenancyOrderedPart;

/* Where in a text of SQL a schema's name stands. */
typedef enum TenancyPlace
{
	TENANCY_IN_CODE = 0,
	TENANCY_IN_IDENTIFIER, /* in double quotes */
	TENANCY_IN_TEXT,	   /* in a string constant */
	TENANCY_IN_COMMENT
} TenancyPlace;

/* One place where a text speaks of a schema. */
typedef struct TenancyReference
{
	size_t offset;
	TenancyPlace place;
	int depth; /* of dollar quotes around it */
} TenancyReference;

/* Why a text cannot be made to speak of another schema. */
typedef enum TenancyTrouble
{
	TENANCY_NO_TROUBLE = 0,
	TENANCY_TROUBLE_ESCAPED,   /* the name is spelled with escapes */
	TENANCY_TROUBLE_COMPONENT, /* the name stands after a dot: something else has it too */
	TENANCY_TROUBLE_MEMORY
} TenancyTrouble;

#endif /* TENANCY_CORE_VERDICT_H */
