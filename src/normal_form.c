/*
 * normal_form.c
 *	  A description in a form in which two schemas can be compared: sorted by name, what
 *	  several queries tell about an object in one place, and without the schema's name.
 */
#include "postgres.h"

#include "bridge.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "normal_form.h"
#include "utils/builtins.h"

/* What stands for the schema's name. */
#define PLACEHOLDER "<schema>"

/* A name and a value while they are sorted. */
typedef struct Fact
{
	const char *name;
	const char *value;
} Fact;

/* Returns a text with a placeholder for the schema's name. */
static const char *
without_schema(const char *text, const char *schema)
{
	StringInfoData result;
	size_t from = 0;
	long at = bridge_find_word(text, schema, 0);

	if (at < 0)
		return text;
	initStringInfo(&result);
	for (; at >= 0; at = bridge_find_word(text, schema, from))
	{
		appendBinaryStringInfo(&result, text + from, (int) (at - (long) from));
		appendStringInfoString(&result, PLACEHOLDER);
		from = (size_t) at + strlen(schema);
	}
	appendStringInfoString(&result, text + from);
	return result.data;
}

int
normal_form_compare(const NormalObject *one, const NormalObject *other)
{
	int result = strcmp(one->kind, other->kind);

	return result != 0 ? result : strcmp(one->identity, other->identity);
}

/* The same for qsort() of parts. */
static int
compare_parts(const void *one, const void *other)
{
	const DescriptionPart *left = *(DescriptionPart *const *) one;
	const DescriptionPart *right = *(DescriptionPart *const *) other;
	int result = strcmp(left->kind, right->kind);

	return result != 0 ? result : strcmp(left->identity, right->identity);
}

/* Orders facts by name for qsort(). */
static int
compare_facts(const void *one, const void *other)
{
	const Fact *left = one;
	const Fact *right = other;
	int result = strcmp(left->name, right->name);

	return result != 0 ? result : strcmp(left->value, right->value);
}

/* Fills in the facts of an object, out of the parts that tell of it. */
static void
take_facts(NormalObject *object, DescriptionPart **parts, int count, const char *schema)
{
	Fact *facts;
	int total = 0;
	int fact_count = 0;

	for (int i = 0; i < count; i++)
		total += parts[i]->fact_count / 2;
	facts = palloc((total + 1) * sizeof(Fact));
	for (int i = 0; i < count; i++)
	{
		for (int j = 0; j + 1 < parts[i]->fact_count; j += 2)
		{
			facts[fact_count].name = parts[i]->facts[j];
			facts[fact_count++].value = without_schema(parts[i]->facts[j + 1], schema);
		}
	}
	qsort(facts, fact_count, sizeof(Fact), compare_facts);
	for (int i = 0; i < fact_count; i++)
	{
		object->names = lappend(object->names, unconstify(char *, facts[i].name));
		object->values = lappend(object->values, unconstify(char *, facts[i].value));
	}
}

/* Adds a text to what is hashed, so that no two lists of texts look alike. */
static void
append_counted(StringInfo content, const char *text)
{
	appendStringInfo(content, "%zu:", strlen(text));
	appendStringInfoString(content, text);
}

/* Computes the fingerprint. */
static void
compute_fingerprint(NormalForm *form)
{
	StringInfoData content;
	bytea *bytes;
	bytea *hash;

	initStringInfo(&content);
	for (int i = 0; i < form->count; i++)
	{
		NormalObject *object = &form->objects[i];
		ListCell *name;
		ListCell *value;

		append_counted(&content, object->kind);
		append_counted(&content, object->identity);
		appendStringInfo(&content, "%d.", list_length(object->names));
		forboth (name, object->names, value, object->values)
		{
			append_counted(&content, lfirst(name));
			append_counted(&content, lfirst(value));
		}
	}
	bytes = palloc(VARHDRSZ + content.len);
	SET_VARSIZE(bytes, VARHDRSZ + content.len);
	memcpy(VARDATA(bytes), content.data, content.len);
	hash = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(bytes)));
	for (int i = 0; i < 32; i++)
		snprintf(form->fingerprint + 2 * i, 3, "%02x", ((unsigned char *) VARDATA_ANY(hash))[i]);
}

NormalForm *
normal_form_of(Oid schema)
{
	Description *description = description_read(schema, NULL, true);
	int part_count = list_length(description->parts);
	DescriptionPart **parts = palloc((part_count + 1) * sizeof(DescriptionPart *));
	NormalForm *form = palloc0(sizeof(NormalForm));
	ListCell *cell;
	int count = 0;

	foreach (cell, description->parts)
	{
		DescriptionPart *part = lfirst(cell);

		/* Nothing to compare: a default, which is a fact of its column too. */
		if (part->fact_count == 0)
			continue;
		part->identity = without_schema(part->identity, description->schema_name);
		parts[count++] = part;
	}
	qsort(parts, count, sizeof(DescriptionPart *), compare_parts);
	form->objects = palloc0((count + 1) * sizeof(NormalObject));
	for (int first = 0, next; first < count; first = next)
	{
		NormalObject *object = &form->objects[form->count++];

		for (next = first + 1; next < count && compare_parts(&parts[first], &parts[next]) == 0;)
			next++;
		object->kind = parts[first]->kind;
		object->identity = parts[first]->identity;
		object->relation = parts[first]->relation;
		take_facts(object, &parts[first], next - first, description->schema_name);
	}
	compute_fingerprint(form);
	return form;
}
