/*
 * audit_statement.c
 *	  What the client's running statement does that is audited, until it ends.
 *
 * A statement of the client's is one event of a class, whatever functions, triggers, rules
 * and foreign keys run in it: all that they write and read is noted, by the plans that are
 * executed, and told of when the statement ends.  What it has noted is one set, no stack.  An
 * error that is caught leaves what was noted; one that is not ends the statement, and then a
 * transaction or a savepoint aborts, which tells of it and empties the set.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/transam.h"
#include "access/xact.h"
#include "audit_running.h"
#include "audit_statement.h"
#include "audit_undo.h"
#include "binding.h"
#include "commands/extension.h"
#include "compat.h"
#include "postmaster/bgworker.h"
#include "privileged.h"
#include "statements.h"
#include "tcop/utility.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

uint32 audit_noted = 0;
bool audit_in_copy = false;

AuditRunning audit_running = {.rows = -1};

/* Forgets the running statement. */
void
audit_forget(void)
{
	audit_objects_clear(&audit_running.objects);
	audit_noted = 0;
	audit_in_definition = false;
	audit_in_copy = false;
	audit_running.action = NULL;
	audit_running.source = NULL;
	audit_running.rows = -1;
	audit_running.inner_rows = 0;
	audit_running.inner = 0;
	audit_running.undone_in_part = false;
	audit_running.lifecycle = NULL;
	audit_running.definition = NULL;
	audit_running.defined = NIL;
	audit_running.more = 0;
	audit_running.utility = NULL;
}

/* Begins to note something of a class. */
void
audit_note(AuditClass class)
{
	if (audit_running.objects.context == NULL)
		audit_running.objects.context =
			AllocSetContextCreate(TopMemoryContext, "tenancy audited objects", ALLOCSET_SMALL_SIZES);
	if (audit_noted == 0)
		strlcpy(audit_running.role, audit_role_name(GetOuterUserId()), NAMEDATALEN);
	if (audit_running.utility != NULL && audit_running.action == NULL)
		audit_running.action =
			GetCommandTagName(CreateCommandTag((Node *) unconstify(PlannedStmt *, audit_running.utility)));
	audit_noted |= AUDIT_BIT(class);
}

/* Says what else is to be known of the running statement. */
static char *
describe(const char *also_read)
{
	StringInfoData detail;

	if (audit_running.inner == 0 && !audit_running.undone_in_part && also_read == NULL)
		return NULL;
	initStringInfo(&detail);
	if (audit_running.inner > 0)
		appendStringInfo(&detail,
						 "functions, triggers and foreign keys: " INT64_FORMAT " statements, " INT64_FORMAT " rows",
						 audit_running.inner,
						 audit_running.inner_rows);
	if (audit_running.undone_in_part)
		appendStringInfo(&detail,
						 "%san error was caught, and what came before it undone",
						 detail.len > 0 ? "; " : "");
	if (also_read != NULL)
		appendStringInfo(&detail, "%salso read: %s", detail.len > 0 ? "; " : "", also_read);
	return detail.data;
}

/* Tells of the running statement, or of a part of it. */
void
audit_tell(AuditClass class, const char *tenant, const char *objects, const char *detail, const AuditEnding *ending)
{
	AuditEvent event = {.rows = -1, .class = class, .outcome = ending->outcome};

	if (ending->sqlstate != 0)
		strlcpy(event.sqlstate, unpack_sql_state(ending->sqlstate), sizeof(event.sqlstate));
	if (ending->outcome == AUDIT_DONE)
		event.rows = audit_running.rows;
	event.texts[AUDIT_TENANT] = tenant;
	event.texts[AUDIT_ROLE] = audit_running.role;
	event.texts[AUDIT_ACTION] = audit_running.action != NULL ? audit_running.action : "statement";
	event.texts[AUDIT_OBJECTS] = objects;
	event.texts[AUDIT_DETAIL] = detail;
	event.texts[AUDIT_QUERY] = ending->query;
	audit_emit(&event);
	/* Without a transaction's number there is nothing that could be undone. */
	if (ending->outcome == AUDIT_DONE && class != AUDIT_READ && TransactionIdIsValid(GetTopTransactionIdIfAny()))
		audit_note_done(class);
}

/* Tells of what a superuser has reached without a binding, by tenant. */
static void
tell_break_glass(const AuditEnding *ending)
{
	const AuditObjects *objects = &audit_running.objects;

	for (int i = 0; i < objects->count; i++)
	{
		const char *slug = objects->list[i].slug;
		bool told = slug == NULL || !audit_concerns(AUDIT_BREAK_GLASS, slug, NULL);

		for (int j = 0; j < i && !told; j++)
			told = objects->list[j].slug != NULL && strcmp(objects->list[j].slug, slug) == 0;
		if (!told)
			audit_tell(AUDIT_BREAK_GLASS,
					   slug,
					   audit_objects_names(objects, AUDIT_OBJECT_ANY, slug, "\n"),
					   describe(NULL),
					   ending);
	}
}

/* Tells that a function for tenants' lives has failed. */
void
audit_tell_lifecycle(const AuditEnding *ending)
{
	const char *outer = audit_running.action;

	audit_running.action = audit_running.lifecycle;
	if (audit_concerns(AUDIT_LIFECYCLE,
					   audit_running.lifecycle_slug[0] != '\0' ? audit_running.lifecycle_slug : NULL,
					   NULL))
		audit_tell(AUDIT_LIFECYCLE,
				   audit_running.lifecycle_slug[0] != '\0' ? audit_running.lifecycle_slug : NULL,
				   NULL,
				   NULL,
				   ending);
	audit_running.action = outer;
	audit_running.lifecycle = NULL;
	audit_noted &= ~AUDIT_BIT(AUDIT_LIFECYCLE);
}

/* Tells of all that has been noted, and lets it go. */
void
audit_tell_all(const AuditEnding *ending)
{
	AuditObjects *objects = &audit_running.objects;
	uint32 noted = audit_noted;
	MemoryContext old_context = CurrentMemoryContext;

	/* Whatever happens next, it is told of once; a definition that is done where it ends. */
	audit_noted = ending->outcome == AUDIT_DONE ? noted & AUDIT_BIT(AUDIT_DDL) : 0;
	if (objects->context != NULL)
		MemoryContextSwitchTo(objects->context);
	if ((noted & AUDIT_BIT(AUDIT_LIFECYCLE)) && ending->outcome != AUDIT_DONE)
		audit_tell_lifecycle(ending);
	if (noted & AUDIT_BIT(AUDIT_BREAK_GLASS))
		tell_break_glass(ending);
	if ((noted & AUDIT_BIT(AUDIT_DDL)) && ending->outcome != AUDIT_DONE)
		audit_tell_definition(ending);
	if (noted & AUDIT_BIT(AUDIT_WRITE))
	{
		const char *names = audit_objects_names(objects, AUDIT_OBJECT_WRITTEN, NULL, "\n");

		if (names != NULL)
			audit_tell(AUDIT_WRITE,
					   NULL,
					   names,
					   describe(audit_objects_names(objects, AUDIT_OBJECT_READ, NULL, ", ")),
					   ending);
	}
	else if (noted & AUDIT_BIT(AUDIT_READ))
	{
		const char *names = audit_objects_names(objects, AUDIT_OBJECT_READ, NULL, "\n");

		if (names != NULL)
			audit_tell(AUDIT_READ, NULL, names, describe(NULL), ending);
	}
	MemoryContextSwitchTo(old_context);
	if (audit_noted != 0)
		audit_objects_keep(objects, AUDIT_OBJECT_DEFINED);
	else
	{
		audit_running.defined = NIL;
		audit_objects_clear(objects);
	}
}

/* Ends a client's statement that has come to its end. */
static void
end_statement(void)
{
	AuditEnding ending = {.outcome = AUDIT_DONE};

	ending.query = audit_query_text(audit_running.source, audit_running.location, audit_running.length);
	audit_tell_all(&ending);
	audit_forget();
}

/* Takes note of what the client's own statement is. */
void
audit_set_statement(const PlannedStmt *statement, const char *source)
{
	audit_running.source = source;
	audit_running.location = statement->stmt_location;
	audit_running.length = statement->stmt_len;
	audit_running.action = GetCommandTagName(CreateCommandTag((Node *) unconstify(PlannedStmt *, statement)));
}

/* Makes room for another object: tells of those that there are, of a statement that goes on. */
static void
make_room(void)
{
	AuditEnding ending = {.outcome = AUDIT_DONE};
	uint32 noted = audit_noted & AUDIT_BIT(AUDIT_LIFECYCLE);

	if (audit_running.objects.count < AUDIT_OBJECTS_OF_EVENT)
		return;
	ending.query = audit_query_text(audit_running.source, audit_running.location, audit_running.length);
	audit_tell_all(&ending);
	audit_noted |= noted;
}

/* Notes the relations that a plan or a COPY needs permissions for: as they are named, not what is under them. */
static void
note_permissions(List *permissions)
{
	ListCell *cell;

	foreach (cell, permissions)
	{
		const RelationPermissions *entry = lfirst(cell);
		bool written = (entry->requiredPerms & (ACL_INSERT | ACL_DELETE | ACL_TRUNCATE)) != 0 ||
					   /* FOR UPDATE needs the privilege too, and changes no column. */
					   ((entry->requiredPerms & ACL_UPDATE) != 0 && !bms_is_empty(entry->updatedCols));

		if (!names_relation(entry) || entry->requiredPerms == 0)
			continue;
		make_room();
		if (written && audit_is_on(AUDIT_WRITE))
		{
			audit_note(AUDIT_WRITE);
			(void) audit_objects_add_relation(&audit_running.objects, entry->relid, AUDIT_OBJECT_WRITTEN);
		}
		else if (audit_is_on(AUDIT_READ) && entry->relid >= FirstNormalObjectId)
		{
			audit_note(AUDIT_READ);
			(void) audit_objects_add_relation(&audit_running.objects, entry->relid, AUDIT_OBJECT_READ);
		}
	}
}

/*
 * Tells whether what runs is not the client's doing: a part of what the leader runs, the extension's own
 * work, an extension's script.
 */
bool
audit_is_own_work(void)
{
	return IsParallelWorker() || privileged_is_running() || creating_extension ||
		   (current_binding == NULL && MyBackendType == B_BG_WORKER &&
			strcmp(MyBgworkerEntry->bgw_library_name, "tenancy") == 0);
}

void
audit_begin_execution(const QueryDesc *query)
{
	if (audit_is_own_work())
		return;
	if (statements_depth == 0 && audit_running.utility == NULL)
		audit_set_statement(query->plannedstmt, query->sourceText);
	note_permissions(permissions_of_plan(query->plannedstmt));
}

void
audit_end_execution(const QueryDesc *query)
{
	bool writes = query->operation != CMD_SELECT || query->plannedstmt->hasModifyingCTE;

	if (audit_is_own_work())
		return;
	/* After a ROLLBACK in a procedure, what it runs looks like the client's own. */
	if (statements_depth > 0 ||
		(audit_running.utility != NULL && !IsA(audit_running.utility->utilityStmt, FetchStmt)))
	{
		if (writes)
		{
			audit_running.inner++;
			audit_running.inner_rows += (int64) query->estate->es_processed;
		}
		return;
	}
	audit_running.rows = (int64) query->estate->es_processed;
	if (audit_running.utility == NULL)
		audit_set_statement(query->plannedstmt, query->sourceText);
	if (!writes)
		end_statement();
}

void
audit_finish_execution(const QueryDesc *query)
{
	if (audit_is_own_work() || audit_running.utility != NULL)
		return;
	audit_set_statement(query->plannedstmt, query->sourceText);
	end_statement();
}

void
audit_begin_utility(const PlannedStmt *statement, const char *source)
{
	audit_running.utility = statement;
	audit_running.source = source;
	audit_running.action = NULL;
}

void
audit_end_utility(const PlannedStmt *statement, const char *source, const QueryCompletion *completion)
{
	audit_running.utility = NULL;
	if (audit_noted == 0)
		return;
	audit_set_statement(statement, source);
	if (completion != NULL && (completion->commandTag == CMDTAG_COPY || completion->commandTag == CMDTAG_SELECT))
		audit_running.rows = (int64) completion->nprocessed;
	end_statement();
}

void
audit_note_permissions(List *permissions)
{
	if (!audit_is_own_work())
		note_permissions(permissions);
}

void
audit_note_written(Oid relation)
{
	if (audit_is_own_work())
		return;
	make_room();
	audit_note(AUDIT_WRITE);
	(void) audit_objects_add_relation(&audit_running.objects, relation, AUDIT_OBJECT_WRITTEN);
}

/* Notes what is no relation. */
static void
note_name(AuditClass class, const char *name, int reached)
{
	if (audit_is_own_work() || !audit_is_on(class))
		return;
	make_room();
	audit_note(class);
	(void) audit_objects_add_name(&audit_running.objects, name, reached);
}

void
audit_note_large_object(Oid object)
{
	if (audit_is_on(AUDIT_WRITE))
		note_name(AUDIT_WRITE, psprintf("large object %u", object), AUDIT_OBJECT_WRITTEN);
}

void
audit_note_large_object_function(Oid function)
{
	switch (function)
	{
		case F_LO_PUT:
		case F_LOWRITE:
		case F_LO_TRUNCATE:
		case F_LO_TRUNCATE64:
			note_name(AUDIT_WRITE, "large objects", AUDIT_OBJECT_WRITTEN);
			break;
		case F_LO_GET_OID:
		case F_LO_GET_OID_INT8_INT4:
		case F_LOREAD:
		case F_LO_EXPORT:
			note_name(AUDIT_READ, "large objects", AUDIT_OBJECT_READ);
			break;
		default:
			break;
	}
}

void
audit_note_break_glass(Oid tenant_schema, Oid relation)
{
	if (audit_is_own_work())
		return;
	make_room();
	audit_note(AUDIT_BREAK_GLASS);
	audit_objects_add_reach(&audit_running.objects, tenant_schema, relation);
}

void
audit_note_lifecycle(const char *function, const char *slug)
{
	if (!audit_is_on(AUDIT_LIFECYCLE))
		return;
	audit_note(AUDIT_LIFECYCLE);
	if (function != NULL)
	{
		audit_running.lifecycle = function;
		audit_running.lifecycle_slug[0] = '\0';
	}
	if (slug != NULL)
		strlcpy(audit_running.lifecycle_slug, slug, TENANCY_SLUG_SIZE);
}

const char *
audit_lifecycle_function(void)
{
	return audit_running.lifecycle;
}
