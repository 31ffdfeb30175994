/*
 * audit_statement.h
 *	  What the client's running statement does that is audited, until it ends.
 */
#ifndef TENANCY_AUDIT_STATEMENT_H
#define TENANCY_AUDIT_STATEMENT_H

#include "access/xact.h"
#include "audit.h"
#include "catalog/objectaccess.h"
#include "executor/execdesc.h"
#include "nodes/plannodes.h"
#include "tcop/cmdtag.h"

/*
 * The classes of which the client's running statement has something to tell, as bits.  It is
 * what has been found since the last event, and no stack: an error cannot leave it unbalanced.
 */
extern uint32 audit_noted;

/* Tells whether the execution of a plan is to be noted; a query that only reads is so for AUDIT_READ alone. */
static inline bool
audit_wants_execution(const QueryDesc *query)
{
	return (audit_classes & (AUDIT_BIT(AUDIT_WRITE) | AUDIT_BIT(AUDIT_READ))) != 0 &&
		   (audit_is_on(AUDIT_READ) || query->operation != CMD_SELECT || query->plannedstmt->hasModifyingCTE);
}

/*
 * Around the execution of a plan at any depth: notes what it reads and writes, and ends a
 * client's statement with its events.  One that writes ends when its triggers have run.
 */
extern void audit_begin_execution(const QueryDesc *query);
extern void audit_end_execution(const QueryDesc *query);
extern void audit_finish_execution(const QueryDesc *query);

/* Around a utility statement of the client's. */
extern void audit_begin_utility(const PlannedStmt *statement, const char *source);
extern void audit_end_utility(const PlannedStmt *statement, const char *source, const QueryCompletion *completion);

/* Around a statement that defines something, at any depth. */
extern void audit_begin_definition(const PlannedStmt *statement);
extern void audit_end_definition(const PlannedStmt *statement, const char *source);

/* Objects that definitions concern are noted. */
extern bool audit_in_definition;
extern void audit_note_change(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, const void *argument);

/* COPY is running; it asks for permissions without a plan. */
extern bool audit_in_copy;
extern void audit_note_permissions(List *permissions);

/* Notes a relation that is written to by no plan. */
extern void audit_note_written(Oid relation);

/* Notes the making or dropping of a large object, and the call of a function that works on one. */
extern void audit_note_large_object(Oid object);
extern void audit_note_large_object_function(Oid function);

/* Notes that a superuser has reached a tenant's schema: a relation in it, if one is given. */
extern void audit_note_break_glass(Oid tenant_schema, Oid relation);

/* Notes a call of a function for tenants' lives, and its tenant: its failure will be told. */
extern void audit_note_lifecycle(const char *function, const char *slug);

/* A refusal has been told of: the error that follows is no other. */
extern void audit_note_refusal(void);

/* An error is being raised; it has reached the client. */
extern void audit_note_raised(int sqlstate);
extern void audit_note_error(const ErrorData *error);

/* Returns the text of the running statement as events shall have it, in the current memory context; NULL: none. */
extern const char *audit_query_text(const char *source, int location, int length);

/* Writes it to a buffer, cut to its size. */
extern void audit_write_query_text(const char *source, int location, int length, char *buffer, size_t size);

/* The function that the running statement has called for a tenant's life; NULL: none. */
extern const char *audit_lifecycle_function(void);

/* Ends of transactions and savepoints. */
extern void audit_before_commit(void);
extern void audit_end_transaction(bool committed);
extern void audit_abort_savepoint(SubTransactionId savepoint);

#endif /* TENANCY_AUDIT_STATEMENT_H */
