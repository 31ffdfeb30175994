/*
 * residue.h
 *	  What a session keeps from one statement to the next, and its removal when the
 *	  session changes tenant.
 */
#ifndef TENANCY_RESIDUE_H
#define TENANCY_RESIDUE_H

#include "core/verdict.h"

/* Takes note that a statement runs for a tenant (NULL: for none), and may leave something behind. */
extern void residue_note_owner(const uint8_t *tenant_id);

/* The binding whose tenant was noted last, by its serial number; 0: none.  Only residue.c writes it. */
extern uint64 residue_noted_serial;

/* The same for a binding. */
extern void residue_note_owner_of(const uint8_t *tenant_id, uint64 serial);

/* Transaction and savepoint end: a rollback brings back what was removed. */
extern void residue_end_transaction(bool committed);
extern void residue_abort_savepoint(void);
extern void residue_release_savepoint(void);

/* Takes note that the session uses a feature whose state outlives the transaction. */
extern void residue_note_cursor(void);
extern void residue_note_listen(void);
extern void residue_note_advisory_lock(void);
extern void residue_note_setting(void);

/* Takes note that the role was changed while bound, so that settings may not show who made them. */
extern void residue_note_seed(void);
extern void residue_note_role_change(void);

/*
 * Removes what was left by anybody but this tenant (NULL: none).  Needs a
 * transaction; raises an error if something to be removed is in use.
 */
extern void residue_clean_for(const uint8_t *tenant_id);

/* Removes what can be removed without catalogs, when the end of a transaction changes the tenant. */
extern void residue_clean_without_catalogs(void);

#endif /* TENANCY_RESIDUE_H */
