/*
 * audit_log.c
 *	  The log sink of the audit: one line of JSON in the server log for each event.
 *
 * Members that an event does not have are left out.  The text is UTF-8 and has no control
 * character, whatever names and statements hold.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_event.h"
#include "bridge.h"
#include "commands/dbcommands.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* The longest number, and a zero byte. */
#define NUMBER_LENGTH 21

/* The names of the texts. */
static const char *const text_names[AUDIT_TEXTS] =
	{"tenant", "schema", "session_user", "role", "application", "client", "action", "objects", "detail", "query"};

/*
 * Appends bytes in quotes.  Here and below nothing is formatted, which would take a multiple of
 * the time.
 */
static void
append_string(StringInfo json, const char *text, size_t length)
{
	char *end;

	enlargeStringInfo(json, (int) (length * BRIDGE_JSON_EXPANSION) + 2);
	end = json->data + json->len;
	*end++ = '"';
	end += bridge_escape_json(text, length, GetDatabaseEncoding() == PG_UTF8, end);
	*end++ = '"';
	*end = '\0';
	json->len = (int) (end - json->data);
}

/* Appends the name of a member, which needs no escapes. */
static void
append_name(StringInfo json, const char *name)
{
	if (json->data[json->len - 1] != '{')
		appendStringInfoChar(json, ',');
	appendStringInfoChar(json, '"');
	appendStringInfoString(json, name);
	appendBinaryStringInfo(json, "\":", 2);
}

/* Appends a member that is a number. */
static void
append_number(StringInfo json, const char *name, int64 number)
{
	append_name(json, name);
	enlargeStringInfo(json, NUMBER_LENGTH);
	json->len += pg_lltoa(number, json->data + json->len);
}

/* Appends a member, unless there is none. */
static void
append_text(StringInfo json, const char *name, const char *text)
{
	if (text == NULL)
		return;
	append_name(json, name);
	append_string(json, text, strlen(text));
}

/* Appends the lines of a text as an array. */
static void
append_lines(StringInfo json, const char *name, const char *lines)
{
	if (lines == NULL)
		return;
	append_name(json, name);
	appendStringInfoChar(json, '[');
	for (const char *line = lines; *line != '\0';)
	{
		size_t length = strcspn(line, "\n");

		if (line != lines)
			appendStringInfoChar(json, ',');
		append_string(json, line, length);
		line += length + (line[length] == '\n');
	}
	appendStringInfoChar(json, ']');
}

/* Appends a time in UTC, to the microsecond; the second is mostly that of the event before. */
static void
append_time(StringInfo json, TimestampTz at)
{
	static TimestampTz second = PG_INT64_MIN;
	static char written[] = "\"-2147483648-12-31T23:59:59.";
	int64 microsecond = at % USECS_PER_SEC;
	char digits[] = "000000Z\"";

	if (microsecond < 0)
		microsecond += USECS_PER_SEC;
	if (at - microsecond != second)
	{
		struct pg_tm parts = {.tm_year = 0};
		fsec_t ignored;

		second = at - microsecond;
		(void) timestamp2tm(second, NULL, &parts, &ignored, NULL, NULL);
		snprintf(written,
				 sizeof(written),
				 "\"%04d-%02d-%02dT%02d:%02d:%02d.",
				 parts.tm_year,
				 parts.tm_mon,
				 parts.tm_mday,
				 parts.tm_hour,
				 parts.tm_min,
				 parts.tm_sec);
	}
	append_name(json, "at");
	appendStringInfoString(json, written);
	for (int i = 5; i >= 0; i--)
	{
		digits[i] = (char) ('0' + microsecond % 10);
		microsecond /= 10;
	}
	appendBinaryStringInfo(json, digits, 8);
}

/* Returns the name of the database, once it could be read; NULL: it could not yet. */
static const char *
database_name(void)
{
	static NameData name;

	if (NameStr(name)[0] == '\0' && IsTransactionState())
	{
		char *found = get_database_name(MyDatabaseId);

		if (found != NULL)
			namestrcpy(&name, found);
	}
	return NameStr(name)[0] != '\0' ? NameStr(name) : NULL;
}

/* What an event's line begins with. */
#define MARK "tenancy audit: "

/* An event is being written. */
static bool writing = false;

/* Takes the mark of an event out of a text. */
static void
unmark(char *text)
{
	while (text != NULL && (text = strstr(text, MARK)) != NULL)
		*strchr(text, ' ') = '_';
}

void
audit_log_defuse(ErrorData *report)
{
	if (writing)
		return;
	unmark(report->message);
	unmark(report->detail);
	unmark(report->detail_log);
	unmark(report->hint);
	unmark(report->context);
	unmark(report->internalquery);
	if (debug_query_string != NULL && !report->hide_stmt && strstr(debug_query_string, MARK) != NULL)
		report->hide_stmt = true;
}

void
audit_log_event(const AuditEvent *event)
{
	StringInfoData json;

	/* If it was not written, for want of memory. */
	writing = false;
	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	append_time(&json, event->at);
	append_text(&json, "class", audit_class_name(event->class));
	append_text(&json, "outcome", audit_outcome_name(event->outcome));
	if (event->sqlstate[0] != '\0')
		append_text(&json, "sqlstate", event->sqlstate);
	append_text(&json, "database", database_name());
	append_number(&json, "pid", event->pid);
	if (event->xid != 0)
		append_number(&json, "transaction", event->xid);
	if (event->rows >= 0)
		append_number(&json, "rows", event->rows);
	for (int i = 0; i < AUDIT_TEXTS; i++)
	{
		if (i == AUDIT_OBJECTS)
			append_lines(&json, text_names[i], event->texts[i]);
		else
			append_text(&json, text_names[i], event->texts[i]);
	}
	appendStringInfoChar(&json, '}');
	writing = true;
	ereport(LOG_SERVER_ONLY, (errmsg_internal(MARK "%s", json.data), errhidestmt(true), errhidecontext(true)));
	writing = false;
	pfree(json.data);
}
