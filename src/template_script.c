/*
 * template_script.c
 *	  The script of a template: who runs which statement, when, and where it names the
 *	  schema.
 *
 * What would make another schema of the text mean something else than the schema makes
 * of the template is refused: things that have their names from the schema, and names
 * that are spelled with escapes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "bridge.h"
#include "catalog/index.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "errors.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "privileged.h"
#include "schema_stamp.h"
#include "settings.h"
#include "template.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/memutils.h"

/* Settings that expressions are printed with; a statement that is read again has the same. */
static const char *const printing[][2] = {
	{"quote_all_identifiers", "off"},
	{"standard_conforming_strings", "on"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "UTC"},
	{"extra_float_digits", "3"},
	{"bytea_output", "hex"},
};

/* Raises the error for something that has its name from the schema. */
static void
refuse_name(const char *schema, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("schema \"%s\" cannot be cloned", schema),
			 errdetail("The name of the schema is also that of, or within that of, %s.", what),
			 errhint("Rename that first: what means the schema and what does not could not be told apart.")));
}

/* Raises the error for a statement that cannot be made another schema's. */
static void
refuse_statement(const Template *source, const DescribedObject *object, TenancyTrouble trouble)
{
	if (trouble == TENANCY_TROUBLE_MEMORY)
		raise_verdict(TENANCY_OUT_OF_MEMORY, &(ErrorFacts){0});
	if (trouble == TENANCY_TROUBLE_COMPONENT)
		refuse_name(source->name, psprintf("something in the definition of %s %s", object->kind, object->identity));
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("schema \"%s\" cannot be cloned", source->name),
			 errdetail("The definition of %s %s spells the name of the schema with escapes.",
					   object->kind,
					   object->identity),
			 errhint("Write the name plainly there.")));
}

/* Tells whether a name has that of the schema in it. */
static bool
is_named_after(const char *name, const char *schema)
{
	TenancyReference *references;
	size_t count;
	size_t position;

	return strlen(name) >= strlen(schema) &&
		   (bridge_find_references(name, schema, &references, &count, &position) != TENANCY_NO_TROUBLE || count > 0);
}

/* Refuses columns of a relation that are named after the schema. */
static void
check_columns(const char *schema, Oid relation)
{
	char *name;

	for (AttrNumber i = 1; (name = get_attname(relation, i, true)) != NULL; i++)
	{
		ObjectAddress address;

		ObjectAddressSubSet(address, RelationRelationId, relation, i);
		if (is_named_after(name, schema))
			refuse_name(schema, getObjectDescription(&address, false));
		pfree(name);
	}
}

/* Refuses what has its name from the schema: in a statement it would look like the schema, and be renamed with it. */
static void
check_names(const char *schema, const ObjectSet *members)
{
	for (int i = 0; i < members->count; i++)
	{
		const ObjectAddress *member = &members->objects[i];
		Relation catalog;
		HeapTuple tuple;
		AttrNumber column;

		if (member->classId == NamespaceRelationId || !is_objectclass_supported(member->classId))
			continue;
		column = get_object_attnum_name(member->classId);
		if (column == InvalidAttrNumber)
			continue;
		catalog = table_open(member->classId, AccessShareLock);
		tuple = get_catalog_object_by_oid(catalog, get_object_attnum_oid(member->classId), member->objectId);
		if (HeapTupleIsValid(tuple))
		{
			bool isnull;
			Datum name = heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull);

			if (!isnull && is_named_after(NameStr(*DatumGetName(name)), schema))
				refuse_name(schema, getObjectDescription(member, false));
		}
		table_close(catalog, AccessShareLock);
		if (member->classId == RelationRelationId)
			check_columns(schema, member->objectId);
	}
}

/* Finds where a statement names the schema. */
static void
find_references(const Template *source, TemplateStatement *statement)
{
	const DescribedObject *object = &statement->object;
	size_t position;
	TenancyTrouble trouble = bridge_find_references(object->definition,
													source->name,
													&statement->references,
													&statement->reference_count,
													&position);

	if (trouble != TENANCY_NO_TROUBLE)
		refuse_statement(source, object, trouble);
}

/* Tells whether ALTER TABLE does something that rows are not to meet. */
static bool
is_late_alteration(const AlterTableStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		switch (command->subtype)
		{
			case AT_AddConstraint:
				/* Not of others: a view may depend on a primary key.  NOT VALID holds for new rows. */
				if (castNode(Constraint, command->def)->contype == CONSTR_FOREIGN ||
					castNode(Constraint, command->def)->skip_validation)
					return true;
				break;
			case AT_EnableTrig:
			case AT_EnableAlwaysTrig:
			case AT_EnableReplicaTrig:
			case AT_DisableTrig:
			case AT_EnableRule:
			case AT_EnableAlwaysRule:
			case AT_EnableReplicaRule:
			case AT_DisableRule:
			case AT_EnableRowSecurity:
			case AT_ForceRowSecurity:
			case AT_ReplicaIdentity:
			case AT_ClusterOn:
				return true;
			default:
				break;
		}
	}
	return false;
}

/* Tells whether ALTER DOMAIN adds a constraint that holds for new values only. */
static bool
adds_not_valid(const AlterDomainStmt *statement)
{
	return statement->def != NULL && IsA(statement->def, Constraint) &&
		   ((const Constraint *) statement->def)->skip_validation;
}

/*
 * Tells whether nothing but queries uses an index that is not unique: those of
 * partitions become parts of their parents' when the partitions are attached.
 */
static bool
is_simple_index(Oid index)
{
	Oid table = IndexGetRelation(index, true);

	return OidIsValid(table) && !get_rel_relispartition(table) && get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE;
}

/*
 * Decides when, and as whom, a statement runs.  The extension itself runs only kinds of
 * statements that evaluate nothing of what they define.
 */
static void
classify(const Template *source, TemplateStatement *statement, const Node *tree)
{
	statement->runner = statement->object.privileged ? TEMPLATE_BY_EXTENSION : TEMPLATE_BY_TENANT;
	switch (nodeTag(tree))
	{
		case T_CreateEnumStmt:
			/* Labels are values of rows. */
			if (statement->reference_count > 0)
				refuse_name(source->name, psprintf("a label of type %s", statement->object.identity));
			break;
		case T_CreateStmt:
			statement->makes_table = get_rel_relkind(statement->object.address.objectId) == RELKIND_RELATION;
			break;
		case T_IndexStmt:
			if (!((const IndexStmt *) tree)->unique && is_simple_index(statement->object.address.objectId))
				statement->phase = TEMPLATE_LATE;
			break;
		case T_CreateTrigStmt:
		case T_RuleStmt:
		case T_CreatePolicyStmt:
			statement->phase = TEMPLATE_LATE;
			break;
		case T_AlterDomainStmt:
			if (adds_not_valid((const AlterDomainStmt *) tree))
				statement->phase = TEMPLATE_LATE;
			break;
		case T_AlterTableStmt:
			if (is_late_alteration((const AlterTableStmt *) tree))
				statement->phase = TEMPLATE_LATE;
			break;
		case T_RefreshMatViewStmt:
			statement->phase = TEMPLATE_STATE;
			break;

			/* A bound session may not run these, but the owner of what they are about may; they evaluate nothing. */
		case T_AlterDefaultPrivilegesStmt:
		case T_CreateCastStmt:
		case T_CreateOpClassStmt:
		case T_CreateOpFamilyStmt:
		case T_AlterOpFamilyStmt:
		case T_CreateTransformStmt:
			if (!statement->object.privileged)
				statement->runner = TEMPLATE_BY_OWNER;
			return;
		case T_CommentStmt:
			if (((const CommentStmt *) tree)->objtype == OBJECT_CAST ||
				((const CommentStmt *) tree)->objtype == OBJECT_TRANSFORM)
				statement->runner = TEMPLATE_BY_OWNER;
			/* One ALTER TABLE may add several constraints late. */
			if (((const CommentStmt *) tree)->objtype == OBJECT_TABCONSTRAINT)
				statement->phase = TEMPLATE_LATE;
			return;
		case T_CreateFunctionStmt:
		case T_AlterFunctionStmt:
		case T_DefineStmt:
		case T_AlterTypeStmt:
		case T_AlterOperatorStmt:
		case T_GrantStmt:
			return;
		default:
			break;
	}
	if (statement->object.privileged)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("schema \"%s\" cannot be cloned", source->name),
				 errdetail("Only a superuser may make %s %s, and not without running what it is defined by.",
						   statement->object.kind,
						   statement->object.identity)));
}

/* Parses one statement of a description. */
static Script *
parse(const char *definition)
{
	Script *script = palloc(sizeof(Script));
	ScriptStatement *statement = palloc(sizeof(ScriptStatement));

	statement->number = 1;
	statement->raw = linitial_node(RawStmt, raw_parser(definition, RAW_PARSE_DEFAULT));
	statement->text = unconstify(char *, definition);
	script->source = definition;
	script->statements = list_make1(statement);
	return script;
}

/* Returns the statement of such a script. */
static ScriptStatement *
only_statement(const Script *script)
{
	return linitial(script->statements);
}

/* Tells whether a statement is about an object that an earlier late statement makes. */
static bool
follows_late(List *late, const TemplateStatement *statement)
{
	ListCell *cell;

	foreach (cell, late)
	{
		const TemplateStatement *earlier = lfirst(cell);

		if (earlier->object.address.classId == statement->object.address.classId &&
			earlier->object.address.objectId == statement->object.address.objectId &&
			strcmp(earlier->object.kind, "table") != 0)
			return true;
	}
	return false;
}

/* Copies a described object, without a path, into the current memory context. */
static DescribedObject
copy_object(const DescribedObject *object)
{
	DescribedObject copy = *object;

	copy.kind = pstrdup(object->kind);
	copy.identity = pstrdup(object->identity);
	copy.definition = pstrdup(object->definition);
	return copy;
}

/* Fixes how expressions are printed until the privileged work ends. */
static void
fix_printing(void)
{
	for (int i = 0; i < (int) lengthof(printing); i++)
		settings_set_for_now(printing[i][0], printing[i][1]);
}

Template *
template_describe(Oid schema, const SchemaContents *contents, MemoryContext context)
{
	List *objects;
	List *omissions;
	List *late = NIL;
	ListCell *cell;
	Template *source;
	MemoryContext old_context;

	check_names(get_namespace_name(schema), &contents->members);
	fix_printing();
	objects = description_script(schema);
	omissions = description_omissions(schema);

	source = MemoryContextAllocZero(context, sizeof(Template));
	strlcpy(source->name, get_namespace_name(schema), sizeof(source->name));
	foreach (cell, objects)
	{
		TemplateStatement *statement = MemoryContextAllocZero(context, sizeof(TemplateStatement));

		old_context = MemoryContextSwitchTo(context);
		statement->object = copy_object(lfirst(cell));
		find_references(source, statement);
		/* What is the same for every schema need not be parsed again for each. */
		if (statement->reference_count > 0)
			MemoryContextSwitchTo(old_context);
		statement->script = parse(statement->object.definition);
		MemoryContextSwitchTo(old_context);

		classify(source, statement, only_statement(statement->script)->raw->stmt);
		if (statement->reference_count > 0)
			statement->script = NULL;
		/* Values of sequences are not in the catalogs; they are read when they are wanted. */
		if (statement->object.state && statement->phase != TEMPLATE_STATE)
			continue;
		if (statement->phase == TEMPLATE_EARLY && follows_late(late, statement))
			statement->phase = TEMPLATE_LATE;
		if (statement->phase == TEMPLATE_LATE)
			late = lappend(late, statement);
		old_context = MemoryContextSwitchTo(context);
		source->statements = lappend(source->statements, statement);
		MemoryContextSwitchTo(old_context);
	}
	old_context = MemoryContextSwitchTo(context);
	foreach (cell, omissions)
	{
		DescribedObject *omission = palloc(sizeof(DescribedObject));

		*omission = copy_object(lfirst(cell));
		source->omissions = lappend(source->omissions, omission);
	}
	MemoryContextSwitchTo(old_context);
	return source;
}

char *
template_statement_for(const Template *source, const TemplateStatement *statement, const char *schema)
{
	StringInfoData text;
	const char *definition = statement->object.definition;
	size_t done = 0;

	if (statement->reference_count == 0)
		return pstrdup(definition);
	initStringInfo(&text);
	for (size_t i = 0; i < statement->reference_count; i++)
	{
		size_t offset = statement->references[i].offset;

		appendBinaryStringInfo(&text, definition + done, (int) (offset - done));
		appendStringInfoString(&text, schema);
		done = offset + strlen(source->name);
	}
	appendStringInfoString(&text, definition + done);
	return text.data;
}
