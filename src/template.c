/*
 * template.c
 *	  A tenant's structure as a script that can be made another tenant's.
 *
 * The description of a schema costs about as much as making it.  So the script is
 * remembered with the places where it names the schema, and is good as long as the
 * stamp of the schema's catalog rows is the same; an old one is never used.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "privileged.h"
#include "run.h"
#include "schema_stamp.h"
#include "storage/lmgr.h"
#include "template.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Templates that a backend remembers; most have one or two. */
#define REMEMBERED 4

/* How often a template is read before a change that never ends is an error. */
#define ATTEMPTS 5

/* A template that is remembered. */
typedef struct Remembered
{
	Oid schema; /* InvalidOid: the place is free */
	uint64 used;
	MemoryContext context;
	StringInfoData stamp;
	Template *source;
} Remembered;

static Remembered remembered[REMEMBERED];
static uint64 uses = 0;

/* Finds what is remembered of a schema; NULL: nothing. */
static Remembered *
find_remembered(Oid schema)
{
	for (int i = 0; i < REMEMBERED; i++)
	{
		if (remembered[i].schema == schema)
			return &remembered[i];
	}
	return NULL;
}

/* Forgets one template, which somebody may still be using in this transaction. */
static void
forget(Remembered *entry)
{
	MemoryContextSetParent(entry->context, TopTransactionContext);
	entry->schema = InvalidOid;
}

/* Remembers a template in place of the one that has not been used for longest. */
static void
remember(Oid schema, MemoryContext context, const SchemaStamp *stamp, Template *source)
{
	Remembered *entry = find_remembered(schema);
	MemoryContext old_context;

	for (int i = 0; entry == NULL && i < REMEMBERED; i++)
	{
		if (!OidIsValid(remembered[i].schema))
			entry = &remembered[i];
	}
	if (entry == NULL)
	{
		entry = &remembered[0];
		for (int i = 1; i < REMEMBERED; i++)
		{
			if (remembered[i].used < entry->used)
				entry = &remembered[i];
		}
	}
	if (OidIsValid(entry->schema))
		forget(entry);

	old_context = MemoryContextSwitchTo(context);
	initStringInfo(&entry->stamp);
	appendBinaryStringInfo(&entry->stamp, stamp->rows.data, stamp->rows.len);
	MemoryContextSwitchTo(old_context);
	MemoryContextSetParent(context, TopMemoryContext);
	entry->schema = schema;
	entry->used = ++uses;
	entry->context = context;
	entry->source = source;
}

/* Locks the relations of a template, so that nobody alters or drops them while they are cloned. */
static void
lock_relations(List *relations)
{
	ListCell *cell;

	foreach (cell, relations)
		LockRelationOid(lfirst_oid(cell), AccessShareLock);
}

/* Tells whether a stamp is that of these bytes. */
static bool
same_stamp(const StringInfoData *left, const StringInfoData *right)
{
	return left->len == right->len && memcmp(left->data, right->data, left->len) == 0;
}

/* Returns what is remembered of a schema if it is still true. */
static Template *
recall(Oid schema)
{
	Remembered *entry = find_remembered(schema);

	if (entry == NULL)
		return NULL;
	lock_relations(entry->source->contents->relations);
	if (!same_stamp(&entry->stamp, &schema_stamp(entry->source->contents)->rows))
	{
		forget(entry);
		return NULL;
	}
	entry->used = ++uses;
	return entry->source;
}

/* Reads a schema anew; NULL: it changed meanwhile. */
static Template *
read_anew(Oid schema)
{
	SchemaContents *contents = schema_contents(schema);
	SchemaStamp *before;
	SchemaStamp *after;
	MemoryContext context;
	MemoryContext old_context;
	Template *source;

	lock_relations(contents->relations);
	before = schema_stamp(contents);
	context = AllocSetContextCreate(CurrentMemoryContext, "tenancy template", ALLOCSET_DEFAULT_SIZES);
	source = template_describe(schema, contents, context);
	old_context = MemoryContextSwitchTo(context);
	source->contents = schema_contents_copy(contents);
	MemoryContextSwitchTo(old_context);

	/* What came between finding the contents and their first stamp is a member that the second look finds. */
	after = schema_stamp(contents);
	if (!same_stamp(&before->rows, &after->rows) || !schema_contents_equal(contents, schema_contents(schema)))
		return NULL;
	if (after->settled)
		remember(schema, context, after, source);
	return source;
}

/* Returns the last migration that a tenant has; raises an error if another one has been begun. */
static int64
read_version(const RegistryRow *tenant)
{
	static PrivilegedStatement statement =
		{.sql = "SELECT (SELECT ordinal FROM tenancy.schema_versions WHERE tenant_id = $1), "
				"EXISTS (SELECT FROM tenancy.migration_log WHERE tenant_id = $1 "
				"AND state <> 'applied' AND done_statements > 0)",
		 .parameters = 1,
		 .types = {UUIDOID}};
	const char *values[] = {tenant->id};

	(void) privileged_execute_prepared(&statement, values);
	if (strcmp(privileged_value(0, 2), "t") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("tenant \"%s\" has a migration that is not finished", tenant->slug),
				 errhint("Finish it with tenancy.migrate(), or clone another tenant.")));
	return privileged_number(0, 1);
}

const Template *
template_read(Oid schema, const RegistryRow *tenant)
{
	/* What a migration changes and the version belong together. */
	(void) run_keep_away(schema, true);
	for (int i = 0; i < ATTEMPTS; i++)
	{
		Template *source = recall(schema);

		if (source == NULL)
			source = read_anew(schema);
		if (source != NULL)
		{
			source->version = read_version(tenant);
			return source;
		}
		CHECK_FOR_INTERRUPTS();
	}
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("schema \"%s\" changed while it was read", get_namespace_name(schema)),
			 errhint("Clone it again when the changes are through.")));
}
