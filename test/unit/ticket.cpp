/*
 * ticket.cpp
 *	  The text of tickets, what they are signed over, and when one is good.
 */
#include "core/ticket.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include "harness.hpp"

using harness::check;

namespace
{

const uint8_t acme_id[TENANCY_ID_SIZE] =
	{0x6f, 0x1e, 0x0d, 0x5c, 0x3b, 0x2a, 0x49, 0x18, 0x87, 0x76, 0x65, 0x54, 0x43, 0x32, 0x21, 0x10};

/* The vectors of docs/tickets.md; their MACs are another implementation's. */
const std::string acme = "acme.aaawsvnzaaaa4eam3ac3brljif3ltpur7rzjgzgj";
const std::string longest = std::string(56, 'a') + ".777777777777774gvdjcaf3t4hkg2do2oarv6zve";
const std::string shortest = "0-x.aebaaaaaaaaaaakhuydlvbadmkd7tfebgnx5k4wk";

/* Reads a ticket that must be one. */
TenancyTicket
read(const std::string &text)
{
	TenancyTicket ticket = {};
	if (!tenancy::parse_ticket(text, ticket))
		std::abort();
	return ticket;
}

/* Tells whether a text is a ticket. */
bool
is_ticket(std::string_view text)
{
	TenancyTicket ticket = {};
	return tenancy::parse_ticket(text, ticket);
}

/* Returns the text of a ticket. */
std::string
text_of(const TenancyTicket &ticket)
{
	char text[TENANCY_TICKET_SIZE];
	tenancy::write_ticket(ticket, text);
	return text;
}

/* Returns what a ticket is signed over. */
std::string
message_of(const TenancyTicket &ticket, std::string_view database)
{
	char message[TENANCY_TICKET_MESSAGE_SIZE];
	return std::string(message, tenancy::ticket_message(ticket, acme_id, database, message));
}

/* Facts in which a ticket is good one minute after it begins. */
TenancyTicketFacts
good_facts(const TenancyTicket &ticket)
{
	TenancyTicketFacts facts = {};
	facts.key_known = true;
	facts.tenant_known = true;
	std::copy(std::begin(ticket.mac), std::end(ticket.mac), facts.mac);
	facts.now = ticket.not_before + 60;
	facts.leeway = 30;
	return facts;
}

/* The text of tickets. */
void
test_text()
{
	TenancyTicket ticket = read(acme);

	check(std::strcmp(ticket.slug, "acme") == 0, "a ticket names its tenant");
	check(ticket.key_id == 1 && ticket.not_before == 1767225600 && ticket.lifetime == 3600, "and its key and times");
	check(ticket.mac[0] == 0x0c && ticket.mac[15] == 0xc9, "and has a MAC");
	check(text_of(ticket) == acme, "it is written as it is read");

	ticket = read(longest);
	check(ticket.key_id == 65535 && ticket.not_before == INT64_C(4294967295) && ticket.lifetime == 16777215,
		  "the greatest numbers fit");
	check(text_of(ticket) == longest && longest.size() == 97, "the longest ticket has 97 bytes, 99 in quotes");
	check(text_of(read(shortest)) == shortest && read(shortest).not_before == 0, "the smallest numbers fit");

	for (std::size_t length = 0; length < acme.size(); length++)
		if (is_ticket(std::string_view(acme).substr(0, length)))
			check(false, "a part of a ticket is none");
	check(!is_ticket(acme + "a"), "nor is one with something behind it");
	check(!is_ticket(acme + " ") && !is_ticket(" " + acme), "or with space around it");
	check(!is_ticket("acme." + std::string(40, 'a')), "key 0 is none");
	check(!is_ticket("acme.aaawsvnz" + std::string(32, 'a')), "a lifetime of 0 is none");
	check(!is_ticket("Acme" + acme.substr(4)), "a slug in upper case is none");
	check(!is_ticket(acme.substr(4)), "an empty slug is none");
	check(!is_ticket(std::string(57, 'a') + acme.substr(4)), "a slug that is too long is none");
	check(!is_ticket("acme.b" + acme.substr(4)), "two dots are none");
	check(!is_ticket(std::string_view("ac\0e", 4)) && !is_ticket(std::string("ac\0e", 4) + acme.substr(4)),
		  "zero bytes are none");
	check(!is_ticket("acm\xc3\xa9" + acme.substr(4)), "nor letters that are not ASCII");
	check(!is_ticket(std::string(10000, 'a')) && !is_ticket("acme." + std::string(10000, 'a')), "nor 10 kB");
	for (char character : std::string("ABCXYZ0189=+/-_. \n\xff"))
	{
		std::string text = acme;
		text[20] = character;
		if (is_ticket(text))
			check(false, "a character that is not of the alphabet is none");
	}
}

/* No two texts are one ticket: each change of a character changes something. */
void
test_uniqueness()
{
	std::set<std::string> messages;
	std::size_t texts = 0;

	for (std::size_t i = 5; i < acme.size(); i++)
		for (char character : std::string("abcdefghijklmnopqrstuvwxyz234567"))
		{
			std::string text = acme;
			text[i] = character;
			if (text == acme || !is_ticket(text))
				continue;
			TenancyTicket ticket = read(text);
			texts++;
			messages.insert(message_of(ticket, "app") +
							std::string(reinterpret_cast<char *>(ticket.mac), sizeof(ticket.mac)));
			if (text_of(ticket) != text)
				check(false, "a ticket has one text");
		}
	check(texts > 1000 && messages.size() == texts, "each flipped character changes what is signed or the MAC");
}

/* What a MAC is made of. */
void
test_message()
{
	check(message_of(read(acme), "app") ==
			  "tenancy-ticket-1\nacme\n6f1e0d5c-3b2a-4918-8776-655443322110\n1\n1767225600\n3600\napp",
		  "the message has all that a ticket says, the tenant's id and the database");
	check(message_of(read(longest), std::string(63, 'd')).size() == 17 + 57 + 37 + 6 + 11 + 9 + 63,
		  "the longest message fits");
	check(message_of(read(acme), std::string(200, 'd')).empty(), "a longer name than a database has is refused");
}

/* When a ticket is good. */
void
test_judgement()
{
	TenancyTicket ticket = read(acme);
	TenancyTicketFacts facts = good_facts(ticket);

	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_GOOD, "a genuine ticket is good in its time");
	for (int bit = 0; bit < 8 * TENANCY_MAC_SIZE; bit++)
	{
		facts.mac[bit / 8] = static_cast<uint8_t>(facts.mac[bit / 8] ^ (1 << bit % 8));
		if (tenancy::judge_ticket(ticket, facts) != TENANCY_TICKET_FORGED)
			check(false, "every bit of the MAC counts");
		facts.mac[bit / 8] = static_cast<uint8_t>(facts.mac[bit / 8] ^ (1 << bit % 8));
	}

	facts.now = ticket.not_before - 30;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_GOOD, "a clock may be behind by the leeway");
	facts.now = ticket.not_before - 31;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_EARLY, "but not by more");
	facts.now = ticket.not_before + ticket.lifetime - 1;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_GOOD, "it is good in its last second");
	facts.now = ticket.not_before + ticket.lifetime;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_EXPIRED, "and not after it, without leeway");

	facts = good_facts(ticket);
	facts.revoked_until = ticket.not_before - 1;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_GOOD, "a revocation before it began leaves it");
	facts.revoked_until = ticket.not_before;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_REVOKED,
		  "one in the second in which it began ends it");

	facts.now = ticket.not_before - 31;
	facts.revoked_until = ticket.not_before - 1;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_GOOD,
		  "one that is made right after a revocation is good at once");
	facts.revoked_until = ticket.not_before - 2;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_EARLY, "no other begins before its time");

	facts = good_facts(ticket);
	facts.key_known = false;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_NO_KEY, "without its key it is not good");
	facts = good_facts(ticket);
	facts.tenant_known = false;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_NO_TENANT, "nor without its tenant");
	facts = good_facts(ticket);
	facts.mac[0] = 0;
	facts.now = 0;
	check(tenancy::judge_ticket(ticket, facts) == TENANCY_TICKET_FORGED, "of what is not genuine, no more is told");
}

} // namespace

int
main()
{
	test_text();
	test_uniqueness();
	test_message();
	test_judgement();
	return harness::finish();
}
