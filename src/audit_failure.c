/*
 * audit_failure.c
 *	  How statements and transactions end that are not done.
 *
 * An error that has reached the client is noted where the server logs it, while its statement's
 * text is still there, and told of when the transaction or the savepoint aborts, where no error
 * is under way any more.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "audit_flood.h"
#include "audit_running.h"
#include "audit_statement.h"
#include "audit_undo.h"
#include "miscadmin.h"
#include "registry.h"
#include "settings.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"

/* The error that is on its way to the client. */
static struct
{
	int sqlstate; /* 0: none */
	int raised;	  /* the last one that was raised, perhaps caught again */
	bool told;	  /* by a refusal */
	bool denied;  /* by PostgreSQL's own privileges */
	char message[256];
	char query[4096];
} failure;

/* Returns how a statement ends that an error has ended. */
static AuditEnding
ending_by_failure(void)
{
	AuditEnding ending = {.outcome = AUDIT_ROLLED_BACK, .sqlstate = failure.sqlstate};

	if (failure.sqlstate == ERRCODE_INSUFFICIENT_PRIVILEGE)
		ending.outcome = AUDIT_DENIED;
	else if (failure.sqlstate != 0)
		ending.outcome = AUDIT_FAILED;
	ending.query = failure.query[0] != '\0' ? failure.query : NULL;
	return ending;
}

void
audit_note_refusal(void)
{
	failure.told = true;
}

void
audit_note_raised(int sqlstate)
{
	failure.raised = sqlstate;
}

void
audit_note_error(const ErrorData *error)
{
	const char *source = audit_noted != 0 && audit_running.source != NULL ? audit_running.source : debug_query_string;

	if (IsParallelWorker())
		return;
	failure.sqlstate = error->sqlerrcode;
	failure.denied = error->elevel == ERROR && error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE && !failure.told &&
					 audit_is_on(AUDIT_REFUSAL);
	if (audit_running.utility != NULL && audit_running.action == NULL)
		audit_running.action =
			GetCommandTagName(CreateCommandTag((Node *) unconstify(PlannedStmt *, audit_running.utility)));
	if (failure.denied)
		strlcpy(failure.message, error->message != NULL ? error->message : "", sizeof(failure.message));
	failure.query[0] = '\0';
	if ((failure.denied || audit_noted != 0) && tenancy_audit_query_text != AUDIT_QUERY_TEXT_NONE && source != NULL)
		audit_write_query_text(source,
							   source == audit_running.source ? audit_running.location : 0,
							   source == audit_running.source ? audit_running.length : 0,
							   failure.query,
							   sizeof(failure.query));
}

/* Tells that PostgreSQL's own privileges have refused something, and the client was told so. */
static void
tell_denial(void)
{
	AuditEvent event = {.rows = -1, .class = AUDIT_REFUSAL, .outcome = AUDIT_DENIED};

	failure.denied = false;
	/* What PostgreSQL refuses in a database of which the extension knows nothing is not its affair. */
	if (registry_last_presence() == REGISTRY_ABSENT || !audit_flood_admit())
		return;
	strlcpy(event.sqlstate, unpack_sql_state(ERRCODE_INSUFFICIENT_PRIVILEGE), sizeof(event.sqlstate));
	event.texts[AUDIT_ACTION] = audit_running.action != NULL ? audit_running.action : "access";
	event.texts[AUDIT_DETAIL] = failure.message;
	event.texts[AUDIT_QUERY] = failure.query[0] != '\0' ? failure.query : NULL;
	audit_emit(&event);
}

/* Tells of the statement that has failed; for audit_safely(). */
static void
tell_failure(void *argument)
{
	AuditEnding ending = ending_by_failure();

	(void) argument;
	audit_tell_all(&ending);
}

/* Ends a client's statement that an error has ended, or a command that takes back. */
static void
abort_statement(void)
{
	const PlannedStmt *utility = audit_running.utility;
	const char *source = audit_running.source;

	/* Who rolls back within a procedure goes on; an error that was not logged was raised all the same. */
	if (failure.sqlstate == 0 && audit_noted != 0 && ActivePortal == NULL)
		failure.sqlstate = failure.raised;
	if (audit_noted != 0)
		(void) audit_safely(tell_failure, NULL);
	if (failure.denied)
		tell_denial();
	audit_forget();
	/* A procedure that rolls back goes on. */
	if (ActivePortal != NULL && utility != NULL)
		audit_begin_utility(utility, source);
}

void
audit_abort_savepoint(SubTransactionId savepoint)
{
	if (ActivePortal == NULL && MyBackendType == B_BACKEND)
		abort_statement();
	else if (audit_noted != 0)
	{
		AuditEnding ending = {.outcome = AUDIT_FAILED, .sqlstate = failure.raised};
		MemoryContext old_context = MemoryContextSwitchTo(audit_running.objects.context);

		/* The error has been caught, and the statement goes on. */
		audit_running.undone_in_part = true;
		if (audit_noted & AUDIT_BIT(AUDIT_DDL))
			audit_tell_definition(&ending);
		if (audit_noted & AUDIT_BIT(AUDIT_LIFECYCLE))
			audit_tell_lifecycle(&ending);
		MemoryContextSwitchTo(old_context);
	}
	if (audit_undo_count > 0)
		audit_undo_savepoint(savepoint, failure.sqlstate);
	if (ActivePortal == NULL)
		failure.sqlstate = 0;
	failure.told = false;
}

void
audit_before_commit(void)
{
	AuditEnding ending = {.outcome = AUDIT_DONE};

	if (audit_noted == 0)
		return;
	if (audit_running.utility != NULL && audit_running.action == NULL)
		audit_set_statement(audit_running.utility, audit_running.source);
	ending.query = audit_query_text(audit_running.source, audit_running.location, audit_running.length);
	audit_tell_all(&ending);
}

void
audit_end_transaction(bool committed)
{
	if (!committed)
		abort_statement();
	if (audit_undo_count > 0)
		audit_undo_transaction(committed, failure.sqlstate);
	failure.sqlstate = 0;
	failure.raised = 0;
	failure.told = false;
	failure.denied = false;
}
