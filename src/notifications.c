/*
 * notifications.c
 *	  The names of channels, as clients of bound sessions know them.
 *
 * A bound session listens to a channel of its tenant's own, whose name in the server
 * is a hash (keyspace.c).  The client hears of it by the name that it gave: the
 * message that brings a notification is changed on its way out.  PostgreSQL lets the
 * functions that send messages be replaced as a whole, as parallel workers do; that
 * is done from the first such LISTEN on, in that session alone.
 */
#include "postgres.h"

#include "naming.h"
/*
 * The header below has the connection's state, too, with members that need the headers
 * of Kerberos and OpenSSL, which a server's development files do not bring.  Nothing of
 * that is used here.
 */
#undef ENABLE_GSS
#undef USE_SSL
#undef USE_OPENSSL
#include "keyspace.h"
#include "lib/stringinfo.h"
#include "libpq/libpq.h"
#include "mb/pg_wchar.h"
#include "notifications.h"
#include "utils/hsearch.h"

/* A channel that the session listens to. */
typedef struct ListenedChannel
{
	char channel[NAMEDATALEN]; /* as the server knows it */
	char name[NAMEDATALEN];	   /* as the client does */
} ListenedChannel;

static HTAB *listened = NULL;
static const PQcommMethods *original_methods = NULL;
static PQcommMethods renaming_methods;

const char *
notifications_name(const char *channel)
{
	char key[NAMEDATALEN] = {0};
	ListenedChannel *entry;

	if (listened == NULL)
		return channel;
	strlcpy(key, channel, NAMEDATALEN);
	entry = hash_search(listened, key, HASH_FIND, NULL);
	return entry != NULL ? entry->name : channel;
}

/* Sends a message to the client; a notification goes with the name that the client gave to its channel. */
static int
put_message(char type, const char *body, size_t length)
{
	const char *channel = body + sizeof(int32);
	const char *name;
	StringInfoData message;
	int result;

	if (type != 'A' || length <= sizeof(int32))
		return original_methods->putmessage(type, body, length);
	name = notifications_name(channel);
	if (name == channel)
		return original_methods->putmessage(type, body, length);
	name = pg_server_to_client(name, strlen(name));
	initStringInfo(&message);
	appendBinaryStringInfo(&message, body, sizeof(int32));
	appendBinaryStringInfo(&message, name, strlen(name) + 1);
	appendBinaryStringInfo(&message, channel + strlen(channel) + 1, length - sizeof(int32) - strlen(channel) - 1);
	result = original_methods->putmessage(type, message.data, message.len);
	pfree(message.data);
	return result;
}

char *
notifications_listen(const char *name)
{
	char *channel = keyspace_channel(name);
	char key[NAMEDATALEN] = {0};
	ListenedChannel *entry;

	if (strcmp(channel, name) == 0)
		return channel;
	if (listened == NULL)
	{
		HASHCTL control = {.keysize = NAMEDATALEN, .entrysize = sizeof(ListenedChannel)};

		listened = hash_create("tenancy channels", 16, &control, HASH_ELEM | HASH_STRINGS);
	}
	strlcpy(key, channel, NAMEDATALEN);
	entry = hash_search(listened, key, HASH_ENTER, NULL);
	strlcpy(entry->name, name, NAMEDATALEN);

	/* From the first such LISTEN on; other sessions send their messages as ever. */
	if (original_methods == NULL)
	{
		original_methods = PqCommMethods;
		renaming_methods = *original_methods;
		renaming_methods.putmessage = put_message;
		PqCommMethods = &renaming_methods;
	}
	return channel;
}
