/*
 * audit_event.h
 *	  One event of the audit, as capture hands it to the sinks.
 *
 * Whoever reports an event fills in what is special about it; audit_emit() adds what is the
 * same for all, and gives it to each sink that tenancy.audit_sinks names.
 */
#ifndef TENANCY_AUDIT_EVENT_H
#define TENANCY_AUDIT_EVENT_H

/* What an event is about; audit_class_name() spells them. */
typedef enum AuditClass
{
	AUDIT_BIND = 0,
	AUDIT_REFUSAL,
	AUDIT_LIFECYCLE,
	AUDIT_BREAK_GLASS,
	AUDIT_DDL,
	AUDIT_WRITE,
	AUDIT_READ
} AuditClass;

#define AUDIT_CLASSES 7

/* What became of it; audit_outcome_name() spells them. */
typedef enum AuditOutcome
{
	AUDIT_DONE = 0,
	AUDIT_DENIED,
	AUDIT_FAILED,
	AUDIT_ROLLED_BACK
} AuditOutcome;

#define AUDIT_OUTCOMES 4

/* The texts of an event. */
typedef enum AuditText
{
	AUDIT_TENANT = 0, /* NULL until audit_emit(): the bound one; empty: none */
	AUDIT_SCHEMA,
	AUDIT_SESSION_USER,
	AUDIT_ROLE,
	AUDIT_APPLICATION,
	AUDIT_CLIENT,  /* a numeric address; NULL: a local socket, or no client */
	AUDIT_ACTION,  /* command tag, or name of a function */
	AUDIT_OBJECTS, /* qualified names, one a line */
	AUDIT_DETAIL,
	AUDIT_QUERY
} AuditText;

#define AUDIT_TEXTS 10

typedef struct AuditEvent
{
	int64 at; /* TimestampTz; 0: now */
	int32 pid;
	uint32 xid; /* of the top-level transaction; 0: it has none */
	int64 rows; /* -1: none */
	uint8 class;
	uint8 outcome;
	char sqlstate[6];				/* empty: none */
	const char *texts[AUDIT_TEXTS]; /* NULL: none; in the encoding of the database */
} AuditEvent;

/* Returns the name of a class or an outcome, as settings and rows have it. */
extern const char *audit_class_name(AuditClass class);
extern const char *audit_outcome_name(AuditOutcome outcome);

/* For the hook that sees what is logged: nobody else writes to it what looks like an event. */
extern void audit_log_defuse(ErrorData *report);

/* Writes an event to the server log, as one line of JSON. */
extern void audit_log_event(const AuditEvent *event);

#endif /* TENANCY_AUDIT_EVENT_H */
