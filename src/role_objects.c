/*
 * role_objects.c
 *	  What belongs to one role, at a cost that does not depend on other roles.
 *
 * The catalogs have no index on the owner.  pg_shdepend has one on the role.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_shdepend.h"
#include "miscadmin.h"
#include "role_objects.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

/* Begins a scan of what belongs to a role, in any database. */
static SysScanDesc
scan_belongings(Relation depend, Oid role)
{
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0],
				Anum_pg_shdepend_refclassid,
				BTEqualStrategyNumber,
				F_OIDEQ,
				ObjectIdGetDatum(AuthIdRelationId));
	ScanKeyInit(&keys[1], Anum_pg_shdepend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(role));
	return systable_beginscan(depend, SharedDependReferenceIndexId, true, NULL, 2, keys);
}

List *
role_objects_large(Oid role, uint64 limit)
{
	Relation depend = table_open(SharedDependRelationId, AccessShareLock);
	SysScanDesc scan = scan_belongings(depend, role);
	HeapTuple tuple;
	List *objects = NIL;

	while ((uint64) list_length(objects) < limit && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_shdepend form = (Form_pg_shdepend) GETSTRUCT(tuple);

		if (form->dbid == MyDatabaseId && form->classid == LargeObjectRelationId &&
			form->deptype == SHARED_DEPENDENCY_OWNER)
			objects = lappend_oid(objects, form->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return objects;
}

bool
role_objects_elsewhere(Oid role)
{
	Relation depend = table_open(SharedDependRelationId, AccessShareLock);
	SysScanDesc scan = scan_belongings(depend, role);
	HeapTuple tuple;
	bool used = false;

	while (!used && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Oid database = ((Form_pg_shdepend) GETSTRUCT(tuple))->dbid;

		used = OidIsValid(database) && database != MyDatabaseId;
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return used;
}
