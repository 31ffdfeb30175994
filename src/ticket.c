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
#include "errors.h"
#include "hmac.h"
#include "miscadmin.h"
#include "registry.h"
#include "settings.h"
#include "ticket.h"
#include "ticket_keys.h"
#include "unix_time.h"
#include "utils/timestamp.h"

/* Writes the MAC that a ticket of a tenant must have. */
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

TenancyTicketProblem
ticket_check(const TenancyTicket *ticket, TenancyTenant *tenant, bool *tenant_known)
{
	/* What cannot be checked takes as long as what can. */
	static const TicketKey no_key = {.size = TICKET_SECRET_MIN};
	const TicketKey *key;
	TenancyTicketFacts facts = {0};

	memset(tenant, 0, sizeof(*tenant));
	*tenant_known = registry_find(ticket->slug, tenant);
	key = ticket_keys_find(ticket->key_id);
	compute_mac(ticket, tenant->id, key != NULL ? key : &no_key, facts.mac);

	facts.key_known = key != NULL;
	facts.tenant_known = *tenant_known && tenant->status != TENANCY_STATUS_DELETED;
	facts.now = unix_seconds(GetCurrentTimestamp());
	facts.leeway = tenancy_ticket_leeway;
	facts.revoked_until = tenant->revoked_until;
	return bridge_judge_ticket(ticket, &facts);
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
