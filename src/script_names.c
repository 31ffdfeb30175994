/*
 * script_names.c
 *	  The qualifier "public" in scripts of tools that take it for the schema of the
 *	  application, whatever that is called.
 *
 * drizzle-kit writes "public"."users" for tables and types that its model gives no
 * schema.  A tenant makes nothing in public, so what is not there already can only be
 * the tenant's own.  The text is looked at token by token, bodies of functions and DO
 * included, and spaces take the qualifier's place: positions in errors stay right.
 * A string that a cast makes the name of an object, as in nextval('public.s'::regclass)
 * of pg_dump, is looked at too.  Other strings are data, and stay as they are.
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

/* What the strings of a statement are, as far as it has been read. */
typedef enum Statement
{
	STATEMENT_BEGINS,
	STATEMENT_CREATES, /* it may become that of a function */
	STATEMENT_HAS_BODY,
	STATEMENT_HAS_DATA
} Statement;

/* How deep strings within strings are looked at. */
#define DEEPEST 16

static void blank_qualifiers(char *text, int depth, Oid public_schema);

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

/* Reads on in a statement; the word is that of the token, if it is a name or a keyword. */
static Statement
read_on(Statement statement, const char *token, const char *word)
{
	if (*token == ';')
		return STATEMENT_BEGINS;
	if (statement == STATEMENT_HAS_BODY || statement == STATEMENT_HAS_DATA)
		return statement;
	if (!begins_name(token) || *token == '"')
		return STATEMENT_HAS_DATA;
	if (statement == STATEMENT_BEGINS)
		return strcmp(word, "do") == 0		 ? STATEMENT_HAS_BODY
			   : strcmp(word, "create") == 0 ? STATEMENT_CREATES
											 : STATEMENT_HAS_DATA;
	if (strcmp(word, "or") == 0 || strcmp(word, "replace") == 0)
		return STATEMENT_CREATES;
	return strcmp(word, "function") == 0 || strcmp(word, "procedure") == 0 ? STATEMENT_HAS_BODY : STATEMENT_HAS_DATA;
}

/* Tells whether the error being handled is one of the scanner: the text is in another language than SQL. */
static bool
is_scanner_error(void)
{
	int category = ERRCODE_TO_CATEGORY(geterrcode());

	return category == ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION || category == ERRCODE_DATA_EXCEPTION;
}

/* Looks at the inside of a string: the body of a function or of DO, or the name of an object. */
static void
blank_in_string(char *begin, const char *value, int depth, Oid public_schema)
{
	size_t length = strlen(value);
	char after = begin[length];
	MemoryContext context = CurrentMemoryContext;

	begin[length] = '\0';
	PG_TRY();
	{
		blank_qualifiers(begin, depth + 1, public_schema);
	}
	PG_CATCH();
	{
		if (!is_scanner_error())
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		memcpy(begin, value, length);
	}
	PG_END_TRY();
	begin[length] = after;
}

/* Tells whether a value of this type is the name of an object. */
static bool
is_name_type(const char *word)
{
	return strcmp(word, "regclass") == 0 || strcmp(word, "regtype") == 0 || strcmp(word, "regproc") == 0 ||
		   strcmp(word, "regprocedure") == 0 || strcmp(word, "regconfig") == 0 || strcmp(word, "regcollation") == 0;
}

/* Tells whether a token is a string in single quotes that is spelled as its value. */
static bool
is_plain_string(const char *token, const char *value)
{
	size_t length;

	if (*token != '\'')
		return false;
	length = strlen(value);
	return strncmp(token + 1, value, length) == 0 && token[length + 1] == '\'';
}

/* Does the work of script_without_public() in place, in a text that is within so many strings. */
static void
blank_qualifiers(char *text, int depth, Oid public_schema)
{
	core_yy_extra_type extra;
	core_YYSTYPE value;
	YYLTYPE location;
	YYLTYPE candidate = -1; /* where a name public begins that may be a qualifier */
	bool dotted = false;	/* a dot follows it */
	bool after_dot = false;
	char *string = NULL; /* the token before, or before ::, if it is a plain string */
	const char *content = NULL;
	bool casting = false; /* :: follows it */
	Statement statement = STATEMENT_BEGINS;
	core_yyscan_t scanner = scanner_init(text, &extra, &ScanKeywords, ScanKeywordTokens);

	while (core_yylex(&value, &location, scanner) != 0)
	{
		char *token = text + location;

		statement = read_on(statement, token, value.str);
		if (candidate >= 0 && dotted && begins_name(token) && !has_object(public_schema, value.str))
			memset(text + candidate, ' ', location - candidate);
		if (depth < DEEPEST && (depth > 0 || statement == STATEMENT_HAS_BODY) && *token == '$' &&
			strchr(token + 1, '$') != NULL && !isdigit((unsigned char) token[1]))
			blank_in_string(strchr(token + 1, '$') + 1, value.str, depth, public_schema);
		if (casting && begins_name(token) && is_name_type(value.str))
			blank_in_string(string + 1, content, depth, public_schema);
		casting = string != NULL && !casting && strncmp(token, "::", 2) == 0;
		if (!casting)
		{
			string = is_plain_string(token, value.str) ? token : NULL;
			content = value.str;
		}
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

	blank_qualifiers(copy, 0, get_namespace_oid("public", true));
	return copy;
}
