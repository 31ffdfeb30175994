/*
 * guarded_call.c
 *	  The checked calls that query_guard.c puts in the place of built-in functions.
 *
 * Closes: built-in functions aimed at another tenant's object.  An OID of such an
 * object is replaced by one that no object has, and so is a backend's number, so
 * that the function itself answers as for what does not exist; errors that repeat
 * the number repeat the one that the caller gave.  Names of schemas and roles are
 * refused as elsewhere.  Keys of advisory locks and channels go to the tenant's own
 * space (keyspace.c).
 *
 * Cannot close: a function that is called on another path; object_access.c refuses
 * that.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "audit_statement.h"
#include "binding.h"
#include "builtins.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "guard.h"
#include "guarded_call.h"
#include "keyspace.h"
#include "miscadmin.h"
#include "naming.h"
#include "quota_storage.h"
#include "nodes/nodeFuncs.h"
#include "parser/scansup.h"
#include "query_guard.h"
#include "residue.h"
#include "settings.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"
#include "utils/varlena.h"
#include "visibility.h"

PG_FUNCTION_INFO_V1(tenancy_call);
PG_FUNCTION_INFO_V1(tenancy_visible_oid);
PG_FUNCTION_INFO_V1(tenancy_visible_value);

/* No object has this OID: the counter would have to stop exactly there, and errors would say so. */
#define OID_OF_NOTHING ((Oid) 0xFFFFFFFF)

/* Refuses a call that the planner did not make. */
pg_noreturn static void
raise_not_callable(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("this function is not meant to be called"),
			 errdetail("The planner puts it in the place of built-in functions.")));
}

/* What a call remembers between rows; in the memory of the expression. */
typedef struct CallMemory
{
	const Builtin *builtin;
	FmgrInfo function;
} CallMemory;

/* Puts the OID that nothing has in the place of those in a vector that are not visible. */
static Datum
check_vector(Datum value, Oid class_id)
{
	ArrayType *array = DatumGetArrayTypePCopy(value);
	Oid *objects = (Oid *) ARR_DATA_PTR(array);
	int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	for (int i = 0; i < count && !ARR_HASNULL(array); i++)
	{
		if (!visibility_of(class_id, objects[i]))
			objects[i] = OID_OF_NOTHING;
	}
	return PointerGetDatum(array);
}

/* Reads a name given as text, name or cstring. */
static char *
name_of(Datum value, Oid type)
{
	if (type == NAMEOID)
		return NameStr(*DatumGetName(value));
	if (type == CSTRINGOID)
		return DatumGetCString(value);
	return TextDatumGetCString(value);
}

/* Returns the first part of a name, as the core's functions for names would read it. */
static char *
plain_name(const char *name)
{
	char *copy = pstrdup(name);
	List *parts;

	if (!SplitIdentifierString(copy, '.', &parts) || list_length(parts) != 1)
		return pstrdup(name);
	return linitial(parts);
}

/*
 * Tells whether a name begins with a schema that must look as if it did not exist, or
 * is one where the kind of name is an argument, too.  In clear style the function itself comes upon the refusal.
 */
static bool
names_hidden_schema(const char *name, bool may_be_alone)
{
	const char *end;
	char *schema;

	if (tenancy_error_style != ERROR_STYLE_UNIFORM)
		return false;
	while (scanner_isspace(*name))
		name++;
	if (*name == '"')
	{
		end = strchr(name + 1, '"');
		if (end == NULL || end[1] != '.')
			return false;
		schema = pnstrdup(name + 1, end - name - 1);
	}
	else
	{
		size_t length = strcspn(name, ".( \t\n");

		if (name[length] != '.' && !(may_be_alone && name[length] == '\0'))
			return false;
		schema = downcase_truncate_identifier(name, (int) length, false);
	}
	return !visibility_of_schema_name(schema);
}

/* Tells whether a function sends a signal to a backend: it says whether it did, and never null. */
static bool
sends_signal(const Builtin *builtin)
{
	return builtin->kinds[0] == ARGUMENT_BACKEND_PID && builtin->result_type == BOOLOID;
}

/* Makes a function that is given another's process answer as for one that is not there. */
static void
answer_for_dead(const Builtin *builtin, NullableDatum *pid)
{
	/* It warns with the number if there is nobody to send the signal to. */
	if (sends_signal(builtin))
	{
		ereport(WARNING, (errmsg(NO_SUCH_BACKEND, DatumGetInt32(pid->value))));
		pid->isnull = true;
	}
	else
		pid->value = Int32GetDatum(PG_INT32_MAX);
}

/* Refuses to change by a function what SET may not change in a bound session. */
static void
check_setting(const char *name)
{
	if (current_binding == NULL)
		return;
	if (pg_strcasecmp(name, "role") == 0 || pg_strcasecmp(name, "session_authorization") == 0)
		raise_verdict(TENANCY_DENY_ROLE_CHANGE,
					  &(ErrorFacts){.object = psprintf("a change of \"%s\"", name),
									.bound_slug = current_binding->tenant.slug});
}

void
guarded_call_note_residue(const Builtin *builtin)
{
	switch (builtin->kinds[0])
	{
		case ARGUMENT_LOCK_KEY:
			residue_note_advisory_lock();
			break;
		case ARGUMENT_SETTING:
			residue_note_setting();
			break;
		case ARGUMENT_SEED:
			residue_note_seed();
			break;
		default:
			break;
	}
}

/*
 * Checks one argument and puts another value in its place where it is aimed at what
 * is not visible.  Returns the OID that was replaced; InvalidOid: none.
 */
static Oid
check_argument(const Builtin *builtin, int i, FunctionCallInfo call)
{
	NullableDatum *argument = &call->args[i];
	Oid object;

	if (argument->isnull)
		return InvalidOid;
	switch (builtin->kinds[i])
	{
		case ARGUMENT_PLAIN:
			break;
		case ARGUMENT_OBJECT:
			object = DatumGetObjectId(argument->value);
			if (!OidIsValid(object) || visibility_of(builtin->classes[i], object))
				break;
			argument->value = ObjectIdGetDatum(OID_OF_NOTHING);
			return object;
		case ARGUMENT_ADDRESSED:
			object = DatumGetObjectId(argument->value);
			if (!OidIsValid(object) || call->args[i - 1].isnull ||
				visibility_of(DatumGetObjectId(call->args[i - 1].value), object))
				break;
			argument->value = ObjectIdGetDatum(OID_OF_NOTHING);
			return object;
		case ARGUMENT_OBJECT_ARRAY:
			argument->value = check_vector(argument->value, builtin->classes[i]);
			break;
		case ARGUMENT_ROLE_NAME:
		case ARGUMENT_SCHEMA_NAME:
			guard_check_schema_name(plain_name(name_of(argument->value, builtin->types[i])));
			break;
		case ARGUMENT_SOUGHT_SCHEMA:
			if (!visibility_of_schema_name(plain_name(name_of(argument->value, builtin->types[i]))))
				argument->isnull = true;
			break;
		case ARGUMENT_SOUGHT_NAME:
			if (names_hidden_schema(name_of(argument->value, builtin->types[i]), builtin->argument_count > 1))
				argument->isnull = true;
			break;
		case ARGUMENT_BACKEND_PID:
			if (!visibility_of_backend(DatumGetInt32(argument->value)))
				answer_for_dead(builtin, argument);
			break;
		case ARGUMENT_BACKEND_ID:
			if (!visibility_of_backend_number(DatumGetInt32(argument->value)))
				argument->value = Int32GetDatum(-1);
			break;
		case ARGUMENT_LOCK_KEY:
			argument->value = keyspace_lock_key(argument->value, builtin->types[i], i);
			break;
		case ARGUMENT_SETTING:
			check_setting(TextDatumGetCString(argument->value));
			break;
		case ARGUMENT_SEED:
			break;
		case ARGUMENT_CHANNEL:
			argument->value = CStringGetTextDatum(keyspace_channel(name_of(argument->value, builtin->types[i])));
			break;
	}
	return InvalidOid;
}

/* Tells whether a strict function has got a null: then it is not called. */
static bool
takes_null(const Builtin *builtin, FunctionCallInfo call)
{
	for (int i = 0; builtin->strict && i < call->nargs; i++)
	{
		if (call->args[i].isnull)
			return true;
	}
	return false;
}

/* Replaces one number by another in a text; returns NULL if it does not occur. */
static char *
replace_number(const char *text, const char *from, const char *to)
{
	const char *place = text != NULL ? strstr(text, from) : NULL;

	if (place == NULL)
		return NULL;
	return psprintf("%.*s%s%s", (int) (place - text), text, to, place + strlen(from));
}

/* Calls a built-in whose argument was replaced; an error repeats the number that the caller gave. */
static Datum
call_in_disguise(FunctionCallInfo call, Oid original)
{
	MemoryContext context = CurrentMemoryContext;
	Datum result = (Datum) 0;

	PG_TRY();
	{
		result = FunctionCallInvoke(call);
	}
	PG_CATCH();
	{
		ErrorData *error;
		char from[16];
		char to[16];
		char *text;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		snprintf(from, sizeof(from), "%u", OID_OF_NOTHING);
		snprintf(to, sizeof(to), "%u", original);
		if ((text = replace_number(error->message, from, to)) != NULL)
			error->message = text;
		if ((text = replace_number(error->detail, from, to)) != NULL)
			error->detail = text;
		ReThrowError(error);
	}
	PG_END_TRY();
	return result;
}

Datum
guarded_call_invoke(const Builtin *builtin, FunctionCallInfo call)
{
	Oid replaced = InvalidOid;
	Oid result_class;
	Datum result;

	guarded_call_note_residue(builtin);
	for (int i = 0; i < call->nargs && i < BUILTIN_MAX_ARGUMENTS; i++)
	{
		Oid original = check_argument(builtin, i, call);

		if (OidIsValid(original))
			replaced = original;
	}
	if (takes_null(builtin, call))
	{
		call->isnull = !sends_signal(builtin);
		return BoolGetDatum(false);
	}
	result = OidIsValid(replaced) ? call_in_disguise(call, replaced) : FunctionCallInvoke(call);
	result_class = builtins_class_of_type(builtin->result_type);
	if (OidIsValid(result_class) && !call->isnull && !visibility_of(result_class, DatumGetObjectId(result)))
		call->isnull = true;
	return result;
}

/* Calls a built-in as it is, but not with a null that it does not take. */
static Datum
invoke_strictly(const Builtin *builtin, FunctionCallInfo call)
{
	guarded_call_note_residue(builtin);
	if (takes_null(builtin, call))
	{
		call->isnull = true;
		return (Datum) 0;
	}
	return FunctionCallInvoke(call);
}

/*
 * Raises an error unless a call is one that the planner could have made: the
 * arguments are what the built-in takes, and the user may call it.
 */
static void
check_call(Oid function, const FunctionCallInfo fcinfo)
{
	FuncExpr *expression = (FuncExpr *) fcinfo->flinfo->fn_expr;
	BuiltinTreatment treatment = function < FirstNormalObjectId ? builtins_treatment(function) : BUILTIN_PLAIN;
	const Builtin *builtin;
	ListCell *cell;
	int i = -1;

	if ((treatment != BUILTIN_GUARDED && treatment != BUILTIN_TOLERATED) || expression == NULL ||
		!IsA(expression, FuncExpr))
		raise_not_callable();
	builtin = builtins_describe(function);
	if (list_length(expression->args) != builtin->argument_count + 1)
		raise_not_callable();
	foreach (cell, expression->args)
	{
		if (i >= 0 && i < BUILTIN_MAX_ARGUMENTS && builtin->types[i] != ANYOID &&
			builtin->types[i] != exprType(lfirst(cell)))
			raise_not_callable();
		i++;
	}
	check_function_privilege(function);
}

/* Makes the expression that the built-in believes to be called by. */
static Node *
expression_of(const FunctionCallInfo fcinfo)
{
	FuncExpr *call = copyObject((FuncExpr *) fcinfo->flinfo->fn_expr);

	call->args = list_delete_first(call->args);
	return (Node *) call;
}

/*
 * tenancy.call_stable(builtin, ...), tenancy.call_volatile(builtin, ...): calls a
 * built-in function after a look at its arguments.  Only the planner makes such
 * calls; one that a user writes names a function that he may call anyway.
 */
Datum
tenancy_call(PG_FUNCTION_ARGS)
{
	CallMemory *memory = fcinfo->flinfo->fn_extra;
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);
	Datum result;
	bool limited;

	if (memory == NULL)
	{
		Oid function = PG_GETARG_OID(0);

		MemoryContext old_context;

		check_call(function, fcinfo);
		old_context = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		memory = palloc0(sizeof(CallMemory));
		memory->builtin = builtins_describe(function);
		audit_note_large_object_function(function);
		fmgr_info_cxt(function, &memory->function, fcinfo->flinfo->fn_mcxt);
		fmgr_info_set_expr(expression_of(fcinfo), &memory->function);
		MemoryContextSwitchTo(old_context);
		fcinfo->flinfo->fn_extra = memory;
	}
	binding_note_call(memory->builtin->function);
	quota_storage_check_function(memory->builtin->function);
	/* A plan that was made while something had to be hidden may run when nothing has. */
	limited = visibility_is_limited();
	InitFunctionCallInfoData(*call,
							 &memory->function,
							 fcinfo->nargs - 1,
							 fcinfo->fncollation,
							 fcinfo->context,
							 fcinfo->resultinfo);
	for (int i = 1; i < fcinfo->nargs; i++)
		call->args[i - 1] = fcinfo->args[i];
	result = limited ? guarded_call_invoke(memory->builtin, call) : invoke_strictly(memory->builtin, call);
	fcinfo->isnull = call->isnull;
	return result;
}

static Datum visible_value(Datum value, Oid type);

/* Tells whether both roles of a privilege are visible. */
static bool
is_visible_privilege(const AclItem *item)
{
	return visibility_of(AuthIdRelationId, item->ai_grantee) && visibility_of(AuthIdRelationId, item->ai_grantor);
}

/* Returns a privilege without roles that are not visible; they are printed as a number that nothing has. */
static Datum
visible_privilege(Datum value)
{
	AclItem *item = palloc(sizeof(AclItem));

	*item = *(AclItem *) DatumGetPointer(value);
	if (!visibility_of(AuthIdRelationId, item->ai_grantee))
		item->ai_grantee = OID_OF_NOTHING;
	if (!visibility_of(AuthIdRelationId, item->ai_grantor))
		item->ai_grantor = OID_OF_NOTHING;
	return PointerGetDatum(item);
}

/* Returns a list of privileges without those of roles that are not visible. */
static Datum
visible_privileges(Datum value)
{
	Acl *acl = DatumGetAclPCopy(value);
	AclItem *items = ACL_DAT(acl);
	int count = ACL_NUM(acl);
	int kept = 0;

	for (int i = 0; i < count; i++)
	{
		if (is_visible_privilege(&items[i]))
			items[kept++] = items[i];
	}
	if (kept != count)
	{
		ARR_DIMS(acl)[0] = kept;
		SET_VARSIZE(acl, ACL_N_SIZE(kept));
	}
	return PointerGetDatum(acl);
}

/* Looks at the elements of an array. */
static Datum
visible_array(Datum value, Oid element_type)
{
	ArrayType *array = DatumGetArrayTypeP(value);
	int16 length;
	bool by_value;
	char alignment;
	Datum *elements;
	bool *nulls;
	int count;

	get_typlenbyvalalign(element_type, &length, &by_value, &alignment);
	deconstruct_array(array, element_type, length, by_value, alignment, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			elements[i] = visible_value(elements[i], element_type);
	}
	return PointerGetDatum(construct_md_array(elements,
											  nulls,
											  ARR_NDIM(array),
											  ARR_DIMS(array),
											  ARR_LBOUND(array),
											  element_type,
											  length,
											  by_value,
											  alignment));
}

/* Tells whether a row has columns to look at. */
static bool
columns_hold_name(TupleDesc descriptor)
{
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped && naming_type(attribute->atttypid))
			return true;
	}
	return false;
}

/* Looks at the columns of a row. */
static Datum
visible_row(Datum value)
{
	HeapTupleHeader header = DatumGetHeapTupleHeader(value);
	TupleDesc descriptor = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(header), .t_data = header};
	Datum *values = palloc(descriptor->natts * sizeof(Datum));
	bool *nulls = palloc(descriptor->natts * sizeof(bool));
	Datum result;

	if (!columns_hold_name(descriptor))
	{
		ReleaseTupleDesc(descriptor);
		return value;
	}
	heap_deform_tuple(&tuple, descriptor, values, nulls);
	for (int i = 0; i < descriptor->natts; i++)
	{
		if (!nulls[i] && !TupleDescAttr(descriptor, i)->attisdropped)
			values[i] = visible_value(values[i], TupleDescAttr(descriptor, i)->atttypid);
	}
	result = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
	ReleaseTupleDesc(descriptor);
	return result;
}

/* Returns a value as the session may see it: with no OID of an object that is not visible to it. */
static Datum
visible_value(Datum value, Oid type)
{
	Oid base = getBaseType(type);
	Oid class_id = builtins_class_of_type(base);
	Oid element_type;

	check_stack_depth();
	if (type == ANYARRAYOID)
		return visible_array(value, ARR_ELEMTYPE(DatumGetArrayTypeP(value)));
	if (type == ACLITEMOID)
		return visible_privilege(value);
	if (OidIsValid(class_id))
		return visibility_of(class_id, DatumGetObjectId(value)) ? value : ObjectIdGetDatum(InvalidOid);
	if (!naming_type(base))
		return value;
	element_type = get_element_type(base);
	if (element_type == ACLITEMOID && ARR_NDIM(DatumGetArrayTypeP(value)) == 1 &&
		!ARR_HASNULL(DatumGetArrayTypeP(value)))
		return visible_privileges(value);
	if (OidIsValid(element_type))
		return visible_array(value, element_type);
	if (type_is_rowtype(base))
		return visible_row(value);
	guard_refuse_statement(psprintf("a value of type %s", format_type_be(type)));
}

/* Returns an array or a row as tenancy.visible_value() does; for the planner. */
Datum
guarded_call_visible_value(Datum value, Oid type)
{
	return visible_value(value, type);
}

/* tenancy.visible_oid(class, object): the OID, or zero if the session may not know of the object. */
Datum
tenancy_visible_oid(PG_FUNCTION_ARGS)
{
	Oid object = PG_GETARG_OID(1);

	if (visibility_is_limited() && !visibility_of(PG_GETARG_OID(0), object))
		object = InvalidOid;
	PG_RETURN_OID(object);
}

/* tenancy.visible_value(value): the value without OIDs of what the session may not know. */
Datum
tenancy_visible_value(PG_FUNCTION_ARGS)
{
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, 0);

	if (!visibility_is_limited())
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	PG_RETURN_DATUM(visible_value(PG_GETARG_DATUM(0), type));
}
