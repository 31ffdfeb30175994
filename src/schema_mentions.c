/*
 * schema_mentions.c
 *	  Names of schemas in the text of functions and definitions.
 *
 * PostgreSQL knows what a view or a default depends on, but not what is in a string.
 * So the words of the text are looked at, whatever they are part of: a name in a
 * comment is found too, which does no harm where the result is advice.
 */
#include "postgres.h"

#include "bridge.h"
#include "catalog/namespace.h"
#include "schema_mentions.h"

/* What the names of all tenant schemas begin with. */
#define TENANT_PREFIX "tenant_"

/* Tells whether a character may be in a name that is written without quotes. */
static bool
is_name_character(char c)
{
	return isalnum((unsigned char) c) || c == '_' || c == '$' || IS_HIGHBIT_SET(c);
}

/* Tells whether a schema is one that every database has, or the extension's own. */
static bool
is_everywhere(const char *schema)
{
	return strncmp(schema, "pg_", 3) == 0 || strcmp(schema, "information_schema") == 0 ||
		   strcmp(schema, "tenancy") == 0;
}

/* Tells whether a word that ends here is what a name is qualified by: a dot and a name follow, and no dot is before. */
static bool
is_qualifier(const char *text, const char *word, const char *end)
{
	if (word > text && word[-1] == '"')
		word--;
	if (word > text && word[-1] == '.')
		return false;
	if (*end == '"')
		end++;
	return end[0] == '.' && (is_name_character(end[1]) || end[1] == '"' || end[1] == '%');
}

/* Returns what is to be said about a word of the text; NULL: nothing. */
static char *
judge_word(const char *word, const char *own_schema, bool qualifies)
{
	if (strcmp(word, own_schema) == 0)
		return psprintf("names its own schema \"%s\"", word);
	if (strcmp(word, TENANT_PREFIX) == 0)
		return pstrdup("seems to build names of tenant schemas");
	if ((qualifies || bridge_is_tenant_schema(word)) && !is_everywhere(word) &&
		OidIsValid(get_namespace_oid(word, true)))
		return psprintf("names schema \"%s\"", word);
	return NULL;
}

List *
schema_mentions_find(const char *text, const char *own_schema, bool others)
{
	List *sentences = NIL;
	const char *at = text;

	while (*at != '\0')
	{
		const char *begin = at;
		char *word;
		char *sentence;

		while (is_name_character(*at))
			at++;
		if (at == begin)
		{
			at++;
			continue;
		}
		/* Folded like a name without quotes: too much is found rather than too little. */
		word = pnstrdup(begin, at - begin);
		for (char *c = word; *c != '\0'; c++)
			*c = (char) pg_tolower((unsigned char) *c);
		sentence = judge_word(word, own_schema, others && is_qualifier(text, begin, at));
		if (sentence != NULL)
			sentences = lappend(sentences, sentence);
	}
	return sentences;
}
