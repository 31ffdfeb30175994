/*
 * audit_flood.h
 *	  A bound on how many refusals are audited one by one.
 */
#ifndef TENANCY_AUDIT_FLOOD_H
#define TENANCY_AUDIT_FLOOD_H

/*
 * Tells whether a refusal is to be audited by itself; if not it is counted, and told of
 * together with others later.  Takes no lock.
 */
extern bool audit_flood_admit(void);

/* The binding changes: tells of what was counted under the one before. */
extern void audit_flood_settle(void);

/* Transaction end: the same, if it has been some time. */
extern void audit_flood_end_transaction(void);

#endif /* TENANCY_AUDIT_FLOOD_H */
