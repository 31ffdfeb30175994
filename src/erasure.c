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

#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "counters.h"
#include "erasure.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "object_access.h"
#include "privileged.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* Returns the first column of the first row as text in the current context; NULL: no row or null. */
static char *
first_value(void)
{
	return SPI_processed == 0 ? NULL : SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/* Returns the first column of the first row as a number. */
static int64
first_number(void)
{
	char *value = first_value();

	return value != NULL ? strtoll(value, NULL, 10) : 0;
}

uint64
erasure_locks_needed(Oid schema)
{
	/* A relation brings its TOAST table, row types and constraints. */
	privileged_execute("SELECT (SELECT 4 * count(*) FROM pg_class WHERE relnamespace = %u) "
					   "+ (SELECT count(*) FROM pg_proc WHERE pronamespace = %u) "
					   "+ (SELECT count(*) FROM pg_type WHERE typnamespace = %u) "
					   "+ (SELECT count(*) FROM pg_constraint WHERE connamespace = %u) "
					   "+ (SELECT count(*) FROM pg_largeobject_metadata l JOIN pg_authid r ON r.oid = l.lomowner "
					   "JOIN pg_namespace n ON n.nspname = r.rolname WHERE n.oid = %u)",
					   schema,
					   schema,
					   schema,
					   schema,
					   schema);
	return (uint64) first_number();
}

void
erasure_begin(Erasure *erasure)
{
	bool newly_deleted = privileged_execute("UPDATE tenancy.tenants SET status = 'deleted', deleted_at = now() "
											"WHERE id = '%s' AND status <> 'deleted'",
											erasure->tenant.id) > 0;

	if (newly_deleted ||
		privileged_execute("SELECT id FROM tenancy.erasures WHERE tenant_id = '%s' AND finished_at IS NULL",
						   erasure->tenant.id) == 0)
		privileged_execute("INSERT INTO tenancy.erasures (tenant_id, slug, schema_name, erased_by, forced) "
						   "VALUES ('%s', %s, %s, %s, %s) RETURNING id",
						   erasure->tenant.id,
						   quote_literal_cstr(erasure->tenant.slug),
						   quote_literal_cstr(erasure->tenant.schema),
						   quote_literal_cstr(erasure->erased_by),
						   erasure->forced ? "true" : "false");
	strlcpy(erasure->id, first_value(), sizeof(erasure->id));
	erasure->schema = get_namespace_oid(erasure->tenant.schema, true);
}

/* Tells whether a relation holds rows of its own that can be read. */
static bool
holds_rows(Oid relation)
{
	return privileged_execute("SELECT FROM pg_class WHERE oid = %u AND relkind IN ('r', 'm') AND relispopulated",
							  relation) > 0;
}

/* Counts the rows of a relation, exactly; 0 for what holds none of its own. */
static int64
count_rows(Oid relation)
{
	if (!holds_rows(relation))
		return 0;
	privileged_execute("SELECT count(*) FROM ONLY %s",
					   quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
												  get_rel_name(relation)));
	return first_number();
}

/* Returns the disk space of a relation in bytes. */
static int64
count_bytes(Oid relation)
{
	privileged_execute("SELECT pg_total_relation_size(%u)", relation);
	return first_number();
}

/* Removes objects, and unless forced nothing outside of the schema. */
static void
remove_objects(Erasure *erasure, const ObjectAddresses *objects)
{
	if (!erasure->forced)
		object_access_confine_drops(erasure->schema);
	PG_TRY();
	{
		performMultipleDeletions(objects, DROP_CASCADE, PERFORM_DELETION_QUIETLY);
	}
	PG_FINALLY();
	{
		object_access_confine_drops(InvalidOid);
	}
	PG_END_TRY();
	CommandCounterIncrement();
}

/* Adds to the record. */
static void
record(const Erasure *erasure, uint64 objects, int64 rows, int64 bytes)
{
	privileged_execute("UPDATE tenancy.erasures SET objects = objects + " UINT64_FORMAT
					   ", rows = rows + " INT64_FORMAT ", bytes = bytes + " INT64_FORMAT " WHERE id = '%s'",
					   objects,
					   rows,
					   bytes,
					   erasure->id);
}

/* Removes up to limit large objects of the tenant role, each of which takes a lock; returns how many. */
static uint64
remove_large_objects(const Erasure *erasure, uint64 limit)
{
	uint64 count;

	privileged_execute("SELECT count(lo_unlink(l.oid)) FROM (SELECT m.oid FROM pg_largeobject_metadata m "
					   "JOIN pg_authid r ON r.oid = m.lomowner WHERE r.rolname = %s LIMIT " UINT64_FORMAT ") l",
					   quote_literal_cstr(erasure->tenant.schema),
					   limit);
	count = (uint64) first_number();
	record(erasure, count, 0, 0);
	return count;
}

uint64
erasure_continue(Erasure *erasure, uint64 limit)
{
	ObjectAddresses *objects = new_object_addresses();
	SPITupleTable *found;
	int64 rows = 0;
	int64 bytes = 0;

	if (!OidIsValid(erasure->schema))
		return remove_large_objects(erasure, limit);
	privileged_execute("SELECT d.classid, d.objid FROM pg_depend d "
					   "WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %u "
					   "AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid "
					   "AND e.objid = d.objid AND e.deptype = 'e') "
					   "ORDER BY d.classid = 'pg_extension'::regclass DESC, d.classid = 'pg_class'::regclass DESC, "
					   "EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = d.objid), d.objid LIMIT " UINT64_FORMAT,
					   erasure->schema,
					   limit);
	found = SPI_tuptable;
	if (found->numvals == 0)
		return remove_large_objects(erasure, limit);

	for (uint64 i = 0; i < found->numvals; i++)
	{
		ObjectAddress address = {0};
		bool isnull;

		address.classId = DatumGetObjectId(SPI_getbinval(found->vals[i], found->tupdesc, 1, &isnull));
		address.objectId = DatumGetObjectId(SPI_getbinval(found->vals[i], found->tupdesc, 2, &isnull));
		if (address.classId == RelationRelationId)
		{
			rows += count_rows(address.objectId);
			bytes += count_bytes(address.objectId);
		}
		add_exact_object_address(&address, objects);
	}
	remove_objects(erasure, objects);
	record(erasure, found->numvals, rows, bytes);
	return found->numvals;
}

/* Drops the tenant role, unless a tenant of that name in another database uses it. */
static void
remove_role(const char *role)
{
	Oid role_id = get_role_oid(role, true);

	if (!OidIsValid(role_id))
		return;
	privileged_execute("DROP OWNED BY %s", quote_identifier(role));
	if (privileged_execute("SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = %u "
						   "AND dbid <> 0 AND dbid <> %u LIMIT 1",
						   role_id,
						   MyDatabaseId) > 0)
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
		privileged_execute("DROP SCHEMA %s", quote_identifier(erasure->tenant.schema));
	remove_role(erasure->tenant.schema);
	lifecycle_record_event(erasure->tenant.slug, "dropped", NULL, erasure->erased_by);
	privileged_execute("UPDATE tenancy.erasures SET finished_at = clock_timestamp() WHERE id = '%s'", erasure->id);
	counters_retire(erasure->tenant.schema);
}
