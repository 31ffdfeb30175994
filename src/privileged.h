/*
 * privileged.h
 *	  The extension's own work, done with the rights of the bootstrap superuser.
 */
#ifndef TENANCY_PRIVILEGED_H
#define TENANCY_PRIVILEGED_H

/*
 * Runs body as the bootstrap superuser, with the search path pg_catalog and
 * without the guard, and restores all three however it ends.  Whoever calls this
 * has checked the caller's rights.
 */
extern void privileged_run(void (*body)(void *argument), void *argument);

/* Tells whether the extension's own work is under way. */
extern bool privileged_is_running(void);

/* Runs one SQL statement, made with printf's rules; returns the number of rows. For use in a body. */
extern uint64 privileged_execute(const char *format, ...) pg_attribute_printf(1, 2);

/* The same for a query that sees what the active snapshot does. */
extern uint64 privileged_execute_read_only(const char *format, ...) pg_attribute_printf(1, 2);

/* The same for a query that sees what other transactions have committed by now, whatever the isolation level. */
extern uint64 privileged_query_latest(const char *format, ...) pg_attribute_printf(1, 2);

/* Returns a text as a literal for these statements, or NULL; palloc'd. */
extern char *privileged_literal(const char *text);

/* Returns a column of a row that the last of these has found, as text in the current context; NULL: no row, or null. */
extern char *privileged_value(uint64 row, int column);

/* The same for a column of integers; 0: no row, or null. */
extern int64 privileged_number(uint64 row, int column);

#define PRIVILEGED_PARAMETERS 6

/* A statement that is planned once in a backend. */
typedef struct PrivilegedStatement
{
	const char *sql;
	int parameters;
	Oid types[PRIVILEGED_PARAMETERS];
	struct _SPI_plan *plan; /* NULL: not prepared yet */
} PrivilegedStatement;

/* Runs it with parameters as text of their types, NULL for null; returns the number of rows. For use in a body. */
extern uint64 privileged_execute_prepared(PrivilegedStatement *statement, const char *const *values);

#endif /* TENANCY_PRIVILEGED_H */
