/*
 * ticket.c
 *	  Tickets: signed permissions to bind one tenant for some time.
 *
 * A ticket is good in one database, for one tenant by its id (not for one that takes the
 * slug later), from one second to another, as long as its key is not retired and the
 * tenant's tickets have not been revoked since.
 */
#include "postgres.h"

#include "bridge.h"
#include "commands/dbcommands.h"
#include "common/hashfn.h"
#include "errors.h"
#include "hmac.h"
#include "miscadmin.h"
#include "registry.h"
#include "settings.h"
#include "ticket.h"
#include "ticket_keys.h"
#include "unix_time.h"
#include "utils/timestamp.h"

/*
 * The MACs that were computed last, by all that they are made of, so that a ticket which a
 * pooler gives again and again costs no HMAC.  They are what tickets are compared with, like
 * a MAC that has just been computed: nothing about a ticket is decided here.  The name of
 * the database, too, is in them, and cannot change while we are connected to it.
 */
#define REMEMBERED_SETS 64
#define REMEMBERED_IN_SET 4

typedef struct RememberedMac
{
	uint64 reading; /* of the key; 0: nothing is here */
	TenancyTicket ticket;
	uint8_t tenant_id[TENANCY_ID_SIZE];
} RememberedMac;

typedef struct RememberedSet
{
	RememberedMac macs[REMEMBERED_IN_SET];
	int next; /* gives way next */
} RememberedSet;

static RememberedSet remembered[REMEMBERED_SETS];

/* Returns where the MAC of a ticket is remembered, if it is. */
static RememberedSet *
find_set(const TenancyTicket *ticket, const uint8_t *tenant_id)
{
	uint32 tenant;

	/* Nothing that is secret goes into this. */
	memcpy(&tenant, tenant_id, sizeof(tenant));
	return &remembered[murmurhash32(tenant ^ (uint32) ticket->not_before ^ ((uint32) ticket->lifetime << 8)) %
					   REMEMBERED_SETS];
}

/* Tells whether a MAC is that of a ticket of a tenant by a key. */
static bool
is_mac_of(const RememberedMac *mac, const TenancyTicket *ticket, const uint8_t *tenant_id, const TicketKey *key)
{
	return mac->reading == key->reading && mac->ticket.key_id == key->id &&
		   mac->ticket.not_before == ticket->not_before && mac->ticket.lifetime == ticket->lifetime &&
		   memcmp(mac->tenant_id, tenant_id, TENANCY_ID_SIZE) == 0 && strcmp(mac->ticket.slug, ticket->slug) == 0;
}

/* Computes the MAC that a ticket of a tenant must have. */
static void
compute_mac(const TenancyTicket *ticket, const uint8_t *tenant_id, const TicketKey *key, uint8_t *mac)
{
	char message[TENANCY_TICKET_MESSAGE_SIZE];
	uint8 digest[HMAC_SHA256_SIZE];
	char *database = get_database_name(MyDatabaseId);
	size_t length = database != NULL ? bridge_ticket_message(ticket, tenant_id, database, message) : 0;

	if (length == 0)
		raise_verdict(TENANCY_OUT_OF_MEMORY, &(ErrorFacts){0});
	hmac_sha256(key->secret, key->size, message, length, digest);
	memcpy(mac, digest, TENANCY_MAC_SIZE);
}

/* The same, or remembers it. */
static void
find_mac(const TenancyTicket *ticket, const uint8_t *tenant_id, const TicketKey *key, uint8_t *mac)
{
	RememberedSet *set = find_set(ticket, tenant_id);
	RememberedMac *next;

	for (int i = 0; i < REMEMBERED_IN_SET; i++)
	{
		if (is_mac_of(&set->macs[i], ticket, tenant_id, key))
		{
			memcpy(mac, set->macs[i].ticket.mac, TENANCY_MAC_SIZE);
			return;
		}
	}
	compute_mac(ticket, tenant_id, key, mac);
	next = &set->macs[set->next];
	set->next = (set->next + 1) % REMEMBERED_IN_SET;
	next->reading = key->reading;
	next->ticket = *ticket;
	memcpy(next->ticket.mac, mac, TENANCY_MAC_SIZE);
	memcpy(next->tenant_id, tenant_id, TENANCY_ID_SIZE);
}

TenancyTicketProblem
ticket_check(const TenancyTicket *ticket, TenancyTenant *tenant, bool *tenant_known)
{
	/* What cannot be checked takes as long as what is checked for the first time. */
	static const TicketKey no_key = {.size = TICKET_SECRET_MIN};
	const TicketKey *key;
	TenancyTicketFacts facts = {0};

	memset(tenant, 0, sizeof(*tenant));
	*tenant_known = registry_find(ticket->slug, tenant);
	key = ticket_keys_find(ticket->key_id);
	if (key != NULL)
		find_mac(ticket, tenant->id, key, facts.mac);
	else
		compute_mac(ticket, tenant->id, &no_key, facts.mac);

	facts.key_known = key != NULL;
	facts.tenant_known = *tenant_known && tenant->status != TENANCY_STATUS_DELETED;
	facts.now = unix_seconds(GetCurrentTimestamp());
	facts.leeway = tenancy_ticket_leeway;
	facts.revoked_until = tenant->revoked_until;
	return bridge_judge_ticket(ticket, &facts);
}

int64
ticket_beginning(const TenancyTenant *tenant)
{
	int64 now = unix_seconds(GetCurrentTimestamp());

	return tenant->revoked_until != 0 ? Max(now, tenant->revoked_until + 1) : now;
}

char *
ticket_make(const TenancyTenant *tenant, int64 not_before, int64 lifetime)
{
	const TicketKey *key = ticket_keys_newest();
	TenancyTicket ticket = {0};
	char *text = palloc(TENANCY_TICKET_SIZE);

	if (key == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("there is no key to sign tickets with"),
				 errhint("A member of tenancy_admin makes one with tenancy.create_ticket_key().")));
	if (lifetime < 1 || lifetime > TENANCY_TICKET_LIFETIME_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid lifetime of a ticket"),
				 errdetail("A ticket is valid for 1 to %d seconds.", TENANCY_TICKET_LIFETIME_MAX)));
	if (not_before < 0 || not_before > TENANCY_TICKET_TIME_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid beginning of a ticket's validity"),
				 errdetail("It lies between 1970-01-01 and 2106-02-07.")));

	strlcpy(ticket.slug, tenant->slug, sizeof(ticket.slug));
	ticket.key_id = key->id;
	ticket.not_before = not_before;
	ticket.lifetime = (int32) lifetime;
	compute_mac(&ticket, tenant->id, key, ticket.mac);
	bridge_write_ticket(&ticket, text);
	return text;
}
