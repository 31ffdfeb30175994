/*
 * authority.c
 *	  What the session user may do, remembered until a role or a membership changes.
 *
 * It is the session user that counts, never the current one: neither SET ROLE nor
 * a security-definer function widens or narrows what a session may reach.
 *
 * Rights do not pass through tenant roles: where a schema kept its owner, the tenant
 * role is a member of that owner, and a login that was granted one tenant's role must
 * not become the owner's equal by it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "authority.h"
#include "bridge.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/acl.h"
#include "utils/catcache.h"
#include "utils/inval.h"
#include "utils/syscache.h"

/* The answers for one session user; InvalidOid: none yet. */
static struct
{
	Oid user;
	bool superuser;
	bool may_bind_any;
	bool is_operator;
} known = {InvalidOid, false, false, false};

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

/* Tells whether a role is a tenant's, by its name. */
static bool
is_tenant_role(Oid role)
{
	char *name = GetUserNameFromId(role, true);

	return name != NULL && bridge_is_tenant_schema(name);
}

/* Returns a role and all that it is a member of; past tenant roles only if through_tenants. */
static List *
memberships_of(Oid user, bool through_tenants)
{
	List *roles = list_make1_oid(user);

	for (int i = 0; i < list_length(roles); i++)
	{
		CatCList *memberships = SearchSysCacheList1(AUTHMEMMEMROLE, ObjectIdGetDatum(list_nth_oid(roles, i)));

		for (int j = 0; j < memberships->n_members; j++)
		{
			Form_pg_auth_members form = (Form_pg_auth_members) GETSTRUCT(&memberships->members[j]->tuple);

			if (through_tenants || !is_tenant_role(form->roleid))
				roles = list_append_unique_oid(roles, form->roleid);
		}
		ReleaseSysCacheList(memberships);
	}
	return roles;
}

/* Tells whether a user is a member of a role of this name, by way of roles that are no tenant's. */
static bool
is_member_of(Oid user, const char *role_name)
{
	Oid target = get_role_oid(role_name, true);

	return OidIsValid(target) && list_member_oid(memberships_of(user, false), target);
}

/* Finds the answers for the session user if they are not at hand. */
static void
refresh(void)
{
	Oid user = GetSessionUserId();
	uint64 before = generation;
	bool superuser;
	bool is_admin;
	bool may_bind_any;
	bool is_operator;

	if (known.user == user)
		return;
	superuser = superuser_arg(user);
	is_admin = superuser || is_member_of(user, "tenancy_admin");
	may_bind_any = is_admin || is_member_of(user, "tenancy_app");
	is_operator = is_admin || is_member_of(user, "tenancy_auditor");
	known.superuser = superuser;
	known.may_bind_any = may_bind_any;
	known.is_operator = is_operator;
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
authority_is_operator(void)
{
	refresh();
	return known.is_operator;
}

/* Tells whether a tenant role may be, or be a member of, a role with these attributes. */
static bool
is_harmless(const FormData_pg_authid *role)
{
	const char *name = NameStr(role->rolname);

	return !role->rolsuper && !role->rolreplication && !role->rolbypassrls && !role->rolcreaterole &&
		   strncmp(name, "pg_", 3) != 0 && strcmp(name, "tenancy_admin") != 0 && strcmp(name, "tenancy_auditor") != 0;
}

bool
authority_role_is_fit(Oid role)
{
	List *roles;
	ListCell *cell;
	bool fit;

	if (!OidIsValid(role))
		return false;
	roles = memberships_of(role, true);
	fit = list_member_oid(roles, get_role_oid("tenancy_tenant", true));
	foreach (cell, roles)
	{
		HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_authid form;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_authid) GETSTRUCT(tuple);
		if (form->oid == role)
			fit = fit && is_harmless(form) && !form->rolcanlogin;
		else
			fit = fit && is_harmless(form) && !bridge_is_tenant_schema(NameStr(form->rolname));
		ReleaseSysCache(tuple);
	}
	return fit;
}

bool
authority_role_is_superusers(Oid role)
{
	ListCell *cell;

	foreach (cell, memberships_of(role, true))
	{
		if (superuser_arg(lfirst_oid(cell)))
			return true;
	}
	return false;
}

bool
authority_role_has_owner(Oid role)
{
	/* Itself and the group of all tenant roles are two. */
	return list_length(memberships_of(role, true)) > 2;
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
