/*
 * audit_record.c
 *	  An event as the record of a ring, and back.
 */
#include "postgres.h"

#include "audit_record.h"
#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

/* Length of a text that is not there. */
#define NO_TEXT PG_UINT32_MAX

/* What stands at the end of a text that was cut. */
#define CUT "..."

/* Adds a text, cut where a character ends if it is too long. */
static void
add_text(AuditAssembly *assembly, int number, const char *text)
{
	size_t size;
	size_t kept;

	assembly->head.lengths[number] = NO_TEXT;
	if (text == NULL)
		return;
	size = kept = strlen(text);
	if (size > AUDIT_TEXT_MAX)
		kept = pg_mbcliplen(text, AUDIT_TEXT_MAX, AUDIT_TEXT_MAX - (int) strlen(CUT));
	assembly->pieces[assembly->count++] = (TenancyRingPiece){text, (uint32) kept};
	if (kept < size)
		assembly->pieces[assembly->count++] = (TenancyRingPiece){CUT, strlen(CUT)};
	assembly->head.lengths[number] = (uint32) (kept < size ? kept + strlen(CUT) : kept);
}

void
audit_record_assemble(AuditAssembly *assembly, const AuditEvent *event)
{
	memset(&assembly->head, 0, sizeof(assembly->head));
	assembly->head.at = event->at != 0 ? event->at : GetCurrentTimestamp();
	assembly->head.rows = event->rows;
	assembly->head.pid = event->pid;
	assembly->head.xid = event->xid;
	assembly->head.class = event->class;
	assembly->head.outcome = event->outcome;
	memcpy(assembly->head.sqlstate, event->sqlstate, sizeof(assembly->head.sqlstate));
	assembly->pieces[0] = (TenancyRingPiece){&assembly->head, sizeof(assembly->head)};
	assembly->count = 1;
	for (int i = 0; i < AUDIT_TEXTS; i++)
		add_text(assembly, i, event->texts[i]);
}

bool
audit_record_take_apart(char *buffer, uint32 size, AuditEvent *event)
{
	AuditRecordHead *head = (AuditRecordHead *) buffer;
	char *text = buffer + sizeof(AuditRecordHead);
	char *end = buffer + size;
	char *ends[AUDIT_TEXTS];

	if (size < sizeof(AuditRecordHead))
		return false;
	*event = (AuditEvent){.at = head->at,
						  .rows = head->rows,
						  .pid = head->pid,
						  .xid = head->xid,
						  .class = head->class,
						  .outcome = head->outcome};
	memcpy(event->sqlstate, head->sqlstate, sizeof(event->sqlstate));
	event->sqlstate[sizeof(event->sqlstate) - 1] = '\0';
	for (int i = 0; i < AUDIT_TEXTS; i++)
	{
		uint32 length = head->lengths[i];

		ends[i] = NULL;
		if (length == NO_TEXT)
			continue;
		if (length > (size_t) (end - text))
			return false;
		event->texts[i] = text;
		text += length;
		ends[i] = text;
	}
	/* Texts follow one another: each moves back by its number, which makes room for the zeroes at their ends. */
	for (int i = AUDIT_TEXTS - 1; i >= 0; i--)
	{
		if (ends[i] == NULL)
			continue;
		text = unconstify(char *, event->texts[i]);
		memmove(text + i, text, ends[i] - text);
		ends[i][i] = '\0';
		event->texts[i] = text + i;
	}
	return true;
}
