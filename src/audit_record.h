/*
 * audit_record.h
 *	  An event as the record of a ring, and back.
 */
#ifndef TENANCY_AUDIT_RECORD_H
#define TENANCY_AUDIT_RECORD_H

#include "audit_event.h"
#include "core/ring.h"

/* Longest text of an event, in bytes; what is longer is cut and ends with three dots. */
#define AUDIT_TEXT_MAX 8192

/* Room for any record, and for the zeroes that end its texts. */
#define AUDIT_BUFFER_SIZE (AUDIT_TEXTS * (AUDIT_TEXT_MAX + 1) + (int) sizeof(AuditRecordHead))

/* What precedes the texts of an event in its record. */
typedef struct AuditRecordHead
{
	int64 at;
	int64 rows;
	int32 pid;
	uint32 xid;
	uint8 class;
	uint8 outcome;
	char sqlstate[6];
	uint32 lengths[AUDIT_TEXTS];
} AuditRecordHead;

/* A record as it is put together, of pieces that stay where they are. */
typedef struct AuditAssembly
{
	AuditRecordHead head;
	TenancyRingPiece pieces[1 + 2 * AUDIT_TEXTS];
	uint32 count;
} AuditAssembly;

/* Puts the record of an event together; reads no catalogs. */
extern void audit_record_assemble(AuditAssembly *assembly, const AuditEvent *event);

/* Makes an event of a record in a buffer that has room for the zeroes; false: it is none. The texts stay in the buffer. */
extern bool audit_record_take_apart(char *buffer, uint32 size, AuditEvent *event);

#endif /* TENANCY_AUDIT_RECORD_H */
