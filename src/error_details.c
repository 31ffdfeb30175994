/*
 * error_details.c
 *	  Rows that errors about constraints print.
 *
 * Closes: the name of another tenant's object in the DETAIL of an error, "Failing row
 * contains (...)" or "Key (...) already exists", for a value of type regclass or its like
 * that came into a row where no check sees it (COPY, an assignment in a trigger).
 * Such a value is harmless as long as it is not printed; queries do so checked.
 *
 * Runs while an error is raised: reads catalogs, as the core has just done to make the
 * detail.
 */
#include "postgres.h"

#include "naming.h"
#include "catalog/namespace.h"
#include "error_details.h"
#include "errors.h"
#include "utils/lsyscache.h"

void
error_details_conceal(const ErrorData *error)
{
	Oid schema;
	Oid relation;

	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION || error->detail == NULL ||
		error->schema_name == NULL || error->table_name == NULL)
		return;
	schema = get_namespace_oid(error->schema_name, true);
	relation = OidIsValid(schema) ? get_relname_relid(error->table_name, schema) : InvalidOid;
	if (OidIsValid(relation) && naming_column(relation, 0))
		errors_conceal_row();
}
