/*
 * audit_running.h
 *	  What the client's running statement has done so far; for the files that note it alone.
 */
#ifndef TENANCY_AUDIT_RUNNING_H
#define TENANCY_AUDIT_RUNNING_H

#include "audit.h"
#include "audit_objects.h"
#include "core/verdict.h"
#include "nodes/pg_list.h"
#include "nodes/plannodes.h"

typedef struct AuditRunning
{
	AuditObjects objects;
	const char *action; /* of the client's statement, once it is known */
	const char *source; /* its text, and which part of that; valid while it runs */
	int location;
	int length;
	int64 rows;			 /* of the client's statement; -1: not known */
	int64 inner_rows;	 /* that statements within it have written */
	int64 inner;		 /* how many those were */
	bool undone_in_part; /* an error in it was caught */
	const char *lifecycle;
	char lifecycle_slug[TENANCY_SLUG_SIZE];
	const char *definition;		/* tag of the innermost definition that runs */
	List *defined;				/* addresses of what it has made or altered */
	int more;					/* objects that it concerns besides those that are noted */
	const PlannedStmt *utility; /* the client's utility statement, while it runs */
	char role[NAMEDATALEN];
} AuditRunning;

extern AuditRunning audit_running;

/* How the running statement ends, and what its events have in common. */
typedef struct AuditEnding
{
	AuditOutcome outcome;
	int sqlstate;
	const char *query;
} AuditEnding;

/* Begins to note something of a class. */
extern void audit_note(AuditClass class);

/* Takes note of what the client's own statement is. */
extern void audit_set_statement(const PlannedStmt *statement, const char *source);

/*
 * Tells whether what runs is not the client's doing: a part of what the leader runs, the extension's own
 * work, an extension's script.
 */
extern bool audit_is_own_work(void);

/* Tells of the running statement in one class. */
extern void audit_tell(AuditClass class, const char *tenant, const char *objects, const char *detail,
					   const AuditEnding *ending);

/* Tells of all that has been noted, and lets it go. */
extern void audit_tell_all(const AuditEnding *ending);

/* Tells of a definition, or of the failure of a function for tenants' lives. */
extern void audit_tell_definition(const AuditEnding *ending);
extern void audit_tell_lifecycle(const AuditEnding *ending);

/* Forgets the running statement. */
extern void audit_forget(void);

#endif /* TENANCY_AUDIT_RUNNING_H */
