/*
 * export.h
 *	  The structure of one tenant as a script.
 */
#ifndef TENANCY_EXPORT_H
#define TENANCY_EXPORT_H

/*
 * Returns the schema of a tenant; raises an error if there is no such tenant.  Inside
 * privileged_run() with SPI connected.
 */
extern Oid export_find_schema(const char *slug);

#endif /* TENANCY_EXPORT_H */
