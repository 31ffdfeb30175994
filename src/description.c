/*
 * description.c
 *	  A schema as statements that make it anew: collects its parts, puts them in order,
 *	  and writes the statements.
 *
 * First come the objects, each after those that it needs; as much as possible of a table
 * goes into its CREATE TABLE.  Then what needs an object but is needed by nothing, in
 * the order of the queries; then, one ALTER TABLE a table, the properties; then comments.
 */
#include "postgres.h"

#include "bridge.h"
#include "catalog/pg_class.h"
#include "description.h"
#include "description_order.h"
#include "description_parts.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

/* Statements being written. */
typedef struct Script
{
	List *statements;		/* DescribedObject pointers */
	DescriptionPart **made; /* the parts that are put in order; a host is found by its number */
	uint32 count;
	TenancyOrderedPart *order;
} Script;

Description *
description_read(Oid schema, const char *own_role, bool wants_facts)
{
	Description *description = palloc(sizeof(Description));
	int guc_level = description_settle_settings();

	description_begin(description, schema, own_role, wants_facts);
	describe_types(description);
	describe_text_search(description);
	describe_routines(description);
	describe_tables(description);
	describe_constraints(description);
	describe_views(description);
	describe_table_properties(description);
	describe_privileges(description);
	AtEOXact_GUC(true, guc_level);
	return description;
}

/* Adds a statement for a part. */
static DescribedObject *
add_statement(Script *script, const DescriptionPart *part, const char *sql)
{
	DescribedObject *object = palloc0(sizeof(DescribedObject));

	object->address = part->address;
	object->kind = part->kind;
	object->identity = part->identity;
	object->definition = sql;
	object->privileged = part->privileged;
	object->state = part->state;
	script->statements = lappend(script->statements, object);
	return object;
}

/* Tells whether a part is a column of a table, and so made with it in any case. */
static bool
is_column(const DescriptionPart *part)
{
	return OidIsValid(part->host.objectId) && part->address.classId == RelationRelationId &&
		   part->address.objectSubId > 0 && !part->late;
}

/* Finds the part that an object of a catalog is; the parts are few where this is asked. */
static DescriptionPart *
find_host(const Script *script, const ObjectAddress *host)
{
	for (uint32 i = 0; i < script->count; i++)
	{
		if (script->made[i]->address.objectId == host->objectId && script->made[i]->address.classId == host->classId)
			return script->made[i];
	}
	elog(ERROR, "could not find what object %u belongs to", host->objectId);
}

/* Returns the name in "TABLE name" and the like. */
static const char *
name_in_target(const DescriptionPart *part)
{
	static const char *const keywords[] = {"TABLE ", "VIEW ", "MATERIALIZED VIEW ", "DOMAIN "};

	for (int i = 0; i < (int) lengthof(keywords); i++)
	{
		if (strncmp(part->target, keywords[i], strlen(keywords[i])) == 0)
			return part->target + strlen(keywords[i]);
	}
	elog(ERROR, "cannot alter %s", part->target);
}

/* Picks out the parts that are put in order, and gives tables their columns. */
static void
pick_made(Script *script, Description *description)
{
	DescriptionPart *table = NULL;
	ListCell *cell;

	script->made = palloc((list_length(description->parts) + 1) * sizeof(DescriptionPart *));
	foreach (cell, description->parts)
	{
		DescriptionPart *part = lfirst(cell);

		if (part->late || part->state || is_column(part))
			continue;
		part->number = script->count;
		script->made[script->count++] = part;
	}
	foreach (cell, description->parts)
	{
		DescriptionPart *part = lfirst(cell);

		if (!is_column(part))
			continue;
		if (table == NULL || table->address.objectId != part->host.objectId)
			table = find_host(script, &part->host);
		table->columns = lappend(table->columns, part);
	}
}

/* Adds an element to the list in CREATE TABLE. */
static void
append_element(StringInfo sql, int *count, const char *element, const char *suffix)
{
	appendStringInfoString(sql, (*count)++ == 0 ? " (\n\t" : ",\n\t");
	appendStringInfoString(sql, element);
	appendStringInfoString(sql, suffix);
}

/* Returns how the default of a column is written in CREATE TABLE; empty if it has none, or not there. */
static const char *
inlined_default(DescriptionPart **inlined, int count, int column)
{
	for (int i = 0; i < count; i++)
	{
		if (inlined[i]->address.objectSubId == column)
			return inlined[i]->inlined;
	}
	return "";
}

/* Writes CREATE TABLE with the columns and what else can be made with them. */
static void
write_table(Script *script, DescriptionPart *table, DescriptionPart **inlined, int count)
{
	StringInfoData sql;
	int elements = 0;
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfoString(&sql, table->definition);
	foreach (cell, table->columns)
	{
		DescriptionPart *column = lfirst(cell);

		if (column->inlined != NULL)
			append_element(&sql,
						   &elements,
						   column->inlined,
						   inlined_default(inlined, count, column->address.objectSubId));
	}
	for (int i = 0; i < count; i++)
	{
		if (inlined[i]->address.objectSubId == 0)
			append_element(&sql, &elements, inlined[i]->inlined, "");
	}
	if (elements > 0)
		appendStringInfoString(&sql, "\n)");
	else
		appendStringInfoString(&sql, table->inlined);
	appendStringInfoString(&sql, table->tail);
	add_statement(script, table, sql.data);
}

/* Writes the statement of a part with those that it makes too. */
static void
write_host(Script *script, DescriptionPart *part, DescriptionPart **inlined, int count)
{
	StringInfoData sql;

	if (strcmp(part->kind, "table") == 0)
	{
		write_table(script, part, inlined, count);
		return;
	}
	initStringInfo(&sql);
	appendStringInfoString(&sql, part->definition);
	for (int i = 0; i < count; i++)
		appendStringInfoString(&sql, inlined[i]->inlined);
	add_statement(script, part, sql.data);
}

/* Writes ALTER for parts of one table; those of a domain cannot be joined. */
static void
write_alters(Script *script, List *parts)
{
	DescriptionPart *first = linitial(parts);
	DescriptionPart *host = find_host(script, &first->host);
	bool domain = strcmp(host->kind, "domain") == 0;
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	foreach (cell, parts)
	{
		DescriptionPart *part = lfirst(cell);

		if (sql.len > 0)
			appendStringInfoString(&sql, ", ");
		else if (domain)
			appendStringInfo(&sql, "ALTER DOMAIN %s ", name_in_target(host));
		else
			appendStringInfo(&sql, "ALTER TABLE %s%s ", part->recurses ? "" : "ONLY ", name_in_target(host));
		appendStringInfoString(&sql, part->alters);
		if (domain)
		{
			add_statement(script, part, sql.data);
			initStringInfo(&sql);
		}
	}
	if (!domain)
		add_statement(script, first, sql.data);
}

/* Tells whether two parts go into one ALTER TABLE. */
static bool
alter_together(const DescriptionPart *one, const DescriptionPart *other)
{
	return one->host.objectId == other->host.objectId && one->host.classId == other->host.classId &&
		   one->recurses == other->recurses;
}

/* Writes the parts that are put in order. */
static void
write_made(Script *script)
{
	DescriptionPart **inlined = palloc((script->count + 1) * sizeof(DescriptionPart *));
	List *alters = NIL;

	for (uint32 i = 0; i < script->count;)
	{
		DescriptionPart *part = script->made[script->order[i++].part];
		int count = 0;

		if (alters != NIL && (part->definition != NULL || !alter_together(part, linitial(alters))))
		{
			write_alters(script, alters);
			alters = NIL;
		}
		if (part->definition == NULL)
		{
			alters = lappend(alters, part);
			continue;
		}
		while (i < script->count && script->order[i].inlined)
			inlined[count++] = script->made[script->order[i++].part];
		write_host(script, part, inlined, count);
	}
	if (alters != NIL)
		write_alters(script, alters);
}

/* Writes what nothing needs: statements, then properties of tables, one ALTER TABLE for each. */
static void
write_late(Script *script, Description *description)
{
	List *alters = NIL;
	ListCell *cell;
	ListCell *other;

	foreach (cell, description->parts)
	{
		DescriptionPart *part = lfirst(cell);

		if (!part->late)
			continue;
		if (part->definition != NULL)
			add_statement(script, part, part->definition);
		else if (part->alters != NULL)
			alters = lappend(alters, part);
	}
	while (alters != NIL)
	{
		List *together = NIL;
		List *rest = NIL;

		foreach (other, alters)
		{
			if (alter_together(lfirst(other), linitial(alters)))
				together = lappend(together, lfirst(other));
			else
				rest = lappend(rest, lfirst(other));
		}
		write_alters(script, together);
		alters = rest;
	}
}

/* Writes COMMENT ON for all that has a comment. */
static void
write_comments(Script *script, Description *description)
{
	ListCell *cell;

	foreach (cell, description->parts)
	{
		DescriptionPart *part = lfirst(cell);

		if (part->comment != NULL && part->target != NULL)
			add_statement(script,
						  part,
						  psprintf("COMMENT ON %s IS %s", part->target, quote_literal_cstr(part->comment)))
				->kind = "comment";
	}
}

/* Writes the statements about state: sequences first, then materialised views as they need each other. */
static void
write_state(Script *script, Description *description)
{
	ListCell *cell;

	foreach (cell, description->parts)
	{
		DescriptionPart *part = lfirst(cell);

		if (part->state && part->definition != NULL && strcmp(part->kind, "sequence value") == 0)
			add_statement(script, part, part->definition);
	}
	for (uint32 i = 0; i < script->count; i++)
	{
		DescriptionPart *made = script->made[script->order[i].part];

		if (strcmp(made->kind, "materialized view") != 0)
			continue;
		foreach (cell, description->parts)
		{
			DescriptionPart *part = lfirst(cell);

			if (part->state && part->address.objectId == made->address.objectId)
				add_statement(script, part, part->definition);
		}
	}
}

/* Tells which parts could not be put in order. */
static bool *
find_unmade(const Script *script, size_t ordered_count)
{
	bool *unmade = palloc((script->count + 1) * sizeof(bool));

	for (uint32 i = 0; i < script->count; i++)
		unmade[i] = true;
	for (size_t i = 0; i < ordered_count; i++)
		unmade[script->order[i].part] = false;
	return unmade;
}

/* Has the views among the parts that could not be put in order made as shells first, and completed later. */
static void
break_circles(Script *script, const Description *description, const bool *unmade)
{
	Description shells = *description;
	int guc_level = description_settle_settings();
	ListCell *cell;

	shells.parts = NIL;
	shells.wants_facts = false;
	describe_view_shells(&shells);
	AtEOXact_GUC(true, guc_level);
	foreach (cell, shells.parts)
	{
		DescriptionPart *shell = lfirst(cell);

		for (uint32 i = 0; i < script->count; i++)
		{
			DescriptionPart *part = script->made[i];

			if (!unmade[i] || strcmp(part->kind, "view") != 0 || part->address.objectId != shell->address.objectId)
				continue;
			part->replacement = psprintf("CREATE OR REPLACE %s", part->definition + strlen("CREATE "));
			part->definition = shell->definition;
			/* What it needs is what its rule needs. */
			part->also_count = 0;
		}
	}
}

/* Puts the parts in order. */
static void
put_in_order(Script *script, const Description *description)
{
	size_t count;

	script->order = description_order(script->made, script->count, &count);
	if (count < script->count)
	{
		break_circles(script, description, find_unmade(script, count));
		script->order = description_order(script->made, script->count, &count);
	}
	if (count < script->count)
	{
		bool *unmade = find_unmade(script, count);
		uint32 i = 0;

		while (!unmade[i])
			i++;
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s %s cannot be described", script->made[i]->kind, script->made[i]->identity),
				 errdetail("It belongs to objects that need each other in a circle.")));
	}
}

/* Completes the views that were made as shells. */
static void
write_replacements(Script *script)
{
	for (uint32 i = 0; i < script->count; i++)
	{
		if (script->made[i]->replacement != NULL)
			add_statement(script, script->made[i], script->made[i]->replacement);
	}
}

List *
description_statements(Description *description)
{
	Script script = {0};

	pick_made(&script, description);
	put_in_order(&script, description);
	write_made(&script);
	write_replacements(&script);
	write_late(&script, description);
	write_comments(&script, description);
	write_state(&script, description);
	return script.statements;
}

List *
description_script(Oid schema)
{
	Description *description = description_read(schema, NULL, false);

	describe_state(description);
	return description_statements(description);
}
