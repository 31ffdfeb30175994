/*
 * dependencies.c
 *	  Scans of pg_depend by one object.
 *
 * pg_depend has an index for either direction, so that what these cost does not depend
 * on how many objects there are.
 */
#include "postgres.h"

#include "catalog/pg_depend.h"
#include "dependencies.h"
#include "utils/fmgroids.h"

/* Begins a scan by two columns, class and object, of an index. */
static SysScanDesc
begin_scan(Relation depend, Oid index, AttrNumber class_column, AttrNumber object_column, Oid class_id, Oid object_id)
{
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], class_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(class_id));
	ScanKeyInit(&keys[1], object_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object_id));
	return systable_beginscan(depend, index, true, NULL, 2, keys);
}

SysScanDesc
dependencies_of(Relation depend, Oid class_id, Oid object_id)
{
	return begin_scan(depend,
					  DependDependerIndexId,
					  Anum_pg_depend_classid,
					  Anum_pg_depend_objid,
					  class_id,
					  object_id);
}

SysScanDesc
dependencies_on(Relation depend, Oid class_id, Oid object_id)
{
	return begin_scan(depend,
					  DependReferenceIndexId,
					  Anum_pg_depend_refclassid,
					  Anum_pg_depend_refobjid,
					  class_id,
					  object_id);
}
