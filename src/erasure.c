/*
 * erasure.c
 *	  Removal of all that a tenant has, in portions.
 *
 * Dropping an object locks it and everything that hangs on it until the end of the
 * transaction, and a large schema has more objects than the lock table has room
 * for.  A portion takes objects whose removal drags few others along first:
 * extensions, then relations without children, then the rest.
 *
 * The registry row goes to "deleted" before anything is removed, so that an
 * erasure that was interrupted leaves a tenant nobody can reach, and can be taken
 * up again.
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "counters.h"
#include "erasure.h"
#include "executor/spi.h"
#include "ledger.h"
#include "miscadmin.h"
#include "privileged.h"
#include "removal.h"
#include "role_objects.h"
#include "schema_objects.h"
#include "utils/acl.h"
#include "utils/builtins.h"

/* Locks that go with an object by itself, and with each reference to it: more often too many than too few. */
#define LOCKS_OF_OBJECT 5
#define LOCKS_OF_REFERENCE 2

/* Returns the large objects of the tenant role, up to limit. */
static List *
find_large_objects(const Erasure *erasure, uint64 limit)
{
	Oid role = get_role_oid(erasure->tenant.schema, true);

	return OidIsValid(role) ? role_objects_large(role, limit) : NIL;
}

uint64
erasure_locks_needed(Erasure *erasure)
{
	uint64 locks = list_length(find_large_objects(erasure, PG_UINT64_MAX));
	ListCell *cell;

	erasure->first_found = schema_objects_find(erasure->schema);
	foreach (cell, erasure->first_found)
	{
		const SchemaObject *object = lfirst(cell);

		/* Itself, its types and its TOAST table; what refers to it, such as a foreign key with its triggers. */
		locks += LOCKS_OF_OBJECT + LOCKS_OF_REFERENCE * schema_objects_count_references(&object->address);
	}
	return locks;
}

/* Marks the tenant as deleted; false if it was so before. */
static bool
mark_deleted(const char *tenant_id)
{
	static PrivilegedStatement statement = {.sql =
												"UPDATE tenancy.tenants SET status = 'deleted', deleted_at = now() "
												"WHERE id = $1 AND status <> 'deleted'",
											.parameters = 1,
											.types = {UUIDOID}};

	return privileged_execute_prepared(&statement, &tenant_id) > 0;
}

/* Opens a record; its id is the result. */
static void
open_record(const Erasure *erasure)
{
	static PrivilegedStatement statement =
		{.sql = "INSERT INTO tenancy.erasures (tenant_id, slug, schema_name, erased_by, forced) "
				"VALUES ($1, $2, $3, $4, $5) RETURNING id",
		 .parameters = 5,
		 .types = {UUIDOID, VARCHAROID, VARCHAROID, NAMEOID, BOOLOID}};
	const char *values[] = {erasure->tenant.id,
							erasure->tenant.slug,
							erasure->tenant.schema,
							erasure->erased_by,
							erasure->forced ? "true" : "false"};

	privileged_execute_prepared(&statement, values);
}

void
erasure_begin(Erasure *erasure)
{
	if (mark_deleted(erasure->tenant.id) ||
		privileged_execute("SELECT id FROM tenancy.erasures WHERE tenant_id = '%s' AND finished_at IS NULL",
						   erasure->tenant.id) == 0)
		open_record(erasure);
	strlcpy(erasure->id, privileged_value(0, 1), sizeof(erasure->id));
	erasure->schema = get_namespace_oid(erasure->tenant.schema, true);
}

/* Returns what is left in the schema, in the order in which it goes. */
static List *
find_objects(Erasure *erasure)
{
	List *found = erasure->first_found;
	List *extensions = NIL;
	List *leaves = NIL;
	List *others = NIL;
	ListCell *cell;

	if (!OidIsValid(erasure->schema))
		return NIL;
	erasure->first_found = NIL;
	if (found == NIL)
		found = schema_objects_find(erasure->schema);
	foreach (cell, found)
	{
		SchemaObject *object = lfirst(cell);

		if (object->is_extension_member)
			continue;
		if (object->address.classId == ExtensionRelationId)
			extensions = lappend(extensions, object);
		else if (object->address.classId == RelationRelationId && !has_subclass(object->address.objectId))
			leaves = lappend(leaves, object);
		else
			others = lappend(others, object);
	}
	return list_concat(list_concat(extensions, leaves), others);
}

/* Removes up to limit objects of the schema, those that drag few others along first; returns how many. */
static uint64
remove_from_schema(Erasure *erasure, uint64 limit)
{
	ObjectAddresses *objects = new_object_addresses();
	uint64 count = 0;
	ListCell *cell;

	foreach (cell, find_objects(erasure))
	{
		const ObjectAddress *address = &((SchemaObject *) lfirst(cell))->address;

		if (count == limit)
			break;
		add_exact_object_address(address, objects);
		count++;
	}
	if (count > 0)
		removal_run(objects, erasure->forced ? InvalidOid : erasure->schema, &erasure->losses);
	return count;
}

/* Removes up to limit large objects of the tenant role, each of which takes a lock; returns how many. */
static uint64
remove_large_objects(Erasure *erasure, uint64 limit)
{
	ObjectAddresses *objects = new_object_addresses();
	List *found = find_large_objects(erasure, limit);
	ListCell *cell;

	if (found == NIL)
		return 0;
	foreach (cell, found)
	{
		ObjectAddress address;

		ObjectAddressSet(address, LargeObjectRelationId, lfirst_oid(cell));
		add_exact_object_address(&address, objects);
	}
	removal_run(objects, erasure->forced ? InvalidOid : erasure->schema, &erasure->losses);
	return list_length(found);
}

uint64
erasure_continue(Erasure *erasure, uint64 limit)
{
	uint64 count = remove_from_schema(erasure, limit);

	if (count == 0)
		count = remove_large_objects(erasure, limit);
	erasure->objects += count;
	return count;
}

/* Adds what was removed to the record, and closes it if that was all. */
static void
save(Erasure *erasure, bool finished)
{
	static PrivilegedStatement statement =
		{.sql = "UPDATE tenancy.erasures SET objects = objects + $2, rows = rows + $3, bytes = bytes + $4, "
				"finished_at = CASE WHEN $5 THEN clock_timestamp() END WHERE id = $1",
		 .parameters = 5,
		 .types = {UUIDOID, INT8OID, INT8OID, INT8OID, BOOLOID}};
	const char *values[] = {erasure->id,
							psprintf(UINT64_FORMAT, erasure->objects),
							psprintf(INT64_FORMAT, erasure->losses.rows),
							psprintf(INT64_FORMAT, erasure->losses.bytes),
							finished ? "true" : "false"};

	privileged_execute_prepared(&statement, values);
	erasure->objects = 0;
	erasure->losses = (Losses){0};
}

void
erasure_save(Erasure *erasure)
{
	save(erasure, false);
}

/* Drops the tenant role, unless a tenant of that name in another database uses it. */
static void
remove_role(const char *role)
{
	Oid role_id = get_role_oid(role, true);

	if (!OidIsValid(role_id))
		return;
	privileged_execute("DROP OWNED BY %s", quote_identifier(role));
	if (role_objects_elsewhere(role_id))
		ereport(NOTICE,
				(errmsg("role \"%s\" is kept", role),
				 errdetail("It owns objects or has privileges in other databases.")));
	else
		privileged_execute("DROP ROLE %s", quote_identifier(role));
}

void
erasure_finish(Erasure *erasure)
{
	if (OidIsValid(erasure->schema))
	{
		ObjectAddress address;

		ObjectAddressSet(address, NamespaceRelationId, erasure->schema);
		performDeletion(&address, DROP_RESTRICT, 0);
	}
	remove_role(erasure->tenant.schema);
	ledger_forget_tenant(erasure->tenant.id);
	lifecycle_record_event(erasure->tenant.slug, "dropped", NULL, erasure->erased_by);
	save(erasure, true);
	counters_retire(erasure->tenant.schema);
}
