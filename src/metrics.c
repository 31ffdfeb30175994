/*
 * metrics.c
 *	  What was counted, as metrics: rows of tenancy.metrics() and the text of tenancy.prometheus().
 *
 * One list of metrics, and two ways to write a sample.  What is not in the counters comes
 * from the view tenancy.metrics_more, a row a sample, so that whoever has something to
 * tell adds to that view.  Samples of one name stand together, tenants in the order of
 * their slugs.
 */
#include "postgres.h"

#include <math.h>

#include "bridge.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "counters.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "lifecycle.h"
#include "measure.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "worker.h"

PG_FUNCTION_INFO_V1(tenancy_metrics);
PG_FUNCTION_INFO_V1(tenancy_prometheus);

/* A label of a sample. */
typedef struct Label
{
	const char *name;
	const char *value;
} Label;

/* Where samples go: rows, or else text. */
typedef struct Sink
{
	ReturnSetInfo *rows;
	StringInfo text;
	ArrayType *names;	   /* of metrics that are wanted; NULL: all */
	const char *last_name; /* whose help is in the text already */
	MemoryContext context; /* of one sample */
} Sink;

/* A tenant, or one of the two records that have none. */
typedef struct Source
{
	const char *label;
	TenantCounters *counters; /* NULL: nothing was counted */
} Source;

/* One metric of each tenant. */
typedef struct Metric
{
	const char *name;
	const char *type;
	const char *help;
	void (*put)(Sink *sink, const struct Metric *metric, const Source *source);
	Counter counter; /* of the plain ones */
} Metric;

/* Writes a number as both forms have it: a whole one without a fraction. */
static void
append_number(StringInfo text, double value)
{
	if (isfinite(value) && value == floor(value) && fabs(value) < 1e15)
		appendStringInfo(text, "%.0f", value);
	else if (isinf(value))
		appendStringInfoString(text, value > 0 ? "+Inf" : "-Inf");
	else if (isnan(value))
		appendStringInfoString(text, "NaN");
	else
		appendStringInfoString(text, float8out_internal(value));
}

/* Adds a label's value, or a line of help, with its escapes. */
static void
append_escaped(StringInfo text, const char *value, size_t (*escape)(const char *, char *))
{
	enlargeStringInfo(text, 2 * (int) strlen(value) + 1);
	text->len += (int) escape(value, text->data + text->len);
	text->data[text->len] = '\0';
}

/* Adds the lines before the first sample of a name. */
static void
append_heading(Sink *sink, const char *name, const char *type, const char *help)
{
	if (sink->last_name != NULL && strcmp(sink->last_name, name) == 0)
		return;
	sink->last_name = MemoryContextStrdup(GetMemoryChunkContext(sink->text->data), name);
	appendStringInfo(sink->text, "# HELP %s ", name);
	append_escaped(sink->text, help, bridge_escape_help);
	appendStringInfo(sink->text, "\n# TYPE %s %s\n", name, type);
}

/* Adds a sample to the text. */
static void
put_text(Sink *sink, const char *name, const char *suffix, const Label *labels, int count, double value)
{
	appendStringInfo(sink->text, "%s%s", name, suffix);
	for (int i = 0; i < count; i++)
	{
		appendStringInfo(sink->text, "%s%s=\"", i == 0 ? "{" : ",", labels[i].name);
		append_escaped(sink->text, labels[i].value, bridge_escape_label);
		appendStringInfoChar(sink->text, '"');
	}
	appendStringInfoString(sink->text, count > 0 ? "} " : " ");
	append_number(sink->text, value);
	appendStringInfoChar(sink->text, '\n');
}

/* Returns labels as an object. */
static Datum
labels_as_jsonb(const Label *labels, int count)
{
	JsonbParseState *state = NULL;

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < count; i++)
	{
		JsonbValue name = {.type = jbvString};
		JsonbValue value = {.type = jbvString};

		name.val.string.val = unconstify(char *, labels[i].name);
		name.val.string.len = (int) strlen(labels[i].name);
		value.val.string.val = unconstify(char *, labels[i].value);
		value.val.string.len = (int) strlen(labels[i].value);
		(void) pushJsonbValue(&state, WJB_KEY, &name);
		(void) pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

/* Adds a row. */
static void
put_row(Sink *sink, const char *name, const char *suffix, const char *type, const char *help, Datum labels,
		double value)
{
	Datum values[5] = {CStringGetTextDatum(psprintf("%s%s", name, suffix)),
					   CStringGetTextDatum(type),
					   CStringGetTextDatum(help),
					   labels,
					   Float8GetDatum(value)};
	bool nulls[5] = {false};

	tuplestore_putvalues(sink->rows->setResult, sink->rows->setDesc, values, nulls);
}

/* Writes one sample of a metric. */
static void
put(Sink *sink, const Metric *metric, const char *suffix, const Label *labels, int count, double value)
{
	MemoryContext old_context = MemoryContextSwitchTo(sink->context);

	if (sink->rows != NULL)
		put_row(sink, metric->name, suffix, metric->type, metric->help, labels_as_jsonb(labels, count), value);
	else
	{
		append_heading(sink, metric->name, metric->type, metric->help);
		put_text(sink, metric->name, suffix, labels, count, value);
	}
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(sink->context);
}

/* Writes one sample that has no label but the tenant. */
static void
put_plain(Sink *sink, const Metric *metric, const Source *source, double value)
{
	put(sink, metric, "", &(Label){"tenant_id", source->label}, 1, value);
}

/* A counter that is there for every tenant: an alert must see it rise from zero. */
static void
put_always(Sink *sink, const Metric *metric, const Source *source)
{
	put_plain(sink, metric, source, source->counters != NULL ? counters_read(source->counters, metric->counter) : 0);
}

/* A counter that is there once it has counted something. */
static void
put_if_any(Sink *sink, const Metric *metric, const Source *source)
{
	uint64 value = source->counters != NULL ? counters_read(source->counters, metric->counter) : 0;

	if (value != 0)
		put_plain(sink, metric, source, value);
}

/* tenant_unauthorized_access_attempts. */
static void
put_unauthorized(Sink *sink, const Metric *metric, const Source *source)
{
	put_plain(sink,
			  metric,
			  source,
			  source->counters == NULL ? 0
									   : counters_read(source->counters, COUNTER_ATTEMPTS_RECEIVED) +
											 counters_read(source->counters, COUNTER_REFUSED_BINDS));
}

/* tenant_query_errors_total: by class. */
static void
put_errors(Sink *sink, const Metric *metric, const Source *source)
{
	for (int i = 0; source->counters != NULL && i < TENANCY_ERROR_CLASSES; i++)
	{
		uint64 value = counters_read(source->counters, COUNTER_ERROR_CLASS + i);

		if (value != 0)
			put(sink,
				metric,
				"",
				(Label[]){{"tenant_id", source->label}, {"error_type", bridge_error_class_name(i)}},
				2,
				value);
	}
}

/* Writes a histogram with its labels, for whose bounds the last one has room. */
static void
put_histogram(Sink *sink, const Metric *metric, TenantCounters *counters, Counter first, int steps, double sum,
			  const char *(*bound)(int), Label *labels, int count)
{
	uint64 below = 0;

	if (counters_sum(counters, first, steps) == 0)
		return;
	for (int i = 0; i < steps; i++)
	{
		below += counters_read(counters, first + i);
		labels[count] = (Label){"le", bound(i)};
		put(sink, metric, "_bucket", labels, count + 1, below);
	}
	put(sink, metric, "_sum", labels, count, sum);
	put(sink, metric, "_count", labels, count, below);
}

/* schema_switch_latency_ms. */
static void
put_bindings(Sink *sink, const Metric *metric, const Source *source)
{
	if (source->counters != NULL)
		put_histogram(sink,
					  metric,
					  source->counters,
					  COUNTER_BINDING_STEP,
					  TENANCY_BINDING_STEPS,
					  counters_read(source->counters, COUNTER_BINDING_TIME) / 1e6,
					  bridge_binding_bound,
					  (Label[2]){{"tenant_id", source->label}},
					  1);
}

/* tenant_db_query_duration_seconds: one histogram for each kind of statement. */
static void
put_durations(Sink *sink, const Metric *metric, const Source *source)
{
	for (int type = 0; source->counters != NULL && type < TENANCY_QUERY_TYPES; type++)
		put_histogram(sink,
					  metric,
					  source->counters,
					  COUNTER_DURATION_STEP + type * TENANCY_DURATION_STEPS,
					  TENANCY_DURATION_STEPS,
					  counters_read(source->counters, COUNTER_DURATION + type) / 1e6,
					  bridge_duration_bound,
					  (Label[3]){{"tenant_id", source->label}, {"query_type", bridge_query_type_name(type)}},
					  2);
}

/* tenant_statements_total. */
static void
put_statements(Sink *sink, const Metric *metric, const Source *source)
{
	uint64 value =
		source->counters == NULL
			? 0
			: counters_sum(source->counters, COUNTER_DURATION_STEP, TENANCY_QUERY_TYPES * TENANCY_DURATION_STEPS);

	if (value != 0)
		put_plain(sink, metric, source, value);
}

/* tenant_storage_bytes: once it was measured. */
static void
put_storage(Sink *sink, const Metric *metric, const Source *source)
{
	TenantUsage *usage = source->counters != NULL ? counters_usage(source->counters) : NULL;

	if (usage != NULL && pg_atomic_read_u64(&usage->storage_measured_at) != 0)
		put_plain(sink, metric, source, pg_atomic_read_u64(&usage->storage_bytes));
}

/* tenant_quota_refusals_total. */
static void
put_quota_refusals(Sink *sink, const Metric *metric, const Source *source)
{
	uint64 value =
		source->counters != NULL ? pg_atomic_read_u64(&counters_usage(source->counters)->quota_refusals) : 0;

	if (value != 0)
		put_plain(sink, metric, source, value);
}

static const Metric metrics[] = {
	{"cross_tenant_query_attempts_total",
	 "counter",
	 "Refused attempts to reach another tenant, by the tenant that made them.",
	 put_always,
	 COUNTER_ATTEMPTS_MADE},
	{"schema_switch_latency_ms", "histogram", "Time that bindings took, in milliseconds.", put_bindings, 0},
	{"tenant_active_sessions", "gauge", "Sessions bound to the tenant now.", put_always, COUNTER_SESSIONS},
	{"tenant_binds_total", "counter", "Bindings.", put_if_any, COUNTER_BINDS},
	{"tenant_db_query_duration_seconds", "histogram", "Time that statements of clients took.", put_durations, 0},
	{"tenant_query_errors_total", "counter", "Errors that reached the server log, by class.", put_errors, 0},
	{"tenant_quota_refusals_total", "counter", "Refusals for a quota.", put_quota_refusals, 0},
	{"tenant_refused_binds_total", "counter", "Bindings that were refused.", put_if_any, COUNTER_REFUSED_BINDS},
	{"tenant_refused_tickets_total",
	 "counter",
	 "Refusals for a ticket, or for the want of one.",
	 put_if_any,
	 COUNTER_REFUSED_TICKETS},
	{"tenant_rows_total", "counter", "Rows that statements returned or changed.", put_if_any, COUNTER_ROWS},
	{"tenant_shared_blocks_hit_total",
	 "counter",
	 "Shared blocks that statements found in the buffers.",
	 put_if_any,
	 COUNTER_BLOCKS_HIT},
	{"tenant_shared_blocks_read_total",
	 "counter",
	 "Shared blocks that statements read into the buffers.",
	 put_if_any,
	 COUNTER_BLOCKS_READ},
	{"tenant_statements_total", "counter", "Statements of clients.", put_statements, 0},
	{"tenant_storage_bytes", "gauge", "Size of the tenant's relations when it was measured last.", put_storage, 0},
	{"tenant_temp_bytes_total", "counter", "Bytes written to temporary files.", put_if_any, COUNTER_TEMP_BYTES},
	{"tenant_unauthorized_access_attempts",
	 "counter",
	 "Refused attempts to reach the tenant, by others or by a binding.",
	 put_unauthorized,
	 0},
	{"tenant_wal_bytes_total", "counter", "Bytes written to the log.", put_if_any, COUNTER_WAL_BYTES},
};

/* Finds the tenants, in order, and after them the two records without one; in the current context. */
static List *
find_sources(void)
{
	MemoryContext context = CurrentMemoryContext;
	List *result = NIL;
	Source *source;

	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute("SELECT slug::text, schema_name::text FROM tenancy.tenants WHERE status <> 'deleted'"
					" ORDER BY slug COLLATE \"C\"",
					true,
					0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the registry");
	MemoryContextSwitchTo(context);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple tuple = SPI_tuptable->vals[i];
		char *schema = SPI_getvalue(tuple, SPI_tuptable->tupdesc, 2);

		CHECK_FOR_INTERRUPTS();
		source = palloc(sizeof(Source));
		source->label = SPI_getvalue(tuple, SPI_tuptable->tupdesc, 1);
		source->counters = counters_find(schema);
		result = lappend(result, source);
	}
	SPI_finish();
	source = palloc(sizeof(Source));
	*source = (Source){"(overflow)", counters_of_overflow()};
	result = lappend(result, source);
	source = palloc(sizeof(Source));
	*source = (Source){"(unbound)", counters_of_unbound()};
	return lappend(result, source);
}

/* Writes the labels of an object of JSON into an array; returns their number. */
static int
labels_of_jsonb(Jsonb *object, Label *labels, int room)
{
	JsonbIterator *iterator = JsonbIteratorInit(&object->root);
	JsonbValue value;
	JsonbIteratorToken token;
	int count = 0;
	const char *name = "";

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			name = pnstrdup(value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE && value.type == jbvString && count < room)
			labels[count++] = (Label){name, pnstrdup(value.val.string.val, value.val.string.len)};
	}
	return count;
}

/* Writes one row of the view. */
static void
put_other(Sink *sink, HeapTuple tuple, TupleDesc descriptor)
{
	MemoryContext old_context = MemoryContextSwitchTo(sink->context);
	char *name = SPI_getvalue(tuple, descriptor, 1);
	char *type = SPI_getvalue(tuple, descriptor, 2);
	char *help = SPI_getvalue(tuple, descriptor, 3);
	bool labels_null;
	bool value_null;
	Datum labels = SPI_getbinval(tuple, descriptor, 4, &labels_null);
	Datum value = SPI_getbinval(tuple, descriptor, 5, &value_null);
	Label list[8];

	if (name != NULL && type != NULL && help != NULL && !labels_null && !value_null)
	{
		if (sink->rows != NULL)
			put_row(sink, name, "", type, help, labels, DatumGetFloat8(value));
		else
		{
			append_heading(sink, name, type, help);
			put_text(sink,
					 name,
					 "",
					 list,
					 labels_of_jsonb(DatumGetJsonbP(labels), list, lengthof(list)),
					 DatumGetFloat8(value));
		}
	}
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(sink->context);
}

/* Tells whether a metric is wanted. */
static bool
is_wanted(const Sink *sink, const char *name)
{
	ArrayIterator iterator;
	Datum value;
	bool isnull;
	bool found = sink->names == NULL;

	if (found)
		return true;
	iterator = array_create_iterator(sink->names, 0, NULL);
	while (!found && array_iterate(iterator, &value, &isnull))
		found = !isnull && strcmp(TextDatumGetCString(value), name) == 0;
	array_free_iterator(iterator);
	return found;
}

/* Writes what others have to tell.  The names are constants for the planner, which leaves out what is not wanted. */
static void
put_others(Sink *sink)
{
	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_with_args("SELECT name, type, help, labels, value FROM tenancy.metrics_more"
							  " WHERE $1 IS NULL OR name = ANY ($1)"
							  " ORDER BY name COLLATE \"C\", labels::text COLLATE \"C\"",
							  1,
							  (Oid[]){TEXTARRAYOID},
							  (Datum[]){PointerGetDatum(sink->names)},
							  sink->names == NULL ? "n" : " ",
							  true,
							  0) != SPI_OK_SELECT)
		elog(ERROR, "could not read tenancy.metrics_more");
	for (uint64 i = 0; i < SPI_processed; i++)
		put_other(sink, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
	SPI_finish();
}

/* tenancy_worker_up. */
static void
put_worker(Sink *sink)
{
	static const Metric metric = {"tenancy_worker_up",
								  "gauge",
								  "Whether the background worker of this database runs.",
								  NULL,
								  0};

	if (is_wanted(sink, metric.name))
		put(sink, &metric, "", NULL, 0, worker_is_running() ? 1 : 0);
}

/* Writes everything. */
static void
put_all(Sink *sink)
{
	List *sources = find_sources();
	ListCell *cell;

	measure_flush();
	sink->context = AllocSetContextCreate(CurrentMemoryContext, "tenancy metrics", ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < (int) lengthof(metrics); i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_wanted(sink, metrics[i].name))
			continue;
		foreach (cell, sources)
			metrics[i].put(sink, &metrics[i], lfirst(cell));
	}
	put_worker(sink);
	put_others(sink);
	MemoryContextDelete(sink->context);
}

/* tenancy.metrics(names): a row a sample, of all metrics or of those named. */
Datum
tenancy_metrics(PG_FUNCTION_ARGS)
{
	Sink sink = {.rows = (ReturnSetInfo *) fcinfo->resultinfo,
				 .names = PG_ARGISNULL(0) ? NULL : PG_GETARG_ARRAYTYPE_P(0)};

	lifecycle_require_unbound("tenancy.metrics()");
	InitMaterializedSRF(fcinfo, 0);
	put_all(&sink);
	return (Datum) 0;
}

/* tenancy.prometheus(): the same as text that Prometheus reads. */
Datum
tenancy_prometheus(PG_FUNCTION_ARGS)
{
	StringInfoData text;
	Sink sink = {.text = &text};

	(void) fcinfo;
	lifecycle_require_unbound("tenancy.prometheus()");
	initStringInfo(&text);
	put_all(&sink);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(text.data, text.len));
}
