/*
 * effective_role.c
 *	  The effective role of a session, as bindings change it.
 */
#include "postgres.h"

#include "compat.h"
#include "effective_role.h"
#include "miscadmin.h"

/* The effective role before the binding, and the value of the setting "role" that went with it. */
static struct
{
	Oid role;
	bool is_superuser;
	char setting[NAMEDATALEN];
} before_binding;

/* Returns the value of the core setting "role". */
static const char *
role_setting(void)
{
	static struct config_string *record = NULL;

	if (record == NULL)
		record = (struct config_string *) find_setting("role");
	return *record->variable != NULL ? *record->variable : "none";
}

/* Tells whether the user of GetOuterUserId() is superuser, without reading catalogs. */
static bool
outer_user_is_superuser(void)
{
	static struct config_bool *record = NULL;

	if (record == NULL)
		record = (struct config_bool *) find_setting("is_superuser");
	return *record->variable;
}

void
effective_role_take(Oid before, Oid role)
{
	if (!OidIsValid(before) || GetOuterUserId() != before)
	{
		before_binding.role = GetOuterUserId();
		before_binding.is_superuser = outer_user_is_superuser();
		strlcpy(before_binding.setting, role_setting(), NAMEDATALEN);
	}
	SetCurrentRoleId(role, false);
}

/*
 * That is the role of SET ROLE if that still stands, else the session user.  When
 * "role" rewinds together with the binding, in whichever order, the later of the two
 * has the last word and both come to the same.
 */
void
effective_role_restore(Oid role)
{
	if (GetOuterUserId() != role)
		return;
	if (strcmp(role_setting(), "none") != 0 && strcmp(role_setting(), before_binding.setting) == 0)
		SetCurrentRoleId(before_binding.role, before_binding.is_superuser);
	else
		SetCurrentRoleId(InvalidOid, false);
}
