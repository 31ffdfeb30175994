/*
 * extension_objects.c
 *	  OIDs of the extension's own functions that the planner puts into queries.
 *
 * Found by name in the schema tenancy, without the search path and its hooks, and
 * remembered until a function changes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "extension_objects.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* Name and arguments of each function, in the order of ExtensionFunction. */
static const struct
{
	const char *name;
	int argument_count;
	Oid arguments[2];
} functions[EXTENSION_FUNCTIONS] = {
	{"is_visible", 2, {OIDOID, OIDOID}},
	{"is_visible_object", 2, {OIDOID, OIDOID}},
	{"is_visible_relation", 2, {OIDOID, OIDOID}},
	{"is_visible_statistics", 2, {OIDOID, INT2OID}},
	{"call_stable", 2, {OIDOID, ANYOID}},
	{"call_volatile", 2, {OIDOID, ANYOID}},
	{"visible_value", 1, {ANYELEMENTOID, InvalidOid}},
	{"visible_oid", 2, {OIDOID, OIDOID}},
};

static Oid known[EXTENSION_FUNCTIONS];

Oid
extension_function(ExtensionFunction function)
{
	if (!OidIsValid(known[function]))
	{
		oidvector *arguments = buildoidvector(functions[function].arguments, functions[function].argument_count);

		known[function] = GetSysCacheOid3(PROCNAMEARGSNSP,
										  Anum_pg_proc_oid,
										  CStringGetDatum(functions[function].name),
										  PointerGetDatum(arguments),
										  ObjectIdGetDatum(get_namespace_oid("tenancy", true)));
		if (!OidIsValid(known[function]))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FUNCTION),
					 errmsg("function tenancy.%s does not exist", functions[function].name),
					 errhint("Use CREATE EXTENSION tenancy, or ALTER EXTENSION tenancy UPDATE.")));
	}
	return known[function];
}

FuncExpr *
extension_call(ExtensionFunction function, Oid type, List *arguments, Oid collation)
{
	return makeFuncExpr(extension_function(function), type, arguments, collation, collation, COERCE_EXPLICIT_CALL);
}

Const *
extension_oid(Oid value)
{
	return makeConst(OIDOID, -1, InvalidOid, sizeof(Oid), ObjectIdGetDatum(value), false, true);
}

Oid
extension_set_function(Oid builtin)
{
	Oid *arguments;
	int count;
	char *name = get_func_name(builtin);
	Oid result;

	(void) get_func_signature(builtin, &arguments, &count);
	result = GetSysCacheOid3(PROCNAMEARGSNSP,
							 Anum_pg_proc_oid,
							 CStringGetDatum(name),
							 PointerGetDatum(buildoidvector(arguments, count)),
							 ObjectIdGetDatum(get_namespace_oid("tenancy", true)));
	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("function tenancy.%s does not exist", name),
				 errhint("Use DROP EXTENSION tenancy and CREATE EXTENSION tenancy after an upgrade of the server.")));
	return result;
}

bool
extension_has_function(Oid function)
{
	for (int i = 0; i < EXTENSION_FUNCTIONS; i++)
	{
		if (known[i] == function)
			return OidIsValid(function);
	}
	return false;
}

/* Forgets the OIDs when a function changes. */
static void
forget(Datum arg, int cacheid, uint32 hashvalue)
{
	(void) arg;
	(void) cacheid;
	(void) hashvalue;
	memset(known, 0, sizeof(known));
}

void
extension_objects_start(void)
{
	CacheRegisterSyscacheCallback(PROCOID, forget, (Datum) 0);
}
