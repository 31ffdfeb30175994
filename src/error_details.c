/*
 * error_details.c
 *	  Rows and names that errors print.
 *
 * Closes: the name of another tenant's object in the DETAIL of an error, "Failing row
 * contains (...)" or "Key (...) already exists", for a value of type regclass or its like
 * that came into a row where no check sees it (COPY, an assignment in a trigger).
 * Such a value is harmless as long as it is not printed; queries do so checked.  And
 * the net below all: an error of the core, whatever it is about, that has the qualified
 * name of an object of another tenant in it (of a parameter's type, say, which a client
 * gave by OID) says nothing but its SQLSTATE.
 *
 * Runs while an error is raised: reads catalogs, as the core has just done to make the
 * detail.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/namespace.h"
#include "error_details.h"
#include "errors.h"
#include "naming.h"
#include "uniform.h"
#include "utils/lsyscache.h"
#include "visibility.h"

/* Tells whether a text has the name of a tenant schema that the client has not spelled and may not know. */
static bool
names_foreign_schema(const char *text)
{
	const char *place = text;

	while (place != NULL && (place = strstr(place, TENANCY_SCHEMA_PREFIX)) != NULL)
	{
		size_t length = strspn(place, "abcdefghijklmnopqrstuvwxyz0123456789_");
		bool begins = place == text || !(isalnum((unsigned char) place[-1]) || place[-1] == '_');
		char *name = pnstrdup(place, Min(length, NAMEDATALEN - 1));

		bool quoted = place[length] == '"';

		/* Only in front of a point is it surely a schema: columns are called tenant_id. */
		if (begins && place[length + quoted] == '.' && !visibility_of_schema_name(name) &&
			uniform_spelled_name(name) == NULL)
			return true;
		place += length;
	}
	return false;
}

/* Takes out the row of a constraint's error if a value of it could name what the session may not know. */
static void
conceal_row(const ErrorData *error)
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

void
error_details_conceal(const ErrorData *error)
{
	conceal_row(error);
	/* A foreign key's own query is not the client's. */
	if (names_foreign_schema(error->internalquery))
	{
		internalerrquery(NULL);
		internalerrposition(0);
	}
	if (names_foreign_schema(error->message) || names_foreign_schema(error->detail) ||
		names_foreign_schema(error->hint))
		errors_conceal_all();
}
