/*
 * ticket.h
 *	  Tickets: signed permissions to bind one tenant for some time.
 */
#ifndef TENANCY_TICKET_H
#define TENANCY_TICKET_H

#include "core/verdict.h"

/*
 * Finds the tenant of a ticket, and tells what is wrong with the ticket at this moment.
 * Writes the tenant if there is one, which tenant_known tells.  Needs a transaction, but
 * not its snapshot.
 */
extern TenancyTicketProblem ticket_check(const TenancyTicket *ticket, TenancyTenant *tenant, bool *tenant_known);

/* Returns when a ticket that is made now begins, in Unix seconds: after a revocation, when that ends. */
extern int64 ticket_beginning(const TenancyTenant *tenant);

/*
 * Makes a ticket with the newest key: palloc'd; raises an error if there is no key, or if the
 * times are out of range.  Times in Unix seconds, lifetime in seconds.
 */
extern char *ticket_make(const TenancyTenant *tenant, int64 not_before, int64 lifetime);

#endif /* TENANCY_TICKET_H */
