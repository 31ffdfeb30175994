/*
 * settings.c
 *	  Every setting of the extension, in alphabetical order.
 */
#include "postgres.h"

#include "audit.h"
#include "audit_ring.h"
#include "binding.h"
#include "binding_path.h"
#include "bridge.h"
#include "compat.h"
#include "core/verdict.h"
#include "errors.h"
#include "plans.h"
#include "settings.h"

int tenancy_audit_overflow = AUDIT_OVERFLOW_DROP;
int tenancy_audit_query_text = AUDIT_QUERY_TEXT_NONE;
int tenancy_audit_refusal_limit = 1000;
int tenancy_audit_retention = 0;
int tenancy_audit_ring_size = 16 * 1024;
bool tenancy_bind_from_search_path = false;
int tenancy_bind_scope = TENANCY_SCOPE_SESSION;
int tenancy_error_style = ERROR_STYLE_CLEAR;
bool tenancy_hide_catalogs = true;
char *tenancy_jwt_audience = NULL;
char *tenancy_jwt_claim = NULL;
char *tenancy_jwt_issuer = NULL;
int tenancy_max_cached_tenants = 0;
int tenancy_max_tenant_plans = 0;
int tenancy_max_tenants = 10000;
int tenancy_metrics_interval = 1000;
int tenancy_rebind = TENANCY_REBIND_NEVER_AGAIN;
bool tenancy_require_ticket = false;
int tenancy_rewrite_small_tables = 0;
int tenancy_ticket_leeway = 30;
bool tenancy_track_statements = true;
int tenancy_worker_interval = 60;
struct config_string *tenancy_tenant_setting = NULL;

/* What these say is in the hooks' extra data. */
static char *audit_value = NULL;
static char *audit_sinks_value = NULL;
static char *audit_tenants_value = NULL;
static char *tenant_value = NULL;
static bool library_preloaded = false;

static const struct config_enum_entry audit_overflow_options[] = {{"drop", AUDIT_OVERFLOW_DROP, false},
																  {"wait", AUDIT_OVERFLOW_WAIT, false},
																  {NULL, 0, false}};

static const struct config_enum_entry audit_query_text_options[] = {{"none", AUDIT_QUERY_TEXT_NONE, false},
																	{"masked", AUDIT_QUERY_TEXT_MASKED, false},
																	{"full", AUDIT_QUERY_TEXT_FULL, false},
																	{NULL, 0, false}};

static const struct config_enum_entry bind_scope_options[] = {{"session", TENANCY_SCOPE_SESSION, false},
															  {"transaction", TENANCY_SCOPE_TRANSACTION, false},
															  {NULL, 0, false}};

static const struct config_enum_entry error_style_options[] = {{"clear", ERROR_STYLE_CLEAR, false},
															   {"uniform", ERROR_STYLE_UNIFORM, false},
															   {NULL, 0, false}};

static const struct config_enum_entry rebind_options[] = {{"never", TENANCY_REBIND_NEVER_AGAIN, false},
														  {"transaction", TENANCY_REBIND_PER_TRANSACTION, false},
														  {NULL, 0, false}};

/* Refuses every binding where the library came too late to guard it. */
static bool
refuse_late_binding(char **newval, void **extra, GucSource source)
{
	(void) extra;
	(void) source;
	if (*newval == NULL || **newval == '\0')
		return true;
	report_check_failure(TENANCY_NOT_PRELOADED, &(ErrorFacts){.slug = *newval});
	return false;
}

/* Check hook of tenancy.jwt_claim: a name, or a JSON pointer that is one. */
static bool
jwt_claim_check(char **newval, void **extra, GucSource source)
{
	(void) extra;
	(void) source;
	if (*newval != NULL && bridge_is_jwt_claim(*newval))
		return true;
	GUC_check_errdetail("It is the name of a claim, or a JSON pointer that begins with a slash.");
	return false;
}

/* Assign hook of tenancy.hide_catalogs: plans made without the filter end with the setting. */
static void
hide_catalogs_assign(bool newval, void *extra)
{
	(void) extra;
	if (newval && !tenancy_hide_catalogs)
		plans_forget_unguarded();
}

void
require_preloaded(void)
{
	if (!library_preloaded)
		raise_verdict(TENANCY_NOT_PRELOADED, &(ErrorFacts){0});
}

void
settings_set_for_now(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, ERROR, false);
}

void
settings_define(bool preloaded)
{
	library_preloaded = preloaded;
	if (preloaded)
	{
		DefineCustomStringVariable(
			"tenancy.audit",
			"Classes of events that are audited.",
			"A list of bind, refusal, lifecycle, break_glass, ddl, write and read; or all, or none.",
			&audit_value,
			"refusal, lifecycle, break_glass",
			PGC_SUSET,
			GUC_LIST_INPUT,
			audit_check_classes,
			audit_assign_classes,
			NULL);
		DefineCustomEnumVariable("tenancy.audit_overflow",
								 "What happens to an audited event that finds no room on its way to the table.",
								 "\"drop\" sends it to the server log, \"wait\" has its session wait.",
								 &tenancy_audit_overflow,
								 AUDIT_OVERFLOW_DROP,
								 audit_overflow_options,
								 PGC_SUSET,
								 0,
								 NULL,
								 NULL,
								 NULL);
		DefineCustomEnumVariable("tenancy.audit_query_text",
								 "Whether an audited event has the text of its statement.",
								 "\"masked\" leaves out literals and comments.",
								 &tenancy_audit_query_text,
								 AUDIT_QUERY_TEXT_NONE,
								 audit_query_text_options,
								 PGC_SUSET,
								 0,
								 NULL,
								 NULL,
								 NULL);
		DefineCustomIntVariable("tenancy.audit_refusal_limit",
								"Refusals of one tenant in a minute that are audited one by one.",
								"More become one event with their number. Zero: there is no bound.",
								&tenancy_audit_refusal_limit,
								1000,
								0,
								1000000,
								PGC_SUSET,
								0,
								NULL,
								NULL,
								NULL);
		DefineCustomIntVariable("tenancy.audit_retention",
								"Age at which months of the audit trail are dropped; zero: never.",
								NULL,
								&tenancy_audit_retention,
								0,
								0,
								INT_MAX,
								PGC_SIGHUP,
								GUC_UNIT_MIN,
								NULL,
								NULL,
								NULL);
		DefineCustomIntVariable("tenancy.audit_ring_size",
								"Room in which audited events of a database wait to be written.",
								"A file of this size for each database that has audited events.",
								&tenancy_audit_ring_size,
								16 * 1024,
								128,
								MAX_KILOBYTES,
								PGC_POSTMASTER,
								GUC_UNIT_KB,
								NULL,
								NULL,
								NULL);
		DefineCustomStringVariable("tenancy.audit_sinks",
								   "Where audited events go.",
								   "A list of table and log.",
								   &audit_sinks_value,
								   "table",
								   PGC_SUSET,
								   GUC_LIST_INPUT,
								   audit_check_sinks,
								   audit_assign_sinks,
								   NULL);
		DefineCustomStringVariable("tenancy.audit_tenants",
								   "Tenants whose events are audited, by their slugs; or all.",
								   "Events that concern no tenant always are.",
								   &audit_tenants_value,
								   "all",
								   PGC_SUSET,
								   GUC_LIST_INPUT,
								   audit_check_tenants,
								   audit_assign_tenants,
								   NULL);
		DefineCustomBoolVariable("tenancy.bind_from_search_path",
								 "Whether a search_path that names a tenant's schema binds the tenant.",
								 NULL,
								 &tenancy_bind_from_search_path,
								 false,
								 PGC_SUSET,
								 0,
								 binding_path_switch,
								 NULL,
								 NULL);
		DefineCustomEnumVariable("tenancy.bind_scope",
								 "Whether a binding may outlive its transaction.",
								 "\"transaction\" is for poolers that keep nothing of a client's session.",
								 &tenancy_bind_scope,
								 TENANCY_SCOPE_SESSION,
								 bind_scope_options,
								 PGC_SUSET,
								 0,
								 NULL,
								 NULL,
								 NULL);
		DefineCustomEnumVariable("tenancy.error_style",
								 "What a refused access says: the truth, or that the object does not exist.",
								 NULL,
								 &tenancy_error_style,
								 ERROR_STYLE_CLEAR,
								 error_style_options,
								 PGC_SUSET,
								 0,
								 NULL,
								 NULL,
								 NULL);
		DefineCustomBoolVariable("tenancy.hide_catalogs",
								 "Hides rows of system catalogs that belong to other tenants.",
								 NULL,
								 &tenancy_hide_catalogs,
								 true,
								 PGC_SUSET,
								 0,
								 NULL,
								 hide_catalogs_assign,
								 NULL);
		DefineCustomStringVariable("tenancy.jwt_audience",
								   "Audience that JSON web tokens must be made for; empty: they must have none.",
								   NULL,
								   &tenancy_jwt_audience,
								   "",
								   PGC_SUSET,
								   0,
								   NULL,
								   NULL,
								   NULL);
		DefineCustomStringVariable("tenancy.jwt_claim",
								   "Claim of JSON web tokens that has the slug of the tenant.",
								   "A name, or a JSON pointer, which begins with a slash.",
								   &tenancy_jwt_claim,
								   "tenant",
								   PGC_SUSET,
								   0,
								   jwt_claim_check,
								   NULL,
								   NULL);
		DefineCustomStringVariable("tenancy.jwt_issuer",
								   "Issuer that JSON web tokens must be of; empty: any.",
								   NULL,
								   &tenancy_jwt_issuer,
								   "",
								   PGC_SUSET,
								   0,
								   NULL,
								   NULL,
								   NULL);
		DefineCustomIntVariable("tenancy.max_cached_tenants",
								"Number of tenants whose catalogs a session keeps in its caches.",
								"The binding to one more empties the caches. Zero: no bound.",
								&tenancy_max_cached_tenants,
								0,
								0,
								1000000,
								PGC_SUSET,
								0,
								NULL,
								NULL,
								NULL);
		DefineCustomIntVariable(
			"tenancy.max_tenant_plans",
			"Number of plans of prepared statements that a session keeps for tenants that it does not serve.",
			"A statement counts once for each tenant. Zero: none are kept.",
			&tenancy_max_tenant_plans,
			0,
			0,
			1000000,
			PGC_SUSET,
			0,
			NULL,
			NULL,
			NULL);
		DefineCustomIntVariable("tenancy.max_tenants",
								"Number of tenants that have counters of their own.",
								"Tenants beyond it share one overflow row.",
								&tenancy_max_tenants,
								10000,
								1,
								1000000,
								PGC_POSTMASTER,
								0,
								NULL,
								NULL,
								NULL);
		DefineCustomIntVariable(
			"tenancy.metrics_interval",
			"Time after which a session hands over what it has measured of its tenant's statements.",
			"Zero: at the end of each transaction.",
			&tenancy_metrics_interval,
			1000,
			0,
			3600000,
			PGC_SUSET,
			GUC_UNIT_MS,
			NULL,
			NULL,
			NULL);
		DefineCustomEnumVariable("tenancy.rebind",
								 "Whether a session may serve another tenant in a later transaction.",
								 NULL,
								 &tenancy_rebind,
								 TENANCY_REBIND_NEVER_AGAIN,
								 rebind_options,
								 PGC_SUSET,
								 0,
								 NULL,
								 NULL,
								 NULL);
		DefineCustomBoolVariable("tenancy.require_ticket",
								 "Whether a tenant can be bound by a ticket only.",
								 NULL,
								 &tenancy_require_ticket,
								 false,
								 PGC_SUSET,
								 0,
								 binding_require_ticket_check,
								 NULL,
								 NULL);
		DefineCustomIntVariable("tenancy.rewrite_small_tables",
								"Size up to which migrations add columns with defaults by an update of the rows.",
								"Zero leaves ADD COLUMN ... DEFAULT as it is.",
								&tenancy_rewrite_small_tables,
								0,
								0,
								MAX_KILOBYTES,
								PGC_USERSET,
								GUC_UNIT_KB,
								NULL,
								NULL,
								NULL);
	}
	DefineCustomStringVariable("tenancy.tenant",
							   "Tenant that the session is bound to, by its slug; empty: none.",
							   NULL,
							   &tenant_value,
							   "",
							   PGC_USERSET,
							   GUC_REPORT | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE | GUC_NOT_WHILE_SEC_REST,
							   preloaded ? binding_check : refuse_late_binding,
							   preloaded ? binding_assign : NULL,
							   preloaded ? binding_show : NULL);
	if (preloaded)
	{
		DefineCustomIntVariable("tenancy.ticket_leeway",
								"Time by which the clocks of those who sign tickets and tokens may differ.",
								NULL,
								&tenancy_ticket_leeway,
								30,
								0,
								3600,
								PGC_SIGHUP,
								GUC_UNIT_S,
								NULL,
								NULL,
								NULL);
		DefineCustomBoolVariable("tenancy.track_statements",
								 "Counts the statements and the errors of bound sessions by tenant.",
								 NULL,
								 &tenancy_track_statements,
								 true,
								 PGC_SUSET,
								 0,
								 NULL,
								 NULL,
								 NULL);
		DefineCustomIntVariable("tenancy.worker_interval",
								"Time between two measurements of the storage of all tenants.",
								"A measurement that takes long is made less often.",
								&tenancy_worker_interval,
								60,
								1,
								86400,
								PGC_SIGHUP,
								GUC_UNIT_S,
								NULL,
								NULL,
								NULL);
	}
	MarkGUCPrefixReserved("tenancy");
	tenancy_tenant_setting = (struct config_string *) find_setting("tenancy.tenant");
}
