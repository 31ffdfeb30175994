/*
 * audit_rows.h
 *	  Rows of tenancy.audit_log, and the hash that chains each to the one before.
 */
#ifndef TENANCY_AUDIT_ROWS_H
#define TENANCY_AUDIT_ROWS_H

#include "audit_event.h"
#include "common/sha2.h"

/* Columns of tenancy.audit_log, in the order of the install script. */
typedef enum AuditColumn
{
	AUDIT_COLUMN_CHAIN = 0,
	AUDIT_COLUMN_ID,
	AUDIT_COLUMN_AT,
	AUDIT_COLUMN_CLASS,
	AUDIT_COLUMN_ACTION,
	AUDIT_COLUMN_OUTCOME,
	AUDIT_COLUMN_SQLSTATE,
	AUDIT_COLUMN_TENANT,
	AUDIT_COLUMN_SCHEMA,
	AUDIT_COLUMN_SESSION_ROLE,
	AUDIT_COLUMN_EFFECTIVE_ROLE,
	AUDIT_COLUMN_APPLICATION,
	AUDIT_COLUMN_CLIENT,
	AUDIT_COLUMN_PID,
	AUDIT_COLUMN_TRANSACTION,
	AUDIT_COLUMN_OBJECTS,
	AUDIT_COLUMN_ROWS,
	AUDIT_COLUMN_DETAIL,
	AUDIT_COLUMN_QUERY,
	AUDIT_COLUMN_HASH /* the last one: it is over all before */
} AuditColumn;

#define AUDIT_COLUMNS 20

#define AUDIT_HASH_SIZE PG_SHA256_DIGEST_LENGTH

/* Names and types of the columns. */
typedef struct AuditColumnKind
{
	const char *name;
	Oid type;
} AuditColumnKind;

extern const AuditColumnKind audit_columns[AUDIT_COLUMNS];

/* A row, in the memory context that was current when it was made. */
typedef struct AuditRow
{
	Datum values[AUDIT_COLUMNS];
	bool nulls[AUDIT_COLUMNS];
} AuditRow;

/* Makes the row of an event, without its place in the chain. */
extern void audit_row_of_event(AuditRow *row, const AuditEvent *event);

/* Makes a row in which the trail says something of itself; count: how much of it, -1 for none. */
extern void audit_row_of_note(AuditRow *row, const char *action, int64 count, const char *detail);

/* Puts what a row names, one a line; nothing for nothing. */
extern void audit_row_set_objects(AuditRow *row, const char *lines);

/* Returns a hash in hexadecimal digits. */
extern char *audit_hash_text(const uint8 *hash);

/* Gives a row its place behind the one that has the hash, and replaces that by its own. */
extern void audit_row_chain(AuditRow *row, int32 chain, int64 id, uint8 hash[AUDIT_HASH_SIZE]);

/* Computes the hash that a row with its place must have. */
extern void audit_row_hash(const AuditRow *row, const uint8 *previous, uint8 hash[AUDIT_HASH_SIZE]);

/* Returns when a row's event was. */
extern int64 audit_row_time(const AuditRow *row);

#endif /* TENANCY_AUDIT_ROWS_H */
