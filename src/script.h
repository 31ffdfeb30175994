/*
 * script.h
 *	  A text of many SQL statements, as migration tools write it: parsing and running.
 */
#ifndef TENANCY_SCRIPT_H
#define TENANCY_SCRIPT_H

#include "nodes/parsenodes.h"

/* One statement of a script. */
typedef struct ScriptStatement
{
	int number;	  /* among all statements of the text, from 1 */
	RawStmt *raw; /* never changed */
	char *text;	  /* the statement alone */
} ScriptStatement;

/* A parsed script; all of it lives in the memory context that it was parsed in. */
typedef struct Script
{
	const char *source;
	List *statements; /* of ScriptStatement */
} Script;

/*
 * Parses a text; raises an error, with the place in the text, where it is not SQL, or
 * where a statement has no place in a script: COMMIT and the like in the middle,
 * COPY FROM STDIN.  BEGIN in front and COMMIT at the end, which tools put around a
 * migration, are left out, and so is what does nothing but empty the search path.
 */
extern Script *script_parse(const char *text);

/*
 * Returns a text without the qualifier "public" in front of names that the schema
 * public does not have, spaces in its place: tools write it where they mean the schema
 * of the application.  Palloc'd; reads catalogs.
 */
extern char *script_without_public(const char *text);

/* Tells whether PostgreSQL runs a statement outside of transactions only. */
extern bool script_needs_no_transaction(const ScriptStatement *statement);

/*
 * Runs one statement with the current user and search path, and makes its results
 * visible to the next.  alone: it is the transaction's only one, and may begin
 * transactions itself; else it is part of the running transaction.  Rows that it
 * returns are dropped.
 */
extern void script_run_statement(const Script *script, const ScriptStatement *statement, bool alone);

/* Runs another statement in the place of one, as part of the running transaction. */
extern void script_run_instead(const Script *script, const ScriptStatement *statement, Node *tree);

/* Runs all statements as part of the running transaction; settings that they make end with them. */
extern void script_run(const Script *script);

/* Returns the statement that runs, or ran last and failed; NULL: none. */
extern const ScriptStatement *script_current_statement(void);

/* Forgets it, after an error was dealt with. */
extern void script_forget_statement(void);

#endif /* TENANCY_SCRIPT_H */
