/*
 * description_parts.h
 *	  The parts of a schema, as the files describe_*.c collect them; for
 *	  description.c and what compares descriptions.
 *
 * Each query runs with the search path "pg_catalog" while it is parsed and planned, so
 * that its own operators and functions are PostgreSQL's whatever the schema holds, and
 * with "schema, pg_temp" while it is executed, so that what it prints is named as
 * description.h says.  Its parameters are
 *
 *	  $1 oid    the schema
 *	  $2 text   the schema's name
 *	  $3 text   how the role of that name is written; null: by its name
 *	  $4 oid[]  the objects that the query is about, without members of extensions
 *	  $5 bool   whether facts are wanted
 *
 * Its columns are found by their names; those that it lacks are null:
 *
 *	  class, object, subobject   the object
 *	  also         oid[]    pairs of class and object that are the same part: the rule of a view, the index of a constraint
 *	  host, host_class oid  the table, view or domain that the part belongs to, for "inlined" and "alters"; without a class a
 *	                        relation
 *	  kind, identity        as in DescribedObject
 *	  relation              identity of what the part would go with: of the table of a column, say
 *	  definition            the statement, or its beginning if parts go into it
 *	  tail                  what follows after those parts
 *	  inlined               how the part is written in the statement of its host; of a table, what stands there instead of
 *	                        an empty list
 *	  alters                the same as a subcommand of ALTER TABLE or ALTER DOMAIN
 *	  target, comment       what COMMENT ON calls it, and its comment
 *	  facts        text[]   names and values to be compared; null: the statement
 *	  privileged, qualified (the definition's first occurrence of the schema's name is to be taken off), recurses (alters
 *	  what inherits too), late (nothing needs it, it needs all others), state
 */
#ifndef TENANCY_DESCRIPTION_PARTS_H
#define TENANCY_DESCRIPTION_PARTS_H

#include "catalog/objectaddress.h"
#include "executor/spi.h"
#include "nodes/pg_list.h"
#include "utils/array.h"

/* One row of such a query. */
typedef struct DescriptionPart
{
	ObjectAddress address;
	ObjectAddress host; /* objectId InvalidOid: none */
	const char *kind;
	const char *identity;
	const char *relation;
	char *definition;
	const char *tail;
	const char *inlined;
	const char *alters;
	const char *target;
	const char *comment;
	char **facts; /* names and values by turns */
	int fact_count;
	Oid *also;
	int also_count;
	bool privileged;
	bool recurses;
	bool late;
	bool state;
	uint32 number;			 /* among the parts that are put in order */
	const char *replacement; /* of a view that was made as a shell: the statement that completes it */
	List *columns;			 /* of a table: its DescriptionParts */
} DescriptionPart;

/* A description being collected. */
typedef struct Description
{
	Oid schema;
	const char *schema_name;
	const char *own_role; /* how the role named like the schema is written; NULL: by its name */
	bool wants_facts;	  /* to be compared; statements need none */
	List *objects;		  /* SchemaObject pointers */
	List *parts;		  /* DescriptionPart pointers */
} Description;

/* A query, with the objects that it is about: it does not run if there are none. */
typedef struct DescriptionQuery
{
	const char *objects; /* a catalog, and maybe kinds in it: "pg_class:rp"; NULL: none in particular */
	const char *sql;
} DescriptionQuery;

/* The objects that a query is about, with the catalog's OID as "class". */
#define IN_SCHEMA(catalog) \
	"(SELECT o.*, '" catalog "'::regclass::oid AS class FROM unnest($4) m (oid) JOIN " catalog " o ON o.oid = m.oid)"

/* The comment of an object. */
#define COMMENT_OF(class, object, subobject)                               \
	"(SELECT d.description FROM pg_description d WHERE d.objoid = " object \
	" AND d.classoid = " class " AND d.objsubid = " subobject ") AS comment"

/* A role, as GRANT and CREATE POLICY name it. */
#define ROLE_NAME(role)                                                                                            \
	"CASE WHEN " role " = 0 THEN 'PUBLIC' ELSE (SELECT CASE WHEN r.rolname = $2::name AND $3 IS NOT NULL THEN $3 " \
	"ELSE quote_ident(r.rolname) END FROM pg_authid r WHERE r.oid = " role ") END"

/* Options as WITH (...) or SET (...) take them; null if there are none.  Late minor releases keep a version in one. */
#define OPTIONS_OF(prefix, options)                                                                                 \
	"(SELECT string_agg('" prefix "' || quote_ident(p.option_name) || '=' || quote_literal(p.option_value), ', ') " \
	"FROM pg_options_to_table(" options ") p WHERE p.option_name <> 'pg_attver')"

/*
 * The not-null constraint "n" of a column "a" of a table "c", with a name, a validity and heirs of its own: since 18.
 * Before, attnotnull is all there is.
 */
#define JOIN_NOT_NULL \
	"LEFT JOIN pg_constraint n ON n.conrelid = c.oid AND n.contype = 'n' AND n.conkey[1] = a.attnum "

/* True for such a constraint, of a column "a", that does not come from a parent as it is. */
#define OWN_NOT_NULL                                                                                          \
	"(n.conislocal OR NOT EXISTS (SELECT FROM pg_inherits i JOIN pg_attribute b ON b.attrelid = i.inhparent " \
	"AND b.attname = a.attname JOIN pg_constraint o ON o.conrelid = b.attrelid AND o.contype = 'n' "          \
	"AND o.conkey[1] = b.attnum WHERE i.inhrelid = c.oid AND o.conname = n.conname AND NOT o.connoinherit "   \
	"AND o.convalidated = n.convalidated))"

/* True for a table "c" that got its parents by ALTER TABLE ... INHERIT, or might have: that keeps its order of columns. */
#define INHERITS_LATER                                                                          \
	"(NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 "        \
	"AND NOT a.attisdropped AND NOT a.attislocal) AND NOT EXISTS (SELECT FROM pg_constraint k " \
	"WHERE k.conrelid = c.oid AND k.contype <> 'n' AND NOT k.conislocal))"

/* Runs queries and adds what they return to the description; their plans are kept for the session. */
extern void description_collect(Description *description, const DescriptionQuery *queries, SPIPlanPtr *plans,
								int count);

/*
 * Has expressions printed as pg_dump does, whatever the session's settings, and queries
 * planned as if catalogs were huge: other tenants' rows are never read then, however few
 * they are now.  Returns what AtEOXact_GUC(true, ...) takes to end that.
 */
extern int description_settle_settings(void);

/* Begins a description. */
extern void description_begin(Description *description, Oid schema, const char *own_role, bool wants_facts);

/* The queries of each file, in the order in which their objects are made where nothing else decides. */
extern void describe_types(Description *description);
extern void describe_text_search(Description *description);
extern void describe_routines(Description *description);
extern void describe_tables(Description *description);
extern void describe_constraints(Description *description);
extern void describe_views(Description *description);
extern void describe_table_properties(Description *description);
extern void describe_privileges(Description *description);
extern void describe_state(Description *description);

/* A statement for each view that makes one with the same columns, and needs no other object but their types. */
extern void describe_view_shells(Description *description);

/* Collects all parts of a schema in deterministic order. */
extern Description *description_read(Oid schema, const char *own_role, bool wants_facts);

/* Returns the statements of a description, as description_script() does. */
extern List *description_statements(Description *description);

#endif /* TENANCY_DESCRIPTION_PARTS_H */
