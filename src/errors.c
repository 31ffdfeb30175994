/*
 * errors.c
 *	  From verdict to error: every SQLSTATE and every word that a refusal has.
 *
 * docs/errors.md has a line for each, with its cure.
 */
#include "postgres.h"

#include "audit_capture.h"
#include "bridge.h"
#include "errors.h"
#include "mb/pg_wchar.h"
#include "settings.h"
#include "uniform.h"
#include "utils/guc.h"

/* The parts of one error; allocated in the current memory context, NULL where there is none. */
typedef struct ErrorText
{
	int sqlstate;
	char *message;
	char *detail;
	char *hint;
	const char *schema; /* for the error field "schema name" */
} ErrorText;

/* Spells a status as the registry does. */
static const char *
status_name(TenancyStatus status)
{
	switch (status)
	{
		case TENANCY_STATUS_ACTIVE:
			return "active";
		case TENANCY_STATUS_SUSPENDED:
			return "suspended";
		case TENANCY_STATUS_DELETED:
			return "deleted";
	}
	return "unknown";
}

/* Words a refused access as if the schema did not exist. */
static ErrorText
describe_absence(const char *schema)
{
	const char *spelled = schema != NULL ? uniform_spelled_name(schema) : NULL;
	ErrorText text = {.sqlstate = ERRCODE_UNDEFINED_SCHEMA};

	text.message =
		spelled != NULL ? psprintf("schema \"%s\" does not exist", spelled) : pstrdup("schema does not exist");
	return text;
}

/* Words the denials of access, which need the bound tenant. */
static ErrorText
describe_denial(TenancyVerdict verdict, const ErrorFacts *facts)
{
	ErrorText text = {.sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE};

	/* Views, parents and foreign keys lead to schemas that the client has not named, and may not learn of. */
	if (facts->schema != NULL)
		text.schema = uniform_spelled_name(facts->schema);

	if (facts->bound_slug != NULL)
		text.detail = psprintf("The session is bound to tenant \"%s\".", facts->bound_slug);

	switch (verdict)
	{
		case TENANCY_DENY_CROSS_TENANT:
			text.message = text.schema != NULL ? psprintf("cross-tenant access to schema \"%s\" denied", text.schema)
											   : pstrdup("cross-tenant access denied");
			text.hint = pstrdup("A bound session reaches the schema of its own tenant and shared schemas only.");
			break;
		case TENANCY_DENY_UNBOUND:
			text.message = text.schema != NULL
							   ? psprintf("access to tenant schema \"%s\" denied: no tenant is bound", text.schema)
							   : pstrdup("access to a tenant schema denied: no tenant is bound");
			text.hint = pstrdup("Bind the session first, with SET tenancy.tenant or in the connection string.");
			break;
		case TENANCY_DENY_OUTSIDE_SCHEMA:
			if (facts->bound_slug != NULL)
				text.message = psprintf("permission denied to change %s from a bound session", facts->object);
			else
				text.message =
					psprintf("permission denied to change %s from a session that has served a tenant", facts->object);
			text.hint = pstrdup("A bound session changes objects in the schema of its own tenant only; "
								"use a session of another role for shared objects.");
			break;
		case TENANCY_DENY_ROLE_CHANGE:
			text.message = psprintf("%s is not allowed in a bound session", facts->object);
			text.hint = pstrdup("The tenant's role is in effect as long as the tenant is bound.");
			break;
		default:
			if (facts->bound_slug != NULL)
				text.message = psprintf("%s is not allowed in a bound session", facts->object);
			else
				text.message = psprintf("%s is not allowed in a session that serves tenants", facts->object);
			text.hint = pstrdup("Run it in a session of another role that has the privileges for it.");
			break;
	}
	return text;
}

const char *
errors_ticket_problem(TenancyTicketProblem problem)
{
	switch (problem)
	{
		case TENANCY_TICKET_GOOD:
			break;
		case TENANCY_TICKET_MALFORMED:
			return "it is not a ticket";
		case TENANCY_TICKET_NO_KEY:
			return "its key does not exist or is retired";
		case TENANCY_TICKET_NO_TENANT:
			return "its tenant does not exist";
		case TENANCY_TICKET_FORGED:
			return "its signature is wrong, or made for another database or an earlier tenant of that name";
		case TENANCY_TICKET_EARLY:
			return "it is not valid yet";
		case TENANCY_TICKET_EXPIRED:
			return "it has expired";
		case TENANCY_TICKET_REVOKED:
			return "it has been revoked";
	}
	return "nothing";
}

const char *
errors_token_problem(TenancyJwtProblem problem)
{
	switch (problem)
	{
		case TENANCY_JWT_GOOD:
		case TENANCY_JWT_OUT_OF_MEMORY:
			break;
		case TENANCY_JWT_TOO_LONG:
			return "it is too long";
		case TENANCY_JWT_BAD_PARTS:
			return "it has not three parts";
		case TENANCY_JWT_BAD_BASE64:
			return "a part is not base64url";
		case TENANCY_JWT_BAD_JSON:
			return "header or payload is not JSON";
		case TENANCY_JWT_NO_OBJECT:
			return "header or payload is not an object";
		case TENANCY_JWT_TOO_DEEP:
			return "header or payload is nested too deeply";
		case TENANCY_JWT_DUPLICATE:
			return "an object has two members of one name";
		case TENANCY_JWT_BAD_ALGORITHM:
			return "alg is missing or not supported";
		case TENANCY_JWT_BAD_KEY_ID:
			return "kid is not a text, or too long";
		case TENANCY_JWT_CRITICAL:
			return "the header has crit or b64";
		case TENANCY_JWT_NO_KEY:
			return "there is no live key of its algorithm and kid";
		case TENANCY_JWT_BAD_SIGNATURE:
			return "the signature is wrong";
		case TENANCY_JWT_BAD_EXPIRY:
			return "exp is missing or not a time";
		case TENANCY_JWT_BAD_TIME:
			return "nbf or iat is not a time";
		case TENANCY_JWT_EXPIRED:
			return "it has expired";
		case TENANCY_JWT_EARLY:
			return "it is not valid yet";
		case TENANCY_JWT_FROM_FUTURE:
			return "it was issued in the future";
		case TENANCY_JWT_BAD_ISSUER:
			return "iss is not tenancy.jwt_issuer";
		case TENANCY_JWT_BAD_AUDIENCE:
			return "aud does not contain tenancy.jwt_audience";
		case TENANCY_JWT_FOR_OTHERS:
			return "it has an audience, and tenancy.jwt_audience is not set";
		case TENANCY_JWT_BAD_TENANT:
			return "the claim of tenancy.jwt_claim is missing or not a slug";
		case TENANCY_JWT_REVOKED:
			return "the tenant's tickets were revoked after it was issued";
	}
	return "nothing";
}

/* Words the refusal of a ticket.  Only about one that is genuine more is said: its holder has nothing to learn. */
static ErrorText
describe_bad_ticket(TenancyTicketProblem problem, bool is_bound)
{
	ErrorText text = {.sqlstate = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION};

	text.message = pstrdup("invalid ticket");
	if (is_bound)
		text.hint = pstrdup("The session is bound by it. Give it a new one with SET tenancy.tenant, or unbind it "
							"with SET tenancy.tenant = '' first.");
	switch (problem)
	{
		case TENANCY_TICKET_EARLY:
			text.detail = pstrdup("It is not valid yet.");
			break;
		case TENANCY_TICKET_EXPIRED:
			text.detail = pstrdup("It has expired.");
			break;
		case TENANCY_TICKET_REVOKED:
			text.detail = pstrdup("It has been revoked.");
			break;
		default:
			break;
	}
	return text;
}

/* Returns what the number of a quota counts, for its DETAIL. */
static const char *
quota_unit(const char *quota)
{
	switch (bridge_quota_of_name(quota))
	{
		case TENANCY_QUOTA_STORAGE_BYTES:
			return "bytes are stored";
		case TENANCY_QUOTA_SESSIONS:
			return "sessions are bound";
		case TENANCY_QUOTA_STATEMENTS_PER_MINUTE:
			return "statements of this minute have run";
		case TENANCY_QUOTA_CONCURRENT_STATEMENTS:
			return "statements are running";
		default:
			return "are used";
	}
}

/* Words the refusal of what a tenant has used up. */
static ErrorText
describe_exhaustion(const ErrorFacts *facts)
{
	ErrorText text = {.sqlstate = ERRCODE_CONFIGURATION_LIMIT_EXCEEDED};

	text.message = psprintf("quota \"%s\" of tenant \"%s\" is exhausted", facts->quota, facts->slug);
	text.detail =
		psprintf("%lld of %lld %s.", (long long) facts->used, (long long) facts->limit, quota_unit(facts->quota));
	switch (bridge_quota_of_name(facts->quota))
	{
		case TENANCY_QUOTA_STORAGE_BYTES:
			text.hint =
				pstrdup("Reading and deleting go on. What is deleted counts until the storage is measured again.");
			break;
		case TENANCY_QUOTA_SESSIONS:
			text.hint = pstrdup("Close or unbind another session of the tenant.");
			break;
		case TENANCY_QUOTA_STATEMENTS_PER_MINUTE:
			text.hint = pstrdup("Try again in the next minute.");
			break;
		case TENANCY_QUOTA_CONCURRENT_STATEMENTS:
			text.hint = pstrdup("Try again when another statement of the tenant has ended.");
			break;
		default:
			text.hint = pstrdup("An operator can raise the limit with tenancy.set_quota().");
			break;
	}
	return text;
}

/* Words any verdict. */
static ErrorText
describe(TenancyVerdict verdict, const ErrorFacts *facts)
{
	ErrorText text = {.sqlstate = ERRCODE_INTERNAL_ERROR};

	switch (verdict)
	{
		case TENANCY_DENY_CROSS_TENANT:
		case TENANCY_DENY_UNBOUND:
		case TENANCY_DENY_OUTSIDE_SCHEMA:
		case TENANCY_DENY_STATEMENT:
		case TENANCY_DENY_ROLE_CHANGE:
			return describe_denial(verdict, facts);
		case TENANCY_DENY_CHANNEL:
			text.sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE;
			text.message = psprintf("permission denied to %s on channel \"tenancy_events\"", facts->object);
			text.hint =
				pstrdup("Unbound members of tenancy_admin and tenancy_auditor may LISTEN; only tenancy sends.");
			break;
		case TENANCY_DENY_LEFTOVER:
			text.sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE;
			text.message = psprintf("%s is not allowed while no tenant is bound", facts->object);
			text.detail =
				pstrdup("The session serves one tenant after the other, and the next would find what it leaves.");
			text.hint = pstrdup("Bind the session first.");
			break;
		case TENANCY_UNKNOWN_TENANT:
			text.sqlstate = ERRCODE_UNDEFINED_OBJECT;
			text.message = psprintf("tenant \"%s\" does not exist", facts->slug);
			break;
		case TENANCY_NOT_ACTIVE:
			text.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
			text.message = psprintf("tenant \"%s\" is not active", facts->slug);
			text.detail = psprintf("Its status is \"%s\".", status_name(facts->status));
			break;
		case TENANCY_MAY_NOT_BIND:
			text.sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE;
			text.message = psprintf("permission denied to bind tenant \"%s\"", facts->slug);
			text.hint = pstrdup("The session user must be a member of tenancy_app or of the tenant's role.");
			break;
		case TENANCY_UNFIT_ROLE:
			text.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
			text.message = psprintf("the role of tenant \"%s\" has rights that reach beyond the tenant", facts->slug);
			text.detail =
				pstrdup("A tenant role is a member of tenancy_tenant and cannot log in. Neither it nor a role "
						"that it is a member of may be superuser, have REPLICATION, BYPASSRLS or CREATEROLE, "
						"or be tenancy_admin, tenancy_auditor, a predefined role or another tenant's role.");
			text.hint = pstrdup("Take these rights from it, or from the owner that it is a member of.");
			break;
		case TENANCY_REBIND_IN_TRANSACTION:
			text.sqlstate = ERRCODE_ACTIVE_SQL_TRANSACTION;
			text.message = psprintf("cannot bind tenant \"%s\" in this transaction", facts->slug);
			text.detail = pstrdup("A transaction serves one tenant, and it already belongs to another.");
			text.hint = pstrdup("End the transaction first. A session serves one tenant for its life unless "
								"\"tenancy.rebind\" is \"transaction\".");
			break;
		case TENANCY_UNBIND_IN_STATEMENT:
			text.sqlstate = ERRCODE_ACTIVE_SQL_TRANSACTION;
			text.message = psprintf("cannot unbind tenant \"%s\" from within a statement", facts->slug);
			text.detail = pstrdup("The transaction belongs to the tenant.");
			text.hint = pstrdup("Use SET tenancy.tenant = '' as a statement of its own.");
			break;
		case TENANCY_REBIND_NEVER:
			text.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
			text.message = psprintf("cannot bind tenant \"%s\" in this session", facts->slug);
			text.detail = pstrdup("The session has been bound to another tenant before.");
			text.hint = pstrdup("Open a new session, or have a superuser set \"tenancy.rebind\" to "
								"\"transaction\" for the role of a connection pool.");
			break;
		case TENANCY_BIND_SCOPE:
			text.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
			text.message = psprintf("cannot bind tenant \"%s\" for longer than a transaction", facts->slug);
			text.detail = pstrdup("\"tenancy.bind_scope\" is \"transaction\" for this role.");
			text.hint = pstrdup("Use SET LOCAL tenancy.tenant in a transaction, or tenancy.bind() with is_local.");
			break;
		case TENANCY_AMBIGUOUS_PATH:
			text.sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE;
			text.message = pstrdup("search_path names the schemas of more than one tenant");
			text.hint =
				pstrdup("With \"tenancy.bind_from_search_path\" it names one tenant's schema, and shared schemas.");
			break;
		case TENANCY_TICKET_REQUIRED:
			text.sqlstate = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION;
			text.message = pstrdup("a ticket is required to bind a tenant");
			text.hint = pstrdup("Give tenancy.tenant a ticket, not a slug.");
			break;
		case TENANCY_BAD_TICKET:
			return describe_bad_ticket(facts->ticket_problem, facts->bound_slug != NULL);
		case TENANCY_BAD_TOKEN:
			text.sqlstate = ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION;
			text.message = pstrdup("invalid token");
			break;
		case TENANCY_BAD_SLUG:
			text.sqlstate = ERRCODE_INVALID_PARAMETER_VALUE;
			text.message = facts->slug != NULL
							   ? psprintf("invalid tenant slug: \"%s\"",
										  pnstrdup(facts->slug, pg_mbcliplen(facts->slug, strlen(facts->slug), 64)))
							   : pstrdup("invalid tenant slug: null");
			text.detail = pstrdup("A slug has 1 to 56 characters: lower-case letters a-z, digits and hyphens.");
			break;
		case TENANCY_TENANT_EXISTS:
			text.sqlstate = ERRCODE_DUPLICATE_OBJECT;
			text.message = psprintf("tenant \"%s\" already exists", facts->slug);
			break;
		case TENANCY_NOT_PRELOADED:
			text.sqlstate = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
			text.message = pstrdup("tenancy must be loaded when the server starts");
			text.hint = pstrdup("Add tenancy to \"shared_preload_libraries\" and restart the server.");
			break;
		case TENANCY_BINDING_BROKEN:
			text.sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE;
			text.message = psprintf("the role of tenant \"%s\" is not in effect", facts->slug);
			text.hint = pstrdup("Bind the session again, outside of security-definer functions.");
			break;
		case TENANCY_QUOTA_EXHAUSTED:
			return describe_exhaustion(facts);
		case TENANCY_OUT_OF_MEMORY:
			text.sqlstate = ERRCODE_OUT_OF_MEMORY;
			text.message = pstrdup("out of memory");
			break;
		default:
			text.message = psprintf("unexpected tenancy verdict: %d", (int) verdict);
			break;
	}
	return text;
}

/* Tells whether a verdict is a refusal of access that must look as if nothing were there. */
static bool
is_hidden(TenancyVerdict verdict)
{
	return tenancy_error_style == ERROR_STYLE_UNIFORM &&
		   (verdict == TENANCY_DENY_CROSS_TENANT || verdict == TENANCY_DENY_UNBOUND);
}

/* Tells the server log, and it alone, which schema was meant. */
static int
log_schema(const char *schema, const char *detail)
{
	return errdetail_log("%s%sThe access was to schema \"%s\".",
						 detail != NULL ? detail : "",
						 detail != NULL ? " " : "",
						 schema);
}

void
errors_reword_absence(const char *schema)
{
	ErrorText text = describe_absence(schema);

	errcode(text.sqlstate);
	errmsg_internal("%s", text.message);
}

void
errors_conceal_row(void)
{
	errdetail_internal("The row is not shown, because it has values that name objects.");
}

void
errors_conceal_all(void)
{
	ErrorText text = {0};

	text.message = pstrdup("the statement refers to an object that does not exist");
	errmsg_internal("%s", text.message);
	errdetail_internal("The error is not shown, because it names what the session may not know.");
	errhint("Use names, not OIDs.");
}

void
raise_verdict(TenancyVerdict verdict, const ErrorFacts *facts)
{
	ErrorText text = describe(verdict, facts);

	audit_refusal(verdict, facts, text.sqlstate, text.message, false);
	if (is_hidden(verdict))
	{
		/* The truth is for the operators. */
		ereport(LOG_SERVER_ONLY,
				(errcode(text.sqlstate),
				 errmsg_internal("%s", text.message),
				 text.detail != NULL ? errdetail_internal("%s", text.detail) : 0,
				 errhidestmt(true)));
		text = describe_absence(facts->schema);
	}
	ereport(ERROR,
			(errcode(text.sqlstate),
			 errmsg_internal("%s", text.message),
			 text.detail != NULL ? errdetail_internal("%s", text.detail) : 0,
			 facts->schema != NULL && text.schema == NULL ? log_schema(facts->schema, text.detail) : 0,
			 text.hint != NULL ? errhint("%s", text.hint) : 0,
			 facts->position > 0 ? errposition(facts->position) : 0,
			 text.schema != NULL ? err_generic_string(PG_DIAG_SCHEMA_NAME, text.schema) : 0));
	pg_unreachable();
}

void
report_soft_limit(const ErrorFacts *facts)
{
	ereport(NOTICE,
			(errmsg("tenant \"%s\" is over the soft limit of quota \"%s\"", facts->slug, facts->quota),
			 errdetail_internal("%lld of %lld %s.",
								(long long) facts->used,
								(long long) facts->limit,
								quota_unit(facts->quota))));
}

void
log_defiance(const char *slug)
{
	ereport(LOG_SERVER_ONLY,
			(errmsg("a session of tenant \"%s\" is ended: its statement has caught the timeout twice",
					slug != NULL ? slug : "")));
}

void
log_ticket_refusal(const char *what, const char *reason, const TenancyTicket *ticket)
{
	ereport(LOG_SERVER_ONLY,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg_internal("%s refused: %s", what, reason),
			 ticket != NULL
				 ? errdetail_internal("It names tenant \"%s\" and key %u, and is for %ld seconds from %lld on.",
									  ticket->slug,
									  (unsigned) ticket->key_id,
									  (long) ticket->lifetime,
									  (long long) ticket->not_before)
				 : 0,
			 errhidestmt(true)));
}

void
errors_hide_statement(void *argument)
{
	(void) argument;
	errhidestmt(true);
	errhidecontext(true);
}

/* SQLSTATE of an error that is about a statement with a ticket in it, and has not been logged; 0: none. */
static int ticket_error = 0;

void
errors_forget_ticket(void)
{
	ticket_error = 0;
}

void
errors_conceal_ticket(ErrorData *report)
{
	if (ticket_error != 0 && report->elevel >= WARNING && report->sqlerrcode == ticket_error)
		report->hide_stmt = true;
	if (report->elevel >= WARNING)
		ticket_error = 0;
}

void
report_check_failure(TenancyVerdict verdict, const ErrorFacts *facts)
{
	ErrorText text = describe(verdict, facts);

	audit_refusal(verdict, facts, text.sqlstate, text.message, true);
	ticket_error = facts->has_ticket ? text.sqlstate : 0;

	GUC_check_errcode(text.sqlstate);
	GUC_check_errmsg("%s", text.message);
	if (text.detail != NULL)
		GUC_check_errdetail("%s", text.detail);
	if (text.hint != NULL)
		GUC_check_errhint("%s", text.hint);
}
