/*
 * audit_abandon.h
 *	  What becomes of events that wait for the worker of a database without the extension.
 */
#ifndef TENANCY_AUDIT_ABANDON_H
#define TENANCY_AUDIT_ABANDON_H

/*
 * Process that writes: writes the events of all rings of this database to the server log,
 * and removes the rings.  On a standby, which may become another, it leaves them alone.
 */
extern void audit_abandon(void);

#endif /* TENANCY_AUDIT_ABANDON_H */
