/*
 * uniform.c
 *	  Errors that do not tell a refused name from one that never existed.
 *
 * Closes, where tenancy.error_style is "uniform": the difference between our refusal
 * of a name and the server's error for a name that does not exist.  Our refusals
 * have the words of such an error (errors.c), and the server's own errors of that
 * kind about a tenant's schema get the same words here, from a callback that stands
 * behind all others.  A name is repeated only if the client's statement spells it:
 * rules, foreign keys and functions reach schemas that the client never named.
 *
 * Cannot close: what CONTEXT and QUERY lines repeat of functions' own texts, and how
 * long an answer takes.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_statement.h"
#include "error_details.h"
#include "errors.h"
#include "settings.h"
#include "tcop/tcopprot.h"
#include "uniform.h"
#include "utils/memutils.h"
#include "visibility.h"

/* Tells whether an error says that something is not there. */
static bool
is_absence(int sqlstate)
{
	switch (sqlstate)
	{
		case ERRCODE_UNDEFINED_TABLE:
		case ERRCODE_UNDEFINED_SCHEMA:
		case ERRCODE_UNDEFINED_FUNCTION:
		case ERRCODE_UNDEFINED_OBJECT:
		case ERRCODE_INVALID_PARAMETER_VALUE: /* of a setting that names an object */
			return true;
		default:
			return false;
	}
}

/*
 * Finds the name of a tenant schema in an error's text: "tenant_x" alone where the
 * text is about a schema, else in front of a point.  Copies it, or returns NULL.
 */
static char *
schema_in(const char *text, bool about_schema)
{
	const char *place = text;

	while ((place = strstr(place, TENANCY_SCHEMA_PREFIX)) != NULL)
	{
		size_t length = strcspn(place, ".\"");
		bool begins = place == text || !(isalnum((unsigned char) place[-1]) || place[-1] == '_');

		if (begins && length < NAMEDATALEN && (place[length] == '.' || (about_schema && place[length] == '"')))
			return pnstrdup(place, length);
		place += TENANCY_SCHEMA_PREFIX_LENGTH;
	}
	return NULL;
}

/* Gives an error that a tenant's schema is not there the words that its refusal has. */
static void
make_uniform(const ErrorData *error)
{
	/* A role has the name of its schema. */
	char *schema =
		schema_in(error->message,
				  error->sqlerrcode == ERRCODE_UNDEFINED_SCHEMA || error->sqlerrcode == ERRCODE_UNDEFINED_OBJECT);

	if (schema != NULL && !visibility_of_schema_name(schema))
		errors_reword_absence(schema);
	else if (strcmp(error->message_id, "function with OID %u does not exist") == 0)
		errors_reword_absence(NULL);
}

/* Looks at an error of a limited session that is being raised, after all other callbacks. */
static void
at_error(void *argument)
{
	static MemoryContext context = NULL;
	MemoryContext old_context;
	ErrorData *error;

	(void) argument;
	if (ERRCODE_TO_CATEGORY(geterrcode()) > ERRCODE_NO_DATA)
		audit_note_raised(geterrcode());
	/* What functions raise themselves has only what they know. */
	if (geterrcode() == ERRCODE_RAISE_EXCEPTION || !IsTransactionState() || !visibility_is_limited())
		return;
	if (context == NULL)
		context = AllocSetContextCreate(TopMemoryContext, "tenancy errors", ALLOCSET_SMALL_SIZES);
	old_context = MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (error->elevel == ERROR)
	{
		if (tenancy_error_style == ERROR_STYLE_UNIFORM && is_absence(error->sqlerrcode))
			make_uniform(error);
		error_details_conceal(error);
	}
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(context);
}

void
uniform_conceal_origin(ErrorData *report)
{
	if (tenancy_error_style != ERROR_STYLE_UNIFORM || report->sqlerrcode != ERRCODE_UNDEFINED_SCHEMA)
		return;
	report->filename = "namespace.c";
	report->lineno = 0;
	report->funcname = "get_namespace_oid";
}

void
uniform_install(void)
{
	static ErrorContextCallback callback = {.callback = at_error};
	ErrorContextCallback **tail = &error_context_stack;

	while (*tail != NULL && *tail != &callback)
		tail = &(*tail)->previous;
	*tail = &callback;
}

const char *
uniform_spelled_name(const char *name)
{
	return debug_query_string != NULL && strstr(debug_query_string, name) != NULL ? name : NULL;
}
