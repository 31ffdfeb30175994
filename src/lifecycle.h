/*
 * lifecycle.h
 *	  What the functions that change the life of a tenant share.
 *
 * What touches tables runs inside privileged_run() with SPI connected.
 */
#ifndef TENANCY_LIFECYCLE_H
#define TENANCY_LIFECYCLE_H

#include "core/verdict.h"
#include "fmgr.h"

/* One row of the registry, as a lifecycle function needs it. */
typedef struct RegistryRow
{
	char id[37]; /* uuid as text */
	char slug[TENANCY_SLUG_SIZE];
	char schema[TENANCY_SCHEMA_SIZE];
	TenancyStatus status;
} RegistryRow;

/* Returns a text argument as palloc'd C string; NULL if it is null. */
extern char *lifecycle_text_argument(FunctionCallInfo fcinfo, int number);

/* Raises the error for a text that is no slug. */
extern void lifecycle_require_slug(const char *slug);

/* Reads a tenant's row; false if there is none. */
extern bool lifecycle_read_row(const char *slug, RegistryRow *row);

/* The same; raises the error for what is no slug, or no tenant's. */
extern void lifecycle_require_row(const char *slug, RegistryRow *row);

/* Returns a tenant's schema; raises the same errors, also if it has none any more. */
extern Oid lifecycle_require_schema(const char *slug);

/* Returns a tenant's row as a composite datum in the memory of SPI's caller. */
extern Datum lifecycle_row_datum(const char *slug);

/* Makes the tenant role, or takes the one that another database's tenant of that name has. */
extern void lifecycle_make_role(const char *role);

/* Closes a schema's role for others: no default rights on what it will make, and names that resolve as far as our hooks. */
extern void lifecycle_set_privileges(const char *schema);

/* Refuses the function in a bound session: operators' work is for operators, whatever the tenant role inherits. */
extern void lifecycle_require_unbound(const char *function);

/*
 * Writes a lifecycle event, as done by actor (NULL: the session user), and sends it to those who
 * LISTEN to tenancy_events.
 */
extern void lifecycle_record_event(const char *slug, const char *event, const char *detail, const char *actor);

#endif /* TENANCY_LIFECYCLE_H */
