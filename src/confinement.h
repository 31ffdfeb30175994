/*
 * confinement.h
 *	  Code of a tenant, run from where no tenant or another one is bound.
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

/* Only confinement.c writes it. */
extern Oid confinement_schema_now;

/* Returns the tenant schema that the running function confines the session to; InvalidOid: none. */
static inline Oid
confinement_schema(void)
{
	return confinement_schema_now;
}

/* Returns the tenant schema that confinement_run() works in now; InvalidOid: none. */
extern Oid confinement_running_in(void);

/* Who wrote the SQL that runs for a tenant. */
typedef enum ConfinementAuthor
{
	CONFINEMENT_OF_TENANT,	 /* a tenant: PostgreSQL's restrictions for code of others */
	CONFINEMENT_OF_OPERATOR, /* an operator: constraints may be deferred until it ends */
	CONFINEMENT_OF_EXTENSION /* the extension: likewise, but functions of the tenant are under restrictions */
} ConfinementAuthor;

/*
 * Runs body as the tenant whose schema is given, amid a statement and a transaction
 * that are somebody else's: with the rights of the tenant role, held to its schema as a
 * bound session is, with this search path.  What it makes is the tenant's, and nothing
 * of it stays in the session.  Deferred constraints of the schema are checked before it
 * ends.  Settings, user and path are put back however it ends.
 */
extern void confinement_run(Oid schema, ConfinementAuthor author, const char *search_path,
							void (*body)(void *argument), void *argument);

/* The search path that a bound session has by default. */
#define CONFINEMENT_DEFAULT_PATH "\"$user\", public"

/* Tells whether calls of a function must go through confinement_at_call(). */
extern bool confinement_needed(Oid function);

/*
 * Begins and ends a call.  state is this call's own, which the caller keeps from the
 * beginning to the end.
 */
extern void confinement_at_call(FmgrHookEventType event, FmgrInfo *function, Confinement *state);

#endif /* TENANCY_CONFINEMENT_H */
