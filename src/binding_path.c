/*
 * binding_path.c
 *	  Binding by search_path, for applications that know nothing of tenancy.tenant.
 *
 * With tenancy.bind_from_search_path, a search_path that names one tenant's schema sets
 * tenancy.tenant as well, and one that names none takes such a binding back.  All else
 * follows from that setting: who may be bound, transactions, the effective role.
 *
 * The change is followed when the client's statement that made it ends, at the latest with
 * the transaction, not in the assignment: a function that sets its own search_path while it runs (its clause SET, or
 * the extension's own functions) changes nobody's binding.  A rollback takes both settings
 * back by itself.  What a session begins with is followed at once, because its first
 * statement must find the tenant's tables.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "binding.h"
#include "binding_path.h"
#include "bridge.h"
#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "compat.h"
#include "errors.h"
#include "miscadmin.h"
#include "settings.h"
#include "utils/varlena.h"

bool binding_path_changed = false;
bool binding_path_deriving = false;

static struct config_string *search_path_setting = NULL;
static GucStringCheckHook check_before = NULL;
static GucStringAssignHook assign_before = NULL;

/* Hash of the search_path that the binding last followed. */
static uint64 followed = 0;

/* What a search_path says about tenants. */
typedef struct PathNames
{
	int tenants; /* how many different schemas of tenants it names */
	char schema[NAMEDATALEN];
} PathNames;

/* Returns the hash of a search_path. */
static uint64
hash_of(const char *path)
{
	return hash_bytes_extended((const unsigned char *) path, (int) strlen(path), 0);
}

/* Reads a search_path; one that is no list names nothing, and the core refuses it. */
static PathNames
read_path(const char *path)
{
	PathNames names = {0};
	char *copy = pstrdup(path);
	List *list;
	ListCell *cell;

	if (SplitIdentifierString(copy, ',', &list))
	{
		foreach (cell, list)
		{
			const char *name = lfirst(cell);

			if (!bridge_is_tenant_schema(name) || (names.tenants > 0 && strcmp(name, names.schema) == 0))
				continue;
			names.tenants++;
			strlcpy(names.schema, name, sizeof(names.schema));
		}
		list_free(list);
	}
	pfree(copy);
	return names;
}

/* Returns the slug of the one tenant that a search_path names, in a buffer; NULL: it names none.  Refuses two. */
static const char *
slug_in_path(const char *path, char *slug)
{
	PathNames names = read_path(path);

	if (names.tenants == 0)
		return NULL;
	if (names.tenants > 1)
		raise_verdict(TENANCY_AMBIGUOUS_PATH, &(ErrorFacts){0});
	if (!bridge_slug_of_schema(names.schema, slug))
		raise_verdict(TENANCY_BAD_SLUG, &(ErrorFacts){.slug = names.schema});
	return slug;
}

/* Sets tenancy.tenant because of search_path; "": to none. */
static void
derive(const char *slug, bool is_local, GucSource source)
{
	binding_path_deriving = true;
	PG_TRY();
	{
		binding_set(slug, is_local, source);
	}
	PG_FINALLY();
	{
		binding_path_deriving = false;
	}
	PG_END_TRY();
}

/* Tells whether search_path was last set for the transaction alone. */
static bool
path_is_local(void)
{
	GucStack *stack = search_path_setting->gen.stack;

	return stack != NULL && (stack->state == GUC_LOCAL || stack->state == GUC_SET_LOCAL);
}

/* Tells whether a function that is running has set search_path for itself. */
static bool
is_of_function(void)
{
	for (const GucStack *stack = search_path_setting->gen.stack; stack != NULL; stack = stack->prev)
	{
		if (stack->state == GUC_SAVE)
			return true;
	}
	return false;
}

void
binding_path_follow(void)
{
	char buffer[TENANCY_SLUG_SIZE];
	const char *slug;

	if (is_of_function())
		return;
	binding_path_changed = false;
	if (!tenancy_bind_from_search_path || binding_held || followed == hash_of(namespace_search_path))
		return;
	slug = slug_in_path(namespace_search_path, buffer);
	if (slug == NULL && current_binding != NULL && current_binding->from_path)
		derive("", path_is_local(), PGC_S_SESSION);
	else if (slug != NULL && (current_binding == NULL || strcmp(current_binding->tenant.slug, slug) != 0))
		derive(slug, path_is_local(), PGC_S_SESSION);
	followed = hash_of(namespace_search_path);
}

/* Tells whether a session is beginning: its first settings are being made, in a transaction of their own. */
static bool
session_begins(void)
{
	return IsInitProcessingMode() && IsTransactionState() && !InitializingParallelWorker &&
		   MyBackendType == B_BACKEND;
}

/* Binds a session that begins with a search_path. */
static void
follow_at_start(const char *path, GucSource source)
{
	char buffer[TENANCY_SLUG_SIZE];
	const char *slug = slug_in_path(path, buffer);

	if (slug != NULL)
		derive(slug, false, source);
}

bool
binding_path_switch(bool *newval, void **extra, GucSource source)
{
	(void) extra;
	(void) source;
	/* The role's settings come one after the other, and after the connection string's. */
	if (*newval && session_begins() && namespace_search_path != NULL)
		follow_at_start(namespace_search_path, search_path_setting->gen.source);
	return true;
}

/* Check hook of search_path. */
static bool
check_path(char **newval, void **extra, GucSource source)
{
	if (check_before != NULL && !check_before(newval, extra, source))
		return false;
	if (tenancy_bind_from_search_path && session_begins() && source >= search_path_setting->gen.source)
		follow_at_start(*newval, source);
	return true;
}

/* Assign hook of search_path: takes note; while a transaction ends both settings go back by themselves. */
static void
assign_path(const char *newval, void *extra)
{
	if (assign_before != NULL)
		assign_before(newval, extra);
	/* A worker's path and binding are the leader's. */
	if (!tenancy_bind_from_search_path || InitializingParallelWorker || IsParallelWorker())
		return;
	if (IsTransactionState() && !IsInitProcessingMode())
		binding_path_changed = true;
	else if (!binding_path_changed)
		followed = hash_of(newval);
}

void
binding_path_start(void)
{
	search_path_setting = find_setting("search_path");
	check_before = search_path_setting->check_hook;
	search_path_setting->check_hook = check_path;
	assign_before = search_path_setting->assign_hook;
	search_path_setting->assign_hook = assign_path;
}
