/*
 * binding_path.h
 *	  Binding by search_path, for applications that know nothing of tenancy.tenant.
 */
#ifndef TENANCY_BINDING_PATH_H
#define TENANCY_BINDING_PATH_H

#include "utils/guc.h"

/* search_path has changed since binding_path_follow() last looked.  Only binding_path.c writes it. */
extern bool binding_path_changed;

/* A binding is being made because of search_path.  Only binding_path.c writes it. */
extern bool binding_path_deriving;

/*
 * At the end of a client's statement: binds the session as a changed search_path says,
 * for the session or the transaction as that was set; raises an error where it cannot.
 */
extern void binding_path_follow(void);

/* Check hook of tenancy.bind_from_search_path: binds a session that begins by the search_path that it begins with. */
extern bool binding_path_switch(bool *newval, void **extra, GucSource source);

/* Wraps the hooks of search_path; from _PG_init. */
extern void binding_path_start(void);

#endif /* TENANCY_BINDING_PATH_H */
