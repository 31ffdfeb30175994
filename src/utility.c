/*
 * utility.c
 *	  Utility statements: which a session may run, and on what.
 *
 * One table, keyed by the kind of statement.  A bound session may run what the
 * table lists and nothing else, so that a statement that a new major invents is
 * refused until somebody has thought about it.  Where the other hooks see all that
 * a statement touches the row says so by having no check; the checks are for what
 * they do not see (see object_access.c), and for names that the core would look up
 * without asking a hook.
 *
 * Unbound sessions of ordinary roles run anything that the checks let pass;
 * superusers and the extension's own work are not looked at.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit.h"
#include "audit_statement.h"
#include "authority.h"
#include "binding.h"
#include "catalog_filter.h"
#include "copies.h"
#include "catalog/namespace.h"
#include "confinement.h"
#include "errors.h"
#include "guard.h"
#include "keyspace.h"
#include "miscadmin.h"
#include "naming.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "notifications.h"
#include "ownership.h"
#include "query_guard.h"
#include "quota.h"
#include "quota_storage.h"
#include "residue.h"
#include "settings.h"
#include "sql_prepared.h"
#include "statements.h"
#include "tenant_plans.h"
#include "unplanned.h"
#include "utility.h"
#include "utility_targets.h"
#include "visibility.h"
#include "worker_departure.h"

/* What happens to the binding before a statement. */
typedef enum Admission
{
	ADMIT_FREELY, /* ends, shows or changes a binding: must work whatever the tenant's state */
	ADMIT_BOUND,  /* works for the tenant: who must be in order, and the transaction is his */
	ADMIT_UNBOUND /* has no place in a bound session; an unbound one may aim it at a tenant unseen by other hooks */
} Admission;

typedef struct UtilityRule
{
	NodeTag tag;
	Admission admission;
	void (*check)(Node *statement); /* NULL: the other hooks see all that it touches */
} UtilityRule;

/* Refuses a statement by its command tag. */
static void
refuse(Node *statement)
{
	guard_refuse_statement(GetCommandTagName(CreateCommandTag(statement)));
}

/* The same where only the tenant's own is in reach. */
static void
refuse_if_restricted(Node *statement)
{
	if (guard_is_restricted())
		refuse(statement);
}

/*
 * BEGIN in a bound session makes the transaction the tenant's, unless search_path bound it: who knows of nothing
 * else, says after BEGIN for whom it is.  Two-phase commit would part a transaction from the session.
 */
static void
check_transaction(Node *statement)
{
	switch (((TransactionStmt *) statement)->kind)
	{
		case TRANS_STMT_BEGIN:
		case TRANS_STMT_START:
			if (current_binding != NULL && !current_binding->from_path)
				binding_claim_transaction();
			break;
		case TRANS_STMT_PREPARE:
		case TRANS_STMT_COMMIT_PREPARED:
		case TRANS_STMT_ROLLBACK_PREPARED:
			refuse_if_restricted(statement);
			break;
		default:
			break;
	}
}

/* Checks the schemas that SET search_path names; set_config() and the like lose them silently. */
static void
check_search_path_names(const VariableSetStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->args)
	{
		Node *argument = lfirst(cell);

		if (IsA(argument, A_Const))
			guard_check_schema_name(targets_string_constant((A_Const *) argument));
	}
}

/*
 * ALTER ROLE and ALTER DATABASE, and their settings: a login that serves all tenants
 * must not change how its next sessions begin.
 */
static void
check_login_change(Node *statement)
{
	if (authority_may_bind_any() && !authority_is_operator())
		refuse(statement);
}

/*
 * Refuses maintenance without a table where it would go through, and name, the tables
 * of other tenants; a role that has nothing to do with tenants goes on as ever.
 */
static void
check_maintenance_of_all(Node *statement)
{
	if (guard_is_restricted() || (authority_may_bind_any() && !authority_is_operator()))
		refuse(statement);
}

/*
 * SET: the effective role is the binding's, and RESET ALL must not change it inside a function with other
 * rights.  Names of settings are the same in upper and lower case, quoted or not.
 */
static void
check_set(Node *node)
{
	VariableSetStmt *statement = (VariableSetStmt *) node;

	if (statement->kind == VAR_RESET_ALL)
	{
		if (InLocalUserIdChange() || InSecurityRestrictedOperation())
			refuse(node);
		binding_check_reset();
		return;
	}
	if (statement->name == NULL)
		return;
	if (pg_strcasecmp(statement->name, "tenancy.tenant") == 0 &&
		(statement->kind == VAR_RESET || statement->kind == VAR_SET_DEFAULT))
		binding_check_reset();
	if (current_binding != NULL &&
		(pg_strcasecmp(statement->name, "role") == 0 || pg_strcasecmp(statement->name, "session_authorization") == 0))
		raise_verdict(TENANCY_DENY_ROLE_CHANGE,
					  &(ErrorFacts){.object = pg_strcasecmp(statement->name, "role") == 0
												  ? "SET ROLE"
												  : "SET SESSION AUTHORIZATION",
									.bound_slug = current_binding->tenant.slug});
	if (current_binding != NULL)
		residue_note_setting();
	/* Where search_path binds, it may name another tenant for the next transaction. */
	if (pg_strcasecmp(statement->name, "search_path") == 0 && statement->kind == VAR_SET_VALUE &&
		!tenancy_bind_from_search_path)
		check_search_path_names(statement);
}

/* PREPARE: the next client may believe that the statement is his own, and bind by it. */
static void
check_prepare(Node *statement)
{
	(void) statement;
	if (guard_is_between_tenants())
		raise_verdict(TENANCY_DENY_LEFTOVER, &(ErrorFacts){.object = "PREPARE"});
}

/* LOCK: the core locks what is under a view or a parent without asking anybody. */
static void
check_lock(Node *statement)
{
	targets_check_reach(((LockStmt *) statement)->relations);
}

/* Tells whether an option of this name is in a list. */
static bool
has_option(List *options, const char *name)
{
	ListCell *cell;

	foreach (cell, options)
	{
		if (strcmp(lfirst_node(DefElem, cell)->defname, name) == 0)
			return true;
	}
	return false;
}

/* VACUUM, ANALYZE: without a list they would go through, and name, the tables of all. */
static void
check_vacuum(Node *node)
{
	VacuumStmt *statement = (VacuumStmt *) node;
	ListCell *cell;

	if (statement->rels == NIL && !has_option(statement->options, "only_database_stats"))
		check_maintenance_of_all(node);
	foreach (cell, statement->rels)
	{
		VacuumRelation *target = lfirst_node(VacuumRelation, cell);

		if (target->relation != NULL)
			targets_check_relation(target->relation);
	}
}

/* CLUSTER: likewise. */
static void
check_cluster(Node *node)
{
	ClusterStmt *statement = (ClusterStmt *) node;

	if (statement->relation == NULL)
		check_maintenance_of_all(node);
	else
		targets_check_relation(statement->relation);
}

/* REINDEX: the schema is looked up without a hook; a database is everybody's. */
static void
check_reindex(Node *node)
{
	ReindexStmt *statement = (ReindexStmt *) node;

	switch (statement->kind)
	{
		case REINDEX_OBJECT_INDEX:
		case REINDEX_OBJECT_TABLE:
			targets_check_relation(statement->relation);
			break;
		case REINDEX_OBJECT_SCHEMA:
			guard_check_schema_name(statement->name);
			if (get_namespace_oid(statement->name, true) != guard_own_schema())
				refuse_if_restricted(node);
			break;
		default:
			check_maintenance_of_all(node);
			break;
	}
}

/* TRUNCATE: the core waits for the locks of all children, and names tables that refer to it, before it asks anybody. */
static void
check_truncate(Node *statement)
{
	targets_check_reach(((TruncateStmt *) statement)->relations);
	targets_check_referrers(((TruncateStmt *) statement)->relations);
}

/* REFRESH MATERIALIZED VIEW. */
static void
check_refresh(Node *statement)
{
	targets_check_relation(((RefreshMatViewStmt *) statement)->relation);
}

/* COPY: the executor's hook sees the relation; a file of the server is not a tenant's. */
static void
check_copy(Node *node)
{
	CopyStmt *statement = (CopyStmt *) node;

	if (statement->filename != NULL)
		refuse_if_restricted(node);
	if (statement->relation != NULL)
		guard_check_schema_name(statement->relation->schemaname);
	unplanned_check_copy(statement);
}

/* EXECUTE: its arguments are evaluated without a plan. */
static void
check_execute(Node *statement)
{
	unplanned_check_execute((ExecuteStmt *) statement);
}

/* LISTEN outlives the transaction; the extension's own channel names every tenant. */
static void
check_listen(Node *statement)
{
	if (strcmp(((ListenStmt *) statement)->conditionname, "tenancy_events") == 0 &&
		(current_binding != NULL || !authority_is_operator()))
		raise_verdict(TENANCY_DENY_CHANNEL, &(ErrorFacts){.object = "LISTEN"});
	residue_note_listen();
}

/* NOTIFY: what goes over the extension's own channel comes from the extension. */
static void
check_notify(Node *statement)
{
	if (strcmp(((NotifyStmt *) statement)->conditionname, "tenancy_events") == 0)
		raise_verdict(TENANCY_DENY_CHANNEL, &(ErrorFacts){.object = "NOTIFY"});
}

/*
 * Returns LISTEN, UNLISTEN or NOTIFY with the channel that is the tenant's of that
 * name; the statement itself where they are the same.
 */
static PlannedStmt *
in_own_channel(PlannedStmt *planned)
{
	Node *statement = planned->utilityStmt;
	PlannedStmt *result;

	if (!OidIsValid(guard_own_schema()))
		return planned;
	if (IsA(statement, UnlistenStmt) && ((UnlistenStmt *) statement)->conditionname == NULL)
		return planned;
	result = copyObject(planned);
	statement = result->utilityStmt;
	if (IsA(statement, ListenStmt))
		((ListenStmt *) statement)->conditionname = notifications_listen(((ListenStmt *) statement)->conditionname);
	else if (IsA(statement, UnlistenStmt))
		((UnlistenStmt *) statement)->conditionname = keyspace_channel(((UnlistenStmt *) statement)->conditionname);
	else
		((NotifyStmt *) statement)->conditionname = keyspace_channel(((NotifyStmt *) statement)->conditionname);
	return result;
}

/* CALL: its arguments are not planned. */
static PlannedStmt *
with_checked_arguments(PlannedStmt *planned)
{
	CallStmt *call = (CallStmt *) planned->utilityStmt;
	PlannedStmt *result;
	List *arguments;
	ListCell *cell;

	if (!visibility_is_limited())
		return planned;
	/* What it puts into them goes to the client unseen. */
	foreach (cell, call->outargs)
	{
		if (naming_type(exprType(lfirst(cell))))
			guard_refuse_statement("CALL of a procedure that returns a regclass or the like");
	}
	arguments = query_guard_apply_to_list(call->funcexpr->args);
	if (arguments == call->funcexpr->args)
		return planned;
	result = copyObject(planned);
	((CallStmt *) result->utilityStmt)->funcexpr->args = arguments;
	return result;
}

/* Puts in a statement's place one that does the same in the tenant's own. */
static PlannedStmt *
in_own_space(PlannedStmt *planned)
{
	switch (nodeTag(planned->utilityStmt))
	{
		case T_ListenStmt:
		case T_UnlistenStmt:
		case T_NotifyStmt:
			return in_own_channel(planned);
		case T_CallStmt:
			return with_checked_arguments(planned);
		case T_CopyStmt:
			return copies_as_query(planned);
		default:
			return planned;
	}
}

/* DECLARE: a cursor WITH HOLD outlives the transaction. */
static void
check_declare_cursor(Node *statement)
{
	if (((DeclareCursorStmt *) statement)->options & CURSOR_OPT_HOLD)
		residue_note_cursor();
}

/* The statements that a bound session may run, the most frequent first; those for unbound sessions last. */
static const UtilityRule rules[] = {
	{T_TransactionStmt, ADMIT_FREELY, check_transaction},
	{T_VariableSetStmt, ADMIT_FREELY, check_set},
	{T_VariableShowStmt, ADMIT_FREELY, NULL},
	{T_DiscardStmt, ADMIT_FREELY, NULL},
	{T_ExecuteStmt, ADMIT_BOUND, check_execute},
	{T_PrepareStmt, ADMIT_BOUND, check_prepare},
	{T_DeallocateStmt, ADMIT_BOUND, NULL},
	{T_DeclareCursorStmt, ADMIT_BOUND, check_declare_cursor},
	{T_FetchStmt, ADMIT_BOUND, NULL},
	{T_ClosePortalStmt, ADMIT_BOUND, NULL},
	{T_CopyStmt, ADMIT_BOUND, check_copy},
	{T_DoStmt, ADMIT_BOUND, NULL},
	{T_CallStmt, ADMIT_BOUND, NULL},
	{T_ExplainStmt, ADMIT_BOUND, NULL},
	{T_ConstraintsSetStmt, ADMIT_BOUND, NULL},
	{T_ListenStmt, ADMIT_BOUND, check_listen},
	{T_NotifyStmt, ADMIT_BOUND, check_notify},
	{T_UnlistenStmt, ADMIT_BOUND, NULL},
	{T_LockStmt, ADMIT_BOUND, check_lock},
	{T_TruncateStmt, ADMIT_BOUND, check_truncate},
	{T_VacuumStmt, ADMIT_BOUND, check_vacuum},
	{T_ClusterStmt, ADMIT_BOUND, check_cluster},
	{T_ReindexStmt, ADMIT_BOUND, check_reindex},
	{T_RefreshMatViewStmt, ADMIT_BOUND, check_refresh},
	{T_CommentStmt, ADMIT_BOUND, targets_check_comment},
	{T_GrantStmt, ADMIT_BOUND, targets_check_grant},
	{T_CreateStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateTableAsStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateForeignTableStmt, ADMIT_BOUND, targets_check_creation},
	{T_ViewStmt, ADMIT_BOUND, targets_check_creation},
	{T_IndexStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateSeqStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateFunctionStmt, ADMIT_BOUND, targets_check_creation},
	{T_DefineStmt, ADMIT_BOUND, targets_check_creation},
	{T_CompositeTypeStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateEnumStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateRangeStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateDomainStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateConversionStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateStatsStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreateTrigStmt, ADMIT_BOUND, targets_check_creation},
	{T_CreatePolicyStmt, ADMIT_BOUND, targets_check_creation},
	{T_RuleStmt, ADMIT_BOUND, targets_check_creation},
	{T_AlterTableStmt, ADMIT_BOUND, targets_check_alteration},
	{T_AlterDomainStmt, ADMIT_BOUND, NULL},
	{T_AlterEnumStmt, ADMIT_BOUND, NULL},
	{T_AlterFunctionStmt, ADMIT_BOUND, targets_check_alteration},
	{T_AlterSeqStmt, ADMIT_BOUND, targets_check_alteration},
	{T_AlterStatsStmt, ADMIT_BOUND, targets_check_alteration},
	{T_AlterTypeStmt, ADMIT_BOUND, NULL},
	{T_AlterPolicyStmt, ADMIT_BOUND, targets_check_alteration},
	{T_AlterOperatorStmt, ADMIT_BOUND, NULL},
	{T_AlterTSConfigurationStmt, ADMIT_BOUND, NULL},
	{T_AlterTSDictionaryStmt, ADMIT_BOUND, NULL},
	{T_AlterObjectSchemaStmt, ADMIT_BOUND, targets_check_alteration},
	{T_AlterOwnerStmt, ADMIT_BOUND, targets_check_alteration},
	{T_RenameStmt, ADMIT_BOUND, targets_check_alteration},
	{T_DropStmt, ADMIT_BOUND, targets_check_drop},
	{T_CreateSchemaStmt, ADMIT_UNBOUND, targets_check_schema},
	{T_AlterDefaultPrivilegesStmt, ADMIT_UNBOUND, targets_check_schema},
	{T_AlterRoleStmt, ADMIT_UNBOUND, check_login_change},
	{T_AlterRoleSetStmt, ADMIT_UNBOUND, check_login_change},
	{T_AlterDatabaseSetStmt, ADMIT_UNBOUND, check_login_change},
	{T_CreatePublicationStmt, ADMIT_UNBOUND, targets_check_publication},
	{T_AlterPublicationStmt, ADMIT_UNBOUND, targets_check_publication},
};

/* Finds the rule for a kind of statement; NULL: not listed. */
static const UtilityRule *
find_rule(NodeTag tag)
{
	for (int i = 0; i < (int) lengthof(rules); i++)
	{
		if (rules[i].tag == tag)
			return &rules[i];
	}
	return NULL;
}

/* Tells whether a statement leaves something in the session, or takes something from it that SQL before it has left. */
static bool
outlasts_its_script(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_PrepareStmt:
		case T_DeallocateStmt:
		case T_ListenStmt:
		case T_UnlistenStmt:
		case T_DiscardStmt:
			return true;
		case T_DeclareCursorStmt:
			return (((DeclareCursorStmt *) statement)->options & CURSOR_OPT_HOLD) != 0;
		default:
			return false;
	}
}

/* Judges a statement in a bound session, or in an unbound one that is not exempt. */
static void
check_statement(Node *statement)
{
	const UtilityRule *rule = find_rule(nodeTag(statement));

	if (OidIsValid(confinement_running_in()) && outlasts_its_script(statement))
		refuse(statement);
	if (rule == NULL)
	{
		refuse_if_restricted(statement);
		return;
	}
	if (rule->admission == ADMIT_BOUND)
	{
		binding_admit_statement();
		binding_claim_transaction();
	}
	if (rule->check != NULL)
		rule->check(statement);
	if (rule->admission == ADMIT_UNBOUND)
		refuse_if_restricted(statement);
}

/* Passes the call on. */
static void
run(void *argument)
{
	UtilityCall *call = argument;

	call->next(call->statement,
			   call->query_string,
			   call->read_only_tree,
			   call->context,
			   call->parameters,
			   call->environment,
			   call->destination,
			   call->completion);
}

/* EXECUTE and FETCH run a query that is a statement of its own; they are not one around it. */
static bool
runs_another_statement(NodeTag tag)
{
	return tag == T_ExecuteStmt || tag == T_FetchStmt;
}

void
utility_check_explained(List *range_table)
{
	ListCell *cell;

	if (!catalog_filter_is_on())
		return;
	foreach (cell, range_table)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);

		/* Its numbers would be those of all tenants' rows. */
		if (entry->rtekind == RTE_RELATION && catalog_filter_applies_to(entry->relid))
			guard_refuse_statement("EXPLAIN of a system catalog");
	}
}

/* Runs EXPLAIN; utility_check_explained() is to see its plan, and not those of what runs in it. */
static void
run_explain(UtilityCall *call)
{
	int outer = statements_explained_depth;

	statements_explained_depth = statements_depth;
	PG_TRY();
	{
		run(call);
	}
	PG_FINALLY();
	{
		statements_explained_depth = outer;
	}
	PG_END_TRY();
}

/* Tells whether a kind of statement ends, shows or clears something, which no quota may be in the way of. */
static bool
must_go(NodeTag tag)
{
	return tag == T_TransactionStmt || tag == T_VariableSetStmt || tag == T_VariableShowStmt ||
		   tag == T_DiscardStmt || tag == T_DeallocateStmt || tag == T_ClosePortalStmt || tag == T_UnlistenStmt;
}

/* Tells whether a statement is one of the client's, which may follow on another. */
static bool
is_clients(const UtilityCall *call, int depth)
{
	return call->context == PROCESS_UTILITY_TOPLEVEL && depth == 0;
}

/* Tells whether a statement is a definition of something, as the server's own log knows them. */
static bool
is_definition(const UtilityCall *call)
{
	NodeTag tag = nodeTag(call->statement->utilityStmt);

	return call->context != PROCESS_UTILITY_SUBCOMMAND && tag != T_TransactionStmt && !runs_another_statement(tag) &&
		   GetCommandLogLevel(call->statement->utilityStmt) == LOGSTMT_DDL;
}

/*
 * Tells whether the audit takes a statement, with all that runs in it, for one of the client's.  One that ends or
 * begins transactions never is: it may fail where no end of a transaction says so.
 */
static bool
is_audited_as_whole(const UtilityCall *call, int depth)
{
	NodeTag tag = nodeTag(call->statement->utilityStmt);

	return audit_classes != 0 && depth == 0 && tag != T_ExecuteStmt && tag != T_TransactionStmt;
}

void
utility_process(UtilityCall *call)
{
	Node *statement = call->statement->utilityStmt;
	NodeTag tag = nodeTag(statement);
	int depth = statements_depth;
	bool is_audited = is_audited_as_whole(call, depth);
	bool defines = audit_is_on(AUDIT_DDL) && is_definition(call);

	if (is_clients(call, depth))
	{
		statements_in_execute = false;
		statements_between();
		statements_in_execute = tag == T_ExecuteStmt;
	}
	/* In an aborted transaction only its end is possible, and nothing may be looked up. */
	if (!IsAbortedTransactionBlockState() && !guard_is_exempt())
		check_statement(statement);
	if (is_clients(call, depth) && !must_go(tag))
		quota_begin_utility(call);
	if (!runs_another_statement(tag))
	{
		if (call->context == PROCESS_UTILITY_TOPLEVEL)
			statements_begin_utility(statement);
		/* Nothing runs in one that begins or ends transactions; where it fails, nothing may say so. */
		if (tag != T_TransactionStmt)
			statements_depth++;
	}

	if (is_clients(call, depth))
		worker_departure_before(statement);
	if (is_audited)
		audit_begin_utility(call->statement, call->query_string);
	if (defines)
		audit_begin_definition(call->statement);
	if (!IsAbortedTransactionBlockState())
	{
		/* Parts of CREATE TABLE are about a table without rows; those of others have been judged with them. */
		if (call->context != PROCESS_UTILITY_SUBCOMMAND)
			quota_storage_check_utility(statement);
		call->statement = in_own_space(call->statement);
	}
	if (tag == T_CopyStmt && ((CopyStmt *) statement)->relation != NULL)
		audit_in_copy = (audit_classes & (AUDIT_BIT(AUDIT_WRITE) | AUDIT_BIT(AUDIT_READ))) != 0;
	/* Before it is made: one that nobody knows of would stay. */
	if (tag == T_PrepareStmt)
		sql_prepared_note(((PrepareStmt *) statement)->name);
	if (call->context == PROCESS_UTILITY_TOPLEVEL && (tag == T_VariableSetStmt || tag == T_DiscardStmt))
	{
		binding_change_by_statement(run, call);
		/* DISCARD ALL resets the role, but not a binding of the connection's start. */
		binding_reassert_role();
	}
	else if (tag == T_ExplainStmt)
		run_explain(call);
	else
		run(call);
	if (tag == T_ExecuteStmt && is_clients(call, depth) && tenant_plans_are_kept())
		tenant_plans_note(((ExecuteStmt *) statement)->name);

	statements_depth = depth;
	if (depth == 0)
		statements_end_utility(call->completion);
	quota_end(call);
	quota_storage_end_utility();
	audit_in_copy = false;
	if (defines)
		audit_end_definition(call->statement, call->query_string);
	if (is_audited)
		audit_end_utility(call->statement, call->query_string, call->completion);

	if (call->context != PROCESS_UTILITY_SUBCOMMAND)
		ownership_settle();
	if (is_clients(call, depth))
		statements_between();
}
