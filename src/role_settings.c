/*
 * role_settings.c
 *	  The core settings role and session_authorization, which a bound session does not change.
 *
 * Closes: changes that no statement shows, by the clause SET of a function that was made
 * before its schema had a tenant, or by another spelling of the setting's name.  When such
 * a change ends, the session user's rights would be in effect instead of the binding's: in
 * the worker of a superuser's run, those of a superuser.  So each change is refused where
 * all of them pass, in the check of the new value.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "binding.h"
#include "compat.h"
#include "errors.h"
#include "role_settings.h"

static GucStringCheckHook check_role_before = NULL;
static GucStringCheckHook check_session_authorization_before = NULL;

/* Refuses a change in a bound session, other than to what it begins with. */
static bool
is_allowed(const char *statement, GucSource source)
{
	if (current_binding == NULL || source != PGC_S_SESSION || IsParallelWorker())
		return true;
	report_check_failure(TENANCY_DENY_ROLE_CHANGE,
						 &(ErrorFacts){.object = statement, .bound_slug = current_binding->tenant.slug});
	return false;
}

/* Check hook of role. */
static bool
check_change_of_role(char **newval, void **extra, GucSource source)
{
	return is_allowed("SET ROLE", source) && check_role_before(newval, extra, source);
}

/* Check hook of session_authorization. */
static bool
check_change_of_session_authorization(char **newval, void **extra, GucSource source)
{
	return is_allowed("SET SESSION AUTHORIZATION", source) &&
		   check_session_authorization_before(newval, extra, source);
}

void
role_settings_start(void)
{
	struct config_string *role = find_setting("role");
	struct config_string *session_authorization = find_setting("session_authorization");

	check_role_before = role->check_hook;
	role->check_hook = check_change_of_role;
	check_session_authorization_before = session_authorization->check_hook;
	session_authorization->check_hook = check_change_of_session_authorization;
}
