/*
 * provision.h
 *	  Making tenants.
 */
#ifndef TENANCY_PROVISION_H
#define TENANCY_PROVISION_H

/*
 * Writes the registry row of a new tenant with the defaults of its columns.  Raises
 * "tenant exists" where it does; waits for another transaction that is about to
 * register the slug.  Inside privileged_run() with SPI connected.
 */
extern void provision_register(const char *slug);

#endif /* TENANCY_PROVISION_H */
