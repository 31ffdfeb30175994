/*
 * tenancy.c
 *	  The library's entry: settings, then shared memory and hooks, nothing else.
 */
#include "postgres.h"

#include "authority.h"
#include "binding_path.h"
#include "extension_objects.h"
#include "fmgr.h"
#include "hooks.h"
#include "jwt_keys.h"
#include "miscadmin.h"
#include "naming.h"
#include "plpgsql_values.h"
#include "registry.h"
#include "role_settings.h"
#include "settings.h"
#include "tenant_plans.h"
#include "ticket_keys.h"
#include "whereabouts.h"
#include "worker.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/*
 * Sets the library up when the server starts.  Loaded later it can neither guard
 * nor count, so it installs nothing and refuses to bind.
 */
void
_PG_init(void)
{
	settings_define(process_shared_preload_libraries_in_progress);
	if (!process_shared_preload_libraries_in_progress)
		return;
	authority_start();
	registry_start();
	ticket_keys_start();
	jwt_keys_start();
	whereabouts_start();
	extension_objects_start();
	naming_start();
	plpgsql_values_start();
	role_settings_start();
	binding_path_start();
	tenant_plans_start();
	worker_start();
	hooks_install();
}
