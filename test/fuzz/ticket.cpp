/*
 * ticket.cpp
 *	  Fuzz target: tickets of strangers.
 */
#include "core/ticket.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "core/names.hpp"

namespace
{

/* Ends the program where core breaks a promise; the fuzzer keeps the input. */
void
expect(bool kept)
{
	if (!kept)
		std::abort();
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	std::string_view text(reinterpret_cast<const char *>(data), size);
	TenancyTicket ticket;
	if (!tenancy::parse_ticket(text, ticket))
		return 0;

	/* A ticket has one text. */
	char written[TENANCY_TICKET_SIZE];
	tenancy::write_ticket(ticket, written);
	expect(text == written);
	expect(tenancy::is_slug(ticket.slug));
	expect(ticket.key_id != 0 && ticket.lifetime > 0 && ticket.lifetime <= TENANCY_TICKET_LIFETIME_MAX);
	expect(ticket.not_before >= 0 && ticket.not_before <= TENANCY_TICKET_TIME_MAX);

	/* What is signed says all of it, and fits. */
	static const uint8_t id[TENANCY_ID_SIZE] = {0xff};
	const std::string database(63, 'd');
	char message[TENANCY_TICKET_MESSAGE_SIZE];
	std::size_t length = tenancy::ticket_message(ticket, id, database, message);
	expect(length > 0 && length < sizeof(message));
	expect(std::string_view(message, length).find(std::string("\n") + ticket.slug + "\nff000000-") !=
		   std::string_view::npos);

	/* It is good with its own MAC while it lasts, and with no other. */
	TenancyTicketFacts facts = {};
	facts.key_known = facts.tenant_known = true;
	facts.now = ticket.not_before;
	std::memcpy(facts.mac, ticket.mac, sizeof(facts.mac));
	expect(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_GOOD);
	facts.now += ticket.lifetime;
	expect(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_EXPIRED);
	facts.mac[size % sizeof(facts.mac)] ^= 1;
	expect(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_FORGED);
	return 0;
}
