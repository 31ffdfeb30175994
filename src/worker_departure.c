/*
 * worker_departure.c
 *	  Statements that need a database without connections: its worker makes room.
 *
 * Who could not run the statement does not move the worker, or anybody could keep the audit
 * trail from being written.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/syscache.h"
#include "worker.h"
#include "worker_departure.h"

/* Returns an option of a list by its name, or NULL. */
static DefElem *
find_option_named(List *options, const char *name)
{
	ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return option;
	}
	return NULL;
}

/* Tells whether the user may create databases. */
static bool
may_create_databases(void)
{
	HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(GetUserId()));
	bool result = superuser();

	if (HeapTupleIsValid(tuple))
	{
		result = result || ((Form_pg_authid) GETSTRUCT(tuple))->rolcreatedb;
		ReleaseSysCache(tuple);
	}
	return result;
}

/* Tells whether the user may drop or alter a database, or, as_template, copy it. */
static bool
may_empty(Oid database, bool as_template)
{
	HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	Form_pg_database form;
	bool result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_database) GETSTRUCT(tuple);
	result = has_privs_of_role(GetUserId(), form->datdba) || (as_template && form->datistemplate);
	ReleaseSysCache(tuple);
	return result && (!as_template || may_create_databases());
}

/* Sends the worker of a database away. */
static void
make_room(const char *database_name, bool as_template, bool dropped)
{
	Oid database = get_database_oid(database_name, true);

	if (OidIsValid(database) && database != MyDatabaseId && may_empty(database, as_template))
		worker_send_away(database, dropped);
}

void
worker_departure_before(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_DropdbStmt:
			make_room(((DropdbStmt *) statement)->dbname, false, true);
			break;
		case T_CreatedbStmt:
		{
			DefElem *option = find_option_named(((CreatedbStmt *) statement)->options, "template");

			make_room(option != NULL && option->arg != NULL ? defGetString(option) : "template1", true, false);
			break;
		}
		case T_AlterDatabaseStmt:
			if (find_option_named(((AlterDatabaseStmt *) statement)->options, "tablespace") != NULL)
				make_room(((AlterDatabaseStmt *) statement)->dbname, false, false);
			break;
		case T_RenameStmt:
			if (((RenameStmt *) statement)->renameType == OBJECT_DATABASE)
				make_room(((RenameStmt *) statement)->subname, false, false);
			break;
		default:
			break;
	}
}
