/*
 * audit.h
 *	  Which events are audited, and the way of an event to the sinks.
 */
#ifndef TENANCY_AUDIT_H
#define TENANCY_AUDIT_H

#include "audit_event.h"
#include "utils/guc.h"

/* Where events go; bits of a mask. */
#define AUDIT_SINK_TABLE 1
#define AUDIT_SINK_LOG 2

/* Whether an event has the text of its statement. */
typedef enum AuditQueryText
{
	AUDIT_QUERY_TEXT_NONE = 0,
	AUDIT_QUERY_TEXT_MASKED,
	AUDIT_QUERY_TEXT_FULL
} AuditQueryText;

#define AUDIT_BIT(class) ((uint32) 1 << (class))

/*
 * The classes of events that are audited for the tenant in effect, as bits.  Zero where
 * nothing is: whoever has nothing to report for zero needs no more than this compare.
 */
extern uint32 audit_classes;

/* Tells whether events of a class are audited for the tenant in effect. */
static inline bool
audit_is_on(AuditClass class)
{
	return (audit_classes & AUDIT_BIT(class)) != 0;
}

/*
 * Tells whether events of a class are audited that concern a tenant, or another one;
 * either may be NULL, and what concerns no tenant always is.
 */
extern bool audit_concerns(AuditClass class, const char *slug, const char *other_slug);

/*
 * Completes an event and gives it to the sinks.  Neither fails nor reads catalogs outside of a
 * transaction, so that it may be called while an error is on its way, a transaction aborts or
 * the process exits.  What is raised none the less is a cancel or a termination, where the
 * sink had to wait.
 */
extern void audit_emit(AuditEvent *event);

/* Returns the name of a role; reads catalogs only within a transaction, and seldom there. */
extern const char *audit_role_name(Oid role);

/*
 * Runs a part of the audit's work where nothing may fail: an error ends that part alone, and false is returned.  Only a
 * cancel or a termination is raised, where interrupts are not held off.  The body runs in a memory context that is
 * emptied afterwards.
 */
extern bool audit_safely(void (*body)(void *argument), void *argument);

/* The binding has changed: audit_classes is that of another tenant. */
extern void audit_follow_binding(void);

/* Hooks of tenancy.audit, tenancy.audit_tenants and tenancy.audit_sinks. */
extern bool audit_check_classes(char **newval, void **extra, GucSource source);
extern void audit_assign_classes(const char *newval, void *extra);
extern bool audit_check_tenants(char **newval, void **extra, GucSource source);
extern void audit_assign_tenants(const char *newval, void *extra);
extern bool audit_check_sinks(char **newval, void **extra, GucSource source);
extern void audit_assign_sinks(const char *newval, void *extra);

#endif /* TENANCY_AUDIT_H */
