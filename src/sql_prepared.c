/*
 * sql_prepared.c
 *	  Statements that SQL has prepared, which the next tenant of a session does not get.
 *
 * Closes: a statement that one tenant's SQL prepares under the name that the next tenant's
 * client, or the pooler, believes its own, and executes; and its text, which the view of
 * prepared statements shows.  Statements that clients prepare by the protocol stay: poolers
 * need them, SQL cannot make them, and each execution is checked.
 */
#include "postgres.h"

#include "commands/prepare.h"
#include "sql_prepared.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

bool sql_prepared_doomed = false;

/* Names that PREPARE has used, some of which may be gone; NULL: none. */
static HTAB *names = NULL;

/* How many names there may be before those that are gone are looked for. */
#define FEW_NAMES 128
static long look_at = FEW_NAMES;

/* Tells whether SQL has prepared the statement of a name that there is now. */
static bool
is_by_sql(const char *name)
{
	PreparedStatement *statement = FetchPreparedStatement(name, false);

	return statement != NULL && statement->from_sql;
}

/* Forgets names that have no statement any more, so that they do not pile up in a session that lasts. */
static void
forget_gone(void)
{
	HASH_SEQ_STATUS scan;
	const char *name;

	hash_seq_init(&scan, names);
	while ((name = hash_seq_search(&scan)) != NULL)
	{
		if (!is_by_sql(name))
			(void) hash_search(names, name, HASH_REMOVE, NULL);
	}
	look_at = Max(FEW_NAMES, 2 * hash_get_num_entries(names));
}

void
sql_prepared_note(const char *name)
{
	HASHCTL control = {.keysize = NAMEDATALEN, .entrysize = NAMEDATALEN, .hcxt = TopMemoryContext};

	if (names == NULL)
		names = hash_create("tenancy prepared", 32, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	else if (hash_get_num_entries(names) >= look_at)
		forget_gone();
	(void) hash_search(names, name, HASH_ENTER, NULL);
}

void
sql_prepared_doom(void)
{
	sql_prepared_doomed = names != NULL;
}

void
sql_prepared_drop(void)
{
	HASH_SEQ_STATUS scan;
	const char *name;

	sql_prepared_doomed = false;
	hash_seq_init(&scan, names);
	while ((name = hash_seq_search(&scan)) != NULL)
	{
		if (is_by_sql(name))
			DropPreparedStatement(name, false);
	}
	hash_destroy(names);
	names = NULL;
	look_at = FEW_NAMES;
}
