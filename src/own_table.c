/*
 * own_table.c
 *	  The extension's own tables, as the library finds them.
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "own_table.h"
#include "utils/lsyscache.h"

Oid
own_table_find(const char *name)
{
	Oid schema = get_namespace_oid("tenancy", true);
	Oid relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
	Oid extension;

	if (!OidIsValid(relation))
		return InvalidOid;
	/* Where the extension is not installed, a table that belongs to none is not its either. */
	extension = get_extension_oid("tenancy", true);
	if (!OidIsValid(extension) || getExtensionOfObject(RelationRelationId, relation) != extension)
		return InvalidOid;
	return relation;
}
