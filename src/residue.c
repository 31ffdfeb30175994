/*
 * residue.c
 *	  What a session keeps from one statement to the next, and its removal when the
 *	  session changes tenant.
 *
 * Closes: temporary objects, holdable cursors, LISTEN registrations, session-level
 * advisory locks and sequence state (lastval, currval) that one tenant would leave
 * to the next on a pooled connection, and those that a session leaves unbound for
 * a tenant to stumble over.
 * Prepared statements stay: poolers need them, and each execution is checked.
 *
 * Cannot remove: what other libraries keep in a session, such as named dblink
 * connections.
 *
 * The note_ functions are on the path of every statement; removal costs something
 * only in sessions that use these features.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "commands/async.h"
#include "commands/sequence.h"
#include "residue.h"
#include "storage/lock.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

/* For whom the last statement ran; all zero bytes stand for an unbound session. */
static bool owner_known = false;
static uint8_t owner[TENANCY_ID_SIZE];
static const uint8_t nobody[TENANCY_ID_SIZE];

/*
 * Features that this session has used at least once.  They stay set: whether a
 * function runs again from an expression that is already set up does not show.
 */
static bool used_cursors = false;
static bool used_listen = false;
static bool used_advisory_locks = false;

void
residue_note_owner(const uint8_t *tenant_id)
{
	memcpy(owner, tenant_id != NULL ? tenant_id : nobody, TENANCY_ID_SIZE);
	owner_known = true;
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
	if (!owner_known || memcmp(owner, tenant_id != NULL ? tenant_id : nobody, TENANCY_ID_SIZE) == 0)
		return;

	if (used_cursors)
		PortalHashTableDeleteAll();
	if (used_listen)
		Async_UnlistenAll();
	if (used_advisory_locks)
		LockReleaseAll(USER_LOCKMETHOD, true);
	ResetSequenceCaches();
	drop_temporary_objects();
	owner_known = false;
}

void
residue_clean_after_abort(void)
{
	if (used_advisory_locks)
		LockReleaseAll(USER_LOCKMETHOD, true);
	ResetSequenceCaches();
}
