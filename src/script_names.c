/*
 * script_names.c
 *	  The qualifier "public" in scripts of tools that take it for the schema of the
 *	  application, whatever that is called.
 *
 * drizzle-kit writes "public"."users" for tables and types that its model gives no
 * schema.  A tenant makes nothing in public, so what is not there already can only be
 * the tenant's own.  The text is looked at token by token, bodies of functions and DO
 * included, and spaces take the qualifier's place: positions in errors stay right.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_type.h"
#include "common/keywords.h"
#include "mb/pg_wchar.h"
#include "parser/scanner.h"
#include "script.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static void blank_qualifiers(char *text, Oid public_schema);

/* Tells whether a schema has a function of this name. */
static bool
has_function(Oid schema, const char *name)
{
	CatCList *list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	bool found = false;

	for (int i = 0; i < list->n_members && !found; i++)
		found = ((Form_pg_proc) GETSTRUCT(&list->members[i]->tuple))->pronamespace == schema;
	ReleaseCatCacheList(list);
	return found;
}

/* Tells whether a schema has anything of this name that a statement could mean. */
static bool
has_object(Oid schema, const char *name)
{
	if (!OidIsValid(schema))
		return false;
	return OidIsValid(get_relname_relid(name, schema)) ||
		   SearchSysCacheExists2(TYPENAMENSP, CStringGetDatum(name), ObjectIdGetDatum(schema)) ||
		   has_function(schema, name) ||
		   SearchSysCacheExists2(TSCONFIGNAMENSP, CStringGetDatum(name), ObjectIdGetDatum(schema)) ||
		   SearchSysCacheExists3(COLLNAMEENCNSP,
								 CStringGetDatum(name),
								 Int32GetDatum(GetDatabaseEncoding()),
								 ObjectIdGetDatum(schema)) ||
		   SearchSysCacheExists3(COLLNAMEENCNSP, CStringGetDatum(name), Int32GetDatum(-1), ObjectIdGetDatum(schema));
}

/* Tells whether a token is a name or a keyword, by how it begins. */
static bool
begins_name(const char *token)
{
	if (*token == '"')
		return true;
	return (isalpha((unsigned char) *token) || *token == '_' || IS_HIGHBIT_SET(*token)) && token[1] != '\'' &&
		   !(token[1] == '&' && token[2] == '\'');
}

/* Tells whether a token is the name public. */
static bool
is_public(const char *token)
{
	return strncmp(token, "\"public\"", 8) == 0 || pg_strncasecmp(token, "public", 6) == 0;
}

/* Looks at the inside of a string that is quoted with dollars: a function's body, or DO's. */
static void
blank_in_body(char *token, const char *value, Oid public_schema)
{
	char *begin = strchr(token + 1, '$') + 1;
	size_t length = strlen(value);
	char after = begin[length];

	begin[length] = '\0';
	blank_qualifiers(begin, public_schema);
	begin[length] = after;
}

/* Does the work of script_without_public() in place. */
static void
blank_qualifiers(char *text, Oid public_schema)
{
	core_yy_extra_type extra;
	core_YYSTYPE value;
	YYLTYPE location;
	YYLTYPE candidate = -1; /* where a name public begins that may be a qualifier */
	bool dotted = false;	/* a dot follows it */
	bool after_dot = false;
	core_yyscan_t scanner = scanner_init(text, &extra, &ScanKeywords, ScanKeywordTokens);

	while (core_yylex(&value, &location, scanner) != 0)
	{
		char *token = text + location;

		if (candidate >= 0 && dotted && begins_name(token) && !has_object(public_schema, value.str))
			memset(text + candidate, ' ', location - candidate);
		if (*token == '$' && strchr(token + 1, '$') != NULL && !isdigit((unsigned char) token[1]))
			blank_in_body(token, value.str, public_schema);
		dotted = candidate >= 0 && !dotted && *token == '.';
		if (!dotted)
			candidate = !after_dot && begins_name(token) && is_public(token) && strcmp(value.str, "public") == 0
							? location
							: -1;
		after_dot = *token == '.';
	}
	scanner_finish(scanner);
}

char *
script_without_public(const char *text)
{
	char *copy = pstrdup(text);

	blank_qualifiers(copy, get_namespace_oid("public", true));
	return copy;
}
