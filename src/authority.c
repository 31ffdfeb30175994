/*
 * authority.c
 *	  What the session user may do, remembered until a role or a membership changes.
 *
 * It is the session user that counts, never the current one: neither SET ROLE nor
 * a security-definer function widens or narrows what a session may reach.
 */
#include "postgres.h"

#include "authority.h"
#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/inval.h"
#include "utils/syscache.h"

/* The answers for one session user; InvalidOid: none yet. */
static struct
{
	Oid user;
	bool superuser;
	bool may_bind_any;
} known = {InvalidOid, false, false};

/* Counts the changes, so that an answer that was overtaken while it was found is not kept. */
static uint64 generation = 0;

/* Forgets the answers when a role or a membership changes. */
static void
forget(Datum arg, int cacheid, uint32 hashvalue)
{
	(void) arg;
	(void) cacheid;
	(void) hashvalue;
	known.user = InvalidOid;
	generation++;
}

/* Tells whether the session user is a member of a role of this name. */
static bool
is_member_of(Oid user, const char *role_name)
{
	Oid role = get_role_oid(role_name, true);

	return OidIsValid(role) && is_member_of_role(user, role);
}

/* Finds the answers for the session user if they are not at hand. */
static void
refresh(void)
{
	Oid user = GetSessionUserId();
	uint64 before = generation;
	bool superuser;
	bool may_bind_any;

	if (known.user == user)
		return;
	superuser = superuser_arg(user);
	may_bind_any = superuser || is_member_of(user, "tenancy_app") || is_member_of(user, "tenancy_admin");
	known.superuser = superuser;
	known.may_bind_any = may_bind_any;
	known.user = before == generation ? user : InvalidOid;
}

bool
authority_is_superuser(void)
{
	refresh();
	return known.superuser;
}

bool
authority_may_bind_any(void)
{
	refresh();
	return known.may_bind_any;
}

bool
authority_is_member(Oid role)
{
	return is_member_of_role(GetSessionUserId(), role);
}

void
authority_start(void)
{
	CacheRegisterSyscacheCallback(AUTHOID, forget, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, forget, (Datum) 0);
}
