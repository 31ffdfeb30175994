/*
 * object_access.c
 *	  What a session may create, alter, drop and truncate, object by object.
 *
 * Closes: definition of anything outside of the bound tenant's schema (and its
 * temporary schema) by any statement, also through CASCADE, DROP OWNED, extension
 * scripts and functions; and, in unbound sessions, of anything in tenant schemas.
 *
 * Cannot see: GRANT, COMMENT, SECURITY LABEL, LOCK, VACUUM, REINDEX and others that
 * fire no such event; utility.c and utility_targets.c look at their targets.
 *
 * The event of a creation or an alteration comes before its catalog row is visible
 * to the caches, so names of schemas are read with SnapshotSelf.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/parallel.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/transam.h"
#include "audit.h"
#include "audit_statement.h"
#include "authority.h"
#include "binding.h"
#include "builtins.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "confinement.h"
#include "counters.h"
#include "errors.h"
#include "guard.h"
#include "guarded_call.h"
#include "naming.h"
#include "object_access.h"
#include "ownership.h"
#include "placement.h"
#include "plans.h"
#include "privileged.h"
#include "quota.h"
#include "quota_storage.h"
#include "residue.h"
#include "stored_expressions.h"
#include "tcop/pquery.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "visibility.h"
#include "whereabouts.h"

/* What the extension watches while it drops objects; NULL: it does not. */
static const DropWatch *drop_watch = NULL;

/* Reads the name of a schema as of now into a buffer; false if there is no such schema. */
static bool
read_schema_name(Oid schema, NameData *name)
{
	Relation catalog = table_open(NamespaceRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_namespace_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(schema));
	scan = systable_beginscan(catalog, NamespaceOidIndexId, true, SnapshotSelf, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		*name = ((Form_pg_namespace) GETSTRUCT(tuple))->nspname;
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

/* Tells whether an object that is about to be dropped lies in a schema; a cast does so with either of its types. */
static bool
goes_with(Oid class_id, Oid object_id, Oid schema)
{
	Oid own_schema = placement_schema_before_drop(class_id, object_id);

	if (own_schema == schema || own_schema == PG_TOAST_NAMESPACE)
		return true;
	if (class_id == CastRelationId)
	{
		Oid target = placement_read_oid(class_id, CastOidIndexId, object_id, Anum_pg_cast_casttarget);

		return placement_schema_before_drop(TypeRelationId, target) == schema;
	}
	return false;
}

/* Refuses a change of an object that the bound tenant does not own the place of. */
static void
refuse_change(Oid class_id, Oid object_id)
{
	ObjectAddress address = {.classId = class_id, .objectId = object_id};
	char *description = is_objectclass_supported(class_id) ? getObjectDescription(&address, true) : NULL;

	raise_verdict(TENANCY_DENY_OUTSIDE_SCHEMA,
				  &(ErrorFacts){.object = description != NULL ? description : "a shared object",
								.bound_slug = binding_slug()});
}

/*
 * Tells whether a schema is the session's own temporary one, or that of its TOAST tables.
 * SQL that runs for a tenant in an operator's session leaves nothing temporary there.
 */
static bool
is_scratch_schema(Oid schema)
{
	return schema == PG_TOAST_NAMESPACE ||
		   (isTempOrTempToastNamespace(schema) && !OidIsValid(confinement_running_in()));
}

/* Judges a change to a schema itself: a bound session may only get its temporary schema made. */
static void
check_schema_change(ObjectAccessType access, Oid schema)
{
	NameData name;

	if (!read_schema_name(schema, &name))
		return;
	if (guard_is_restricted())
	{
		bool is_temporary =
			strncmp(NameStr(name), "pg_temp_", 8) == 0 || strncmp(NameStr(name), "pg_toast_temp_", 14) == 0;

		if (access == OAT_POST_CREATE && is_temporary && !OidIsValid(confinement_running_in()))
			return;
		guard_check_schema_name(NameStr(name));
		refuse_change(NamespaceRelationId, schema);
	}
	guard_check_schema_name(NameStr(name));
}

void
object_access_watch_drops(const DropWatch *watch)
{
	drop_watch = watch;
}

/* Raises an error if an object outside of the schema being erased would go with it. */
static void
check_confinement(Oid confined_to, Oid class_id, Oid object_id)
{
	ObjectAddress address = {.classId = class_id, .objectId = object_id};

	if (class_id == NamespaceRelationId || class_id == LargeObjectRelationId ||
		goes_with(class_id, object_id, confined_to))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot erase schema \"%s\" because other objects depend on it", get_namespace_name(confined_to)),
			 errdetail("It would take %s with it.", getObjectDescription(&address, false)),
			 errhint("Drop what depends on the tenant first, or use force => true.")));
}

/* Has the extension know of a drop of its own. */
static void
watch_drop(Oid class_id, Oid object_id, int sub_id)
{
	if (OidIsValid(drop_watch->confined_to))
		check_confinement(drop_watch->confined_to, class_id, object_id);
	if (class_id == RelationRelationId && sub_id == 0)
		drop_watch->note_relation(object_id, drop_watch->argument);
}

/* Has a change be audited that an unbound superuser makes in a tenant's schema. */
static void
note_break_glass(Oid class_id, Oid object_id)
{
	Oid schema;

	if (!audit_is_on(AUDIT_BREAK_GLASS) || privileged_is_running())
		return;
	schema = class_id == NamespaceRelationId ? object_id : placement_schema(class_id, object_id);
	if (OidIsValid(whereabouts_of_schema(schema)))
		audit_note_break_glass(schema, InvalidOid);
}

/* Judges the creation, alteration or removal of an object. */
static void
check_change(ObjectAccessType access, Oid class_id, Oid object_id)
{
	Oid schema;

	if (class_id == LargeObjectRelationId && access != OAT_POST_ALTER)
		audit_note_large_object(object_id);
	if (guard_is_exempt())
	{
		note_break_glass(class_id, object_id);
		return;
	}
	if (class_id == NamespaceRelationId)
	{
		check_schema_change(access, object_id);
		return;
	}

	/* Large objects belong to roles, not to schemas. */
	if (class_id == LargeObjectRelationId)
	{
		if (access != OAT_POST_CREATE && visibility_is_limited() && !visibility_of(class_id, object_id))
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("large object %u does not exist", object_id)));
		return;
	}

	schema = placement_schema(class_id, object_id);
	if (OidIsValid(schema))
		guard_check_schema(schema);
	if (access == OAT_POST_CREATE && isTempOrTempToastNamespace(schema) && guard_is_between_tenants())
		raise_verdict(TENANCY_DENY_LEFTOVER, &(ErrorFacts){.object = "the creation of temporary objects"});
	if (guard_is_restricted() && schema != guard_own_schema() && !is_scratch_schema(schema))
		refuse_change(class_id, object_id);
}

void
object_access_check_target(Oid class_id, Oid object_id)
{
	if (class_id == NamespaceRelationId && !guard_is_exempt())
	{
		guard_check_schema(object_id);
		if (guard_is_restricted() && object_id != guard_own_schema())
			refuse_change(class_id, object_id);
		return;
	}
	check_change(OAT_POST_ALTER, class_id, object_id);
}

/* Judges a look-up in a schema by name, or its place in the search path. */
static void
check_search(Oid schema, ObjectAccessNamespaceSearch *search)
{
	/* Of a tenant that was dropped nothing can be found: better say why. */
	binding_admit_if_changed();
	if (search->ereport_on_violation)
		guard_check_schema(schema);
	else if (!guard_may_search(schema))
		search->result = false;
}

/* Takes note of what an unbound superuser creates in a tenant schema. */
static void
note_ownership(Oid class_id, Oid object_id)
{
	if (current_binding == NULL && ownership_applies(class_id) &&
		OidIsValid(whereabouts_of_schema(placement_schema(class_id, object_id))))
		ownership_note_created(class_id, object_id);
}

/*
 * Tells whether a function is called by the fast-path protocol: by no statement, not by
 * the planner, and not by a trigger that has waited for the end of the transaction.
 */
static bool
is_fast_path(void)
{
	return ActivePortal == NULL && !plans_in_planning && !IsParallelWorker() &&
		   DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, (Datum) 0)) == 0;
}

/* Refuses a function of values that name objects on the fast path: nobody sees the values. */
static void
check_fast_path(Oid function)
{
	Oid *types;
	int count;
	Oid result = get_func_signature(function, &types, &count);
	bool names = naming_type(result) && result != RECORDOID;

	for (int i = 0; i < count; i++)
		names = names || naming_type(types[i]);
	if (names && visibility_is_limited())
		guard_refuse_statement(psprintf("an unplanned call of %s()", get_func_name(function)));
}

/*
 * Tells whether a function may be called by the fast-path protocol, where nobody sees
 * the argument.  Those for large objects, which client libraries call so: privileges
 * guard large objects unless the tenant role has those of an owner that others share.
 * And set_config(): after it nothing else runs before the role is put in order.
 */
static bool
is_tolerated_on_fast_path(Oid function)
{
	const Builtin *builtin = builtins_describe(function);

	if (!is_fast_path())
		return false;
	if (builtin->kinds[0] == ARGUMENT_SETTING)
		return true;
	return builtin->kinds[0] == ARGUMENT_OBJECT && builtin->classes[0] == LargeObjectRelationId &&
		   current_binding != NULL && !authority_role_has_owner(current_binding->tenant.role);
}

/*
 * Tells whether the planner calls an input function to learn what a cast of a text gives, such
 * as '{1}'::text::int[].  It takes the function from the cast, whose type the query names.  A
 * call that is written in a query it does not meet: a checked call stands in its place.
 */
static bool
is_cast_in_planning(Oid function)
{
	return plans_in_planning && builtins_describe(function)->reads_type;
}

/*
 * Judges the call of a built-in function that is not harmless.  Where the planner saw
 * it, a checked call stands in its place, so that this one comes from an expression
 * that was never planned.  One that is tolerated there is not in the fast-path
 * protocol, where it has no expression around it.
 */
static void
check_builtin(Oid function, BuiltinTreatment treatment)
{
	if ((treatment != BUILTIN_TOLERATED || is_fast_path()) && visibility_is_limited() &&
		!is_tolerated_on_fast_path(function) && !is_cast_in_planning(function))
		guard_refuse_statement(psprintf("an unplanned call of %s()", get_func_name(function)));
	guarded_call_note_residue(builtins_describe(function));
	audit_note_large_object_function(function);
}

/* Judges a call by no statement. */
static void
check_outside_statement(Oid function)
{
	if (is_fast_path())
		check_fast_path(function);
	quota_begin_call(!is_fast_path());
}

/* Judges the call of a function, and makes the transaction the tenant's. */
static void
check_execution(Oid function)
{
	if (ActivePortal == NULL && IsTransactionState())
		check_outside_statement(function);
	quota_storage_check_function(function);
	if (function < FirstNormalObjectId)
	{
		BuiltinTreatment treatment = builtins_treatment(function);

		if (treatment != BUILTIN_PLAIN)
			check_builtin(function, treatment);
		/* The many calls of operators within a statement that has been admitted bring nothing new. */
		if (binding_transaction_claimed && ActivePortal != NULL)
			return;
	}
	else
	{
		guard_check_function(function);
		plans_note_call();
	}
	binding_note_call(function);
}

void
object_access_check(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id, void *argument)
{
	switch (access)
	{
		case OAT_FUNCTION_EXECUTE:
			check_execution(object_id);
			break;
		case OAT_NAMESPACE_SEARCH:
			check_search(object_id, argument);
			break;
		case OAT_POST_CREATE:
			stored_expressions_check(class_id, object_id, sub_id);
			/* A default is announced by its table and column, not by its own oid. */
			if (class_id == AttrDefaultRelationId && sub_id != 0)
				class_id = RelationRelationId;
			check_change(access, class_id, object_id);
			/* With a sub-object it is a column that was added. */
			if (sub_id == 0)
				note_ownership(class_id, object_id);
			break;
		case OAT_DROP:
			/* The server empties a temporary schema, whoever is bound when it does. */
			if (((ObjectAccessDrop *) argument)->dropflags & PERFORM_DELETION_SKIP_ORIGINAL)
				break;
			if (class_id == DatabaseRelationId)
				counters_retire_database(object_id);
			if (drop_watch != NULL)
				watch_drop(class_id, object_id, sub_id);
			check_change(access, class_id, object_id);
			break;
		case OAT_POST_ALTER:
			stored_expressions_check(class_id, object_id, sub_id);
			check_change(access, class_id, object_id);
			break;
		case OAT_TRUNCATE:
			guard_check_opened(whereabouts_of_relation(object_id), object_id);
			if (audit_is_on(AUDIT_WRITE))
				audit_note_written(object_id);
			break;
	}
}
