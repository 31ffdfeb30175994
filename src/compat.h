/*
 * compat.h
 *	  The only file that tests PG_VERSION_NUM: the newest major's shape of each
 *	  interface, wrapped for the older ones.
 */
#ifndef TENANCY_COMPAT_H
#define TENANCY_COMPAT_H

#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "common/cryptohash.h"
#include "common/relpath.h"
#include "common/sha2.h"
#if PG_VERSION_NUM >= 150000
#include "common/hmac.h"
#else
#include "common/scram-common.h"
#endif
#include "executor/executor.h"
#include "funcapi.h"
/* The description of a connection ends with members of Kerberos, whose headers need not be there. */
#undef ENABLE_GSS
#include "libpq/libpq-be.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "postmaster/autovacuum.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/guc.h"
#if PG_VERSION_NUM >= 160000
#include "utils/guc_hooks.h"
#endif
#include "utils/guc_tables.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#if PG_VERSION_NUM < 140000 || PG_VERSION_NUM >= 190000
#error "tenancy supports PostgreSQL 14 to 18"
#endif

/* ExecutorCheckPerms_hook gained the list of RTEPermissionInfo in 16 (a61b1f748). */
#if PG_VERSION_NUM >= 160000
#define CHECK_PERMS_PARAMETERS List *range_table, List *permission_infos, bool ereport_on_violation
#define CHECK_PERMS_ARGUMENTS range_table, permission_infos, ereport_on_violation
#else
#define CHECK_PERMS_PARAMETERS List *range_table, bool ereport_on_violation
#define CHECK_PERMS_ARGUMENTS range_table, ereport_on_violation
#endif

/* What a plan needs permissions for: entries of its range table, since 16 a list of their own (a61b1f748). */
#if PG_VERSION_NUM >= 160000
typedef RTEPermissionInfo RelationPermissions;
#define permissions_of_plan(plan) ((plan)->permInfos)
#define permissions_of_hook (permission_infos)
#define names_relation(entry) true
#else
typedef RangeTblEntry RelationPermissions;
#define permissions_of_plan(plan) ((plan)->rtable)
#define permissions_of_hook (range_table)
#define names_relation(entry) ((entry)->rtekind == RTE_RELATION)
#endif

/* ExecutorRun_hook lost execute_once in 18 (3eea7a0c9). */
#if PG_VERSION_NUM >= 180000
#define EXECUTOR_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count
#define EXECUTOR_RUN_ARGUMENTS query, direction, count
#else
#define EXECUTOR_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count, bool execute_once
#define EXECUTOR_RUN_ARGUMENTS query, direction, count, execute_once
#endif

/* PortalRun() lost run_once in 18 (3eea7a0c9). */
#if PG_VERSION_NUM >= 180000
#define PORTAL_RUN_ONCE_ARGUMENT
#else
#define PORTAL_RUN_ONCE_ARGUMENT true,
#endif

/*
 * Which objects of the server are pinned is told by their OIDs since 15 (a49d08123).
 * Before, it is enough to take those for pinned that initdb's first step makes.
 */
#if PG_VERSION_NUM < 150000
static inline bool
IsPinnedObject(Oid class_id, Oid object_id)
{
	return object_id < FirstBootstrapObjectId && class_id != NamespaceRelationId;
}
#endif

/* MERGE came in 15 (7103ebb7a). */
#if PG_VERSION_NUM >= 150000
#define CASE_OF_MERGE case CMD_MERGE:
#else
#define CASE_OF_MERGE
#endif

/* Nanoseconds of an interval have their own macro since 16 (03023a266). */
#ifndef INSTR_TIME_GET_NANOSEC
#define INSTR_TIME_GET_NANOSEC(time) (INSTR_TIME_GET_DOUBLE(time) * 1e9)
#endif

/* LockHeldByMe() can look for stronger modes as well since 17. */
#if PG_VERSION_NUM >= 170000
#define lock_is_held(tag, mode) LockHeldByMe(tag, mode, false)
#else
#define lock_is_held(tag, mode) LockHeldByMe(tag, mode)
#endif

/* The function that analyses a statement without parameters got its name in 15 (791b1b71d). */
#if PG_VERSION_NUM < 150000
#define pg_analyze_and_rewrite_fixedparams pg_analyze_and_rewrite
#endif

/* The setting transaction_timeout came in 17 (51efe38cb): an entry of a list of settings. */
#if PG_VERSION_NUM >= 170000
#define TRANSACTION_TIMEOUT_OFF {"transaction_timeout", "0"},
#else
#define TRANSACTION_TIMEOUT_OFF
#endif

/* Shared memory is asked for in a hook of its own since 15 (4f2400cb3). */
#if PG_VERSION_NUM >= 150000
#define HAVE_SHMEM_REQUEST_HOOK 1
#endif

/* Publications of whole schemas came in 15 (5a2832465). */
#if PG_VERSION_NUM >= 150000
#include "catalog/pg_publication_namespace.h"
#define HAVE_SCHEMA_PUBLICATIONS 1
#endif

/* Returns the schemas that a publication publishes as a whole. */
static inline List *
schemas_of_publication(Oid publication)
{
#if PG_VERSION_NUM >= 150000
	return GetPublicationSchemas(publication);
#else
	(void) publication;
	return NIL;
#endif
}

/* Expressions of SQL/JSON that have a type of their own came in 16 (7081ac46a) and 17 (6185c9737). */
#if PG_VERSION_NUM >= 170000
#define CASE_OF_JSON_EXPRESSIONS \
	case T_JsonConstructorExpr:  \
	case T_JsonExpr:
#elif PG_VERSION_NUM >= 160000
#define CASE_OF_JSON_EXPRESSIONS case T_JsonConstructorExpr:
#else
#define CASE_OF_JSON_EXPRESSIONS
#endif

/* MarkGUCPrefixReserved() came in 15 (88103567c). */
#if PG_VERSION_NUM < 150000
#define MarkGUCPrefixReserved(prefix) EmitWarningsOnPlaceholders(prefix)
#endif

/* The word for a process changed in 15 (ca7a0d1d368). */
#if PG_VERSION_NUM >= 150000
#define NO_SUCH_BACKEND "PID %d is not a PostgreSQL backend process"
#else
#define NO_SUCH_BACKEND "PID %d is not a PostgreSQL server process"
#endif

/* Raises the error of the core if the current user may not call a function; 16 has one check for all (c727f511b). */
static inline void
check_function_privilege(Oid function)
{
#if PG_VERSION_NUM >= 160000
	AclResult result = object_aclcheck(ProcedureRelationId, function, GetUserId(), ACL_EXECUTE);
#else
	AclResult result = pg_proc_aclcheck(function, GetUserId(), ACL_EXECUTE);
#endif

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_FUNCTION, get_func_name(function));
}

/* The owner of a multirange type follows its range type's since 17 (3e8235ba4). */
#define MULTIRANGE_OWNER_FOLLOWS (PG_VERSION_NUM >= 170000)

/* The extra data of a setting comes from GUC's own memory context since 16 (f13b2088f). */
#if PG_VERSION_NUM < 160000
#define guc_malloc(elevel, size) malloc(size)
#endif

/*
 * Returns the path of a fork of a permanent relation of this database, palloc'd.
 * Since 18 GetRelationPath() returns a buffer (37c87e63f).
 */
static inline const char *
path_of_relation(Oid tablespace, Oid filenode, ForkNumber fork)
{
	if (!OidIsValid(tablespace))
		tablespace = MyDatabaseTableSpace;
#if PG_VERSION_NUM >= 180000
	return pstrdup(GetRelationPath(MyDatabaseId, tablespace, filenode, INVALID_PROC_NUMBER, fork).str);
#else
	return GetRelationPath(MyDatabaseId, tablespace, filenode, -1, fork);
#endif
}

/* Where a relation's files are has another name since 16 (b0a55e432). */
#if PG_VERSION_NUM >= 160000
#include "storage/relfilelocator.h"
typedef RelFileLocator RelationFiles;
#define path_of_files(files) path_of_relation((files)->spcOid, (files)->relNumber, MAIN_FORKNUM)
#else
#include "storage/relfilenode.h"
typedef RelFileNode RelationFiles;
#define path_of_files(files) path_of_relation((files)->spcNode, (files)->relNode, MAIN_FORKNUM)
#endif

/* Tells whether a command of a plan stores rows; MERGE came in 15. */
static inline bool
command_stores_rows(CmdType command)
{
#if PG_VERSION_NUM >= 150000
	if (command == CMD_MERGE)
		return true;
#endif
	return command == CMD_INSERT || command == CMD_UPDATE;
}

/* Functions that do not return are marked in front since 18 (28a520c0b). */
#if PG_VERSION_NUM < 180000
#define pg_noreturn __attribute__((noreturn))
#endif

/* Backends are numbered by MyProcNumber since 17 (024c52111). */
#if PG_VERSION_NUM < 170000
#define MyProcNumber (MyProc->pgprocno)
#endif

/* InitMaterializedSRF() came in 15 (5b81703787); this does what its default flags do. */
#if PG_VERSION_NUM < 150000
#define MAT_SRF_USE_EXPECTED_DESC 0x01
static inline void
InitMaterializedSRF(FunctionCallInfo fcinfo, bits32 flags)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old_context;
	TupleDesc descriptor;

	if (result == NULL || !IsA(result, ReturnSetInfo) || (result->allowedModes & SFRM_Materialize) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	if (flags & MAT_SRF_USE_EXPECTED_DESC)
		descriptor = result->expectedDesc;
	else if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	old_context = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	result->returnMode = SFRM_Materialize;
	result->setResult = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	result->setDesc = CreateTupleDescCopy(descriptor);
	MemoryContextSwitchTo(old_context);
}
#endif

/*
 * Returns how many processes can be numbered below any that runs SQL.  In 14
 * MaxBackends is not known yet when shared memory is asked for.
 */
static inline int
max_backend_count(void)
{
#if PG_VERSION_NUM >= 150000
	return MaxBackends;
#else
	return MaxConnections + autovacuum_max_workers + 1 + max_worker_processes + max_wal_senders + 1;
#endif
}

/* Returns all settings. */
static inline struct config_generic **
list_settings(int *count)
{
#if PG_VERSION_NUM >= 160000
	return get_guc_variables(count);
#else
	*count = GetNumConfigOptions();
	return get_guc_variables();
#endif
}

/* Returns the role that made a setting; 14 does not keep it, and the bootstrap superuser stands for that. */
static inline Oid
role_of_setting(const struct config_generic *setting)
{
#if PG_VERSION_NUM >= 150000
	return setting->srole;
#else
	(void) setting;
	return BOOTSTRAP_SUPERUSERID;
#endif
}

/* Returns the tables that CREATE or ALTER PUBLICATION names, as RangeVars; before 15 there is nothing but tables. */
static inline List *
tables_of_publication(Node *statement)
{
	List *result = NIL;
#if PG_VERSION_NUM >= 150000
	List *objects = IsA(statement, CreatePublicationStmt) ? ((CreatePublicationStmt *) statement)->pubobjects
														  : ((AlterPublicationStmt *) statement)->pubobjects;
	ListCell *cell;

	foreach (cell, objects)
	{
		PublicationObjSpec *object = lfirst_node(PublicationObjSpec, cell);

		if (object->pubtable != NULL)
			result = lappend(result, object->pubtable->relation);
	}
#else
	result = IsA(statement, CreatePublicationStmt) ? ((CreatePublicationStmt *) statement)->tables
												   : ((AlterPublicationStmt *) statement)->tables;
#endif
	return result;
}

/*
 * Finds the record of a setting, which begins with a config_generic.  16 keeps
 * settings in a hash table (3057465ac), before it was a sorted array of pointers.
 */
static inline void *
find_setting(const char *name)
{
#if PG_VERSION_NUM >= 160000
	return find_option(name, false, true, ERROR);
#else
	int count;
	struct config_generic **settings = list_settings(&count);

	for (int i = 0; i < count; i++)
	{
		if (strcmp(settings[i]->name, name) == 0)
			return settings[i];
	}
	return NULL;
#endif
}

/* Computes an HMAC-SHA-256; false if it cannot.  Before 15 (e6bdfd970) only SCRAM had the functions. */
static inline bool
compute_hmac_sha256(const uint8 *key, size_t key_size, const uint8 *data, size_t size, uint8 *result)
{
#if PG_VERSION_NUM >= 150000
	pg_hmac_ctx *context = pg_hmac_create(PG_SHA256);
	bool done = context != NULL && pg_hmac_init(context, key, key_size) >= 0 &&
				pg_hmac_update(context, data, size) >= 0 &&
				pg_hmac_final(context, result, PG_SHA256_DIGEST_LENGTH) >= 0;

	pg_hmac_free(context);
	return done;
#else
	scram_HMAC_ctx context;

	return scram_HMAC_init(&context, key, (int) key_size) >= 0 &&
		   scram_HMAC_update(&context, (const char *) data, (int) size) >= 0 &&
		   scram_HMAC_final(result, &context) >= 0;
#endif
}

/* Tells whether the statement is to end, by a cancel or otherwise; 17 has a timeout of transactions (51efe38cb). */
static inline bool
statement_must_end(void)
{
#if PG_VERSION_NUM >= 170000
	if (TransactionTimeoutPending)
		return true;
#endif
	return QueryCancelPending || ProcDiePending;
}

/* Computes a SHA-256 of two pieces; false if it cannot. */
static inline bool
compute_sha256(const uint8 *first, size_t first_size, const uint8 *second, size_t second_size, uint8 *result)
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
	bool done = context != NULL && pg_cryptohash_init(context) >= 0 &&
				pg_cryptohash_update(context, first, first_size) >= 0 &&
				pg_cryptohash_update(context, second, second_size) >= 0 &&
				pg_cryptohash_final(context, result, PG_SHA256_DIGEST_LENGTH) >= 0;

	pg_cryptohash_free(context);
	return done;
}

/* Inserts what the indexes of a table need for a row that has been put there; 16 gained only_summarizing (19d8e2308). */
static inline List *
insert_index_tuples(ResultRelInfo *table, TupleTableSlot *slot, EState *state)
{
#if PG_VERSION_NUM >= 160000
	return ExecInsertIndexTuples(table, slot, state, false, false, NULL, NIL, false);
#else
	return ExecInsertIndexTuples(table, slot, state, false, false, NULL, NIL);
#endif
}

#endif /* TENANCY_COMPAT_H */
