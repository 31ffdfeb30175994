/*
 * audit.c
 *	  Which events are audited, and the way of an event to the sinks.
 *
 * An event is reported where it happens, also where an error is on its way, a transaction
 * aborts or the process exits.  So nothing here may fail its caller: an error of a sink
 * becomes a WARNING in the server log, and the names in an event are found without catalogs
 * wherever that is possible.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/transam.h"
#include "access/xact.h"
#include "audit.h"
#include "audit_ring.h"
#include "binding.h"
#include "bridge.h"
#include "common/ip.h"
#include "compat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "privileged.h"
#include "settings.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

/* The tenants of tenancy.audit_tenants, in the order of strcmp(); one block of GUC's memory. */
typedef struct AuditTenants
{
	bool all;
	int count;
	char slugs[FLEXIBLE_ARRAY_MEMBER][TENANCY_SLUG_SIZE];
} AuditTenants;

uint32 audit_classes = 0;

/* What the settings say. */
static uint32 configured_classes = 0;
static const AuditTenants *configured_tenants = NULL;
static int configured_sinks = AUDIT_SINK_TABLE;

/* Classes that are audited for the tenant in effect; the others look at the event's own tenant. */
#define STATEMENT_CLASSES (AUDIT_BIT(AUDIT_DDL) | AUDIT_BIT(AUDIT_WRITE) | AUDIT_BIT(AUDIT_READ))

static const char *const class_names[AUDIT_CLASSES] =
	{"bind", "refusal", "lifecycle", "break_glass", "ddl", "write", "read"};
static const char *const outcome_names[AUDIT_OUTCOMES] = {"done", "denied", "failed", "rolled_back"};
static const char *const sink_names[] = {"table", "log"};

const char *
audit_class_name(AuditClass class)
{
	return class_names[class];
}

const char *
audit_outcome_name(AuditOutcome outcome)
{
	return outcome_names[outcome];
}

/* Orders slugs. */
static int
compare_slugs(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* Tells whether events that concern a tenant are wanted; NULL: they concern none. */
static bool
is_listed(const char *slug)
{
	return slug == NULL || configured_tenants == NULL || configured_tenants->all ||
		   bsearch(slug,
				   configured_tenants->slugs,
				   (size_t) configured_tenants->count,
				   TENANCY_SLUG_SIZE,
				   compare_slugs) != NULL;
}

bool
audit_concerns(AuditClass class, const char *slug, const char *other_slug)
{
	if ((configured_classes & AUDIT_BIT(class)) == 0)
		return false;
	return slug == NULL ? is_listed(other_slug) : is_listed(slug) || (other_slug != NULL && is_listed(other_slug));
}

void
audit_follow_binding(void)
{
	audit_classes = is_listed(binding_slug()) ? configured_classes : configured_classes & ~STATEMENT_CLASSES;
}

/* Finds one of several names; -1: none of them. */
static int
find_name(const char *name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(name, names[i]) == 0)
			return i;
	}
	return -1;
}

/*
 * Splits the list of a setting into its parts, in the current memory context; false, with
 * the error left for GUC, if it is none.
 */
static bool
split_list(const char *value, List **parts)
{
	if (SplitIdentifierString(pstrdup(value), ',', parts))
		return true;
	GUC_check_errdetail("List syntax is invalid.");
	return false;
}

/* Makes the extra data of a setting from a mask. */
static bool
keep_mask(uint32 mask, void **extra)
{
	*extra = guc_malloc(LOG, sizeof(uint32));
	if (*extra == NULL)
		return false;
	*(uint32 *) *extra = mask;
	return true;
}

/*
 * Tells that a session narrows what of it is audited: only a superuser can, and that he does is the last thing
 * that is known of him.
 */
static void
tell_change(const char *setting, const char *value, GucSource source)
{
	AuditEvent event = {.rows = -1, .class = AUDIT_BREAK_GLASS, .outcome = AUDIT_DONE};
	char detail[200];

	if ((source != PGC_S_SESSION && source != PGC_S_CLIENT) || !audit_is_on(AUDIT_BREAK_GLASS) ||
		InitializingParallelWorker)
		return;
	snprintf(detail, sizeof(detail), "%s = \"%.*s\"", setting, pg_mbcliplen(value, (int) strlen(value), 100), value);
	event.texts[AUDIT_ACTION] = "SET";
	event.texts[AUDIT_DETAIL] = detail;
	audit_emit(&event);
}

/* Check hook of tenancy.audit. */
bool
audit_check_classes(char **newval, void **extra, GucSource source)
{
	List *parts;
	ListCell *cell;
	uint32 mask = 0;

	if (!split_list(*newval, &parts))
		return false;
	foreach (cell, parts)
	{
		int class = find_name(lfirst(cell), class_names, AUDIT_CLASSES);

		if (class >= 0)
			mask |= AUDIT_BIT(class);
		else if (list_length(parts) == 1 && strcmp(lfirst(cell), "all") == 0)
			mask = AUDIT_BIT(AUDIT_CLASSES) - 1;
		else if (list_length(parts) != 1 || strcmp(lfirst(cell), "none") != 0)
		{
			GUC_check_errdetail("\"%s\" is not a class of events.", (char *) lfirst(cell));
			GUC_check_errhint("Classes are bind, refusal, lifecycle, break_glass, ddl, write and read; "
							  "\"all\" and \"none\" stand alone.");
			return false;
		}
	}
	if ((configured_classes & ~mask) != 0)
		tell_change("tenancy.audit", *newval, source);
	return keep_mask(mask, extra);
}

/* Assign hook of tenancy.audit. */
void
audit_assign_classes(const char *newval, void *extra)
{
	(void) newval;
	configured_classes = *(const uint32 *) extra;
	audit_follow_binding();
}

/* Check hook of tenancy.audit_tenants. */
bool
audit_check_tenants(char **newval, void **extra, GucSource source)
{
	List *parts;
	ListCell *cell;
	AuditTenants *tenants;

	if (!split_list(*newval, &parts))
		return false;
	tenants = guc_malloc(LOG, offsetof(AuditTenants, slugs) + (size_t) list_length(parts) * TENANCY_SLUG_SIZE);
	if (tenants == NULL)
		return false;
	*extra = tenants;
	tenants->all = list_length(parts) == 1 && strcmp(linitial(parts), "all") == 0;
	tenants->count = 0;
	foreach (cell, parts)
	{
		if (tenants->all)
			break;
		if (!bridge_is_slug(lfirst(cell)))
		{
			GUC_check_errdetail("\"%s\" is not a slug.", (char *) lfirst(cell));
			return false;
		}
		strlcpy(tenants->slugs[tenants->count++], lfirst(cell), TENANCY_SLUG_SIZE);
	}
	if (!tenants->all)
		tell_change("tenancy.audit_tenants", *newval, source);
	qsort(tenants->slugs, (size_t) tenants->count, TENANCY_SLUG_SIZE, compare_slugs);
	return true;
}

/* Assign hook of tenancy.audit_tenants. */
void
audit_assign_tenants(const char *newval, void *extra)
{
	(void) newval;
	configured_tenants = extra;
	audit_follow_binding();
}

/* Check hook of tenancy.audit_sinks. */
bool
audit_check_sinks(char **newval, void **extra, GucSource source)
{
	List *parts;
	ListCell *cell;
	uint32 mask = 0;

	if (!split_list(*newval, &parts))
		return false;
	foreach (cell, parts)
	{
		int sink = find_name(lfirst(cell), sink_names, lengthof(sink_names));

		if (sink < 0)
		{
			GUC_check_errdetail("\"%s\" is not a sink.", (char *) lfirst(cell));
			GUC_check_errhint("Sinks are table and log.");
			return false;
		}
		mask |= (uint32) 1 << sink;
	}
	if (((uint32) configured_sinks & ~mask) != 0)
		tell_change("tenancy.audit_sinks", *newval, source);
	return keep_mask(mask, extra);
}

/* Assign hook of tenancy.audit_sinks. */
void
audit_assign_sinks(const char *newval, void *extra)
{
	(void) newval;
	configured_sinks = *(const int *) extra;
}

/*
 * Finds the name of a role.  The two that nearly every event has are known without the
 * catalogs; others are those of functions with their owner's rights, and of SET ROLE.
 */
const char *
audit_role_name(Oid role)
{
	static char tenant_role[TENANCY_SCHEMA_SIZE];
	static NameData session_user;
	static Oid known_session_user = InvalidOid;

	if (role == GetSessionUserId())
	{
		const char *name = NULL;

		if (role == known_session_user)
			return NameStr(session_user);
		name = GetConfigOption("session_authorization", true, false);
		/* A server in single-user mode has no name there. */
		if ((name == NULL || name[0] == '\0') && IsTransactionState())
			name = GetUserNameFromId(role, true);
		if (name != NULL && name[0] != '\0')
		{
			namestrcpy(&session_user, name);
			known_session_user = role;
			return NameStr(session_user);
		}
	}
	if (current_binding != NULL && role == (Oid) current_binding->tenant.role)
	{
		bridge_schema_of_slug(current_binding->tenant.slug, tenant_role);
		return tenant_role;
	}
	if (IsTransactionState())
	{
		const char *name = GetUserNameFromId(role, true);

		if (name != NULL)
			return name;
	}
	return psprintf("role %u", role);
}

/* Returns the numeric address of the client; NULL: it has none. */
static const char *
client_address(void)
{
	static char address[NI_MAXHOST];
	static bool known = false;

	if (MyProcPort == NULL || MyProcPort->raddr.addr.ss_family == AF_UNIX)
		return NULL;
	if (!known && pg_getnameinfo_all(&MyProcPort->raddr.addr,
									 (int) MyProcPort->raddr.salen,
									 address,
									 sizeof(address),
									 NULL,
									 0,
									 NI_NUMERICHOST) != 0)
		address[0] = '\0';
	known = true;
	return address[0] != '\0' ? address : NULL;
}

/* Fills in what every event has, and its reporter has left open. */
static void
complete(AuditEvent *event)
{
	static char schema[TENANCY_SCHEMA_SIZE];
	const char **texts = event->texts;

	if (event->at == 0)
		event->at = GetCurrentTimestamp();
	event->pid = MyProc != NULL && MyProc->lockGroupLeader != NULL ? MyProc->lockGroupLeader->pid : MyProcPid;
	event->xid = GetTopTransactionIdIfAny();
	if (texts[AUDIT_TENANT] == NULL)
		texts[AUDIT_TENANT] = binding_slug();
	else if (texts[AUDIT_TENANT][0] == '\0')
		texts[AUDIT_TENANT] = NULL;
	if (texts[AUDIT_SCHEMA] == NULL && texts[AUDIT_TENANT] != NULL && bridge_is_slug(texts[AUDIT_TENANT]))
	{
		bridge_schema_of_slug(texts[AUDIT_TENANT], schema);
		texts[AUDIT_SCHEMA] = schema;
	}
	if (texts[AUDIT_SESSION_USER] == NULL)
		texts[AUDIT_SESSION_USER] = audit_role_name(GetSessionUserId());
	if (texts[AUDIT_ROLE] == NULL)
		texts[AUDIT_ROLE] = audit_role_name(privileged_is_running() ? GetOuterUserId() : GetUserId());
	if (application_name != NULL && application_name[0] != '\0')
		texts[AUDIT_APPLICATION] = application_name;
	texts[AUDIT_CLIENT] = client_address();
}

/* Tells whether an error asks the process to stop what it does. */
static bool
is_interruption(int sqlstate)
{
	return sqlstate == ERRCODE_QUERY_CANCELED || sqlstate == ERRCODE_ADMIN_SHUTDOWN;
}

/* Gives an event to its sinks, in a memory context of its own. */
static void
deliver(AuditEvent *event)
{
	bool to_log = (configured_sinks & AUDIT_SINK_LOG) != 0;

	complete(event);
	/* What finds no room on its way to the table is not lost. */
	if ((configured_sinks & AUDIT_SINK_TABLE) != 0 && !audit_ring_put(event))
		to_log = true;
	if (to_log)
		audit_log_event(event);
}

/* Gives an event to its sinks; for audit_safely(). */
static void
deliver_event(void *event)
{
	deliver(event);
}

bool
audit_safely(void (*body)(void *argument), void *argument)
{
	static MemoryContext context = NULL;
	static int depth = 0;
	MemoryContext old_context = CurrentMemoryContext;
	ErrorContextCallback *old_callbacks = error_context_stack;
	uint32 old_holdoff = InterruptHoldoffCount;
	uint32 old_cancel_holdoff = QueryCancelHoldoffCount;
	int old_depth = depth;
	bool done = true;

	/* What the caller's functions would add to a line of the log is not about the event. */
	error_context_stack = NULL;
	PG_TRY();
	{
		if (context == NULL)
			context = AllocSetContextCreate(TopMemoryContext, "tenancy audit", ALLOCSET_DEFAULT_SIZES);
		MemoryContextSwitchTo(context);
		depth++;
		body(argument);
	}
	PG_CATCH();
	{
		bool interrupted = is_interruption(geterrcode());

		depth = old_depth;
		/* An error sets them to zero, and whoever ends a transaction counts on what it has set. */
		InterruptHoldoffCount = old_holdoff;
		QueryCancelHoldoffCount = old_cancel_holdoff;
		error_context_stack = old_callbacks;
		MemoryContextSwitchTo(old_context);
		if (interrupted && old_holdoff == 0 && old_cancel_holdoff == 0)
			PG_RE_THROW();
		FlushErrorState();
		done = false;
	}
	PG_END_TRY();
	depth = old_depth;
	error_context_stack = old_callbacks;
	MemoryContextSwitchTo(old_context);
	/* What is around it uses the same memory. */
	if (context != NULL && depth == 0)
		MemoryContextReset(context);
	return done;
}

void
audit_emit(AuditEvent *event)
{
	if (!audit_safely(deliver_event, event))
		ereport(LOG_SERVER_ONLY,
				(errmsg_internal("tenancy could not audit an event of class \"%s\"", class_names[event->class]),
				 errhidestmt(true)));
}
