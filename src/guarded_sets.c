/*
 * guarded_sets.c
 *	  Built-in functions that return rows of which some are others'.
 *
 * Closes: backends, locks, progress and prepared transactions of other tenants'
 * sessions (pg_stat_activity, pg_locks, pg_stat_progress_*, pg_prepared_xacts), and
 * other tenants' relations among the partitions of shared ones and in publications.
 * The planner puts a function of this extension with the same name, arguments and
 * result in the place of the built-in; it calls the built-in and leaves out the rows
 * that are not the session's to see.
 *
 * Cannot close: how many there are altogether, which shows in what they use up.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "extension_objects.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "funcapi.h"
#include "guard.h"
#include "guarded_call.h"
#include "keyspace.h"
#include "miscadmin.h"
#include "notifications.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "visibility.h"

PG_FUNCTION_INFO_V1(tenancy_call_set);

/* Decides about one row, and changes it where the session is to see something else; NULL stands for "keep". */
typedef bool (*RowFilter)(TupleDesc descriptor, Datum *values, bool *nulls);

/* Finds a column by its name; -1: none. */
static int
column_named(TupleDesc descriptor, const char *name)
{
	for (int i = 0; i < descriptor->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(descriptor, i)->attname), name) == 0)
			return i;
	}
	return -1;
}

/* Tells whether the column pid of a row is that of a visible backend. */
static bool
has_visible_pid(TupleDesc descriptor, Datum *values, bool *nulls)
{
	int pid = column_named(descriptor, "pid");

	return pid >= 0 && !nulls[pid] && visibility_of_backend(DatumGetInt32(values[pid]));
}

/* Keeps the visible backends, and processes of the server that work in no database. */
static bool
filter_activity(TupleDesc descriptor, Datum *values, bool *nulls)
{
	int database = column_named(descriptor, "datid");
	int user = column_named(descriptor, "usesysid");

	return (database >= 0 && user >= 0 && nulls[database] && nulls[user]) ||
		   has_visible_pid(descriptor, values, nulls);
}

/* Keeps the locks of visible backends; the key of an advisory lock is shown as it was given. */
static bool
filter_locks(TupleDesc descriptor, Datum *values, bool *nulls)
{
	int kind = column_named(descriptor, "locktype");
	int high = column_named(descriptor, "classid");
	int low = column_named(descriptor, "objid");

	if (!has_visible_pid(descriptor, values, nulls))
		return false;
	if (kind >= 0 && high >= 0 && low >= 0 && !nulls[kind] && !nulls[high] && !nulls[low] &&
		strcmp(TextDatumGetCString(values[kind]), "advisory") == 0)
	{
		values[high] = keyspace_lock_key(values[high], INT4OID, 0);
		values[low] = keyspace_lock_key(values[low], INT4OID, 1);
	}
	return true;
}

/* Keeps the rows about visible relations. */
static bool
filter_relations(TupleDesc descriptor, Datum *values, bool *nulls)
{
	int relation = column_named(descriptor, "relid");

	return relation >= 0 && !nulls[relation] && visibility_of(RelationRelationId, DatumGetObjectId(values[relation]));
}

/* The same for a function that returns relations alone. */
static bool
filter_relation(TupleDesc descriptor, Datum *values, bool *nulls)
{
	(void) descriptor;
	return !nulls[0] && visibility_of(RelationRelationId, DatumGetObjectId(values[0]));
}

/* Keeps nothing: a bound session can prepare no transaction. */
static bool
filter_all(TupleDesc descriptor, Datum *values, bool *nulls)
{
	(void) descriptor;
	(void) values;
	(void) nulls;
	return false;
}

/* Keeps the numbers of visible backends. */
static bool
filter_backend(TupleDesc descriptor, Datum *values, bool *nulls)
{
	(void) descriptor;
	return !nulls[0] && visibility_of_backend_number(DatumGetInt32(values[0]));
}

/* Shows channels by the names that the session gave them. */
static bool
filter_channel(TupleDesc descriptor, Datum *values, bool *nulls)
{
	(void) descriptor;
	if (!nulls[0])
		values[0] = CStringGetTextDatum(notifications_name(TextDatumGetCString(values[0])));
	return true;
}

static const struct
{
	const char *function;
	RowFilter filter;
} filters[] = {
	{"pg_get_publication_tables", filter_relations},
	{"pg_listening_channels", filter_channel},
	{"pg_lock_status", filter_locks},
	{"pg_partition_ancestors", filter_relation},
	{"pg_partition_tree", filter_relations},
	{"pg_prepared_xact", filter_all},
	{"pg_stat_get_activity", filter_activity},
	{"pg_stat_get_backend_idset", filter_backend},
	{"pg_stat_get_progress_info", has_visible_pid},
};

/* Finds the filter for the rows of a function; NULL: the arguments say all. */
static RowFilter
filter_for(const char *function)
{
	for (int i = 0; i < (int) lengthof(filters); i++)
	{
		if (strcmp(filters[i].function, function) == 0)
			return filters[i].filter;
	}
	return NULL;
}

/* One call: where its rows go, and what they are. */
typedef struct SetCall
{
	ReturnSetInfo *result;
	RowFilter filter;
	bool limited;
	bool scalar; /* a row is one value that is no row itself */
} SetCall;

/* Puts a row into the result if it passes. */
static void
put_row(const SetCall *set, Datum *values, bool *nulls)
{
	if (set->filter == NULL || !set->limited || set->filter(set->result->setDesc, values, nulls))
		tuplestore_putvalues(set->result->setResult, set->result->setDesc, values, nulls);
}

/* The same for a row as a function returns it. */
static void
put_value(const SetCall *set, Datum value, bool isnull)
{
	TupleDesc descriptor = set->result->setDesc;
	HeapTupleData tuple = {0};
	Datum *values;
	bool *nulls;

	if (set->scalar)
	{
		put_row(set, &value, &isnull);
		return;
	}
	if (isnull)
		return;
	tuple.t_data = DatumGetHeapTupleHeader(value);
	tuple.t_len = HeapTupleHeaderGetDatumLength(tuple.t_data);
	values = palloc(descriptor->natts * sizeof(Datum));
	nulls = palloc(descriptor->natts * sizeof(bool));
	heap_deform_tuple(&tuple, descriptor, values, nulls);
	put_row(set, values, nulls);
}

/* The same for all rows of a tuplestore. */
static void
put_all(const SetCall *set, const ReturnSetInfo *from)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(set->result->setDesc, &TTSOpsMinimalTuple);

	while (from->setResult != NULL && tuplestore_gettupleslot(from->setResult, true, false, slot))
	{
		slot_getallattrs(slot);
		put_row(set, slot->tts_values, slot->tts_isnull);
	}
	ExecDropSingleTupleTableSlot(slot);
	if (from->setResult != NULL)
		tuplestore_end(from->setResult);
}

/* Calls a built-in until it has returned all its rows, in whichever of the two ways. */
static void
drain(const SetCall *set, const Builtin *builtin, FunctionCallInfo call)
{
	ReturnSetInfo *from = (ReturnSetInfo *) call->resultinfo;
	Datum value = guarded_call_invoke(builtin, call);

	for (;;)
	{
		if (from->returnMode == SFRM_Materialize)
		{
			put_all(set, from);
			return;
		}
		if (from->isDone == ExprEndResult)
			return;
		put_value(set, value, call->isnull);
		if (from->isDone == ExprSingleResult)
			return;
		call->isnull = false;
		from->isDone = ExprSingleResult;
		value = FunctionCallInvoke(call);
	}
}

/* Refuses a name of another tenant's schema or role in the arguments of pg_get_object_address(). */
static void
check_object_names(FunctionCallInfo fcinfo)
{
	Datum *names;
	bool *nulls;
	int count;

	if (fcinfo->nargs != 3 || fcinfo->args[1].isnull)
		return;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			guard_check_schema_name(TextDatumGetCString(names[i]));
	}
}

/* Returns the built-in that a function of the extension stands for: it has the same name and arguments. */
static Oid
builtin_of(Oid function, char **name)
{
	Oid *arguments;
	int count;

	(void) get_func_signature(function, &arguments, &count);
	*name = get_func_name(function);
	return GetSysCacheOid3(PROCNAMEARGSNSP,
						   Anum_pg_proc_oid,
						   CStringGetDatum(*name),
						   PointerGetDatum(buildoidvector(arguments, count)),
						   ObjectIdGetDatum(PG_CATALOG_NAMESPACE));
}

/* What a call remembers; in the memory of the expression. */
typedef struct SetMemory
{
	FmgrInfo function;
	char *name;
} SetMemory;

/*
 * tenancy.pg_...(): what the built-in function of the same name returns, without the
 * rows that are not the session's to see.
 */
Datum
tenancy_call_set(PG_FUNCTION_ARGS)
{
	SetMemory *memory = fcinfo->flinfo->fn_extra;
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);
	ReturnSetInfo from = {0};
	SetCall set;

	if (memory == NULL)
	{
		MemoryContext old_context = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		Oid builtin;

		memory = palloc0(sizeof(SetMemory));
		builtin = builtin_of(fcinfo->flinfo->fn_oid, &memory->name);
		check_function_privilege(builtin);
		fmgr_info_cxt(builtin, &memory->function, fcinfo->flinfo->fn_mcxt);
		fmgr_info_set_expr(fcinfo->flinfo->fn_expr, &memory->function);
		fcinfo->flinfo->fn_extra = memory;
		MemoryContextSwitchTo(old_context);
	}
	if (strcmp(memory->name, "pg_get_object_address") == 0)
		check_object_names(fcinfo);
	/* It locks all partitions, until the transaction ends. */
	if (strcmp(memory->name, "pg_partition_tree") == 0 && visibility_is_limited() && !fcinfo->args[0].isnull &&
		visibility_of(RelationRelationId, PG_GETARG_OID(0)))
		guard_check_reach(PG_GETARG_OID(0));
	InitFunctionCallInfoData(*call,
							 &memory->function,
							 fcinfo->nargs,
							 fcinfo->fncollation,
							 fcinfo->context,
							 fcinfo->resultinfo);
	memcpy(call->args, fcinfo->args, fcinfo->nargs * sizeof(NullableDatum));
	if (!memory->function.fn_retset)
	{
		Datum result = guarded_call_invoke(builtins_describe(memory->function.fn_oid), call);

		fcinfo->isnull = call->isnull;
		return result;
	}

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	set.result = (ReturnSetInfo *) fcinfo->resultinfo;
	set.filter = filter_for(memory->name);
	set.limited = visibility_is_limited();
	set.scalar = !type_is_rowtype(get_func_rettype(memory->function.fn_oid));
	from.type = T_ReturnSetInfo;
	from.econtext = set.result->econtext;
	from.expectedDesc = set.result->setDesc;
	from.allowedModes = SFRM_ValuePerCall | SFRM_Materialize;
	from.returnMode = SFRM_ValuePerCall;
	from.isDone = ExprSingleResult;
	call->resultinfo = (Node *) &from;
	drain(&set, builtins_describe(memory->function.fn_oid), call);
	return (Datum) 0;
}
