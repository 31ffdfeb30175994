/*
 * confinement.h
 *	  Functions of a tenant, called from where no tenant or another one is bound.
 */
#ifndef TENANCY_CONFINEMENT_H
#define TENANCY_CONFINEMENT_H

#include "fmgr.h"

/* What a call found when it began, to be put back when it ends. */
typedef struct Confinement
{
	Oid schema;
	Oid user; /* InvalidOid: was not changed */
	int security_context;
	int guc_level;
} Confinement;

/* Returns the tenant schema that the running function confines the session to; InvalidOid: none. */
extern Oid confinement_schema(void);

/* Tells whether calls of a function must go through confinement_at_call(). */
extern bool confinement_needed(Oid function);

/*
 * Begins and ends a call.  state is this call's own, which the caller keeps from the
 * beginning to the end.
 */
extern void confinement_at_call(FmgrHookEventType event, FmgrInfo *function, Confinement *state);

#endif /* TENANCY_CONFINEMENT_H */
