/*
 * residue.c
 *	  What a session keeps from one statement to the next, and its removal when the
 *	  session changes tenant.
 *
 * Closes: temporary objects, holdable cursors, LISTEN registrations, session-level
 * advisory locks and sequence state (lastval, currval) that one tenant would leave
 * to the next on a pooled connection, and those that a session leaves unbound for
 * a tenant to stumble over.
 * So does the state of random(), if it was seeded.
 * Settings that were made while bound go back to their reset values too (not on 14,
 * which does not keep who made a setting), and statements that SQL has prepared go (see
 * sql_prepared.c).
 *
 * A removal is part of the transaction that it happens in: if that rolls back, what
 * was removed is there again.  The session is then "mixed": nobody knows whose
 * things it holds, and the next change removes them whoever comes.
 *
 * Cannot remove: what other libraries keep in a session, such as named dblink
 * connections.
 *
 * The note_ functions are on the path of every statement; removal costs something
 * only in sessions that use these features.
 */
#include "postgres.h"

#include "access/xact.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "commands/async.h"
#include "commands/sequence.h"
#include "compat.h"
#include "residue.h"
#include "settings.h"
#include "sql_prepared.h"
#include "storage/lock.h"
#include "utils/fmgrprotos.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

/* For whom the last statement ran; all zero bytes stand for an unbound session. */
static bool owner_known = false;
uint64 residue_noted_serial = 0;
static uint8_t owner[TENANCY_ID_SIZE];
static const uint8_t nobody[TENANCY_ID_SIZE];

/* What the session holds may be several owners', because a transaction that changed the owner rolled back. */
static bool mixed = false;

/* In the running transaction: the owner has changed, and something has been removed for good if it commits. */
static bool owner_changed = false;
static bool removed = false;

/* The deepest savepoint level at which the owner has changed in the running transaction. */
static int change_level = 0;

/*
 * Features that this session has used at least once.  They stay set: whether a
 * function runs again from an expression that is already set up does not show.
 */
static bool used_cursors = false;
static bool used_listen = false;
static bool used_advisory_locks = false;
static bool used_settings = false;
static bool used_seed = false;

/* While bound, another role was put in effect by a function: settings may have been made under it. */
static bool role_changed = false;

/* Takes note that the owner changes at the present savepoint level. */
static void
note_change(void)
{
	owner_changed = true;
	change_level = Max(change_level, GetCurrentTransactionNestLevel());
}

void
residue_note_owner(const uint8_t *tenant_id)
{
	const uint8_t *now = tenant_id != NULL ? tenant_id : nobody;

	if (owner_known && memcmp(owner, now, TENANCY_ID_SIZE) == 0)
		return;
	memcpy(owner, now, TENANCY_ID_SIZE);
	owner_known = true;
	residue_noted_serial = 0;
	note_change();
}

void
residue_note_owner_of(const uint8_t *tenant_id, uint64 serial)
{
	residue_note_owner(tenant_id);
	residue_noted_serial = serial;
}

void
residue_note_cursor(void)
{
	used_cursors = true;
}

void
residue_note_listen(void)
{
	used_listen = true;
}

void
residue_note_advisory_lock(void)
{
	used_advisory_locks = true;
}

void
residue_note_setting(void)
{
	used_settings = true;
}

void
residue_note_seed(void)
{
	used_seed = true;
}

void
residue_note_role_change(void)
{
	role_changed = true;
}

/* Tells whether a role is a tenant's, or was one's that is gone. */
static bool
is_tenant_role(Oid role)
{
	char *name = GetUserNameFromId(role, true);

	return name == NULL || bridge_is_tenant_schema(name);
}

/* Tells whether a setting decides about the binding, and so is not a thing that the former tenant has left. */
static bool
is_of_binding(const struct config_generic *setting)
{
	return (const struct config_string *) setting == tenancy_tenant_setting ||
		   (tenancy_bind_from_search_path && strcmp(setting->name, "search_path") == 0);
}

/* Takes back the settings that were made for the session with a tenant's role in effect. */
static void
reset_settings(void)
{
	int count;
	struct config_generic **settings = list_settings(&count);
	List *names = NIL;
	ListCell *cell;

	for (int i = 0; i < count; i++)
	{
		struct config_generic *setting = settings[i];

		if (setting->source == PGC_S_SESSION && !is_of_binding(setting) &&
			(role_changed || is_tenant_role(role_of_setting(setting))))
			names = lappend(names, pstrdup(setting->name));
	}
	foreach (cell, names)
		(void)
			set_config_option(lfirst(cell), NULL, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SET, true, WARNING, false);
}

/* Makes the numbers of random() such as nobody knows. */
static void
forget_seed(void)
{
	uint32 bits;

	if (!pg_strong_random(&bits, sizeof(bits)))
		return;
	(void) DirectFunctionCall1(setseed, Float8GetDatum(bits / (double) PG_UINT32_MAX));
}

/* Drops what is in the session's temporary schema, if it has one. */
static void
drop_temporary_objects(void)
{
	Oid schema;
	Oid toast_schema;

	GetTempNamespaceState(&schema, &toast_schema);
	if (!OidIsValid(schema))
		return;

	/* A catalog snapshot, so that a transaction that begins with a binding can still choose its isolation. */
	PushActiveSnapshot(GetCatalogSnapshot(InvalidOid));
	ResetTempTableNamespace();
	PopActiveSnapshot();
}

void
residue_clean_for(const uint8_t *tenant_id)
{
	if (!mixed && (!owner_known || memcmp(owner, tenant_id != NULL ? tenant_id : nobody, TENANCY_ID_SIZE) == 0))
		return;

	if (used_cursors)
		PortalHashTableDeleteAll();
	if (used_listen)
		Async_UnlistenAll();
	if (used_advisory_locks)
		LockReleaseSession(USER_LOCKMETHOD);
	ResetSequenceCaches();
	if (used_settings)
		reset_settings();
	if (used_seed)
		forget_seed();
	sql_prepared_doom();
	drop_temporary_objects();
	owner_known = false;
	residue_noted_serial = 0;
	note_change();
	removed = true;
}

void
residue_clean_without_catalogs(void)
{
	if (used_advisory_locks)
		LockReleaseSession(USER_LOCKMETHOD);
	ResetSequenceCaches();
	sql_prepared_doom();
}

void
residue_end_transaction(bool committed)
{
	if (committed && removed)
		mixed = false;
	if (!committed && owner_changed)
		mixed = true;
	owner_changed = false;
	removed = false;
	change_level = 0;
}

void
residue_abort_savepoint(void)
{
	int level = GetCurrentTransactionNestLevel();

	/* What changed outside of the savepoint stays as it is. */
	if (!owner_changed || change_level < level)
		return;
	mixed = true;
	removed = false;
	change_level = level - 1;
}

void
residue_release_savepoint(void)
{
	change_level = Min(change_level, GetCurrentTransactionNestLevel() - 1);
}
