/*
 * audit_text.c
 *	  The text of a statement, as tenancy.audit_query_text lets an event have it.
 *
 * Of a statement that speaks of secrets literals are left out even where the whole text is asked
 * for.  What is too long is cut, and says so.
 */
#include "postgres.h"

#include "audit_statement.h"
#include "bridge.h"
#include "mb/pg_wchar.h"
#include "settings.h"

/* Bytes of a text that an event can have. */
#define TEXT_LIMIT 8192

/* How far secrets are looked for, from where an event's text begins. */
#define LOOK_AHEAD 65536

static const char cut_mark[] = " ...";

void
audit_write_query_text(const char *source, int location, int length, char *buffer, size_t size)
{
	size_t text_size = strlen(source);
	size_t room = size - sizeof(cut_mark);
	size_t taken;
	bool cut = false;
	size_t looked_at = Min(text_size, (size_t) Max(location, 0) + LOOK_AHEAD);
	bool masked = tenancy_audit_query_text != AUDIT_QUERY_TEXT_FULL || bridge_speaks_of_secrets(source, looked_at);

	if (location > 0 && (size_t) location <= text_size)
	{
		source += location;
		text_size -= (size_t) location;
	}
	if (length > 0 && (size_t) length < text_size)
		text_size = (size_t) length;
	if (!masked)
	{
		taken = text_size <= room ? text_size : (size_t) pg_mbcliplen(source, (int) text_size, (int) room);
		memcpy(buffer, source, taken);
		cut = taken < text_size;
	}
	else
		taken = bridge_mask_sql(source, text_size, buffer, room, &cut);
	strcpy(buffer + taken, cut ? cut_mark : "");
}

const char *
audit_query_text(const char *source, int location, int length)
{
	char *result;

	if (tenancy_audit_query_text == AUDIT_QUERY_TEXT_NONE || source == NULL)
		return NULL;
	result = palloc(TEXT_LIMIT);
	audit_write_query_text(source, location, length, result, TEXT_LIMIT);
	return result;
}
