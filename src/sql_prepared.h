/*
 * sql_prepared.h
 *	  Statements that SQL has prepared, which the next tenant of a session does not get.
 */
#ifndef TENANCY_SQL_PREPARED_H
#define TENANCY_SQL_PREPARED_H

/* They are to go, as soon as none can be running.  Only sql_prepared.c writes it. */
extern bool sql_prepared_doomed;

/* Takes note that PREPARE has made a statement of this name. */
extern void sql_prepared_note(const char *name);

/* The session changes its owner: they are to go.  Does not drop them, because EXECUTE may be what changes it. */
extern void sql_prepared_doom(void);

/* Between two statements of the client's, or at the end of a transaction: drops those that are to go. */
extern void sql_prepared_drop(void);

#endif /* TENANCY_SQL_PREPARED_H */
