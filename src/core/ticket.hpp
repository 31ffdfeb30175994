/*
 * ticket.hpp
 *	  Tickets: their text, what their MAC is made of, and whether one is good.
 *
 * A ticket is a slug, a dot and 40 characters of base32 (RFC 4648, lower case, no
 * padding), which spell 25 bytes: the id of the key (2), the first second of validity
 * (4), the lifetime in seconds (3) and the MAC (16); numbers have their highest byte
 * first.  There is one text for each ticket, and no two differ in case alone.
 */
#ifndef TENANCY_CORE_TICKET_HPP
#define TENANCY_CORE_TICKET_HPP

#include <cstddef>
#include <string_view>

#include "verdict.h"

namespace tenancy
{

/* Reads the text of a ticket; false if it is none, with nothing written. */
bool parse_ticket(std::string_view text, TenancyTicket &ticket) noexcept;

/* Writes the text of a ticket, zero-terminated. */
void write_ticket(const TenancyTicket &ticket, char (&text)[TENANCY_TICKET_SIZE]) noexcept;

/*
 * Writes what the MAC of a ticket is made of and returns its length; 0 if the name of
 * the database is too long.  The id is the tenant's, the database the one in which it is good.
 */
std::size_t ticket_message(const TenancyTicket &ticket, const uint8_t (&tenant_id)[TENANCY_ID_SIZE],
						   std::string_view database, char (&message)[TENANCY_TICKET_MESSAGE_SIZE]) noexcept;

/* Tells what is wrong with a ticket.  MACs are compared in a time that does not depend on them. */
TenancyTicketProblem judge_ticket(const TenancyTicket &ticket, const TenancyTicketFacts &facts) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_TICKET_HPP */
