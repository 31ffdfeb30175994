/*
 * builtins.c
 *	  Built-in functions that can be aimed at what is not the caller's, and how.
 *
 * Which functions these are is derived from pg_proc: every built-in that takes an
 * OID or a reg* value, so that those of a new major are covered before anybody has
 * heard of them.  What an OID is the OID of does not show in the signature; the
 * function's name tells, by the table below.  A function with an OID that the
 * table does not know is refused in limited sessions.  Then there are functions that
 * name something else of others: backends, locks, channels, roles and schemas.
 *
 * Functions with an argument of type internal cannot be called from SQL.  Arguments of
 * text search (regconfig, regdictionary) are guarded as values (see query_guard.c),
 * because these functions stand in index expressions and generated columns.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "builtins.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_language.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/syscache.h"

uint8 builtins_known[FirstNormalObjectId];

/* What plain OIDs in the arguments of a function are. */
typedef enum OidMeaning
{
	OIDS_OF_NOTHING, /* of what belongs to nobody, or no object at all */
	OIDS_OF_CLASS,	 /* of objects of the class given */
	OIDS_ADDRESSED	 /* class, object */
} OidMeaning;

typedef struct NameRule
{
	const char *prefix; /* of the function's name; the first rule that fits counts */
	OidMeaning meaning;
	Oid class_id;
} NameRule;

static const NameRule name_rules[] = {
	{"has_any_column_privilege", OIDS_OF_CLASS, RelationRelationId},
	{"has_column_privilege", OIDS_OF_CLASS, RelationRelationId},
	{"has_table_privilege", OIDS_OF_CLASS, RelationRelationId},
	{"has_sequence_privilege", OIDS_OF_CLASS, RelationRelationId},
	{"has_function_privilege", OIDS_OF_CLASS, ProcedureRelationId},
	{"has_schema_privilege", OIDS_OF_CLASS, NamespaceRelationId},
	{"has_type_privilege", OIDS_OF_CLASS, TypeRelationId},
	{"has_largeobject_privilege", OIDS_OF_CLASS, LargeObjectRelationId},
	{"has_database_privilege", OIDS_OF_NOTHING, InvalidOid},
	{"has_foreign_data_wrapper_privilege", OIDS_OF_NOTHING, InvalidOid},
	{"has_language_privilege", OIDS_OF_NOTHING, InvalidOid},
	{"has_parameter_privilege", OIDS_OF_NOTHING, InvalidOid},
	{"has_server_privilege", OIDS_OF_NOTHING, InvalidOid},
	{"has_tablespace_privilege", OIDS_OF_NOTHING, InvalidOid},
	{"pg_has_role", OIDS_OF_CLASS, AuthIdRelationId},
	{"pg_get_userbyid", OIDS_OF_CLASS, AuthIdRelationId},
	{"makeaclitem", OIDS_OF_CLASS, AuthIdRelationId},
	{"acldefault", OIDS_OF_CLASS, AuthIdRelationId},
	{"pg_get_ruledef", OIDS_OF_CLASS, RewriteRelationId},
	{"pg_get_viewdef", OIDS_OF_CLASS, RelationRelationId},
	{"pg_get_indexdef", OIDS_OF_CLASS, RelationRelationId},
	{"pg_get_triggerdef", OIDS_OF_CLASS, TriggerRelationId},
	{"pg_get_constraintdef", OIDS_OF_CLASS, ConstraintRelationId},
	{"pg_get_function", OIDS_OF_CLASS, ProcedureRelationId},
	{"pg_get_statisticsobjdef", OIDS_OF_CLASS, StatisticExtRelationId},
	{"pg_get_partkeydef", OIDS_OF_CLASS, RelationRelationId},
	{"pg_get_partition_constraintdef", OIDS_OF_CLASS, RelationRelationId},
	{"pg_get_expr", OIDS_OF_CLASS, RelationRelationId},
	{"pg_get_acl", OIDS_ADDRESSED, InvalidOid},
	{"format_type", OIDS_OF_CLASS, TypeRelationId},
	{"oidvectortypes", OIDS_OF_CLASS, TypeRelationId},
	{"pg_stat_get_function", OIDS_OF_CLASS, ProcedureRelationId},
	{"pg_stat_get_xact_function", OIDS_OF_CLASS, ProcedureRelationId},
	{"pg_stat_get_db_", OIDS_OF_NOTHING, InvalidOid},
	{"pg_stat_get_subscription", OIDS_OF_NOTHING, InvalidOid},
	{"pg_stat_get_", OIDS_OF_CLASS, RelationRelationId},
	{"pg_stat_have_stats", OIDS_OF_CLASS, RelationRelationId},
	{"pg_stat_reset_single_function", OIDS_OF_CLASS, ProcedureRelationId},
	{"pg_stat_reset_single_table", OIDS_OF_CLASS, RelationRelationId},
	{"pg_stat_reset_subscription", OIDS_OF_NOTHING, InvalidOid},
	{"pg_table_is_visible", OIDS_OF_CLASS, RelationRelationId},
	{"pg_type_is_visible", OIDS_OF_CLASS, TypeRelationId},
	{"pg_function_is_visible", OIDS_OF_CLASS, ProcedureRelationId},
	{"pg_operator_is_visible", OIDS_OF_CLASS, OperatorRelationId},
	{"pg_opclass_is_visible", OIDS_OF_CLASS, OperatorClassRelationId},
	{"pg_opfamily_is_visible", OIDS_OF_CLASS, OperatorFamilyRelationId},
	{"pg_collation_is_visible", OIDS_OF_CLASS, CollationRelationId},
	{"pg_collation_actual_version", OIDS_OF_CLASS, CollationRelationId},
	{"pg_conversion_is_visible", OIDS_OF_CLASS, ConversionRelationId},
	{"pg_statistics_obj_is_visible", OIDS_OF_CLASS, StatisticExtRelationId},
	{"pg_ts_config_is_visible", OIDS_OF_CLASS, TSConfigRelationId},
	{"pg_ts_dict_is_visible", OIDS_OF_CLASS, TSDictionaryRelationId},
	{"pg_ts_parser_is_visible", OIDS_OF_CLASS, TSParserRelationId},
	{"pg_ts_template_is_visible", OIDS_OF_CLASS, TSTemplateRelationId},
	{"pg_describe_object", OIDS_ADDRESSED, InvalidOid},
	{"pg_identify_object", OIDS_ADDRESSED, InvalidOid},
	{"pg_is_other_temp_schema", OIDS_OF_CLASS, NamespaceRelationId},
	{"pg_sequence_parameters", OIDS_OF_CLASS, RelationRelationId},
	{"pg_get_sequence_data", OIDS_OF_CLASS, RelationRelationId},
	{"row_security_active", OIDS_OF_CLASS, RelationRelationId},
	{"satisfies_hash_partition", OIDS_OF_CLASS, RelationRelationId},
	{"amvalidate", OIDS_OF_CLASS, OperatorClassRelationId},
	{"plpgsql_validator", OIDS_OF_CLASS, ProcedureRelationId},
	{"fmgr_", OIDS_OF_CLASS, ProcedureRelationId},
	{"lo_create", OIDS_OF_NOTHING, InvalidOid}, /* of an object to be made */
	{"lo_from_bytea", OIDS_OF_NOTHING, InvalidOid},
	{"lo_import", OIDS_OF_NOTHING, InvalidOid},
	{"lo_", OIDS_OF_CLASS, LargeObjectRelationId},
	{"pg_database_", OIDS_OF_NOTHING, InvalidOid},
	{"pg_tablespace_", OIDS_OF_NOTHING, InvalidOid},
	{"pg_ls_tmpdir", OIDS_OF_NOTHING, InvalidOid},
	{"pg_indexam_", OIDS_OF_NOTHING, InvalidOid},
	{"pg_filenode_relation", OIDS_OF_NOTHING, InvalidOid}, /* see describe() */
	{"ts_token_type", OIDS_OF_NOTHING, InvalidOid},		   /* only superusers make parsers */
	{"ts_parse", OIDS_OF_NOTHING, InvalidOid},
	{"binary_upgrade_", OIDS_OF_NOTHING, InvalidOid},
	{"postgresql_fdw_validator", OIDS_OF_NOTHING, InvalidOid},
	{"btequalimage", OIDS_OF_NOTHING, InvalidOid},
	{"btvarstrequalimage", OIDS_OF_NOTHING, InvalidOid},
	{"btoid", OIDS_OF_NOTHING, InvalidOid},
	{"hashoid", OIDS_OF_NOTHING, InvalidOid},
	{"oid", OIDS_OF_NOTHING, InvalidOid},
	{"int8", OIDS_OF_NOTHING, InvalidOid},
	{"nameconcatoid", OIDS_OF_NOTHING, InvalidOid},
};

/* Functions whose treatment does not follow from the types of their arguments, by prefix of the name. */
static const struct
{
	const char *prefix;
	Oid argument_type; /* of the arguments meant */
	ArgumentKind kind;
} special_rules[] = {
	{"pg_terminate_backend", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_cancel_backend", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_log_backend_memory_contexts", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_blocking_pids", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_safe_snapshot_blocking_pids", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_stat_get_backend_io", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_stat_get_backend_wal", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_stat_reset_backend_stats", INT4OID, ARGUMENT_BACKEND_PID},
	{"pg_stat_get_backend_", INT4OID, ARGUMENT_BACKEND_ID},
	{"pg_advisory_", INT8OID, ARGUMENT_LOCK_KEY},
	{"pg_advisory_", INT4OID, ARGUMENT_LOCK_KEY},
	{"pg_try_advisory_", INT8OID, ARGUMENT_LOCK_KEY},
	{"pg_try_advisory_", INT4OID, ARGUMENT_LOCK_KEY},
	{"has_schema_privilege", TEXTOID, ARGUMENT_SCHEMA_NAME},
	{"has_", NAMEOID, ARGUMENT_ROLE_NAME},
	{"pg_has_role", NAMEOID, ARGUMENT_ROLE_NAME},
	{"to_regnamespace", TEXTOID, ARGUMENT_SOUGHT_SCHEMA},
	{"to_regrole", TEXTOID, ARGUMENT_SOUGHT_SCHEMA},
	{"to_reg", TEXTOID, ARGUMENT_SOUGHT_NAME},
	{"pg_input_", TEXTOID, ARGUMENT_SOUGHT_NAME},
	{"regnamespacein", CSTRINGOID, ARGUMENT_SCHEMA_NAME},
	{"regrolein", CSTRINGOID, ARGUMENT_ROLE_NAME},
};

/*
 * Functions that return rows of which some are others', whatever the arguments.  What
 * takes an OID and returns rows is found by that.
 */
static const char *const set_functions[] = {
	"pg_get_object_address",
	"pg_get_publication_tables",
	"pg_listening_channels",
	"pg_lock_status",
	"pg_prepared_xact",
	"pg_stat_get_activity",
	"pg_stat_get_backend_idset",
	"pg_stat_get_progress_info",
};

static HTAB *descriptions = NULL;

Oid
builtins_class_of_type(Oid type)
{
	switch (type)
	{
		case REGCLASSOID:
			return RelationRelationId;
		case REGPROCOID:
		case REGPROCEDUREOID:
			return ProcedureRelationId;
		case REGOPEROID:
		case REGOPERATOROID:
			return OperatorRelationId;
		case REGTYPEOID:
			return TypeRelationId;
		case REGNAMESPACEOID:
			return NamespaceRelationId;
		case REGROLEOID:
			return AuthIdRelationId;
		case REGCONFIGOID:
			return TSConfigRelationId;
		case REGDICTIONARYOID:
			return TSDictionaryRelationId;
		case REGCOLLATIONOID:
			return CollationRelationId;
		default:
			return InvalidOid;
	}
}

/* Tells whether a string begins with another. */
static bool
begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Tells whether a name ends in another. */
static bool
ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text);
	size_t suffix_length = strlen(suffix);

	return length >= suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

/* Finds the rule for plain OIDs in the arguments of a function; NULL: nobody has thought about it. */
static const NameRule *
find_name_rule(const char *name)
{
	for (int i = 0; i < (int) lengthof(name_rules); i++)
	{
		if (begins_with(name, name_rules[i].prefix))
			return &name_rules[i];
	}
	return NULL;
}

/* Finds what an argument that is no OID names, by the function's name. */
static ArgumentKind
find_special_kind(const char *name, Oid type, bool is_first, bool is_last)
{
	if (is_first && strcmp(name, "set_config") == 0)
		return ARGUMENT_SETTING;
	for (int i = 0; i < (int) lengthof(special_rules); i++)
	{
		if (special_rules[i].argument_type != type || !begins_with(name, special_rules[i].prefix))
			continue;
		/* The last argument of these is the privilege asked for. */
		if (special_rules[i].kind == ARGUMENT_SCHEMA_NAME && is_last && type == TEXTOID)
			continue;
		return special_rules[i].kind;
	}
	if (type == TEXTOID && strcmp(name, "pg_notify") == 0 && !is_last)
		return ARGUMENT_CHANNEL;
	if (type == FLOAT8OID && strcmp(name, "setseed") == 0)
		return ARGUMENT_SEED;
	return ARGUMENT_PLAIN;
}

/* Tells whether a function is in the list of those that return rows of others. */
static bool
returns_rows_of_others(const char *name)
{
	for (int i = 0; i < (int) lengthof(set_functions); i++)
	{
		if (strcmp(name, set_functions[i]) == 0)
			return true;
	}
	return false;
}

/* Tells whether the first argument of a has_..._privilege function is a role: its longest form has one. */
static bool
asks_about_role(const char *name, int argument_count)
{
	return begins_with(name, "has_") && argument_count == (begins_with(name, "has_column_privilege") ? 4 : 3);
}

/* Says what one argument names; false if nobody knows. */
static bool
describe_argument(Builtin *builtin, int i, const char *name, bool is_input_function)
{
	Oid type = builtin->types[i];
	Oid class_id = builtins_class_of_type(type);
	const NameRule *rule;

	if (type == REGCONFIGOID || type == REGDICTIONARYOID)
		return true;
	/* The binary form of such a value does not name it. */
	if (OidIsValid(class_id) && ends_with(name, "send"))
		return true;
	if (OidIsValid(class_id))
	{
		builtin->kinds[i] = ARGUMENT_OBJECT;
		builtin->classes[i] = class_id;
		return true;
	}
	if (type != OIDOID && type != OIDVECTOROID && type != OIDARRAYOID)
	{
		builtin->kinds[i] = find_special_kind(name, type, i == 0, i == builtin->argument_count - 1);
		return true;
	}

	/* The second argument of an input function is the type to read. */
	if (is_input_function)
	{
		builtin->kinds[i] = ARGUMENT_OBJECT;
		builtin->classes[i] = TypeRelationId;
		builtin->reads_type = true;
		return true;
	}
	if (type == OIDOID && i == 0 && asks_about_role(name, builtin->argument_count))
	{
		builtin->kinds[i] = ARGUMENT_OBJECT;
		builtin->classes[i] = AuthIdRelationId;
		return true;
	}
	rule = find_name_rule(name);
	if (rule == NULL)
		return false;
	switch (rule->meaning)
	{
		case OIDS_OF_NOTHING:
			break;
		case OIDS_OF_CLASS:
			builtin->kinds[i] = type == OIDOID ? ARGUMENT_OBJECT : ARGUMENT_OBJECT_ARRAY;
			builtin->classes[i] = rule->class_id;
			break;
		case OIDS_ADDRESSED:
			builtin->kinds[i] = i == 1 ? ARGUMENT_ADDRESSED : ARGUMENT_PLAIN;
			break;
	}
	return true;
}

/* Describes a function and says how it is treated. */
static BuiltinTreatment
describe(Builtin *builtin, Form_pg_proc form)
{
	const char *name = NameStr(form->proname);
	bool is_input_function = form->pronargs >= 2 && form->proargtypes.values[0] == CSTRINGOID;
	/* What is returned is looked at in a checked call. */
	bool names_something = returns_rows_of_others(name) || strcmp(name, "pg_filenode_relation") == 0;

	builtin->result_type = form->prorettype;
	builtin->argument_count = form->pronargs;
	builtin->strict = form->proisstrict;
	builtin->is_volatile = form->provolatile == PROVOLATILE_VOLATILE;
	/* An aggregate calls other functions, which are judged by themselves. */
	if (form->prokind == PROKIND_AGGREGATE)
		return BUILTIN_PLAIN;
	for (int i = 0; i < form->pronargs; i++)
	{
		if (form->proargtypes.values[i] == INTERNALOID)
			return BUILTIN_PLAIN;
		if (i < BUILTIN_MAX_ARGUMENTS)
			builtin->types[i] = form->proargtypes.values[i];
	}
	for (int i = 0; i < Min(form->pronargs, BUILTIN_MAX_ARGUMENTS); i++)
	{
		if (!describe_argument(builtin, i, name, is_input_function))
			return BUILTIN_REFUSED;
		if (builtin->kinds[i] != ARGUMENT_PLAIN)
			names_something = true;
	}
	if (!names_something)
		return BUILTIN_PLAIN;
	if (returns_rows_of_others(name) || form->proretset || (form->prorettype == RECORDOID && !is_input_function))
		return BUILTIN_GUARDED_SET;
	if (strcmp(name, "nextval") == 0 || strcmp(name, "satisfies_hash_partition") == 0)
		return BUILTIN_TOLERATED;
	return BUILTIN_GUARDED;
}

/* Returns the place of a function's description, made if it is not there. */
static Builtin *
description_of(Oid function)
{
	Builtin *builtin;
	bool found;

	if (descriptions == NULL)
	{
		HASHCTL control = {.keysize = sizeof(Oid), .entrysize = sizeof(Builtin)};

		descriptions = hash_create("tenancy builtins", 64, &control, HASH_ELEM | HASH_BLOBS);
	}
	builtin = hash_search(descriptions, &function, HASH_ENTER, &found);
	if (!found)
		memset((char *) builtin + sizeof(Oid), 0, sizeof(Builtin) - sizeof(Oid));
	return builtin;
}

BuiltinTreatment
builtins_find(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	BuiltinTreatment treatment = BUILTIN_PLAIN;

	if (!HeapTupleIsValid(tuple))
		return BUILTIN_REFUSED;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	/* What a function in SQL calls is judged by itself. */
	if (form->prolang != SQLlanguageId)
	{
		Builtin builtin = {.function = function};

		treatment = describe(&builtin, form);
		if (treatment != BUILTIN_PLAIN)
			*description_of(function) = builtin;
	}
	ReleaseSysCache(tuple);
	builtins_known[function] = treatment;
	return treatment;
}

const Builtin *
builtins_describe(Oid function)
{
	(void) builtins_treatment(function);
	return description_of(function);
}

bool
builtins_have_guarded(const char *name)
{
	CatCList *functions = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	bool result = false;

	for (int i = 0; i < functions->n_members && !result; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&functions->members[i]->tuple);

		result = form->oid < FirstNormalObjectId && builtins_treatment(form->oid) > BUILTIN_PLAIN;
	}
	ReleaseSysCacheList(functions);
	return result;
}
