/*
 * own_table.h
 *	  The extension's own tables, as the library finds them.
 */
#ifndef TENANCY_OWN_TABLE_H
#define TENANCY_OWN_TABLE_H

/*
 * Returns the OID of a table of the extension by its name, or InvalidOid where it is
 * not installed: a table of that name that somebody else made is none.
 */
extern Oid own_table_find(const char *name);

#endif /* TENANCY_OWN_TABLE_H */
