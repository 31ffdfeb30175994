/*
 * blueprint.h
 *	  What a new tenant starts with: a baseline, and the migrations after it.
 */
#ifndef TENANCY_BLUEPRINT_H
#define TENANCY_BLUEPRINT_H

#include "lifecycle.h"

/*
 * Brings the empty schema of a tenant, who has his role, to the newest version, in the
 * running transaction and as that tenant.  Inside privileged_run() with SPI connected.
 */
extern void blueprint_apply(const RegistryRow *tenant);

#endif /* TENANCY_BLUEPRINT_H */
