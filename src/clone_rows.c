/*
 * clone_rows.c
 *	  The contents of a tenant's tables and sequences, given to another tenant.
 *
 * Rows are read from the table itself, by no query: no view, rule, policy, cast or
 * function of the template has a say in it.  Values of the template's own types become
 * such of the clone's by way of text, as in COPY.  All that the clone defines for them,
 * domains, constraints and generated columns, runs as the clone, confined.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "bridge.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "clone_rows.h"
#include "clone_types.h"
#include "commands/sequence.h"
#include "confinement.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "naming.h"
#include "settings.h"
#include "template.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"
#include "whereabouts.h"

/* The name that the rows have in the statement that writes them. */
#define ROWS "tenancy_rows"

/*
 * Settings that texts are written and read with.  The session's would lose digits of
 * numbers, and mistake days for months.
 */
static const char *const formats[][2] = {
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"extra_float_digits", "3"},
	{"bytea_output", "hex"},
	{"xmloption", "content"},
	{"array_nulls", "on"},
};

/* One column on its way. */
typedef struct CopiedColumn
{
	AttrNumber number; /* in the template's table */
	char *name;
	bool as_text; /* of a type of the template's, which goes as text */
	bool names;	  /* a regclass or its like, or an array of such */
	Oid type;	  /* in the clone */
	int32 typmod;
	FmgrInfo output;
	FmgrInfo input;
	Oid input_parameter;
} CopiedColumn;

/* One table on its way. */
typedef struct CopiedTable
{
	Relation from;
	Oid to;
	Oid schema; /* of the clone */
	int count;
	CopiedColumn *columns;
	TupleDesc descriptor; /* of the rows kept */
	Tuplestorestate *rows;
	Snapshot snapshot;
} CopiedTable;

/* Returns the relation of the same name in another schema. */
static Oid
counterpart(Oid relation, Oid schema)
{
	Oid found = get_relname_relid(get_rel_name(relation), schema);

	if (!OidIsValid(found))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" was not cloned", get_rel_name(relation)),
				 errdetail("Its contents have no place to go to.")));
	return found;
}

/* Returns the tables that foreign keys of a table refer to, with their partitions; not itself. */
static List *
find_referenced(Oid table)
{
	Relation relation = table_open(table, AccessShareLock);
	List *referenced = NIL;
	ListCell *cell;

	foreach (cell, RelationGetFKeyList(relation))
		referenced = list_concat_unique_oid(referenced,
											find_all_inheritors(lfirst_node(ForeignKeyCacheInfo, cell)->confrelid,
																AccessShareLock,
																NULL));
	table_close(relation, NoLock);
	return list_delete_oid(referenced, table);
}

/* Tells whether rows of any of these tables are still to be copied. */
static bool
is_any_pending(List *referenced, List *pending, Oid schema)
{
	ListCell *cell;

	foreach (cell, pending)
	{
		if (list_member_oid(referenced, counterpart(lfirst_oid(cell), schema)))
			return true;
	}
	return false;
}

List *
clone_rows_order(List *tables, Oid schema)
{
	List *pending = list_copy(tables);
	List *ordered = NIL;

	while (pending != NIL)
	{
		List *later = NIL;
		ListCell *cell;

		foreach (cell, pending)
		{
			Oid table = lfirst_oid(cell);

			if (is_any_pending(find_referenced(counterpart(table, schema)),
							   list_difference_oid(pending, ordered),
							   schema))
				later = lappend_oid(later, table);
			else
				ordered = lappend_oid(ordered, table);
		}
		/* A circle: a foreign key will tell whether it matters. */
		if (list_length(later) == list_length(pending))
			return list_concat(ordered, later);
		pending = later;
	}
	return ordered;
}

/* Refuses a table with values whose text would mean something else in the clone. */
static void
require_same_types(const CopiedTable *table)
{
	TupleDesc descriptor = RelationGetDescr(table->from);

	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped && attribute->attgenerated == '\0')
			clone_require_same_type(attribute->atttypid,
									get_atttype(table->to, get_attnum(table->to, NameStr(attribute->attname))));
	}
}

/* Tells whether values of a type are names of objects when they are printed, and nothing else. */
static bool
names_objects(Oid type)
{
	Oid base = getBaseType(type);
	Oid element = get_element_type(base);

	if (OidIsValid(element))
		base = getBaseType(element);
	return base < FirstNormalObjectId && get_typtype(base) == TYPTYPE_BASE && naming_type(base);
}

/* Prepares the way of one column. */
static void
prepare_column(const CopiedTable *table, CopiedColumn *column, Form_pg_attribute attribute)
{
	Oid function;
	Oid collation;
	bool is_varlena;

	column->number = attribute->attnum;
	column->name = NameStr(attribute->attname);
	column->as_text = whereabouts_of_type(attribute->atttypid) == RelationGetNamespace(table->from);
	get_atttypetypmodcoll(table->to, get_attnum(table->to, column->name), &column->type, &column->typmod, &collation);
	column->names = names_objects(attribute->atttypid);
	if (!column->as_text && !column->names)
		return;
	getTypeOutputInfo(attribute->atttypid, &function, &is_varlena);
	fmgr_info(function, &column->output);
	getTypeInputInfo(column->type, &function, &column->input_parameter);
	fmgr_info(function, &column->input);
}

/* Finds the columns to be copied; what is generated is computed again. */
static void
find_columns(CopiedTable *table)
{
	TupleDesc descriptor = RelationGetDescr(table->from);

	table->columns = palloc0(sizeof(CopiedColumn) * descriptor->natts);
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped && attribute->attgenerated == '\0')
			prepare_column(table, &table->columns[table->count++], attribute);
	}
	table->descriptor = CreateTemplateTupleDesc(table->count);
	for (int i = 0; i < table->count; i++)
		TupleDescInitEntry(table->descriptor,
						   (AttrNumber) (i + 1),
						   psprintf("c%d", i + 1),
						   table->columns[i].type,
						   table->columns[i].typmod,
						   0);
}

/* Returns the statement that puts the rows into the clone's table. */
static char *
write_statement(const CopiedTable *table)
{
	StringInfoData sql;
	StringInfoData values;

	initStringInfo(&sql);
	initStringInfo(&values);
	appendStringInfo(&sql,
					 "INSERT INTO %s (",
					 quote_qualified_identifier(get_namespace_name(table->schema), get_rel_name(table->to)));
	for (int i = 0; i < table->count; i++)
	{
		const char *separator = i > 0 ? ", " : "";

		appendStringInfo(&sql, "%s%s", separator, quote_identifier(table->columns[i].name));
		appendStringInfo(&values, "%sc%d", separator, i + 1);
	}
	if (table->count == 0)
		return psprintf("INSERT INTO %s SELECT FROM " ROWS,
						quote_qualified_identifier(get_namespace_name(table->schema), get_rel_name(table->to)));
	appendStringInfo(&sql, ") OVERRIDING SYSTEM VALUE SELECT %s FROM " ROWS, values.data);
	return sql.data;
}

/* Writes the clone's schema for the template's in the name of an object; tells whether it was there. */
static bool
rename_schema(const CopiedTable *table, char **name)
{
	TemplateStatement statement = {.object = {.definition = *name}};
	Template source;
	size_t position;

	strlcpy(source.name, get_namespace_name(RelationGetNamespace(table->from)), sizeof(source.name));
	if (bridge_find_references(*name, source.name, &statement.references, &statement.reference_count, &position) !=
			TENANCY_NO_TROUBLE ||
		statement.reference_count == 0)
		return false;
	*name = template_statement_for(&source, &statement, get_namespace_name(table->schema));
	return true;
}

/* Returns a value as it is in the clone. */
static Datum
convert(const CopiedTable *table, CopiedColumn *column, Datum value)
{
	char *text = OutputFunctionCall(&column->output, value);

	if (column->names && !rename_schema(table, &text) && !column->as_text)
		return value;
	return InputFunctionCall(&column->input, text, column->input_parameter, column->typmod);
}

/* Keeps one row. */
static void
keep_row(CopiedTable *table, TupleTableSlot *slot, Datum *values, bool *nulls)
{
	slot_getallattrs(slot);
	for (int i = 0; i < table->count; i++)
	{
		CopiedColumn *column = &table->columns[i];
		int at = column->number - 1;

		nulls[i] = slot->tts_isnull[at];
		values[i] = slot->tts_values[at];
		/* Also for nulls: a domain may refuse them. */
		if (nulls[i] && column->as_text)
			(void) InputFunctionCall(&column->input, NULL, column->input_parameter, column->typmod);
		else if (!nulls[i] && (column->as_text || column->names))
			values[i] = convert(table, column, values[i]);
	}
	tuplestore_putvalues(table->rows, table->descriptor, values, nulls);
}

/* Reads all rows; returns whether there are any. */
static bool
read_rows(CopiedTable *table)
{
	TableScanDesc scan = table_beginscan(table->from, table->snapshot, 0, NULL);
	TupleTableSlot *slot = table_slot_create(table->from, NULL);
	MemoryContext per_row = AllocSetContextCreate(CurrentMemoryContext, "tenancy row", ALLOCSET_DEFAULT_SIZES);
	Datum *values = palloc(sizeof(Datum) * (table->count + 1));
	bool *nulls = palloc(sizeof(bool) * (table->count + 1));
	bool any = false;

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		MemoryContext old_context = MemoryContextSwitchTo(per_row);

		CHECK_FOR_INTERRUPTS();
		keep_row(table, slot, values, nulls);
		MemoryContextSwitchTo(old_context);
		MemoryContextReset(per_row);
		any = true;
	}
	MemoryContextDelete(per_row);
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
	return any;
}

/* Writes the rows; the name that the statement uses lasts as long as this connection of SPI. */
static void
write_rows(CopiedTable *table)
{
	EphemeralNamedRelation rows;
	int result;

	SPI_connect();
	rows = palloc0(sizeof(EphemeralNamedRelationData));
	rows->md.name = pstrdup(ROWS);
	rows->md.reliddesc = InvalidOid;
	rows->md.tupdesc = table->descriptor;
	rows->md.enrtype = ENR_NAMED_TUPLESTORE;
	rows->md.enrtuples = (double) tuplestore_tuple_count(table->rows);
	rows->reldata = table->rows;
	result = SPI_register_relation(rows);
	if (result != SPI_OK_REL_REGISTER)
		elog(ERROR, "SPI_register_relation failed: %s", SPI_result_code_string(result));
	result = SPI_execute(write_statement(table), false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	SPI_finish();
}

/* Fixes how texts are written and read until the confinement ends. */
static void
fix_formats(void)
{
	for (int i = 0; i < (int) lengthof(formats); i++)
		settings_set_for_now(formats[i][0], formats[i][1]);
}

/* Copies the rows, as the tenant that gets them. */
static void
copy_rows(void *argument)
{
	CopiedTable *table = argument;

	fix_formats();
	find_columns(table);
	table->rows = tuplestore_begin_heap(false, false, work_mem);
	if (read_rows(table))
		write_rows(table);
	tuplestore_end(table->rows);
}

/* Tells, in the context of an error, which table's rows it is about. */
static void
tell_table(void *argument)
{
	errcontext("rows of table \"%s\"", (const char *) argument);
}

void
clone_rows(Oid table_id, Oid schema, Snapshot snapshot)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "tenancy rows", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old_context = MemoryContextSwitchTo(context);
	ErrorContextCallback error_context = {.previous = error_context_stack, .callback = tell_table};
	CopiedTable table = {.schema = schema, .to = counterpart(table_id, schema), .snapshot = snapshot};

	table.from = table_open(table_id, AccessShareLock);
	error_context.arg = RelationGetRelationName(table.from);
	error_context_stack = &error_context;
	require_same_types(&table);
	confinement_run(schema, CONFINEMENT_OF_EXTENSION, CONFINEMENT_DEFAULT_PATH, copy_rows, &table);
	error_context_stack = error_context.previous;
	table_close(table.from, NoLock);
	MemoryContextSwitchTo(old_context);
	MemoryContextDelete(context);
}

/* The value of a sequence. */
typedef struct SequenceValue
{
	int64 last;
	bool is_called;
} SequenceValue;

/* Reads the value of a sequence, which is a table of one row. */
static SequenceValue
read_sequence(Oid sequence)
{
	Relation relation = relation_open(sequence, AccessShareLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = table_beginscan(relation, snapshot, 0, NULL);
	HeapTuple tuple = heap_getnext(scan, ForwardScanDirection);
	SequenceValue value;
	bool isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "sequence %u has no row", sequence);
	value.last = DatumGetInt64(heap_getattr(tuple, SEQ_COL_LASTVAL, RelationGetDescr(relation), &isnull));
	value.is_called = DatumGetBool(heap_getattr(tuple, SEQ_COL_CALLED, RelationGetDescr(relation), &isnull));
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	relation_close(relation, NoLock);
	return value;
}

void
clone_sequences(List *relations, Oid schema)
{
	ListCell *cell;

	foreach (cell, relations)
	{
		SequenceValue from;
		SequenceValue to;
		Oid sequence;

		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_SEQUENCE)
			continue;
		sequence = counterpart(lfirst_oid(cell), schema);
		from = read_sequence(lfirst_oid(cell));
		to = read_sequence(sequence);
		if (from.last != to.last || from.is_called != to.is_called)
			(void) DirectFunctionCall3(setval3_oid,
									   ObjectIdGetDatum(sequence),
									   Int64GetDatum(from.last),
									   BoolGetDatum(from.is_called));
	}
}
