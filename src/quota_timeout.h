/*
 * quota_timeout.h
 *	  The longest that a statement of the bound tenant may take.
 */
#ifndef TENANCY_QUOTA_TIMEOUT_H
#define TENANCY_QUOTA_TIMEOUT_H

/* Ends the statement after so many milliseconds from now on, unless the server will do so earlier. */
extern void quota_timeout_begin(int64 milliseconds);

/* Takes that back, and leaves the server's own timeout as it was. */
extern void quota_timeout_end(void);

/* Tells whether a statement is under way that is to be ended. */
extern bool quota_timeout_is_set(void);

/*
 * An error was caught within the statement.  If it was that of the timeout, the statement has
 * as much time again; returns false where it had that before: it will not end by itself.
 */
extern bool quota_timeout_go_on(void);

#endif /* TENANCY_QUOTA_TIMEOUT_H */
