/*
 * description_collect.c
 *	  Runs the queries of describe_*.c and keeps their rows.
 *
 * A query is opened with the search path of privileged_run(), which resolves all that
 * it calls inside pg_catalog, and fetched with the schema in the path: an open cursor
 * is not planned anew.  pg_catalog comes first in both, so that PostgreSQL's own queries
 * under pg_get_viewdef() and its like find no operator of the schema either.
 */
#include "postgres.h"

#include "bridge.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "description_parts.h"
#include "schema_objects.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

int
description_settle_settings(void)
{
	static const char *const settings[][2] = {{"datestyle", "ISO, MDY"},
											  {"intervalstyle", "postgres"},
											  {"timezone", "UTC"},
											  {"extra_float_digits", "1"},
											  {"quote_all_identifiers", "off"},
											  {"enable_seqscan", "off"},
											  {"enable_hashjoin", "off"},
											  {"enable_mergejoin", "off"},
											  {"enable_bitmapscan", "off"},
											  {"jit", "off"}};

	int guc_level = NewGUCNestLevel();

	for (int i = 0; i < (int) lengthof(settings); i++)
		settings_set_for_now(settings[i][0], settings[i][1]);
	return guc_level;
}

/* Returns a column of a row as text; NULL if it is null or the query has no such column. */
static char *
text_column(HeapTuple tuple, TupleDesc descriptor, const char *name)
{
	int number = SPI_fnumber(descriptor, name);

	return number > 0 ? SPI_getvalue(tuple, descriptor, number) : NULL;
}

/* Returns a boolean column; null is false. */
static bool
bool_column(HeapTuple tuple, TupleDesc descriptor, const char *name)
{
	int number = SPI_fnumber(descriptor, name);
	bool isnull = true;
	Datum value = number > 0 ? SPI_getbinval(tuple, descriptor, number, &isnull) : 0;

	return !isnull && DatumGetBool(value);
}

/* Returns a column of type oid or integer; null is 0. */
static uint32
number_column(HeapTuple tuple, TupleDesc descriptor, const char *name)
{
	int number = SPI_fnumber(descriptor, name);
	bool isnull = true;
	Datum value = number > 0 ? SPI_getbinval(tuple, descriptor, number, &isnull) : 0;

	return isnull ? 0 : DatumGetUInt32(value);
}

/* Takes an array column apart; returns false if it is null or not there. */
static bool
array_column(HeapTuple tuple, TupleDesc descriptor, const char *name, Oid type, Datum **elements, bool **nulls,
			 int *count)
{
	int number = SPI_fnumber(descriptor, name);
	bool isnull = true;
	Datum value = number > 0 ? SPI_getbinval(tuple, descriptor, number, &isnull) : 0;

	if (isnull)
		return false;
	if (type == OIDOID)
		deconstruct_array(DatumGetArrayTypeP(value), OIDOID, sizeof(Oid), true, TYPALIGN_INT, elements, nulls, count);
	else
		deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, elements, nulls, count);
	return true;
}

/* Reads what else is the same part. */
static void
read_also(DescriptionPart *part, HeapTuple tuple, TupleDesc descriptor)
{
	Datum *elements;
	bool *nulls;
	int count;

	if (!array_column(tuple, descriptor, "also", OIDOID, &elements, &nulls, &count))
		return;
	part->also = palloc(count * sizeof(Oid));
	for (int i = 0; i < count; i++)
		part->also[part->also_count++] = nulls[i] ? InvalidOid : DatumGetObjectId(elements[i]);
}

/* Reads what is compared: the facts that the query gives, or the statement; and the comment. */
static void
read_facts(DescriptionPart *part, HeapTuple tuple, TupleDesc descriptor)
{
	Datum *elements = NULL;
	bool *nulls = NULL;
	int count = 0;
	bool given = array_column(tuple, descriptor, "facts", TEXTOID, &elements, &nulls, &count);

	part->facts = palloc((count + 4) * sizeof(char *));
	for (int i = 0; i < count; i++)
		part->facts[part->fact_count++] = nulls[i] ? "" : TextDatumGetCString(elements[i]);
	if (!given)
	{
		part->facts[part->fact_count++] = "definition";
		part->facts[part->fact_count++] = part->definition != NULL ? part->definition : pstrdup(part->alters);
	}
	if (part->comment != NULL)
	{
		part->facts[part->fact_count++] = "comment";
		part->facts[part->fact_count++] = pstrdup(part->comment);
	}
}

/* Takes the schema's name off the object that a statement makes; PostgreSQL prints it there always. */
static void
take_off_qualifier(char *sql, const char *schema)
{
	char *qualifier = psprintf("%s.", quote_identifier(schema));
	long at = bridge_find_qualifier(sql, qualifier);

	if (at >= 0)
		memmove(sql + at, sql + at + strlen(qualifier), strlen(sql + at + strlen(qualifier)) + 1);
}

/* Raises an error if a column that the query has is null: something was dropped since the query began. */
static void
require_column(HeapTuple tuple, TupleDesc descriptor, const char *name, const char *value)
{
	if (value == NULL && SPI_fnumber(descriptor, name) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("schema was changed while it was described"),
				 errdetail("There is no %s of %s any more.", name, text_column(tuple, descriptor, "kind")),
				 errhint("Try again.")));
}

/* Turns a row into a part. */
static DescriptionPart *
read_part(const Description *description, HeapTuple tuple, TupleDesc descriptor)
{
	DescriptionPart *part = palloc0(sizeof(DescriptionPart));

	ObjectAddressSubSet(part->address,
						number_column(tuple, descriptor, "class"),
						number_column(tuple, descriptor, "object"),
						(int32) number_column(tuple, descriptor, "subobject"));
	ObjectAddressSet(part->host,
					 number_column(tuple, descriptor, "host_class"),
					 number_column(tuple, descriptor, "host"));
	if (!OidIsValid(part->host.classId))
		part->host.classId = RelationRelationId;
	part->kind = text_column(tuple, descriptor, "kind");
	part->identity = text_column(tuple, descriptor, "identity");
	part->relation = text_column(tuple, descriptor, "relation");
	part->definition = text_column(tuple, descriptor, "definition");
	part->tail = text_column(tuple, descriptor, "tail");
	part->inlined = text_column(tuple, descriptor, "inlined");
	part->alters = text_column(tuple, descriptor, "alters");
	part->target = text_column(tuple, descriptor, "target");
	part->comment = text_column(tuple, descriptor, "comment");
	part->privileged = bool_column(tuple, descriptor, "privileged");
	part->recurses = bool_column(tuple, descriptor, "recurses");
	part->late = bool_column(tuple, descriptor, "late");
	part->state = bool_column(tuple, descriptor, "state");
	require_column(tuple, descriptor, "identity", part->identity);
	require_column(tuple, descriptor, "definition", part->definition);
	require_column(tuple, descriptor, "alters", part->alters);
	if (part->definition != NULL && bool_column(tuple, descriptor, "qualified"))
		take_off_qualifier(part->definition, description->schema_name);
	read_also(part, tuple, descriptor);
	if (description->wants_facts)
		read_facts(part, tuple, descriptor);
	return part;
}

/* Returns what tells kinds of objects of a catalog apart. */
static char
kind_of(const ObjectAddress *address)
{
	if (address->classId == RelationRelationId)
		return get_rel_relkind(address->objectId);
	if (address->classId == TypeRelationId)
		return get_typtype(address->objectId);
	if (address->classId == ProcedureRelationId)
		return get_func_prokind(address->objectId);
	return '\0';
}

/* Returns the objects that a query is about; an empty array if there are none. */
static ArrayType *
objects_of(const Description *description, const char *objects)
{
	const char *kinds = strchr(objects, ':');
	const char *catalog = kinds != NULL ? pnstrdup(objects, kinds - objects) : objects;
	Oid class = get_relname_relid(catalog, PG_CATALOG_NAMESPACE);
	Datum *oids = palloc((list_length(description->objects) + 1) * sizeof(Datum));
	int count = 0;
	ListCell *cell;

	foreach (cell, description->objects)
	{
		const SchemaObject *object = lfirst(cell);

		if (object->address.classId == class && !object->is_extension_member &&
			(kinds == NULL || strchr(kinds + 1, kind_of(&object->address)) != NULL))
			oids[count++] = ObjectIdGetDatum(object->address.objectId);
	}
	return construct_array(oids, count, OIDOID, sizeof(Oid), true, TYPALIGN_INT);
}

/* Opens a query, planned with the search path of our own. */
static Portal
open_query(const Description *description, const char *query, ArrayType *objects, SPIPlanPtr *kept)
{
	Oid types[] = {OIDOID, TEXTOID, TEXTOID, OIDARRAYOID, BOOLOID};
	Datum values[] = {ObjectIdGetDatum(description->schema),
					  CStringGetTextDatum(description->schema_name),
					  0,
					  PointerGetDatum(objects),
					  BoolGetDatum(description->wants_facts)};
	char nulls[] = {' ', ' ', ' ', objects != NULL ? ' ' : 'n', ' '};
	Portal portal;

	if (*kept == NULL)
	{
		SPIPlanPtr plan = SPI_prepare_cursor(query, lengthof(types), types, CURSOR_OPT_GENERIC_PLAN);

		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare a query: %s", SPI_result_code_string(SPI_result));
		*kept = plan;
	}
	if (description->own_role != NULL)
		values[2] = CStringGetTextDatum(description->own_role);
	else
		nulls[2] = 'n';
	portal = SPI_cursor_open(NULL, *kept, values, nulls, false);
	if (portal == NULL)
		elog(ERROR, "could not open a query: %s", SPI_result_code_string(SPI_result));
	return portal;
}

/* Runs one query and keeps its rows, in the given memory. */
static void
collect_one(Description *description, const DescriptionQuery *query, SPIPlanPtr *kept, MemoryContext context)
{
	ArrayType *objects = query->objects != NULL ? objects_of(description, query->objects) : NULL;
	Portal portal;
	int guc_level;
	SPITupleTable *rows;

	if (objects != NULL && ArrayGetNItems(ARR_NDIM(objects), ARR_DIMS(objects)) == 0)
		return;
	portal = open_query(description, query->sql, objects, kept);
	guc_level = NewGUCNestLevel();

	settings_set_for_now("search_path", psprintf("%s, pg_temp", quote_identifier(description->schema_name)));
	SPI_cursor_fetch(portal, true, FETCH_ALL);
	AtEOXact_GUC(true, guc_level);
	rows = SPI_tuptable;
	MemoryContextSwitchTo(context);
	for (uint64 i = 0; i < rows->numvals; i++)
		description->parts = lappend(description->parts, read_part(description, rows->vals[i], rows->tupdesc));
	SPI_freetuptable(rows);
	SPI_cursor_close(portal);
	MemoryContextSwitchTo(context);
}

void
description_collect(Description *description, const DescriptionQuery *queries, SPIPlanPtr *plans, int count)
{
	MemoryContext context = CurrentMemoryContext;

	for (int i = 0; i < count; i++)
		collect_one(description, &queries[i], &plans[i], context);
}

void
description_begin(Description *description, Oid schema, const char *own_role, bool wants_facts)
{
	memset(description, 0, sizeof(Description));
	description->schema = schema;
	description->schema_name = get_namespace_name(schema);
	description->own_role = own_role;
	description->wants_facts = wants_facts;
	if (description->schema_name == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("schema with OID %u does not exist", schema)));
	description->objects = schema_objects_find(schema);
}
