/*
 * drift.c
 *	  tenancy.fingerprint() and tenancy.drift(): which tenants differ from the others,
 *	  in which object, and how.
 *
 * Each tenant is described in a subtransaction that is rolled back: printing a view
 * locks it and all that it reads, and those locks must not add up over all tenants.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "column_order.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "normal_form.h"
#include "privileged.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/* Longest text of a definition that a difference repeats. */
#define LONGEST_DEFINITION 200

/*
 * Tenants after which the backend's caches are emptied: they would keep a fifth of a
 * megabyte for each.
 */
#define CACHED_TENANTS 100

PG_FUNCTION_INFO_V1(tenancy_fingerprint);
PG_FUNCTION_INFO_V1(tenancy_drift);

/* A tenant to be compared. */
typedef struct Candidate
{
	const char *slug;
	char fingerprint[65]; /* empty: it could not be described */
} Candidate;

/* A comparison that was asked for. */
typedef struct Drift
{
	FunctionCallInfo fcinfo;
	const char *reference; /* slug; NULL: what most tenants look like */
	Candidate *candidates;
	int count;
	int examined;
	MemoryContext context; /* lives as long as the comparison */
} Drift;

/* A fingerprint that was asked for. */
typedef struct FingerprintJob
{
	const char *slug;
	Datum result;
} FingerprintJob;

/* Computes the fingerprint of one tenant. */
static void
compute(void *argument)
{
	FingerprintJob *job = argument;
	NormalForm *form;

	SPI_connect();
	form = normal_form_of(lifecycle_require_schema(job->slug));
	job->result = SPI_datumTransfer(CStringGetTextDatum(form->fingerprint), false, -1);
	SPI_finish();
}

/* tenancy.fingerprint(slug): a hash of a tenant's structure, the same for tenants that do not differ. */
Datum
tenancy_fingerprint(PG_FUNCTION_ARGS)
{
	FingerprintJob job = {0};

	lifecycle_require_unbound("tenancy.fingerprint()");
	job.slug = lifecycle_text_argument(fcinfo, 0);
	privileged_run(compute, &job);
	PG_RETURN_DATUM(job.result);
}

/* Adds a row to the result. */
static void
add_row(Drift *drift, const char *tenant, const char *object, const char *difference)
{
	ReturnSetInfo *result = (ReturnSetInfo *) drift->fcinfo->resultinfo;
	Datum values[3] = {CStringGetTextDatum(tenant), CStringGetTextDatum(object), CStringGetTextDatum(difference)};
	bool nulls[3] = {false, false, false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Tells whether an object goes with one that the other side lacks, and so needs no row of its own. */
static bool
goes_with(const NormalObject *object, List *owners)
{
	ListCell *cell;

	if (object->relation == NULL)
		return false;
	foreach (cell, owners)
	{
		if (strcmp(object->relation, lfirst(cell)) == 0)
			return true;
	}
	return false;
}

/* Returns a value for people to read. */
static const char *
readable(const char *value)
{
	while (*value == ' ')
		value++;
	return *value == '\0' ? "none" : value;
}

/* Tells whether a value fits a line. */
static bool
is_short(const char *value)
{
	return strlen(value) <= LONGEST_DEFINITION && strchr(value, '\n') == NULL;
}

/* Adds how a fact differs; NULL is a fact that is not there. */
static void
append_difference(StringInfo text, const char *name, const char *is, const char *expected)
{
	is = readable(is != NULL ? is : "");
	expected = readable(expected != NULL ? expected : "");
	if (strcmp(is, expected) == 0 || (strcmp(name, "order of columns") == 0 && column_order_is_same(is, expected)))
		return;
	if (text->len > 0)
		appendStringInfoString(text, "; ");
	if (!is_short(is) || !is_short(expected))
		appendStringInfo(text, "%s differs", name);
	else
		appendStringInfo(text, "%s is %s, expected %s", name, is, expected);
}

/* Adds a row for an object that is there on both sides, if it differs. */
static void
compare_objects(Drift *drift, const char *tenant, const NormalObject *is, const NormalObject *expected)
{
	StringInfoData text;
	int i = 0;
	int j = 0;

	initStringInfo(&text);
	while (i < list_length(is->names) || j < list_length(expected->names))
	{
		const char *name = i < list_length(is->names) ? list_nth(is->names, i) : NULL;
		const char *other = j < list_length(expected->names) ? list_nth(expected->names, j) : NULL;
		int order = name == NULL ? 1 : other == NULL ? -1 : strcmp(name, other);

		append_difference(&text,
						  order <= 0 ? name : other,
						  order <= 0 ? list_nth(is->values, i) : NULL,
						  order >= 0 ? list_nth(expected->values, j) : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	if (text.len > 0)
		add_row(drift, tenant, psprintf("%s %s", expected->kind, expected->identity), text.data);
}

/* Returns the identities of objects that stand alone, that one side has and the other lacks. */
static List *
only_in(const NormalForm *one, const NormalForm *other)
{
	List *identities = NIL;
	int j = 0;

	for (int i = 0; i < one->count; i++)
	{
		while (j < other->count && normal_form_compare(&other->objects[j], &one->objects[i]) < 0)
			j++;
		if ((j == other->count || normal_form_compare(&other->objects[j], &one->objects[i]) != 0) &&
			one->objects[i].relation == NULL)
			identities = lappend(identities, unconstify(char *, one->objects[i].identity));
	}
	return identities;
}

/* Adds a row for an object that is there on one side alone, with its definition if that is short. */
static void
add_lone_object(Drift *drift, const char *tenant, const NormalObject *object, const char *difference)
{
	const char *definition = NULL;
	ListCell *name;
	ListCell *value;

	forboth (name, object->names, value, object->values)
	{
		if (strcmp(lfirst(name), "definition") == 0 && is_short(lfirst(value)))
			definition = lfirst(value);
	}
	add_row(drift,
			tenant,
			psprintf("%s %s", object->kind, object->identity),
			definition != NULL ? psprintf("%s: %s", difference, definition) : difference);
}

/* Adds the rows of one tenant. */
static void
compare_forms(Drift *drift, const char *tenant, const NormalForm *is, const NormalForm *expected)
{
	List *unexpected = only_in(is, expected);
	List *missing = only_in(expected, is);
	int i = 0;
	int j = 0;

	while (i < is->count || j < expected->count)
	{
		const NormalObject *here = i < is->count ? &is->objects[i] : NULL;
		const NormalObject *there = j < expected->count ? &expected->objects[j] : NULL;
		int order = here == NULL ? 1 : there == NULL ? -1 : normal_form_compare(here, there);

		if (order == 0)
			compare_objects(drift, tenant, here, there);
		else if (order < 0 && !goes_with(here, unexpected))
			add_lone_object(drift, tenant, here, "is unexpected");
		else if (order > 0 && !goes_with(there, missing))
			add_lone_object(drift, tenant, there, "is missing");
		i += order <= 0;
		j += order >= 0;
	}
}

/* Describes a tenant, and compares it unless expected is NULL or looks the same; keeps the fingerprint. */
static void
examine(Drift *drift, Candidate *candidate, const NormalForm *expected)
{
	NormalForm *form = normal_form_of(lifecycle_require_schema(candidate->slug));

	strlcpy(candidate->fingerprint, form->fingerprint, sizeof(candidate->fingerprint));
	if (expected != NULL && strcmp(form->fingerprint, expected->fingerprint) != 0)
		compare_forms(drift, candidate->slug, form, expected);
}

/*
 * The same in a subtransaction, which is rolled back to release its locks.  An error, of
 * a tenant that is just being dropped, say, becomes a row of the result.
 */
static void
examine_apart(Drift *drift, Candidate *candidate, const NormalForm *expected)
{
	MemoryContext outer = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext context = AllocSetContextCreate(drift->context, "description", ALLOCSET_DEFAULT_SIZES);

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		examine(drift, candidate, expected);
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(drift->context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		CurrentResourceOwner = owner;
		MemoryContextSwitchTo(outer);
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION ||
			ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_INSUFFICIENT_RESOURCES)
			ReThrowError(error);
		add_row(drift, candidate->slug, "schema", psprintf("cannot be described: %s", error->message));
	}
	PG_END_TRY();
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(context);
	if (++drift->examined % CACHED_TENANTS == 0)
		InvalidateSystemCaches();
	CHECK_FOR_INTERRUPTS();
}

/* Orders candidates by fingerprint for qsort(). */
static int
compare_candidates(const void *one, const void *other)
{
	const Candidate *left = *(Candidate *const *) one;
	const Candidate *right = *(Candidate *const *) other;
	int result = strcmp(left->fingerprint, right->fingerprint);

	return result != 0 ? result : strcmp(left->slug, right->slug);
}

/* Returns the first tenant of the largest group that look the same; NULL without any. */
static const char *
typical_tenant(Drift *drift)
{
	Candidate **sorted = palloc((drift->count + 1) * sizeof(Candidate *));
	const char *typical = NULL;
	int largest = 0;

	for (int i = 0; i < drift->count; i++)
		sorted[i] = &drift->candidates[i];
	qsort(sorted, drift->count, sizeof(Candidate *), compare_candidates);
	for (int first = 0, next; first < drift->count; first = next)
	{
		for (next = first + 1;
			 next < drift->count && strcmp(sorted[first]->fingerprint, sorted[next]->fingerprint) == 0;)
			next++;
		if (sorted[first]->fingerprint[0] != '\0' && next - first > largest)
		{
			largest = next - first;
			typical = sorted[first]->slug;
		}
	}
	return typical;
}

/* Lists the tenants to be compared: those that were given, or all that have not been dropped. */
static void
list_candidates(Drift *drift, ArrayType *slugs)
{
	uint64 rows;

	if (slugs != NULL)
	{
		Datum *elements;
		bool *nulls;
		int count;

		deconstruct_array(slugs, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
		drift->candidates = palloc0((count + 1) * sizeof(Candidate));
		for (int i = 0; i < count; i++)
		{
			drift->candidates[i].slug = nulls[i] ? NULL : TextDatumGetCString(elements[i]);
			(void) lifecycle_require_schema(drift->candidates[i].slug);
		}
		drift->count = count;
		return;
	}
	rows =
		privileged_execute("SELECT slug FROM tenancy.tenants WHERE status <> 'deleted' ORDER BY slug COLLATE \"C\"");
	drift->candidates = palloc0((rows + 1) * sizeof(Candidate));
	for (uint64 i = 0; i < rows; i++)
		drift->candidates[drift->count++].slug = privileged_value(i, 1);
}

/* Compares all candidates. */
static void
find_drift(void *argument)
{
	Drift *drift = argument;
	NormalForm *expected;

	SPI_connect();
	drift->context = CurrentMemoryContext;
	list_candidates(drift, drift->fcinfo->args[1].isnull ? NULL : DatumGetArrayTypeP(drift->fcinfo->args[1].value));
	if (drift->reference == NULL)
	{
		for (int i = 0; i < drift->count; i++)
			examine_apart(drift, &drift->candidates[i], NULL);
		drift->reference = typical_tenant(drift);
	}
	if (drift->reference != NULL)
	{
		expected = normal_form_of(lifecycle_require_schema(drift->reference));
		for (int i = 0; i < drift->count; i++)
		{
			Candidate *candidate = &drift->candidates[i];

			if (strcmp(candidate->slug, drift->reference) != 0 &&
				strcmp(candidate->fingerprint, expected->fingerprint) != 0)
				examine_apart(drift, candidate, expected);
		}
	}
	SPI_finish();
}

/* tenancy.drift(reference, tenants): one row for each difference. */
Datum
tenancy_drift(PG_FUNCTION_ARGS)
{
	Drift drift = {.fcinfo = fcinfo};

	lifecycle_require_unbound("tenancy.drift()");
	drift.reference = lifecycle_text_argument(fcinfo, 0);
	InitMaterializedSRF(fcinfo, 0);
	privileged_run(find_drift, &drift);
	return (Datum) 0;
}
