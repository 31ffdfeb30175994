/*
 * utility_targets.c
 *	  The targets of utility statements that no other hook sees.
 *
 * Closes: names of schemas that the core looks up without the namespace hook (the
 * place of a new object, SET SCHEMA, statements about a schema itself), and the
 * targets of statements that fire no object access event (GRANT, COMMENT, and
 * parts of ALTER TABLE).  Names are checked before the core looks at them, so that
 * the refusal is ours and waits for no lock.
 */
#include "postgres.h"

#include "access/relation.h"
#include "binding.h"
#include "builtins.h"
#include "catalog/heap.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_namespace.h"
#include "compat.h"
#include "guard.h"
#include "naming.h"
#include "nodes/makefuncs.h"
#include "nodes/value.h"
#include "object_access.h"
#include "parser/parse_type.h"
#include "tcop/utility.h"
#include "unplanned.h"
#include "utility_targets.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "visibility.h"

const char *
targets_string_constant(A_Const *constant)
{
	return IsA(&constant->val, String) ? strVal(&constant->val) : NULL;
}

void
targets_check_relation(RangeVar *name)
{
	Oid relation;

	/* Whether there is such a schema or not: with IF EXISTS the core would make a difference. */
	guard_check_schema_name(name->schemaname);
	relation = RangeVarGetRelid(name, NoLock, true);
	if (!OidIsValid(relation))
		return;
	object_access_check_target(RelationRelationId, relation);
	/* What is done to a parent is done to its children, locks first. */
	guard_check_reach(relation);
}

void
targets_check_reach(List *names)
{
	ListCell *cell;

	foreach (cell, names)
	{
		RangeVar *name = lfirst_node(RangeVar, cell);
		Oid relation;

		guard_check_schema_name(name->schemaname);
		relation = RangeVarGetRelid(name, NoLock, true);
		if (OidIsValid(relation))
			guard_check_reach(relation);
	}
}

void
targets_check_referrers(List *names)
{
	List *relations = NIL;
	ListCell *cell;

	foreach (cell, names)
	{
		Oid relation = RangeVarGetRelid(lfirst_node(RangeVar, cell), NoLock, true);

		if (OidIsValid(relation))
			relations = lappend_oid(relations, relation);
	}
	if (relations == NIL)
		return;
	foreach (cell, heap_truncate_find_FKs(relations))
		guard_check_relation(lfirst_oid(cell));
}

/* Checks the schema of a qualified name given as a list of strings. */
static void
check_qualified_name(List *name)
{
	if (list_length(name) >= 2)
		guard_check_schema_name(strVal(list_nth(name, list_length(name) - 2)));
}

/* Checks a role that a statement names: a tenant role has the name of its schema. */
static void
check_named_role(RoleSpec *role)
{
	if (role != NULL && role->roletype == ROLESPEC_CSTRING)
		guard_check_schema_name(role->rolename);
}

/* Checks a list of roles. */
static void
check_named_roles(List *roles)
{
	ListCell *cell;

	foreach (cell, roles)
		check_named_role(lfirst_node(RoleSpec, cell));
}

/* Checks the types in a list: arguments of a function or an operator, where NULL stands for none. */
static void
check_type_names(List *types)
{
	ListCell *cell;

	foreach (cell, types)
	{
		if (lfirst(cell) != NULL && IsA(lfirst(cell), TypeName))
			check_qualified_name(lfirst_node(TypeName, cell)->names);
	}
}

/* Checks the schema that the name of an object in a statement begins with, if it is written out. */
static void
check_object_name(ObjectType type, Node *object)
{
	switch (nodeTag(object))
	{
		case T_List:
		{
			List *name = (List *) object;
			bool of_relation = type == OBJECT_TRIGGER || type == OBJECT_RULE || type == OBJECT_POLICY ||
							   type == OBJECT_COLUMN || type == OBJECT_TABCONSTRAINT;

			/* The name of what belongs to a relation stands behind the relation's. */
			if (of_relation)
				name = list_truncate(list_copy(name), list_length(name) - 1);
			/* Domain constraints and transforms begin with a type, casts are two. */
			if (name != NIL && IsA(linitial(name), TypeName))
				check_type_names(name);
			else if (name != NIL && IsA(linitial(name), String))
				check_qualified_name(name);
			break;
		}
		case T_ObjectWithArgs:
			check_qualified_name(((ObjectWithArgs *) object)->objname);
			check_type_names(((ObjectWithArgs *) object)->objargs);
			break;
		case T_TypeName:
			check_qualified_name(((TypeName *) object)->names);
			break;
		default:
			break;
	}
}

/* Checks that a schema, by its name, is the session's own. */
static void
check_schema_target(const char *name)
{
	Oid schema = get_namespace_oid(name, true);

	guard_check_schema_name(name);
	if (OidIsValid(schema))
		object_access_check_target(NamespaceRelationId, schema);
}

/* Checks the object of a kind that a statement names in the parser's own form. */
static void
check_object(ObjectType type, Node *object)
{
	Relation relation = NULL;
	ObjectAddress address;

	if (type == OBJECT_SCHEMA)
	{
		check_schema_target(strVal(object));
		return;
	}
	if (type == OBJECT_ROLE)
		guard_check_schema_name(strVal(object));
	if (type == OBJECT_LARGEOBJECT)
	{
		object_access_check_target(LargeObjectRelationId, oidparse(object));
		return;
	}
	check_object_name(type, object);
	/* Statements about a type name it in either of two forms. */
	if ((type == OBJECT_TYPE || type == OBJECT_DOMAIN) && IsA(object, List))
		object = (Node *) makeTypeNameFromNameList((List *) object);
	address = get_object_address(type, object, &relation, AccessShareLock, true);
	if (relation != NULL)
		relation_close(relation, NoLock);
	if (OidIsValid(address.objectId))
		object_access_check_target(address.classId, address.objectId);
}

void
targets_check_comment(Node *node)
{
	CommentStmt *statement = (CommentStmt *) node;

	check_object(statement->objtype, statement->object);
}

/* Checks one object of a GRANT or REVOKE on named objects. */
static void
check_grant_object(GrantStmt *statement, Node *object)
{
	switch (statement->objtype)
	{
		case OBJECT_TABLE:
		case OBJECT_SEQUENCE:
			targets_check_relation((RangeVar *) object);
			break;
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			check_object(statement->objtype, (Node *) makeTypeNameFromNameList((List *) object));
			break;
		case OBJECT_SCHEMA:
		case OBJECT_FUNCTION:
		case OBJECT_PROCEDURE:
		case OBJECT_ROUTINE:
			check_object(statement->objtype, object);
			break;
		case OBJECT_LARGEOBJECT:
			object_access_check_target(LargeObjectRelationId, oidparse(object));
			break;
		default:
			if (guard_is_restricted())
				guard_refuse_statement(GetCommandTagName(CreateCommandTag((Node *) statement)));
			break;
	}
}

void
targets_check_grant(Node *node)
{
	GrantStmt *statement = (GrantStmt *) node;
	ListCell *cell;

	check_named_roles(statement->grantees);
	check_named_role(statement->grantor);
	foreach (cell, statement->objects)
	{
		if (statement->targtype == ACL_TARGET_ALL_IN_SCHEMA)
			check_schema_target(strVal(lfirst(cell)));
		else
			check_grant_object(statement, lfirst(cell));
	}
}

/* Checks the place of a new table, and that its parents are the session's own: a child in a tenant schema spoils a shared parent for all. */
static void
check_table_creation(CreateStmt *statement)
{
	ListCell *cell;

	guard_check_schema_name(statement->relation->schemaname);
	if (statement->partbound != NULL)
		unplanned_check_bound(statement->partbound, linitial_node(RangeVar, statement->inhRelations));
	foreach (cell, statement->inhRelations)
		targets_check_relation(lfirst_node(RangeVar, cell));
}

/* Refuses the clause SET role of a function: the effective role is the binding's. */
static void
check_function_options(List *options)
{
	ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);
		VariableSetStmt *set;

		if (strcmp(option->defname, "set") != 0)
			continue;
		set = castNode(VariableSetStmt, option->arg);
		if (guard_is_restricted() && set->name != NULL &&
			(pg_strcasecmp(set->name, "role") == 0 || pg_strcasecmp(set->name, "session_authorization") == 0))
			guard_refuse_statement("a function's clause SET role");
	}
}

/* Refuses an aggregate of guarded functions: it would call them without a check. */
static void
check_aggregate(DefineStmt *statement)
{
	ListCell *cell;

	if (statement->kind != OBJECT_AGGREGATE || !visibility_is_limited())
		return;
	foreach (cell, statement->definition)
	{
		DefElem *part = lfirst_node(DefElem, cell);
		List *name;

		if (part->arg == NULL || !IsA(part->arg, TypeName))
			continue;
		/* What its functions hand to one another is not looked at, and begins as text. */
		if (strstr(part->defname, "stype") != NULL &&
			naming_type(LookupTypeNameOid(NULL, (TypeName *) part->arg, true)))
			guard_refuse_statement("an aggregate with a state of type regclass or the like");
		if (strstr(part->defname, "func") == NULL)
			continue;
		name = ((TypeName *) part->arg)->names;
		if (builtins_have_guarded(strVal(llast(name))))
			guard_refuse_statement(psprintf("an aggregate of %s()", strVal(llast(name))));
	}
}

void
targets_check_creation(Node *node)
{
	switch (nodeTag(node))
	{
		case T_CreateStmt:
		case T_CreateForeignTableStmt: /* begins with a CreateStmt */
			check_table_creation((CreateStmt *) node);
			break;
		case T_CreateTableAsStmt:
			guard_check_schema_name(((CreateTableAsStmt *) node)->into->rel->schemaname);
			break;
		case T_ViewStmt:
			guard_check_schema_name(((ViewStmt *) node)->view->schemaname);
			break;
		case T_CreateSeqStmt:
			guard_check_schema_name(((CreateSeqStmt *) node)->sequence->schemaname);
			break;
		case T_CompositeTypeStmt:
			guard_check_schema_name(((CompositeTypeStmt *) node)->typevar->schemaname);
			break;
		case T_CreateFunctionStmt:
			check_qualified_name(((CreateFunctionStmt *) node)->funcname);
			check_function_options(((CreateFunctionStmt *) node)->options);
			break;
		case T_DefineStmt:
			check_qualified_name(((DefineStmt *) node)->defnames);
			check_aggregate((DefineStmt *) node);
			break;
		case T_CreateEnumStmt:
			check_qualified_name(((CreateEnumStmt *) node)->typeName);
			break;
		case T_CreateRangeStmt:
			check_qualified_name(((CreateRangeStmt *) node)->typeName);
			break;
		case T_CreateDomainStmt:
			check_qualified_name(((CreateDomainStmt *) node)->domainname);
			break;
		case T_CreateConversionStmt:
			check_qualified_name(((CreateConversionStmt *) node)->conversion_name);
			break;
		case T_CreateStatsStmt:
			check_qualified_name(((CreateStatsStmt *) node)->defnames);
			break;
		case T_IndexStmt:
			targets_check_relation(((IndexStmt *) node)->relation);
			break;
		case T_CreateTrigStmt:
			targets_check_relation(((CreateTrigStmt *) node)->relation);
			break;
		case T_CreatePolicyStmt:
			targets_check_relation(((CreatePolicyStmt *) node)->table);
			check_named_roles(((CreatePolicyStmt *) node)->roles);
			break;
		case T_RuleStmt:
			targets_check_relation(((RuleStmt *) node)->relation);
			break;
		default:
			break;
	}
}

/* Checks a renaming: relations directly, schemas by name; other objects fire an event. */
static void
check_rename(RenameStmt *statement)
{
	if (statement->renameType == OBJECT_SCHEMA)
	{
		check_schema_target(statement->subname);
		guard_check_schema_name(statement->newname);
	}
	else if (statement->relation != NULL)
		targets_check_relation(statement->relation);
}

/* Checks the table of ALTER TABLE, and the tables that it is to be parent or child of. */
static void
check_table_alteration(AlterTableStmt *statement)
{
	ListCell *cell;

	targets_check_relation(statement->relation);
	unplanned_check_alteration(statement);
	foreach (cell, statement->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_ChangeOwner)
			check_named_role(command->newowner);
		else if (command->subtype == AT_AddInherit)
			targets_check_relation((RangeVar *) command->def);
		else if (command->subtype == AT_AttachPartition)
			targets_check_relation(((PartitionCmd *) command->def)->name);
	}
}

void
targets_check_alteration(Node *node)
{
	switch (nodeTag(node))
	{
		case T_AlterTableStmt:
			check_table_alteration((AlterTableStmt *) node);
			break;
		case T_AlterSeqStmt:
			guard_check_schema_name(((AlterSeqStmt *) node)->sequence->schemaname);
			break;
		case T_AlterStatsStmt:
			check_qualified_name(((AlterStatsStmt *) node)->defnames);
			break;
		case T_AlterFunctionStmt:
			check_function_options(((AlterFunctionStmt *) node)->actions);
			break;
		case T_AlterPolicyStmt:
			targets_check_relation(((AlterPolicyStmt *) node)->table);
			check_named_roles(((AlterPolicyStmt *) node)->roles);
			break;
		case T_AlterObjectSchemaStmt:
		{
			AlterObjectSchemaStmt *statement = (AlterObjectSchemaStmt *) node;

			guard_check_schema_name(statement->newschema);
			if (statement->relation != NULL)
				targets_check_relation(statement->relation);
			else
				check_object(statement->objectType, statement->object);
			break;
		}
		case T_AlterOwnerStmt:
		{
			AlterOwnerStmt *statement = (AlterOwnerStmt *) node;

			check_named_role(statement->newowner);
			if (statement->relation != NULL)
				targets_check_relation(statement->relation);
			else
				check_object(statement->objectType, statement->object);
			break;
		}
		case T_RenameStmt:
			check_rename((RenameStmt *) node);
			break;
		default:
			break;
	}
}

void
targets_check_drop(Node *node)
{
	DropStmt *statement = (DropStmt *) node;
	ListCell *cell;

	if (statement->removeType != OBJECT_SCHEMA)
	{
		foreach (cell, statement->objects)
			check_object_name(statement->removeType, lfirst(cell));
		return;
	}
	foreach (cell, statement->objects)
		check_schema_target(strVal(lfirst(cell)));
	/* Its own schema goes with the tenant, not by the tenant. */
	if (guard_is_restricted())
		guard_refuse_statement("DROP SCHEMA");
}

void
targets_check_schema(Node *node)
{
	if (IsA(node, CreateSchemaStmt))
	{
		CreateSchemaStmt *statement = (CreateSchemaStmt *) node;

		if (statement->schemaname != NULL)
			guard_check_schema_name(statement->schemaname);
		else if (statement->authrole != NULL && statement->authrole->roletype == ROLESPEC_CSTRING)
			guard_check_schema_name(statement->authrole->rolename);
	}
	else if (IsA(node, AlterDefaultPrivilegesStmt))
	{
		ListCell *cell;

		foreach (cell, ((AlterDefaultPrivilegesStmt *) node)->options)
		{
			DefElem *option = lfirst_node(DefElem, cell);
			ListCell *name;

			if (strcmp(option->defname, "schemas") == 0)
				foreach (name, (List *) option->arg)
					guard_check_schema_name(strVal(lfirst(name)));
		}
	}
}

void
targets_check_publication(Node *node)
{
	targets_check_reach(tables_of_publication(node));
}
