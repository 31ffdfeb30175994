/*
 * audit_definition.c
 *	  Statements that define something, at any depth, and the objects that they concern.
 *
 * What the server's own log takes for DDL is an event by itself, told of when it ends.
 * Objects are found where the server announces that it has made, altered or is about to drop
 * one.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_running.h"
#include "audit_statement.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "tcop/utility.h"

bool audit_in_definition = false;

/* Tells of a definition. */
void
audit_tell_definition(const AuditEnding *ending)
{
	const char *outer = audit_running.action;

	if (audit_running.definition != NULL)
		audit_running.action = audit_running.definition;
	audit_tell(AUDIT_DDL,
			   NULL,
			   audit_objects_names(&audit_running.objects, AUDIT_OBJECT_DEFINED, NULL, "\n"),
			   audit_running.more > 0 ? psprintf("and %d more objects", audit_running.more) : NULL,
			   ending);
	audit_running.action = outer;
	audit_running.definition = NULL;
	audit_running.more = 0;
	audit_noted &= ~AUDIT_BIT(AUDIT_DDL);
	audit_in_definition = false;
	for (int i = 0; i < audit_running.objects.count; i++)
		audit_running.objects.list[i].reached &= ~AUDIT_OBJECT_DEFINED;
}

void
audit_begin_definition(const PlannedStmt *statement)
{
	if (audit_is_own_work())
		return;
	audit_note(AUDIT_DDL);
	audit_running.definition = GetCommandTagName(CreateCommandTag((Node *) unconstify(PlannedStmt *, statement)));
	audit_in_definition = true;
}

/* Tells whether a change of an object is no more than a part of another one. */
static bool
is_internal(ObjectAccessType access, const void *argument)
{
	switch (access)
	{
		case OAT_POST_CREATE:
			return argument != NULL && ((const ObjectAccessPostCreate *) argument)->is_internal;
		case OAT_POST_ALTER:
			return argument != NULL && ((const ObjectAccessPostAlter *) argument)->is_internal;
		case OAT_DROP:
			return argument != NULL &&
				   (((const ObjectAccessDrop *) argument)->dropflags & PERFORM_DELETION_INTERNAL) != 0;
		default:
			return true;
	}
}

void
audit_note_change(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, const void *argument)
{
	if (is_internal(access, argument) || creating_extension)
		return;
	/* What is new has no name to be found by before the command ends. */
	if (access != OAT_DROP)
	{
		MemoryContext old_context = MemoryContextSwitchTo(audit_running.objects.context);
		ObjectAddress *address = palloc(sizeof(ObjectAddress));

		ObjectAddressSubSet(*address, class_id, object_id, sub_id);
		if (list_length(audit_running.defined) < AUDIT_OBJECTS_OF_EVENT)
			audit_running.defined = lappend(audit_running.defined, address);
		else
			audit_running.more++;
		MemoryContextSwitchTo(old_context);
		return;
	}
	if (audit_running.objects.count >= AUDIT_OBJECTS_OF_EVENT)
		audit_running.more++;
	else
	{
		char *name = audit_objects_identify(class_id, object_id, sub_id);

		if (name != NULL)
			(void) audit_objects_add_name(&audit_running.objects, name, AUDIT_OBJECT_DEFINED);
	}
}

/* Adds a name as an object of the definition. */
static void
add_name(const char *name)
{
	if (name != NULL)
		(void) audit_objects_add_name(&audit_running.objects, name, AUDIT_OBJECT_DEFINED);
}

/* Adds what a list of a parsed statement names. */
static void
add_named(List *names)
{
	ListCell *cell;

	foreach (cell, names)
	{
		Node *name = lfirst(cell);
		Oid relation;

		switch (nodeTag(name))
		{
			case T_RangeVar:
				relation = RangeVarGetRelid((RangeVar *) name, NoLock, true);
				if (OidIsValid(relation))
					add_name(audit_objects_identify(RelationRelationId, relation, 0));
				break;
			case T_ObjectWithArgs:
				add_name(NameListToString(((ObjectWithArgs *) name)->objname));
				break;
			case T_AccessPriv:
				add_name(((AccessPriv *) name)->priv_name);
				break;
			case T_String:
				add_name(strVal(name));
				break;
			default:
				break;
		}
	}
}

/* Adds the objects of statements that the server does not announce. */
static void
add_targets(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_GrantStmt:
			add_named(((GrantStmt *) statement)->objects);
			break;
		case T_GrantRoleStmt:
			add_named(((GrantRoleStmt *) statement)->granted_roles);
			break;
		case T_AlterTableStmt:
			add_named(list_make1(((AlterTableStmt *) statement)->relation));
			break;
		case T_RefreshMatViewStmt:
			add_named(list_make1(((RefreshMatViewStmt *) statement)->relation));
			break;
		case T_CommentStmt:
			if (IsA(((CommentStmt *) statement)->object, List))
				add_name(NameListToString((List *) ((CommentStmt *) statement)->object));
			break;
		default:
			break;
	}
}

void
audit_end_definition(const PlannedStmt *statement, const char *source)
{
	AuditEnding ending = {.outcome = AUDIT_DONE};
	ListCell *cell;
	int64 rows = audit_running.rows;

	if (audit_is_own_work())
		return;
	/* One within it may have ended before. */
	audit_note(AUDIT_DDL);
	CommandCounterIncrement();
	audit_in_definition = false;
	foreach (cell, audit_running.defined)
	{
		ObjectAddress *address = lfirst(cell);
		char *name = audit_objects_identify(address->classId, address->objectId, address->objectSubId);

		if (name != NULL)
			(void) audit_objects_add_name(&audit_running.objects, name, AUDIT_OBJECT_DEFINED);
	}
	audit_running.defined = NIL;
	add_targets(statement->utilityStmt);
	audit_running.definition = GetCommandTagName(CreateCommandTag((Node *) unconstify(PlannedStmt *, statement)));
	audit_running.rows = -1;
	ending.query = audit_query_text(source, statement->stmt_location, statement->stmt_len);
	audit_tell_definition(&ending);
	audit_running.rows = rows;
}
