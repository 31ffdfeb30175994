/*
 * export.c
 *	  tenancy.export_ddl(): the structure of one tenant as a script for an empty schema.
 *
 * The script names nothing by its schema where it can be helped, and calls the tenant's
 * role CURRENT_USER: it is for another tenant's role to run, with the empty schema in
 * front of the search path.
 */
#include "postgres.h"

#include "bridge.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_namespace.h"
#include "description.h"
#include "description_parts.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "lifecycle.h"
#include "privileged.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(tenancy_export_ddl);

/* An export that was asked for. */
typedef struct Export
{
	const char *slug;
	bool with_state;
	Datum result;
} Export;

/* Adds text to a comment line; it must not end the line. */
static void
append_in_line(StringInfo script, const char *text)
{
	for (; *text != '\0'; text++)
		appendStringInfoCharMacro(script, *text == '\n' || *text == '\r' ? ' ' : *text);
}

/* Adds a comment line. */
static void
append_remark(StringInfo script, const char *beginning, const DescribedObject *object, const char *reason)
{
	appendStringInfo(script, "-- %s ", beginning);
	append_in_line(script, object->kind);
	appendStringInfoChar(script, ' ');
	append_in_line(script, object->identity);
	append_in_line(script, reason);
	appendStringInfoChar(script, '\n');
}

/*
 * Rewrites a statement about the schema itself, which cannot leave its name out, as one
 * that works on whatever schema is current.
 */
static const char *
about_current_schema(const char *definition, const char *schema)
{
	const char *name = psprintf(" SCHEMA %s", quote_identifier(schema));
	const char *at = strstr(definition, name);
	StringInfoData format;

	if (at == NULL)
		return definition;
	initStringInfo(&format);
	for (const char *character = definition; *character != '\0'; character++)
	{
		if (character == at)
		{
			appendStringInfoString(&format, " SCHEMA %I");
			character += strlen(name) - 1;
		}
		else
		{
			if (*character == '%')
				appendStringInfoChar(&format, '%');
			appendStringInfoChar(&format, *character);
		}
	}
	return psprintf("DO %s",
					quote_literal_cstr(
						psprintf("BEGIN EXECUTE pg_catalog.format(%s, pg_catalog.current_schema()); END",
								 quote_literal_cstr(format.data))));
}

/* Adds a statement, with a remark if it still names the schema or needs a superuser. */
static void
append_statement(StringInfo script, const DescribedObject *object, const char *schema)
{
	const char *definition = object->definition;

	if (object->address.classId == NamespaceRelationId || object->address.classId == DefaultAclRelationId)
		definition = about_current_schema(definition, schema);
	if (bridge_find_word(definition, schema, 0) >= 0)
	{
		append_remark(script, "names the schema of the tenant:", object, "");
		ereport(NOTICE, (errmsg("%s %s names the schema \"%s\"", object->kind, object->identity, schema)));
	}
	if (object->privileged)
		append_remark(script, "needs a superuser:", object, "");
	appendStringInfo(script, "%s;\n", definition);
}

/* Writes the script. */
static void
export_tenant(void *argument)
{
	Export *job = argument;
	StringInfoData script;
	Description *description;
	ListCell *cell;
	Oid schema;

	SPI_connect();
	schema = lifecycle_require_schema(job->slug);
	description = description_read(schema, "CURRENT_USER", false);
	if (job->with_state)
		describe_state(description);
	initStringInfo(&script);
	appendStringInfo(&script,
					 "-- Structure of tenant \"%s\", to be run by the owner of an empty schema\n",
					 job->slug);
	appendStringInfoString(&script, "SET check_function_bodies = off;\n");
	foreach (cell, description_statements(description))
		append_statement(&script, lfirst(cell), description->schema_name);
	appendStringInfoString(&script, "RESET check_function_bodies;\n");
	foreach (cell, description_omissions(schema))
	{
		DescribedObject *omitted = lfirst(cell);

		append_remark(&script, "left out:", omitted, psprintf(": %s", omitted->definition));
	}
	job->result = SPI_datumTransfer(CStringGetTextDatum(script.data), false, -1);
	SPI_finish();
}

/* tenancy.export_ddl(slug, with_state): the statements that make a tenant's schema anew. */
Datum
tenancy_export_ddl(PG_FUNCTION_ARGS)
{
	Export job = {0};

	lifecycle_require_unbound("tenancy.export_ddl()");
	job.slug = lifecycle_text_argument(fcinfo, 0);
	job.with_state = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	privileged_run(export_tenant, &job);
	PG_RETURN_DATUM(job.result);
}
