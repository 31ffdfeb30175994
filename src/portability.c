/*
 * portability.c
 *	  What reaches out of a tenant's schema: what a dump of the schema does not bring, and
 *	  what would not work elsewhere, or under another name.
 *
 * The objects of the schema are walked through pg_depend, so that the cost is that of
 * the tenant.  What PostgreSQL keeps no dependencies of, names in the text of
 * functions and in strings, is looked for in the text.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_shdepend.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/tablespace.h"
#include "compat.h"
#include "dependencies.h"
#include "description.h"
#include "errors.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "lifecycle.h"
#include "ownership.h"
#include "placement.h"
#include "privileged.h"
#include "role_objects.h"
#include "schema_mentions.h"
#include "schema_objects.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(tenancy_check_portable);

/* The walk through a tenant's objects. */
typedef struct Walk
{
	const char *slug;
	const char *schema_name;
	Oid schema;
	Oid role;
	Oid owner;	   /* of the schema */
	HTAB *seen;	   /* class and oid of the objects of the schema, found so far */
	List *waiting; /* SchemaObject pointers, to be looked at */
	ReturnSetInfo *result;
	List *told; /* strings: what was said about the present object */
} Walk;

/* Adds a row to the result, unless the same was said about the present object. */
static void
tell(Walk *walk, const char *object, char *problem)
{
	Datum values[2] = {CStringGetTextDatum(object), CStringGetTextDatum(problem)};
	bool nulls[2] = {false, false};
	char *sentence = psprintf("%s: %s", object, problem);
	ListCell *cell;

	foreach (cell, walk->told)
	{
		if (strcmp(lfirst(cell), sentence) == 0)
			return;
	}
	walk->told = lappend(walk->told, sentence);
	tuplestore_putvalues(walk->result->setResult, walk->result->setDesc, values, nulls);
}

/* The same for an object by its address. */
static void
tell_of(Walk *walk, const ObjectAddress *address, char *problem)
{
	tell(walk, getObjectDescription(address, false), problem);
}

/* Puts an object of the schema on the list, unless it was there before. */
static void
enqueue(Walk *walk, SchemaObject *object)
{
	Oid key[2] = {object->address.classId, object->address.objectId};
	bool found;

	(void) hash_search(walk->seen, key, HASH_ENTER, &found);
	if (!found)
		walk->waiting = lappend(walk->waiting, object);
}

/* Tells whether an object lies in the tenant's schema, or serves one that does. */
static bool
is_inside(const Walk *walk, Oid class_id, Oid object_id)
{
	Oid key[2] = {class_id, object_id};
	Oid schema;

	if (hash_search(walk->seen, key, HASH_FIND, NULL) != NULL)
		return true;
	if (class_id == NamespaceRelationId)
		return object_id == walk->schema;
	schema = placement_schema(class_id, object_id);
	return schema == walk->schema || schema == PG_TOAST_NAMESPACE;
}

/* Tells whether a collation is the same on every operating system. */
static bool
is_universal_collation(Oid collation)
{
	static const char *const universal[] = {"default", "C", "POSIX", "ucs_basic", "pg_c_utf8", "pg_unicode_fast"};
	const char *name = get_collation_name(collation);

	for (int i = 0; i < (int) lengthof(universal); i++)
	{
		if (name == NULL || strcmp(name, universal[i]) == 0)
			return true;
	}
	return false;
}

/* Judges a reference from an object of the schema to something that PostgreSQL brings itself. */
static void
judge_builtin(Walk *walk, const ObjectAddress *from, const ObjectAddress *to)
{
	/* initdb takes collations over from the operating system. */
	if (to->classId == CollationRelationId && !is_universal_collation(to->objectId))
		tell_of(walk, from, psprintf("needs %s of the server's operating system", getObjectDescription(to, false)));
}

/* Judges a reference from an object of the schema to one outside. */
static void
judge_reference(Walk *walk, const ObjectAddress *from, const ObjectAddress *to)
{
	Oid extension =
		to->classId == ExtensionRelationId ? to->objectId : getExtensionOfObject(to->classId, to->objectId);
	ObjectAddress target = {.classId = to->classId, .objectId = to->objectId};

	if (to->classId == ExtensionRelationId)
		tell_of(walk, from, psprintf("belongs to extension \"%s\"", get_extension_name(extension)));
	else if (OidIsValid(extension))
	{
		/* A server without tenancy is no place for a tenant. */
		if (extension != get_extension_oid("tenancy", true))
			tell_of(walk, from, psprintf("needs extension \"%s\"", get_extension_name(extension)));
	}
	else if (from->classId == ConstraintRelationId && to->classId == RelationRelationId)
	{
		/* A foreign key depends on the columns and on the index of what it refers to. */
		if (get_rel_relkind(to->objectId) == RELKIND_RELATION ||
			get_rel_relkind(to->objectId) == RELKIND_PARTITIONED_TABLE)
			tell_of(walk, from, psprintf("refers to %s", getObjectDescription(&target, false)));
	}
	else
		tell_of(walk, from, psprintf("depends on %s", getObjectDescription(&target, false)));
}

/* Looks at what an object of the schema refers to. */
static void
follow_references(Walk *walk, const ObjectAddress *from)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = dependencies_of(depend, from->classId, from->objectId);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress part;
		ObjectAddress to;

		ObjectAddressSubSet(part, form->classid, form->objid, form->objsubid);
		ObjectAddressSet(to, form->refclassid, form->refobjid);
		if (to.objectId < FirstNormalObjectId)
			judge_builtin(walk, &part, &to);
		else if (!is_inside(walk, to.classId, to.objectId))
			judge_reference(walk, &part, &to);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Looks at what refers to an object of the schema: parts of the schema are to be looked at, others stay behind. */
static void
follow_referents(Walk *walk, const ObjectAddress *to)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = dependencies_on(depend, to->classId, to->objectId);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		SchemaObject *object = palloc0(sizeof(SchemaObject));

		ObjectAddressSet(object->address, form->classid, form->objid);
		object->is_internal = true;
		if (is_inside(walk, form->classid, form->objid))
			enqueue(walk, object);
		else
			tell_of(walk, to, psprintf("is used by %s", getObjectDescription(&object->address, false)));
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Judges what an object of the schema has to do with a role. */
static void
judge_role(Walk *walk, const ObjectAddress *object, Oid role, char dependency)
{
	char *name = GetUserNameFromId(role, true);

	if (name == NULL || role == walk->role || strcmp(name, "tenancy_tenant") == 0)
		return;
	if (dependency == SHARED_DEPENDENCY_ACL)
		tell_of(walk, object, psprintf("is granted to role \"%s\"", name));
	else if (dependency == SHARED_DEPENDENCY_POLICY)
		tell_of(walk, object, psprintf("is for role \"%s\"", name));
}

/* Looks at what an object of the schema has to do with roles and tablespaces. */
static void
follow_shared(Walk *walk, const ObjectAddress *object)
{
	Relation depend = table_open(SharedDependRelationId, AccessShareLock);
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_shdepend_dbid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(MyDatabaseId));
	ScanKeyInit(&keys[1],
				Anum_pg_shdepend_classid,
				BTEqualStrategyNumber,
				F_OIDEQ,
				ObjectIdGetDatum(object->classId));
	ScanKeyInit(&keys[2], Anum_pg_shdepend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object->objectId));
	scan = systable_beginscan(depend, SharedDependDependerIndexId, true, NULL, 3, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_shdepend form = (Form_pg_shdepend) GETSTRUCT(tuple);
		ObjectAddress part;

		ObjectAddressSubSet(part, form->classid, form->objid, form->objsubid);
		if (form->refclassid == AuthIdRelationId)
			judge_role(walk, &part, form->refobjid, form->deptype);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	if (object->classId == RelationRelationId && OidIsValid(get_rel_tablespace(object->objectId)))
		tell_of(walk,
				object,
				psprintf("is in tablespace \"%s\"", get_tablespace_name(get_rel_tablespace(object->objectId))));
}

/* Looks at who owns an object, which is the schema's owner if all is well. */
static void
check_owner(Walk *walk, const ObjectAddress *object)
{
	Oid owner = ownership_of(object);

	if (OidIsValid(owner) && owner != walk->owner && owner != walk->role)
		tell_of(walk, object, psprintf("is owned by role \"%s\"", GetUserNameFromId(owner, false)));
}

/* Walks through the objects of the schema. */
static void
walk_objects(Walk *walk)
{
	ObjectAddress schema;
	ListCell *cell;

	ObjectAddressSet(schema, NamespaceRelationId, walk->schema);
	if (walk->owner != walk->role)
		tell_of(walk,
				&schema,
				psprintf("is owned by role \"%s\", with all that has no other owner",
						 GetUserNameFromId(walk->owner, false)));
	follow_shared(walk, &schema);
	foreach (cell, schema_objects_find(walk->schema))
		enqueue(walk, lfirst(cell));

	/* The list grows while it is walked. */
	for (int i = 0; i < list_length(walk->waiting); i++)
	{
		const SchemaObject *object = list_nth(walk->waiting, i);

		CHECK_FOR_INTERRUPTS();
		walk->told = NIL;
		if (object->address.classId == ExtensionRelationId)
			tell_of(walk,
					&object->address,
					pstrdup("lies in the schema, and a dump of the schema does not bring it"));
		follow_references(walk, &object->address);
		/* What belongs to an extension comes with it. */
		if (object->is_extension_member || object->address.classId == ExtensionRelationId)
			continue;
		if (!object->is_internal)
			check_owner(walk, &object->address);
		follow_referents(walk, &object->address);
		follow_shared(walk, &object->address);
	}
}

/* Returns what a function runs and the settings that it brings, as one text; palloc'd. */
static char *
text_of_function(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	StringInfoData all;
	Datum value;
	Datum *settings;
	bool *nulls;
	bool isnull;
	int count = 0;

	initStringInfo(&all);
	if (!HeapTupleIsValid(tuple))
		return all.data;
	value = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
	appendStringInfoString(&all, TextDatumGetCString(value));
	value = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proconfig, &isnull);
	if (!isnull)
		deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &settings, &nulls, &count);
	for (int i = 0; i < count; i++)
		appendStringInfo(&all, " %s", TextDatumGetCString(settings[i]));
	ReleaseSysCache(tuple);
	return all.data;
}

/* Tells of names of schemas in a text. */
static void
tell_mentions(Walk *walk, const DescribedObject *object, const char *text, bool others)
{
	ListCell *cell;

	foreach (cell, schema_mentions_find(text, walk->schema_name, others))
		tell_of(walk, &object->address, lfirst(cell));
}

/* Looks for names of schemas where PostgreSQL keeps no dependencies. */
static void
check_texts(Walk *walk)
{
	ListCell *cell;

	foreach (cell, description_script(walk->schema))
	{
		const DescribedObject *object = lfirst(cell);

		/* The role has the schema's name. */
		if (strstr(object->kind, "privileges") != NULL || strcmp(object->kind, "owner") == 0)
			continue;
		walk->told = NIL;
		tell_mentions(walk, object, object->definition, false);
		if (object->address.classId == ProcedureRelationId)
			tell_mentions(walk, object, text_of_function(object->address.objectId), true);
	}
}

/* Looks at what belongs to the tenant role and lies in no schema. */
static void
look_at_role(Walk *walk)
{
	const char *object = psprintf("role %s", walk->schema_name);
	int large = list_length(role_objects_large(walk->role, PG_UINT64_MAX));

	if (large > 0)
		tell(walk, object, psprintf("owns large objects, which are in no schema: %d", large));
	privileged_execute(
		"SELECT format('has a setting of its own: %%s', s) FROM pg_db_role_setting, unnest(setconfig) s "
		"WHERE setrole = %u AND setdatabase IN (0, %u) "
		"UNION ALL SELECT format('is a member of role \"%%s\"', r.rolname) FROM pg_auth_members m "
		"JOIN pg_authid r ON r.oid = m.roleid WHERE m.member = %u AND r.rolname <> 'tenancy_tenant' "
		"UNION ALL SELECT format('has the member \"%%s\"', r.rolname) FROM pg_auth_members m "
		"JOIN pg_authid r ON r.oid = m.member WHERE m.roleid = %u",
		walk->role,
		MyDatabaseId,
		walk->role,
		walk->role);
	for (uint64 i = 0; i < SPI_processed; i++)
		tell(walk, object, privileged_value(i, 1));
}

/* Checks a tenant. */
static void
check(void *argument)
{
	Walk *walk = argument;
	HASHCTL control = {.keysize = 2 * sizeof(Oid), .entrysize = 2 * sizeof(Oid)};
	RegistryRow row;

	SPI_connect();
	lifecycle_require_row(walk->slug, &row);
	walk->schema_name = row.schema;
	walk->schema = get_namespace_oid(row.schema, true);
	walk->role = get_role_oid(row.schema, true);
	if (!OidIsValid(walk->schema) || !OidIsValid(walk->role))
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = walk->slug});
	walk->owner = ownership_of_schema(walk->schema);
	control.hcxt = CurrentMemoryContext;
	walk->seen = hash_create("tenancy portability", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	walk_objects(walk);
	check_texts(walk);
	look_at_role(walk);
	SPI_finish();
}

/* tenancy.check_portable(slug): returns what reaches out of the tenant's schema, a row each. */
Datum
tenancy_check_portable(PG_FUNCTION_ARGS)
{
	Walk walk = {.result = (ReturnSetInfo *) fcinfo->resultinfo};

	lifecycle_require_unbound("tenancy.check_portable()");
	walk.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(walk.slug);
	InitMaterializedSRF(fcinfo, 0);
	privileged_run(check, &walk);
	return (Datum) 0;
}
