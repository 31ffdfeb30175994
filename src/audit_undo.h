/*
 * audit_undo.h
 *	  Events of the running transaction that say something is done, in case it is not.
 */
#ifndef TENANCY_AUDIT_UNDO_H
#define TENANCY_AUDIT_UNDO_H

#include "audit_event.h"

/* For how many savepoints there are such events; zero: there are none. */
extern int audit_undo_count;

/* Takes note of such an event. */
extern void audit_note_done(AuditClass class);

/* A savepoint is rolled back or released, the transaction ends. */
extern void audit_undo_savepoint(SubTransactionId savepoint, int sqlstate);
extern void audit_undo_merge(SubTransactionId savepoint, SubTransactionId parent);
extern void audit_undo_transaction(bool committed, int sqlstate);

#endif /* TENANCY_AUDIT_UNDO_H */
