/*
 * audit_capture.h
 *	  Events of the audit that are no statements: refusals, bindings, tenants' lives.
 */
#ifndef TENANCY_AUDIT_CAPTURE_H
#define TENANCY_AUDIT_CAPTURE_H

#include "binding.h"
#include "errors.h"

/* Tells of a verdict that is about to be raised, if it is a refusal; in_binding: it is about a value of tenancy.tenant. */
extern void audit_refusal(TenancyVerdict verdict, const ErrorFacts *facts, int sqlstate, const char *message,
						  bool in_binding);

/* Tells of a change of the binding; callable while a transaction aborts and the process exits. */
extern void audit_binding(const Binding *from, const Binding *to);

/* Tells of the binding that the connection string has made, once the session's settings are known. */
extern void audit_first_binding(void);

/* Tells of something that was done to a tenant (NULL: to none), or to a key; actor: by whom, if not by the session user. */
extern void audit_lifecycle(const char *slug, const char *event, const char *detail, const char *actor);

#endif /* TENANCY_AUDIT_CAPTURE_H */
