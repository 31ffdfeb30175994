/*
 * naming.c
 *	  Types whose values name objects when they are printed.
 *
 * Such a value is the OID of an object: regclass and its like, and arrays, rows,
 * domains and ranges that hold one.  What an anonymous row holds, only its value tells.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "bridge.h"
#include "builtins.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "naming.h"
#include "registry.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

bool naming_builtin_types[FirstNormalObjectId];

void
naming_start(void)
{
	static const Oid types[] = {
		REGCLASSOID,		  REGCLASSARRAYOID,		REGPROCOID,		   REGPROCARRAYOID,		 REGPROCEDUREOID,
		REGPROCEDUREARRAYOID, REGOPEROID,			REGOPERARRAYOID,   REGOPERATOROID,		 REGOPERATORARRAYOID,
		REGTYPEOID,			  REGTYPEARRAYOID,		REGNAMESPACEOID,   REGNAMESPACEARRAYOID, REGROLEOID,
		REGROLEARRAYOID,	  REGCONFIGOID,			REGCONFIGARRAYOID, REGDICTIONARYOID,	 REGDICTIONARYARRAYOID,
		REGCOLLATIONOID,	  REGCOLLATIONARRAYOID,
	};

	for (int i = 0; i < (int) lengthof(types); i++)
		naming_builtin_types[types[i]] = true;
	/* Of these only the value tells what it is made of. */
	naming_builtin_types[RECORDOID] = true;
	naming_builtin_types[RECORDARRAYOID] = true;
	naming_builtin_types[ANYOID] = true;
	naming_builtin_types[ANYARRAYOID] = true;
	naming_builtin_types[ANYRANGEOID] = true;
	naming_builtin_types[ANYMULTIRANGEOID] = true;
	/* It names two roles. */
	naming_builtin_types[ACLITEMOID] = true;
	naming_builtin_types[ACLITEMARRAYOID] = true;
}

/* Tells whether a column of a row type names objects. */
static bool
row_holds_name(Oid type)
{
	TupleDesc descriptor = lookup_rowtype_tupdesc_noerror(type, -1, true);
	bool result = false;

	if (descriptor == NULL)
		return true;
	for (int i = 0; i < descriptor->natts && !result; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		result = !attribute->attisdropped && naming_type(attribute->atttypid);
	}
	ReleaseTupleDesc(descriptor);
	return result;
}

/* Finds out about a type that a user has made. */
static bool
find_holds_name(Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	bool result = true;

	check_stack_depth();
	if (!HeapTupleIsValid(tuple))
		return true;
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

		if (IsTrueArrayType(form))
			result = naming_type(form->typelem);
		else if (form->typtype == TYPTYPE_DOMAIN)
			result = naming_type(form->typbasetype);
		else if (form->typtype == TYPTYPE_COMPOSITE)
			result = row_holds_name(type);
		else if (form->typtype == TYPTYPE_RANGE)
			result = naming_type(get_range_subtype(type));
		else if (form->typtype == TYPTYPE_MULTIRANGE)
			result = naming_type(get_range_subtype(get_multirange_range(type)));
		else
			result = false;
	}
	ReleaseSysCache(tuple);
	return result;
}

bool
naming_type(Oid type)
{
	uint32 known;
	bool result;

	if (type < FirstNormalObjectId)
		return naming_builtin_types[type];
	if (bridge_object_find(BRIDGE_HOLDS_NAME, type, &known))
		return known != 0;
	result = find_holds_name(type);
	registry_begin_caches();
	bridge_object_remember(BRIDGE_HOLDS_NAME, type, result);
	return result;
}

bool
naming_column(Oid relation, AttrNumber column)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	AttrNumber last = column;

	if (HeapTupleIsValid(tuple))
	{
		if (column == 0)
			last = ((Form_pg_class) GETSTRUCT(tuple))->relnatts;
		ReleaseSysCache(tuple);
	}
	for (AttrNumber i = column != 0 ? column : 1; i <= last; i++)
	{
		/* A column that was dropped has no type. */
		Oid type = get_atttype(relation, i);

		if (OidIsValid(type) && naming_type(type))
			return true;
	}
	return false;
}
