/*
 * template.h
 *	  A tenant's structure as a script that can be made another tenant's.
 */
#ifndef TENANCY_TEMPLATE_H
#define TENANCY_TEMPLATE_H

#include "core/verdict.h"
#include "description.h"
#include "lifecycle.h"
#include "schema_stamp.h"
#include "script.h"

/* What a statement of a template is to a clone. */
typedef enum TemplatePhase
{
	TEMPLATE_EARLY, /* before rows are copied */
	TEMPLATE_LATE,	/* after it: what would get in their way, or is faster then */
	TEMPLATE_STATE	/* at the end: REFRESH MATERIALIZED VIEW */
} TemplatePhase;

/* Who runs a statement. */
typedef enum TemplateRunner
{
	TEMPLATE_BY_TENANT,	   /* the tenant, confined */
	TEMPLATE_BY_OWNER,	   /* the tenant role, unconfined: kinds of statements that evaluate nothing */
	TEMPLATE_BY_EXTENSION, /* a superuser: likewise */
} TemplateRunner;

/* One statement, as it stands in the template. */
typedef struct TemplateStatement
{
	DescribedObject object;
	TemplatePhase phase;
	bool makes_table; /* that may have rows of its own */
	TemplateRunner runner;
	TenancyReference *references;
	size_t reference_count;
	Script *script; /* the statement, parsed, if it has no references; else NULL */
} TemplateStatement;

/* A template. */
typedef struct Template
{
	char name[TENANCY_SCHEMA_SIZE]; /* of its schema */
	List *statements;				/* of TemplateStatement */
	List *omissions;				/* of DescribedObject */
	const SchemaContents *contents; /* what it consists of */
	int64 version;					/* the last migration that it has */
} Template;

/*
 * Returns the script of a tenant's schema, and locks its relations so that it stays true
 * until the transaction ends.  Remembered by the backend as long as the catalog rows
 * behind it are the same.  Inside privileged_run() with SPI connected.
 */
extern const Template *template_read(Oid schema, const RegistryRow *tenant);

/* Describes a schema with these contents as a template, in a memory context; for template.c. */
extern Template *template_describe(Oid schema, const SchemaContents *contents, MemoryContext context);

/* Returns a statement of a template as it is for another schema; palloc'd. */
extern char *template_statement_for(const Template *source, const TemplateStatement *statement, const char *schema);

#endif /* TENANCY_TEMPLATE_H */
