/*
 * schema_size.c
 *	  Disk space of one schema.
 *
 * pg_class has no index on the schema, so a tenant's relations are found through
 * pg_depend: the cost is that of the tenant, not that of all tenants.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lifecycle.h"
#include "miscadmin.h"
#include "privileged.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

PG_FUNCTION_INFO_V1(tenancy_schema_size);

/* What privileged_run() is given to measure. */
typedef struct Measurement
{
	Oid schema;
	int64 bytes;
} Measurement;

/* Adds up the relations of a schema, each with its indexes and TOAST. */
static void
measure(void *argument)
{
	Measurement *measurement = argument;
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, NamespaceRelationId);
	ScanKeyInit(&keys[1],
				Anum_pg_depend_refobjid,
				BTEqualStrategyNumber,
				F_OIDEQ,
				ObjectIdGetDatum(measurement->schema));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		LOCAL_FCINFO(call, 1);
		Datum size;

		CHECK_FOR_INTERRUPTS();
		if (form->classid != RelationRelationId)
			continue;
		InitFunctionCallInfoData(*call, NULL, 1, InvalidOid, NULL, NULL);
		call->args[0].value = ObjectIdGetDatum(form->objid);
		call->args[0].isnull = false;
		size = pg_total_relation_size(call);
		if (!call->isnull)
			measurement->bytes += DatumGetInt64(size);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* tenancy.schema_size(schema_name): bytes on disk; null if there is no such schema. */
Datum
tenancy_schema_size(PG_FUNCTION_ARGS)
{
	Measurement measurement = {InvalidOid, 0};

	lifecycle_require_unbound("tenancy.schema_size()");
	measurement.schema = get_namespace_oid(text_to_cstring(PG_GETARG_TEXT_PP(0)), true);
	if (!OidIsValid(measurement.schema))
		PG_RETURN_NULL();
	privileged_run(measure, &measurement);
	PG_RETURN_INT64(measurement.bytes);
}
