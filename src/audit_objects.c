/*
 * audit_objects.c
 *	  The objects that a statement has reached, and their names.
 *
 * A name is qualified and quoted as SQL has it, and has no line end in it: names are told of
 * one a line.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "audit_objects.h"
#include "bridge.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* Replaces control characters of a name, in place: a line end would make two names of it. */
static char *
tame(char *name)
{
	for (char *c = name; *c != '\0'; c++)
	{
		if ((unsigned char) *c < ' ' || *c == '\x7f')
			*c = '?';
	}
	return name;
}

/* Adds an object that is not there yet. */
static AuditObject *
add(AuditObjects *objects, Oid relation, const char *name, int reached)
{
	AuditObject *object;

	if (objects->list == NULL)
	{
		objects->room = 8;
		objects->list = MemoryContextAlloc(objects->context, sizeof(AuditObject) * (Size) objects->room);
	}
	else if (objects->count == objects->room)
	{
		objects->list = repalloc(objects->list, sizeof(AuditObject) * (Size) objects->room * 2);
		objects->room *= 2;
	}
	object = &objects->list[objects->count];
	object->relation = relation;
	object->slug = NULL;
	object->reached = reached;
	object->name = tame(MemoryContextStrdup(objects->context, name));
	objects->count++;
	return object;
}

/* Names of relations that were found lately, each at the place that its OID gives. */
#define KNOWN_NAMES 64

static struct
{
	Oid relation;
	char name[2 * (2 * NAMEDATALEN + 2)];
} known_names[KNOWN_NAMES];

/* How often names were forgotten: one that was overtaken while it was found is not kept. */
static uint64 generation = 0;

/* Forgets the names when any relation or schema changes. */
static void
forget_names(Datum argument, int cache, uint32 hash)
{
	(void) argument;
	(void) cache;
	(void) hash;
	memset(known_names, 0, sizeof(known_names));
	generation++;
}

/* Returns the name of a relation. */
static const char *
name_of_relation(Oid relation)
{
	static bool watched = false;
	int place = (int) (relation % KNOWN_NAMES);
	uint64 before = generation;
	char *schema;
	char *name;

	if (known_names[place].relation == relation)
		return known_names[place].name;
	if (!watched)
	{
		CacheRegisterSyscacheCallback(RELOID, forget_names, (Datum) 0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, forget_names, (Datum) 0);
		watched = true;
	}
	name = get_rel_name(relation);
	schema = get_namespace_name(get_rel_namespace(relation));
	if (name == NULL || schema == NULL)
		return psprintf("relation %u", relation);
	name = tame(quote_qualified_identifier(schema, name));
	if (before == generation)
	{
		strlcpy(known_names[place].name, name, sizeof(known_names[place].name));
		known_names[place].relation = relation;
	}
	return name;
}

AuditObject *
audit_objects_add_relation(AuditObjects *objects, Oid relation, int reached)
{

	for (int i = objects->count - 1; i >= 0; i--)
	{
		if (objects->list[i].relation == relation)
		{
			objects->list[i].reached |= reached;
			return &objects->list[i];
		}
	}
	return add(objects, relation, name_of_relation(relation), reached);
}

AuditObject *
audit_objects_add_name(AuditObjects *objects, const char *name, int reached)
{
	for (int i = objects->count - 1; i >= 0; i--)
	{
		if (!OidIsValid(objects->list[i].relation) && strcmp(objects->list[i].name, name) == 0)
		{
			objects->list[i].reached |= reached;
			return &objects->list[i];
		}
	}
	return add(objects, InvalidOid, name, reached);
}

void
audit_objects_add_reach(AuditObjects *objects, Oid tenant_schema, Oid relation)
{
	char *schema = get_namespace_name(tenant_schema);
	char slug[TENANCY_SLUG_SIZE];
	AuditObject *object;

	if (schema == NULL || !bridge_slug_of_schema(schema, slug))
		return;
	if (OidIsValid(relation))
		object = audit_objects_add_relation(objects, relation, AUDIT_OBJECT_READ);
	else
		object = audit_objects_add_name(objects, quote_identifier(schema), AUDIT_OBJECT_READ);
	if (object->slug == NULL)
		object->slug = MemoryContextStrdup(objects->context, slug);
}

void
audit_objects_keep(AuditObjects *objects, int reached)
{
	int kept = 0;

	for (int i = 0; i < objects->count; i++)
	{
		if ((objects->list[i].reached & reached) == 0)
			continue;
		objects->list[kept] = objects->list[i];
		objects->list[kept].reached = reached;
		objects->list[kept].slug = NULL;
		kept++;
	}
	objects->count = kept;
}

void
audit_objects_clear(AuditObjects *objects)
{
	objects->list = NULL;
	objects->count = 0;
	if (objects->context != NULL)
		MemoryContextReset(objects->context);
}

const char *
audit_objects_names(const AuditObjects *objects, int reached, const char *slug, const char *separator)
{
	const char *only = NULL;
	StringInfoData names;

	names.data = NULL;
	for (int i = 0; i < objects->count; i++)
	{
		const AuditObject *object = &objects->list[i];

		if ((object->reached & reached) == 0 || (slug == NULL) != (object->slug == NULL) ||
			(slug != NULL && strcmp(slug, object->slug) != 0))
			continue;
		/* Mostly there is one. */
		if (only == NULL)
		{
			only = object->name;
			continue;
		}
		if (names.data == NULL)
		{
			initStringInfo(&names);
			appendStringInfoString(&names, only);
		}
		appendStringInfoString(&names, separator);
		appendStringInfoString(&names, object->name);
	}
	return names.data != NULL ? names.data : only;
}

/* Tells whether a type is one that comes with something else: a row type or an array. */
static bool
is_implied_type(Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	bool result = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

		result = (form->typtype == TYPTYPE_COMPOSITE && get_rel_relkind(form->typrelid) != RELKIND_COMPOSITE_TYPE) ||
				 (OidIsValid(form->typelem) && get_array_type(form->typelem) == type);
		ReleaseSysCache(tuple);
	}
	return result;
}

char *
audit_objects_identify(Oid class_id, Oid object_id, int sub_id)
{
	ObjectAddress address = {.classId = class_id, .objectId = object_id, .objectSubId = sub_id};
	char *type;
	char *identity;

	if (class_id == AttrDefaultRelationId || !is_objectclass_supported(class_id) ||
		(class_id == TypeRelationId && is_implied_type(object_id)) ||
		(class_id == RelationRelationId && get_rel_namespace(object_id) == PG_TOAST_NAMESPACE))
		return NULL;
	identity = getObjectIdentity(&address, true);
	if (identity == NULL)
		return NULL;
	/* A table's own name says what it is where that is told of its columns and triggers. */
	if (class_id == RelationRelationId && sub_id == 0)
		return identity;
	type = getObjectTypeDescription(&address, true);
	return type != NULL ? psprintf("%s %s", type, identity) : identity;
}
