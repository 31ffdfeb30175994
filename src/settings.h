/*
 * settings.h
 *	  The settings of the extension, as the rest of the code reads them.
 */
#ifndef TENANCY_SETTINGS_H
#define TENANCY_SETTINGS_H

#include "utils/guc.h"

/* What refusals of access say. */
typedef enum ErrorStyle
{
	ERROR_STYLE_CLEAR = 0,
	ERROR_STYLE_UNIFORM
} ErrorStyle;

extern int tenancy_audit_overflow;					 /* an AuditOverflow */
extern int tenancy_audit_query_text;				 /* an AuditQueryText */
extern int tenancy_audit_refusal_limit;				 /* refusals of a tenant in a minute; 0: all */
extern int tenancy_audit_retention;					 /* minutes; 0: for ever */
extern int tenancy_audit_ring_size;					 /* kilobytes */
extern bool tenancy_bind_from_search_path;			 /* search_path binds */
extern int tenancy_bind_scope;						 /* a TenancyBindScope */
extern int tenancy_error_style;						 /* an ErrorStyle */
extern bool tenancy_hide_catalogs;					 /* hide other tenants' rows of catalogs */
extern char *tenancy_jwt_audience;					 /* empty: none */
extern char *tenancy_jwt_claim;						 /* a name, or a JSON pointer */
extern char *tenancy_jwt_issuer;					 /* empty: any */
extern int tenancy_max_cached_tenants;				 /* tenants whose catalogs a backend keeps; 0: all */
extern int tenancy_max_tenant_plans;				 /* of prepared statements, kept for other tenants */
extern int tenancy_max_tenants;						 /* tenants with counters of their own */
extern int tenancy_metrics_interval;				 /* milliseconds; 0: each transaction */
extern int tenancy_rebind;							 /* a TenancyRebind */
extern bool tenancy_require_ticket;					 /* bind by ticket only */
extern int tenancy_rewrite_small_tables;			 /* kilobytes; 0: never */
extern int tenancy_ticket_leeway;					 /* seconds */
extern bool tenancy_track_statements;				 /* count statements and errors */
extern int tenancy_worker_interval;					 /* seconds between two measurements of storage */
extern struct config_string *tenancy_tenant_setting; /* GUC's record of tenancy.tenant */

/* Raises an error unless the library was loaded when the server started. */
extern void require_preloaded(void);

/* Sets any setting until the level of settings ends (NewGUCNestLevel(), AtEOXact_GUC()); raises an error if it cannot. */
extern void settings_set_for_now(const char *name, const char *value);

/* Defines the settings; in a library that was loaded too late, only a tenancy.tenant that refuses. */
extern void settings_define(bool preloaded);

#endif /* TENANCY_SETTINGS_H */
