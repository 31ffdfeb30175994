/*
 * ticket.cpp
 *	  Tickets: their text, what their MAC is made of, and whether one is good.
 */
#include "ticket.hpp"

#include <algorithm>
#include <cstdio>

#include "names.hpp"

namespace tenancy
{

namespace
{

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t packed_size = 25;

static_assert(packed_size * 8 == TENANCY_TICKET_TAIL * 5, "no bit of the text is without meaning");

/* Returns the number that a character of the alphabet stands for; -1: it is none. */
constexpr int
digit_of(char character) noexcept
{
	if (character >= 'a' && character <= 'z')
		return character - 'a';
	if (character >= '2' && character <= '7')
		return character - '2' + 26;
	return -1;
}

/* Reads the 40 characters of base32; false if one is none of the alphabet. */
bool
decode(std::string_view text, uint8_t (&bytes)[packed_size]) noexcept
{
	unsigned buffer = 0;
	unsigned bits = 0;
	std::size_t used = 0;

	for (char character : text)
	{
		int digit = digit_of(character);
		if (digit < 0)
			return false;
		buffer = (buffer << 5 | static_cast<unsigned>(digit)) & 0xfff;
		bits += 5;
		if (bits >= 8)
		{
			bits -= 8;
			bytes[used++] = static_cast<uint8_t>(buffer >> bits);
		}
	}
	return true;
}

/* Writes the 25 bytes as base32. */
void
encode(const uint8_t (&bytes)[packed_size], char *text) noexcept
{
	unsigned buffer = 0;
	unsigned bits = 0;

	for (uint8_t byte : bytes)
	{
		buffer = (buffer << 8 | byte) & 0xfff;
		bits += 8;
		while (bits >= 5)
		{
			bits -= 5;
			*text++ = alphabet[buffer >> bits & 31];
		}
	}
}

/* Reads a number of some bytes, the highest first. */
int64_t
get_number(const uint8_t *bytes, int size) noexcept
{
	int64_t number = 0;

	for (int i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* Writes a number as some bytes, the highest first. */
void
put_number(uint8_t *bytes, int size, int64_t number) noexcept
{
	for (int i = size - 1; i >= 0; i--)
	{
		bytes[i] = static_cast<uint8_t>(number);
		number >>= 8;
	}
}

/* Compares two MACs, whose difference must not show in the time that it takes. */
bool
same_mac(const uint8_t (&left)[TENANCY_MAC_SIZE], const uint8_t (&right)[TENANCY_MAC_SIZE]) noexcept
{
	volatile uint8_t difference = 0;

	for (int i = 0; i < TENANCY_MAC_SIZE; i++)
		difference = static_cast<uint8_t>(difference | (left[i] ^ right[i]));
	return difference == 0;
}

/*
 * Tells whether a ticket begins in the second after a revocation.  One that is made right
 * after it does, and is good at once; before it there was none that was valid and began then.
 */
bool
follows_revocation(const TenancyTicket &ticket, const TenancyTicketFacts &facts) noexcept
{
	return facts.revoked_until != 0 && ticket.not_before == facts.revoked_until + 1;
}

} // namespace

bool
parse_ticket(std::string_view text, TenancyTicket &ticket) noexcept
{
	std::size_t dot = text.find('.');
	uint8_t bytes[packed_size] = {};

	if (dot == std::string_view::npos || !is_slug(text.substr(0, dot)))
		return false;
	if (text.size() - dot - 1 != TENANCY_TICKET_TAIL || !decode(text.substr(dot + 1), bytes))
		return false;
	if (get_number(bytes, 2) == 0 || get_number(bytes + 6, 3) == 0)
		return false;

	ticket = {};
	text.copy(ticket.slug, dot);
	ticket.key_id = static_cast<uint16_t>(get_number(bytes, 2));
	ticket.not_before = get_number(bytes + 2, 4);
	ticket.lifetime = static_cast<int32_t>(get_number(bytes + 6, 3));
	std::copy(bytes + 9, bytes + packed_size, ticket.mac);
	return true;
}

void
write_ticket(const TenancyTicket &ticket, char (&text)[TENANCY_TICKET_SIZE]) noexcept
{
	uint8_t bytes[packed_size];
	std::string_view slug = ticket.slug;

	put_number(bytes, 2, ticket.key_id);
	put_number(bytes + 2, 4, ticket.not_before);
	put_number(bytes + 6, 3, ticket.lifetime);
	std::copy(ticket.mac, ticket.mac + TENANCY_MAC_SIZE, bytes + 9);
	slug.copy(text, slug.size());
	text[slug.size()] = '.';
	encode(bytes, text + slug.size() + 1);
	text[slug.size() + 1 + TENANCY_TICKET_TAIL] = '\0';
}

std::size_t
ticket_message(const TenancyTicket &ticket, const uint8_t (&tenant_id)[TENANCY_ID_SIZE], std::string_view database,
			   char (&message)[TENANCY_TICKET_MESSAGE_SIZE]) noexcept
{
	char id[2 * TENANCY_ID_SIZE + 5];
	char *end = id;

	for (int i = 0; i < TENANCY_ID_SIZE; i++)
	{
		constexpr std::string_view digits = "0123456789abcdef";

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*end++ = '-';
		*end++ = digits[tenant_id[i] >> 4];
		*end++ = digits[tenant_id[i] & 15];
	}
	*end = '\0';

	int length = std::snprintf(message,
							   sizeof(message),
							   "tenancy-ticket-1\n%s\n%s\n%u\n%lld\n%ld\n%.*s",
							   ticket.slug,
							   id,
							   static_cast<unsigned>(ticket.key_id),
							   static_cast<long long>(ticket.not_before),
							   static_cast<long>(ticket.lifetime),
							   static_cast<int>(database.size()),
							   database.data());
	return length > 0 && static_cast<std::size_t>(length) < sizeof(message) ? static_cast<std::size_t>(length) : 0;
}

TenancyTicketProblem
judge_ticket(const TenancyTicket &ticket, const TenancyTicketFacts &facts) noexcept
{
	bool genuine = same_mac(ticket.mac, facts.mac);

	if (!facts.key_known)
		return TENANCY_TICKET_NO_KEY;
	if (!facts.tenant_known)
		return TENANCY_TICKET_NO_TENANT;
	if (!genuine)
		return TENANCY_TICKET_FORGED;
	if (facts.revoked_until != 0 && ticket.not_before <= facts.revoked_until)
		return TENANCY_TICKET_REVOKED;
	if (ticket.not_before > facts.now + facts.leeway && !follows_revocation(ticket, facts))
		return TENANCY_TICKET_EARLY;
	if (ticket.not_before + ticket.lifetime <= facts.now)
		return TENANCY_TICKET_EXPIRED;
	return TENANCY_TICKET_GOOD;
}

} // namespace tenancy
