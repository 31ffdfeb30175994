/*
 * audit_rows.c
 *	  Rows of tenancy.audit_log, and the hash that chains each to the one before.
 *
 * The hash is SHA-256 over the hash before it and the canonical form of the row: its
 * columns in order, each as its length in bytes, a colon, its text in UTF-8 and a semicolon,
 * or "-;" where it is null.  docs/audit.md has it in SQL, for others to check.
 */
#include "postgres.h"

#include <sys/socket.h>

#include "access/transam.h"
#include "audit_rows.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inet.h"
#include "utils/timestamp.h"

const AuditColumnKind audit_columns[AUDIT_COLUMNS] =
	{{"chain", INT4OID},	   {"id", INT8OID},			  {"at", TIMESTAMPTZOID},	   {"class", TEXTOID},
	 {"action", TEXTOID},	   {"outcome", TEXTOID},	  {"sqlstate", TEXTOID},	   {"tenant", TEXTOID},
	 {"schema_name", TEXTOID}, {"session_role", TEXTOID}, {"effective_role", TEXTOID}, {"application_name", TEXTOID},
	 {"client", INETOID},	   {"pid", INT4OID},		  {"transaction_id", INT8OID}, {"objects", TEXTARRAYOID},
	 {"rows", INT8OID},		   {"detail", TEXTOID},		  {"query", TEXTOID},		   {"hash", BYTEAOID}};

/* Microseconds from the beginning of Unix time to that of PostgreSQL's. */
#define UNIX_EPOCH_OFFSET ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/* Puts a value. */
static void
set(AuditRow *row, AuditColumn column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
}

/* Makes a text of so many bytes; one that the encoding of the database does not allow gets question marks. */
static Datum
make_text(const char *text, int size)
{
	char *mended;

	if (pg_verifymbstr(text, size, true))
		return PointerGetDatum(cstring_to_text_with_len(text, size));
	mended = pnstrdup(text, size);
	for (int i = 0; i < size; i++)
	{
		if (IS_HIGHBIT_SET(mended[i]))
			mended[i] = '?';
	}
	return PointerGetDatum(cstring_to_text_with_len(mended, size));
}

/* Puts a text, unless there is none. */
static void
set_text(AuditRow *row, AuditColumn column, const char *text)
{
	if (text != NULL)
		set(row, column, make_text(text, (int) strlen(text)));
}

/* Puts the address of a client, unless it is none. */
static void
set_client(AuditRow *row, const char *text)
{
	char address[128];
	unsigned char scratch[32];
	int family;

	if (text == NULL)
		return;
	/* A zone is of no use elsewhere, and inet does not know of it. */
	strlcpy(address, text, sizeof(address));
	address[strcspn(address, "%")] = '\0';
	family = strchr(address, ':') != NULL ? PGSQL_AF_INET6 : PGSQL_AF_INET;
	if (pg_inet_net_pton(family, address, scratch, -1) >= 0)
		set(row, AUDIT_COLUMN_CLIENT, DirectFunctionCall1(inet_in, CStringGetDatum(address)));
}

void
audit_row_set_objects(AuditRow *row, const char *lines)
{
	int count = 1;
	Datum *elements;

	if (lines == NULL || *lines == '\0')
		return;
	for (const char *at = lines; *at != '\0'; at++)
		count += *at == '\n';
	elements = palloc(count * sizeof(Datum));
	for (int i = 0; i < count; i++)
	{
		int size = (int) strcspn(lines, "\n");

		elements[i] = make_text(lines, size);
		lines += size + 1;
	}
	set(row,
		AUDIT_COLUMN_OBJECTS,
		PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT)));
}

/* Makes a number that is good for ever of a transaction's, which is not older than half of them. */
static int64
full_transaction(uint32 xid)
{
	FullTransactionId next = ReadNextFullTransactionId();
	uint32 epoch = EpochFromFullTransactionId(next);

	if (xid > XidFromFullTransactionId(next) && epoch > 0)
		epoch--;
	return (int64) (((uint64) epoch << 32) | xid);
}

void
audit_row_of_event(AuditRow *row, const AuditEvent *event)
{
	memset(row->nulls, true, sizeof(row->nulls));
	set(row, AUDIT_COLUMN_AT, TimestampTzGetDatum(event->at));
	set_text(row, AUDIT_COLUMN_CLASS, event->class < AUDIT_CLASSES ? audit_class_name(event->class) : "?");
	set_text(row, AUDIT_COLUMN_ACTION, event->texts[AUDIT_ACTION]);
	set_text(row, AUDIT_COLUMN_OUTCOME, event->outcome < AUDIT_OUTCOMES ? audit_outcome_name(event->outcome) : "?");
	if (event->sqlstate[0] != '\0')
		set_text(row, AUDIT_COLUMN_SQLSTATE, event->sqlstate);
	set_text(row, AUDIT_COLUMN_TENANT, event->texts[AUDIT_TENANT]);
	set_text(row, AUDIT_COLUMN_SCHEMA, event->texts[AUDIT_SCHEMA]);
	set_text(row, AUDIT_COLUMN_SESSION_ROLE, event->texts[AUDIT_SESSION_USER]);
	set_text(row, AUDIT_COLUMN_EFFECTIVE_ROLE, event->texts[AUDIT_ROLE]);
	set_text(row, AUDIT_COLUMN_APPLICATION, event->texts[AUDIT_APPLICATION]);
	set_client(row, event->texts[AUDIT_CLIENT]);
	if (event->pid != 0)
		set(row, AUDIT_COLUMN_PID, Int32GetDatum(event->pid));
	if (event->xid != 0)
		set(row, AUDIT_COLUMN_TRANSACTION, Int64GetDatum(full_transaction(event->xid)));
	audit_row_set_objects(row, event->texts[AUDIT_OBJECTS]);
	if (event->rows >= 0)
		set(row, AUDIT_COLUMN_ROWS, Int64GetDatum(event->rows));
	set_text(row, AUDIT_COLUMN_DETAIL, event->texts[AUDIT_DETAIL]);
	set_text(row, AUDIT_COLUMN_QUERY, event->texts[AUDIT_QUERY]);
}

void
audit_row_of_note(AuditRow *row, const char *action, int64 count, const char *detail)
{
	memset(row->nulls, true, sizeof(row->nulls));
	set(row, AUDIT_COLUMN_AT, TimestampTzGetDatum(GetCurrentTimestamp()));
	set_text(row, AUDIT_COLUMN_CLASS, "audit");
	set_text(row, AUDIT_COLUMN_ACTION, action);
	set_text(row, AUDIT_COLUMN_OUTCOME, audit_outcome_name(AUDIT_DONE));
	set(row, AUDIT_COLUMN_PID, Int32GetDatum(MyProcPid));
	if (count >= 0)
		set(row, AUDIT_COLUMN_ROWS, Int64GetDatum(count));
	set_text(row, AUDIT_COLUMN_DETAIL, detail);
}

char *
audit_hash_text(const uint8 *hash)
{
	char *text = palloc(2 * AUDIT_HASH_SIZE + 1);

	for (int i = 0; i < AUDIT_HASH_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
	return text;
}

/* Adds a field of the canonical form. */
static void
add_field(StringInfo form, const char *text, int size)
{
	appendStringInfo(form, "%d:", size);
	appendBinaryStringInfo(form, text, size);
	appendStringInfoChar(form, ';');
}

/* Adds a number. */
static void
add_number(StringInfo form, int64 number)
{
	char text[32];

	add_field(form, text, snprintf(text, sizeof(text), INT64_FORMAT, number));
}

/* Tells whether a text is the same in every encoding that a database can have. */
static bool
is_ascii(const char *text, int size)
{
	for (int i = 0; i < size; i++)
	{
		if (IS_HIGHBIT_SET(text[i]))
			return false;
	}
	return true;
}

/* Adds a text in UTF-8, so that the hash is the same in a database of another encoding; what has none goes as it is. */
static void
add_text(StringInfo form, const text *value)
{
	const char *bytes = VARDATA_ANY(value);
	int size = (int) VARSIZE_ANY_EXHDR(value);
	int encoding = GetDatabaseEncoding();
	Oid conversion;

	if (encoding != PG_UTF8 && encoding != PG_SQL_ASCII && !is_ascii(bytes, size) &&
		OidIsValid(conversion = FindDefaultConversionProc(encoding, PG_UTF8)))
	{
		char *source = pnstrdup(bytes, size);
		int room = size * MAX_CONVERSION_GROWTH + 1;
		char *result = palloc(room);

		if (pg_do_encoding_conversion_buf(conversion,
										  encoding,
										  PG_UTF8,
										  (unsigned char *) source,
										  size,
										  (unsigned char *) result,
										  room,
										  true) == size)
		{
			add_field(form, result, (int) strlen(result));
			return;
		}
	}
	add_field(form, bytes, size);
}

/* Adds the elements of an array, after their number. */
static void
add_array(StringInfo form, ArrayType *array)
{
	Datum *elements;
	bool *nulls;
	int count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	add_number(form, count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			appendStringInfoString(form, "-;");
		else
			add_text(form, DatumGetTextPP(elements[i]));
	}
}

/* Adds a value by its type. */
static void
add_value(StringInfo form, Oid type, Datum value)
{
	switch (type)
	{
		case INT4OID:
			add_number(form, DatumGetInt32(value));
			break;
		case INT8OID:
			add_number(form, DatumGetInt64(value));
			break;
		case TIMESTAMPTZOID:
			add_number(form, DatumGetTimestampTz(value) + UNIX_EPOCH_OFFSET);
			break;
		case INETOID:
		{
			char *address = DatumGetCString(DirectFunctionCall1(inet_out, value));

			add_field(form, address, (int) strlen(address));
			break;
		}
		case TEXTARRAYOID:
			add_array(form, DatumGetArrayTypeP(value));
			break;
		default:
			add_text(form, DatumGetTextPP(value));
			break;
	}
}

void
audit_row_hash(const AuditRow *row, const uint8 *previous, uint8 hash[AUDIT_HASH_SIZE])
{
	StringInfoData form;

	initStringInfo(&form);
	for (int i = 0; i < AUDIT_COLUMN_HASH; i++)
	{
		if (row->nulls[i])
			appendStringInfoString(&form, "-;");
		else
			add_value(&form, audit_columns[i].type, row->values[i]);
	}
	if (!compute_sha256(previous, AUDIT_HASH_SIZE, (const uint8 *) form.data, form.len, hash))
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute a hash of the audit log")));
	pfree(form.data);
}

void
audit_row_chain(AuditRow *row, int32 chain, int64 id, uint8 hash[AUDIT_HASH_SIZE])
{
	bytea *stored = palloc(VARHDRSZ + AUDIT_HASH_SIZE);

	set(row, AUDIT_COLUMN_CHAIN, Int32GetDatum(chain));
	set(row, AUDIT_COLUMN_ID, Int64GetDatum(id));
	audit_row_hash(row, hash, hash);
	SET_VARSIZE(stored, VARHDRSZ + AUDIT_HASH_SIZE);
	memcpy(VARDATA(stored), hash, AUDIT_HASH_SIZE);
	set(row, AUDIT_COLUMN_HASH, PointerGetDatum(stored));
}

int64
audit_row_time(const AuditRow *row)
{
	return DatumGetTimestampTz(row->values[AUDIT_COLUMN_AT]);
}
