/*
 * provision.h
 *	  Making tenants.
 */
#ifndef TENANCY_PROVISION_H
#define TENANCY_PROVISION_H

#include "clone.h"
#include "fmgr.h"

/* A tenant to be made. */
typedef struct Provision
{
	const char *slug;
	const char *template_slug;	  /* whose structure it gets; NULL: that of the blueprint */
	CloneRows rows;				  /* of the template */
	const char *plan_tier;		  /* NULL: the default */
	FunctionCallInfo description; /* arguments of tenancy.provision(); NULL: defaults */
	Datum result;				  /* the registry row */
} Provision;

/*
 * Makes a tenant: registry row, role, schema, and what is in it, in the running
 * transaction.  argument is a Provision.  Inside privileged_run().
 */
extern void provision_tenant(void *argument);

/*
 * Writes the registry row of a new tenant with the defaults of its columns.  Raises
 * "tenant exists" where it does; waits for another transaction that is about to
 * register the slug.  Inside privileged_run() with SPI connected.
 */
extern void provision_register(const char *slug);

#endif /* TENANCY_PROVISION_H */
