/*
 * ticket_keys.h
 *	  The keys that tickets are signed with.
 */
#ifndef TENANCY_TICKET_KEYS_H
#define TENANCY_TICKET_KEYS_H

/* A secret has as many bytes as the hash, to as many as a block of it. */
#define TICKET_SECRET_MIN 32
#define TICKET_SECRET_MAX 64

/* A key that is not retired; lives until the next look-up. */
typedef struct TicketKey
{
	uint16 id;
	int size;		/* of the secret, in bytes */
	uint64 reading; /* which reading of the table it comes from; never 0 */
	uint8 secret[TICKET_SECRET_MAX];
} TicketKey;

/* Finds a key that is not retired, by its id; NULL: none.  Needs a transaction, not its snapshot. */
extern const TicketKey *ticket_keys_find(uint16 id);

/* Returns the newest key that is not retired; NULL: none. */
extern const TicketKey *ticket_keys_newest(void);

/* Grows whenever what these said may have changed. */
extern uint64 ticket_keys_generation(void);

/* Registers the callback that keeps the keys fresh; from _PG_init. */
extern void ticket_keys_start(void);

#endif /* TENANCY_TICKET_KEYS_H */
